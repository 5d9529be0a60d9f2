/** What stands in for functions of the interpreter, see patch.ts: text as CPython prints it. */
import { printed, SHOW_SIGN } from './floats.ts';
import { captureSlot, type Implementations, type Slots } from './patch.ts';

interface Exports {
  memory: WebAssembly.Memory;
  malloc(size: number): number;
  __indirect_function_table: WebAssembly.Table;
}

/** Kinds of printing. */
const STR = 0;
const REPR = 1;
/** Added for an instance of a subclass, whose name is printed already. */
const SUBCLASS = 128;

const UNPRINTABLE = /[\p{C}\p{Z}]/u;
const PLAIN = /^[ -&(-[\]-~]*$/;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** repr() of a string. */
export function quoted(text: string): string {
  if (PLAIN.test(text)) return `'${text}'`;
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = quote;
  for (const char of text) {
    if (char === quote || char in ESCAPES) {
      out += ESCAPES[char] ?? `\\${char}`;
    } else if (char !== ' ' && UNPRINTABLE.test(char)) {
      const code = char.codePointAt(0)!.toString(16);
      out +=
        code.length > 4
          ? `\\U${code.padStart(8, '0')}`
          : code.length > 2
            ? `\\u${code.padStart(4, '0')}`
            : `\\x${code.padStart(2, '0')}`;
    } else {
      out += char;
    }
  }
  return out + quote;
}

export class Hooks {
  /** The full names of classes, `__main__.Point`, by the class's id(). */
  readonly classes = new Map<number, string>();
  /** CPython's words for a message of the interpreter; set for a run. */
  inCPythonsWords: (type: string, message: string, line: number) => string = (_, message) =>
    message;
  private readonly encoder = new TextEncoder();
  private readonly decoder = new TextDecoder();
  private buffer = 0;
  private size = 0;
  private printer = 0;
  private captured = '';
  private asked = 0;

  constructor(
    private readonly exports: Exports,
    private readonly slots: Slots,
  ) {}

  readonly work: Implementations = {
    formatFloat: (x, at, room, format, precision, sign) => {
      const text = printed(x!, format!, sign ? SHOW_SIGN : 0, 32, 0, precision!).slice(
        0,
        room! - 1,
      );
      this.encoder.encodeInto(`${text}\0`, new Uint8Array(this.exports.memory.buffer, at, room));
      return text.length;
    },
    printFloat: (print, x, format, flags, fill, width, precision) =>
      this.print(print!, printed(x!, format!, flags!, fill!, width!, precision!)),
    printText: (print, text) => {
      this.print(print!, quoted(this.printed(this.slots.printText, text!, STR)));
      return 1;
    },
    printException: (print, exception, kind) => this.printException(print!, exception!, kind!),
    printType: (print, type) => {
      const name = this.classes.get(type!);
      if (name === undefined) return 0;
      this.print(print!, `<class '${name}'>`);
      return 1;
    },
    capture: (_data, text, length) => {
      this.captured += this.decoder.decode(
        new Uint8Array(this.exports.memory.buffer, text, length),
      );
    },
  };

  /** Writes to one of the interpreter's printers: `{data, write(data, text, length)}`. */
  private print(print: number, text: string): number {
    if (text.length * 3 > this.size) {
      this.size = Math.max(1024, text.length * 6);
      this.buffer = this.exports.malloc(this.size);
    }
    const { memory, __indirect_function_table: table } = this.exports;
    const into = new Uint8Array(memory.buffer, this.buffer, this.size);
    const { written } = this.encoder.encodeInto(text, into);
    const [data, write] = new Int32Array(memory.buffer, print, 2);
    table.get(write!)(data, this.buffer, written);
    return written;
  }

  /** What the interpreter's own function prints. */
  private printed(slot: number, object: number, kind: number): string {
    const { exports, slots } = this;
    if (this.printer === 0) {
      this.printer = exports.malloc(8);
      new Int32Array(exports.memory.buffer, this.printer, 2).set([0, captureSlot(slots)]);
    }
    const outer = this.captured;
    this.captured = '';
    exports.__indirect_function_table.get(slot)(this.printer, object, kind);
    const text = this.captured;
    this.captured = outer;
    return text;
  }

  /** Where it was raised: `{type, length << 16, traceback, args}`, a traceback of (file, line, block). */
  private lineOf(exception: number): number {
    const words = new Uint32Array(this.exports.memory.buffer);
    const length = words[(exception >> 2) + 1]! >>> 16;
    if (length < 3) return 0;
    // The innermost frame comes first, the one that caught it last: that is the snippet's file.
    const first = words[(exception >> 2) + 2]! >> 2;
    const file = words[first + length - 3];
    let at = first;
    while (words[at] !== file) at += 3;
    return words[at + 1]!;
  }

  /** repr() without the comma of a tuple; str() of a KeyError quotes its key. */
  private printException(print: number, exception: number, kind: number): number {
    if (this.asked === exception) return 0;
    const outer = this.asked;
    this.asked = exception;
    let text = this.printed(this.slots.printException, exception, REPR);
    const open = text.indexOf('(');
    const message = this.printed(this.slots.printException, exception, STR);
    this.asked = outer;
    if (!text.endsWith(',)')) return 0;
    const type = text.slice(0, open);
    let shown = text.slice(open + 1, -2);
    const isText = /^["']/.test(shown);
    if (isText) {
      const words = this.inCPythonsWords(type, message, this.lineOf(exception));
      if (words !== message) shown = quoted(words);
      if ((kind & ~SUBCLASS) === STR && type !== 'KeyError') text = words;
    }
    if ((kind & ~SUBCLASS) === REPR) {
      text = `${kind & SUBCLASS ? '' : type}(${shown})`;
    } else if ((kind & ~SUBCLASS) !== STR || (type !== 'KeyError' && !isText)) {
      return 0;
    } else if (type === 'KeyError') {
      text = shown;
    }
    this.print(print, text);
    return 1;
  }
}
