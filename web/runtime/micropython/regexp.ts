/** Regular expressions of Python by those of JavaScript, which MicroPython's own fall far short of. */

const IGNORECASE = 2;
const MULTILINE = 8;
const DOTALL = 16;
const VERBOSE = 64;
const ASCII = 256;
const INLINE: Record<string, number> = {
  a: ASCII,
  i: IGNORECASE,
  L: 0,
  m: MULTILINE,
  s: DOTALL,
  u: 0,
  x: VERBOSE,
};

class PatternError extends Error {
  constructor(message: string, at: number) {
    super(`${message} at position ${at}`);
  }
}
class Unsupported extends Error {}

/** What must be escaped in a set or outside of one, with the flag v. */
const escaped = (char: string) => (/[\^$\\.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char);
const escapedInSet = (char: string) =>
  /[\^$\\.*+?()[\]{}|/\-&!#%,:;<=>@`~]/.test(char) ? `\\${char}` : char;

const SETS: Record<string, [unicode: string, ascii: string]> = {
  w: ['\\p{L}\\p{N}_', 'A-Za-z0-9_'],
  d: ['\\p{Nd}', '0-9'],
  s: ['\\s\\x1c-\\x1f\\x85', ' \\t\\n\\r\\f\\v'],
};

class Translator {
  flags: number;
  private at = 0;
  private open: number[] = [];

  constructor(
    private readonly text: string,
    flags: number,
  ) {
    this.flags = flags;
    const head = /^\(\?([aiLmsux]+)\)/.exec(text);
    if (head) {
      for (const letter of head[1]!) this.flags |= INLINE[letter]!;
      this.at = head[0].length;
    }
  }

  run(): string {
    let out = '';
    while (this.at < this.text.length) out += this.item();
    const open = this.open.pop();
    if (open !== undefined) throw new PatternError('missing ), unterminated subpattern', open);
    return out;
  }

  private has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }

  private set(letter: string): string {
    return SETS[letter]![this.has(ASCII) ? 1 : 0];
  }

  private item(): string {
    const { text } = this;
    const char = String.fromCodePoint(text.codePointAt(this.at)!);
    const start = this.at;
    this.at += char.length;
    if (this.has(VERBOSE)) {
      if (/\s/.test(char)) return '';
      if (char === '#') {
        const end = text.indexOf('\n', this.at);
        this.at = end < 0 ? text.length : end;
        return '';
      }
    }
    switch (char) {
      case '\\':
        return this.escape(false, start);
      case '[':
        return this.characters(start);
      case '(':
        return this.group(start);
      case ')':
        if (this.open.pop() === undefined) throw new PatternError('unbalanced parenthesis', start);
        return ')';
      case '.':
        return this.has(DOTALL) ? '[\\s\\S]' : '[^\\n]';
      case '^':
        return this.has(MULTILINE) ? '(?<![^\\n])' : '(?<![\\s\\S])';
      case '$':
        return this.has(MULTILINE) ? '(?![^\\n])' : '(?=\\n?(?![\\s\\S]))';
      case '*':
      case '+':
      case '?':
        return this.repeat(char, start);
      case '{': {
        const match = /^(\d*)(,?)(\d*)\}/.exec(text.slice(this.at));
        if (!match || (match[1] === '' && match[3] === '')) return '\\{';
        this.at += match[0].length;
        return this.repeat(`{${match[1] || 0}${match[2]}${match[3]}}`, start);
      }
      case '|':
        return '|';
      default:
        return escaped(char);
    }
  }

  private repeat(sign: string, start: number): string {
    const before = this.text[start - 1];
    if (start === 0 || before === '(' || before === '|') {
      if (this.text[start - 2] !== '\\') throw new PatternError('nothing to repeat', start);
    }
    if (this.text[this.at] === '+') throw new Unsupported('possessive repeats');
    const lazy = this.text[this.at] === '?' ? '?' : '';
    this.at += lazy.length;
    if (/^[*?]|^\{\d*,?\d+\}|^\{\d+,\}/.test(this.text.slice(this.at))) {
      throw new PatternError('multiple repeat', this.at);
    }
    return sign + lazy;
  }

  private group(start: number): string {
    const rest = this.text.slice(this.at);
    this.open.push(start);
    if (rest[0] !== '?') return '(';
    const named = /^\?P<([^>]*)>/.exec(rest);
    if (named && !/^[^\W\d]\w*$/.test(named[1]!)) {
      throw new PatternError(`bad character in group name '${named[1]}'`, start + 4);
    }
    const back = /^\?P=(\w+)\)/.exec(rest);
    const plain = /^\?(:|=|!|<=|<!)/.exec(rest);
    const comment = /^\?#[^)]*\)/.exec(rest);
    const match = named ?? back ?? plain ?? comment;
    if (!match) {
      if (/^\?P<[^>]*$/.test(rest))
        throw new PatternError('missing >, unterminated name', start + 4);
      throw new Unsupported('this kind of group');
    }
    this.at += match[0].length;
    if (named) return `(?<${named[1]}>`;
    if (plain) return `(?${plain[1]}`;
    this.open.pop();
    return back ? `\\k<${back[1]}>` : '';
  }

  private escape(inSet: boolean, start: number): string {
    const { text } = this;
    const char = text[this.at++];
    if (char === undefined) throw new PatternError('bad escape (end of pattern)', start);
    if (/[wds]/.test(char)) return inSet ? this.set(char) : `[${this.set(char)}]`;
    if (/[WDS]/.test(char)) return `[^${this.set(char.toLowerCase())}]`;
    const hex = { x: 2, u: 4, U: 8 }[char];
    if (hex) {
      const digits = text.slice(this.at, this.at + hex);
      if (!new RegExp(`^[0-9a-fA-F]{${hex}}$`).test(digits)) {
        throw new PatternError(`incomplete escape \\${char}${digits}`, start);
      }
      this.at += hex;
      return `\\u{${digits}}`;
    }
    if (/[nrtfv]/.test(char)) return `\\${char}`;
    if (char === 'a') return '\\x07';
    if (char === '0') return '\\0';
    if (inSet) {
      if (char === 'b') return '\\x08';
      if (/[a-zA-Z0-9]/.test(char)) throw new PatternError(`bad escape \\${char}`, start);
      return escapedInSet(char);
    }
    const word = `[${this.set('w')}]`;
    switch (char) {
      case 'A':
        return '(?<![\\s\\S])';
      case 'Z':
        return '(?![\\s\\S])';
      case 'b':
        return `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`;
      case 'B':
        return `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`;
    }
    if (/[1-9]/.test(char)) {
      const more = /^\d?/.exec(text.slice(this.at))![0];
      this.at += more.length;
      return `(?:\\${char}${more})`;
    }
    if (/[a-zA-Z]/.test(char)) throw new PatternError(`bad escape \\${char}`, start);
    return escaped(char);
  }

  private characters(start: number): string {
    const { text } = this;
    let out = '[';
    if (text[this.at] === '^') {
      out += '^';
      this.at++;
    }
    const first = this.at;
    for (;;) {
      if (this.at >= text.length) throw new PatternError('unterminated character set', start);
      const char = String.fromCodePoint(text.codePointAt(this.at)!);
      const from = this.at;
      this.at += char.length;
      if (char === ']' && from > first) return `${out}]`;
      if (char === '\\') out += this.escape(true, from);
      else if (char === '-' && from > first && text[this.at] !== ']')
        out += this.isRange(from) ? '-' : '\\-';
      else out += escapedInSet(char);
    }
  }

  /** Whether the hyphen stands between two characters, not after a class such as \w. */
  private isRange(at: number): boolean {
    return (
      !/\\[wdsWDS]$/.test(this.text.slice(0, at)) && !/^\\[wdsWDS]/.test(this.text.slice(at + 1))
    );
  }
}

interface Compiled {
  search: RegExp;
  match: RegExp;
  full: RegExp;
  groups: number;
  names: string;
}

const compiled: Compiled[] = [];
const ids = new Map<string, number>();
let message = '';

function compile(pattern: string, flags: number): Compiled {
  const translator = new Translator(pattern, flags);
  const source = translator.run();
  const modes = `${translator.flags & IGNORECASE ? 'i' : ''}dv`;
  let search: RegExp;
  try {
    search = new RegExp(source, `g${modes}`);
  } catch (error) {
    throw new PatternError(`can't compile (${(error as Error).message.split(': ').at(-1)})`, 0);
  }
  const any = new RegExp(`(?:${source})|`, modes).exec('')!;
  const names: string[] = [];
  const order = [...source.matchAll(/(?<!\\)\((?:\?<([^\W\d]\w*)>|(?!\?))/gu)];
  order.forEach(([, name], i) => {
    if (name) names.push(`${name}=${i + 1}`);
  });
  return {
    search,
    match: new RegExp(source, `y${modes}`),
    full: new RegExp(`(?:${source})(?![\\s\\S])`, `y${modes}`),
    groups: any.length - 1,
    names: names.join(','),
  };
}

/** Positions by characters as Python counts them; JavaScript's count twice what is beyond U+FFFF. */
function counter(text: string): { toPython(at: number): number; toHost(at: number): number } {
  if (!/[\ud800-\udbff]/.test(text)) return { toPython: (at) => at, toHost: (at) => at };
  const host: number[] = [];
  const python = new Map<number, number>();
  let at = 0;
  for (const char of text) {
    python.set(at, host.length);
    host.push(at);
    at += char.length;
  }
  python.set(at, host.length);
  host.push(at);
  return {
    toPython: (i) => python.get(i) ?? -1,
    toHost: (i) => host[Math.min(i, host.length - 1)]!,
  };
}

type Indexed = RegExpExecArray & { indices: ([number, number] | undefined)[] };

const spans = (match: Indexed, toPython: (at: number) => number) =>
  match.indices
    .map((pair) => (pair ? `${toPython(pair[0])},${toPython(pair[1])}` : '-1,-1'))
    .join(',');

/** The module `_gb_re`. */
export const regexpModule = {
  /** A number for the pattern; -1 for a wrong one, -2 for one that can't be translated. */
  compile(pattern: string, flags: number): number {
    const key = `${flags}:${pattern}`;
    let id = ids.get(key);
    if (id !== undefined) return id;
    try {
      id = compiled.push(compile(pattern, flags)) - 1;
    } catch (error) {
      message = (error as Error).message;
      return error instanceof PatternError ? -1 : -2;
    }
    ids.set(key, id);
    return id;
  },
  error: () => message,
  groups: (id: number) => compiled[id]!.groups,
  names: (id: number) => compiled[id]!.names,
  /** Spans of all groups as numbers with commas, or nothing. Modes: 0 search, 1 match, 2 full. */
  exec(id: number, text: string, from: number, mode: number): string {
    const { search, match, full } = compiled[id]!;
    const regexp = mode === 0 ? search : mode === 1 ? match : full;
    const count = counter(text);
    regexp.lastIndex = count.toHost(from);
    const found = regexp.exec(text) as Indexed | null;
    return found ? spans(found, count.toPython) : '';
  },
  /** The same for every match, separated by semicolons. */
  all(id: number, text: string, from: number, limit: number): string {
    const { search } = compiled[id]!;
    const count = counter(text);
    search.lastIndex = count.toHost(from);
    const out: string[] = [];
    while (limit === 0 || out.length < limit) {
      const found = search.exec(text) as Indexed | null;
      if (!found) break;
      out.push(spans(found, count.toPython));
      if (found[0] === '')
        search.lastIndex += (text.codePointAt(search.lastIndex) ?? 0) > 0xffff ? 2 : 1;
    }
    return out.join(';');
  },
};
