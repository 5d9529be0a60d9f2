/** Reads what patch.ts needs of a WebAssembly module, and writes one with other function bodies. */

class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {}

  byte(): number {
    return this.bytes[this.at++]!;
  }

  number(): number {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.byte();
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  }

  skip(length: number): void {
    this.at += length;
  }

  take(length: number): number[] {
    this.at += length;
    return [...this.bytes.subarray(this.at - length, this.at)];
  }

  /** `i32.const N; end` */
  offset(): number {
    this.skip(1);
    const value = this.number();
    this.skip(1);
    return value;
  }
}

/** Signed, and as long as linkers write addresses. */
const address = (value: number) => [...number(value, 4), (value / 2 ** 28) & 127];

/** An unsigned number; with a width, that many bytes of which the last says that more may come. */
export function number(value: number, width = 0): number[] {
  const bytes: number[] = [];
  do {
    bytes.push((value & 127) | 128);
    value = Math.floor(value / 128);
  } while (value > 0 || bytes.length < width);
  if (width === 0) bytes[bytes.length - 1]! &= 127;
  return bytes;
}

const TYPES = 1;
const IMPORTS = 2;
const FUNCTIONS = 3;
const TABLES = 4;
const ELEMENTS = 9;
const CODE = 10;
const DATA = 11;

export const typeKey = (parameters: number[], results: number[]) => `${parameters}>${results}`;

export class WasmModule {
  /** For each function type, its parameters and results as text. */
  readonly types: string[] = [];
  /** For each function that the module defines, its type. */
  readonly functions: number[] = [];
  tableSize = 0;
  private readonly sections: { id: number; from: number; to: number }[] = [];
  private readonly bodies: Uint8Array<ArrayBuffer>[] = [];
  private readonly elements: number[] = [];
  private readonly data: { address: number; from: number; to: number }[] = [];
  private imported = 0;

  constructor(private readonly bytes: Uint8Array<ArrayBuffer>) {
    const reader = new Reader(bytes, 8);
    while (reader.at < bytes.length) {
      const id = reader.byte();
      const length = reader.number();
      const to = reader.at + length;
      this.sections.push({ id, from: reader.at, to });
      const entries = id >= TYPES && id <= DATA && id !== 8 ? reader.number() : 0;
      for (let i = 0; i < entries && reader.at < to; i++) this.entry(id, reader);
      reader.at = to;
    }
  }

  private entry(id: number, reader: Reader): void {
    switch (id) {
      case TYPES: {
        reader.skip(1);
        const parameters = reader.take(reader.number());
        this.types.push(typeKey(parameters, reader.take(reader.number())));
        break;
      }
      case IMPORTS:
        this.import(reader);
        break;
      case FUNCTIONS:
        this.functions.push(reader.number());
        break;
      case TABLES:
        reader.skip(2);
        this.tableSize = reader.number();
        reader.number();
        break;
      case ELEMENTS: {
        reader.number();
        const first = reader.offset();
        const functions = reader.number();
        for (let k = 0; k < functions; k++) this.elements[first + k] = reader.number();
        break;
      }
      case CODE: {
        const length = reader.number();
        this.bodies.push(this.bytes.subarray(reader.at, reader.at + length));
        reader.skip(length);
        break;
      }
      case DATA: {
        reader.number();
        const start = reader.offset();
        const length = reader.number();
        this.data.push({ address: start, from: reader.at, to: reader.at + length });
        reader.skip(length);
        break;
      }
    }
  }

  private import(reader: Reader): void {
    reader.skip(reader.number());
    reader.skip(reader.number());
    const kind = reader.byte();
    if (kind === 0) {
      this.imported++;
      reader.number();
    } else if (kind === 3) {
      reader.skip(2);
    } else {
      if (kind === 1) reader.skip(1);
      const limited = reader.byte() & 1;
      reader.number();
      if (limited) reader.number();
    }
  }

  /** The function of this type, if it is the only one; -1 otherwise. */
  ofType(key: string): number {
    const found = this.functions.flatMap((type, i) => (this.types[type] === key ? [i] : []));
    return found.length === 1 ? found[0]! : -1;
  }

  /** The one function that uses this constant text; -1 if there isn't exactly one. */
  using(text: string): number {
    const bytes = [...text].map((char) => char.charCodeAt(0)).concat(0);
    const at = indexOf(this.bytes, bytes, 0);
    const segment = this.data.find(({ from, to }) => at >= from && at < to);
    if (!segment) return -1;
    const constant = [0x41, ...address(segment.address + at - segment.from)];
    const found = this.bodies.flatMap((body, i) => (indexOf(body, constant, 0) >= 0 ? [i] : []));
    return found.length === 1 ? found[0]! : -1;
  }

  /** Where a function stands in the table, or -1. */
  slotOf(index: number): number {
    return this.elements.indexOf(index + this.imported);
  }

  /** The one function whose body begins so; -1 if there isn't exactly one. */
  startingWith(start: number[]): number {
    const found = this.bodies.flatMap((body, i) =>
      start.every((byte, k) => body[k] === byte) ? [i] : [],
    );
    return found.length === 1 ? found[0]! : -1;
  }

  /** Where these bytes stand in the module, or -1. */
  find(bytes: number[]): number {
    return indexOf(this.bytes, bytes, 0);
  }

  /** Changes bytes in place, before `setBody` and `prepend`. */
  overwrite(at: number, bytes: number[]): void {
    this.bytes.set(bytes, at);
  }

  /** Puts code at the start of a function, behind the declarations of its variables. */
  prepend(index: number, code: number[]): void {
    const body = this.bodies[index]!;
    const reader = new Reader(body);
    for (let groups = reader.number(); groups > 0; groups--) {
      reader.number();
      reader.byte();
    }
    this.setBody(index, [...body.subarray(0, reader.at), ...code, ...body.subarray(reader.at)]);
  }

  setBody(index: number, body: number[]): void {
    this.bodies[index] = new Uint8Array(body);
  }

  /** The module with the bodies that were set, and a table of `tableSize`. */
  write(): Uint8Array<ArrayBuffer> {
    const parts: Uint8Array<ArrayBuffer>[] = [this.bytes.subarray(0, 8)];
    for (const { id, from, to } of this.sections) {
      let content = [this.bytes.subarray(from, to)];
      if (id === CODE) content = this.code();
      if (id === TABLES) content = [this.table(from)];
      const length = content.reduce((sum, part) => sum + part.length, 0);
      parts.push(new Uint8Array([id, ...number(length)]), ...content);
    }
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  private code(): Uint8Array<ArrayBuffer>[] {
    const parts = [new Uint8Array(number(this.bodies.length))];
    for (const body of this.bodies) parts.push(new Uint8Array(number(body.length)), body);
    return parts;
  }

  /** One table of functions, of fixed size. */
  private table(from: number): Uint8Array<ArrayBuffer> {
    const size = number(this.tableSize);
    return new Uint8Array([...this.bytes.subarray(from, from + 2), 1, ...size, ...size]);
  }
}

function indexOf(bytes: Uint8Array, wanted: number[], from: number): number {
  for (let i = bytes.indexOf(wanted[0]!, from); i >= 0; i = bytes.indexOf(wanted[0]!, i + 1)) {
    if (wanted.every((byte, k) => bytes[i + k] === byte)) return i;
  }
  return -1;
}
