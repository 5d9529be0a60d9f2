/**
 * The line of the snippet that runs, read from MicroPython's memory: its frames stand on a stack of
 * their own, each begins with the function and the place in its bytecode.
 */

/** What we read of the interpreter; addresses are in bytes. */
export interface Frames {
  memory: WebAssembly.Memory;
  /** Where the interpreter keeps its stack's limits: start, end and top of the frames follow. */
  limits: number;
}

// struct mp_code_state_t
const IP = 1;
// struct mp_obj_fun_bc_t
const CONTEXT = 1;
const BYTECODE = 3;
// struct mp_module_context_t
const NAMES = 2;
/** Longer functions don't occur; what lies further away is no place in this one. */
const LONGEST = 1 << 16;

export class LineReader {
  private words = new Uint32Array();
  private bytes = new Uint8Array();
  /** Lines by the address in the bytecode. */
  private readonly known = new Map<number, number>();

  /** @param file the interned name of the snippet's file, as the interpreter numbers it. */
  constructor(
    private readonly frames: Frames,
    private readonly file: number,
  ) {}

  /** One-based; 0 when no code of the snippet runs. */
  read(): number {
    if (this.words.buffer !== this.frames.memory.buffer) {
      this.words = new Uint32Array(this.frames.memory.buffer);
      this.bytes = new Uint8Array(this.frames.memory.buffer);
    }
    const { words } = this;
    const limits = this.frames.limits >> 2;
    const start = words[limits + 1]! >> 2;
    for (let at = (words[limits + 3]! >> 2) - 2; at >= start; at--) {
      const code = this.codeOf(at);
      if (code > 0) return this.lineOf(code, words[at + IP]!);
    }
    return 0;
  }

  /** Where the bytecode of the frame at this word begins, if it is a frame of the snippet; else 0. */
  private codeOf(at: number): number {
    const { words } = this;
    const end = words.length << 2;
    const isAddress = (n: number) => n > 1024 && n < end - 16 && (n & 3) === 0;
    const made = words[at]!;
    if (!isAddress(made)) return 0;
    const code = words[(made >> 2) + BYTECODE]!;
    const ip = words[at + IP]!;
    if (ip < code || ip > code + LONGEST || code < 1024) return 0;
    const context = words[(made >> 2) + CONTEXT]!;
    if (!isAddress(context)) return 0;
    const names = words[(context >> 2) + NAMES]!;
    if (names < 1024 || names > end - 4) return 0;
    return (this.bytes[names]! | (this.bytes[names + 1]! << 8)) === this.file ? code : 0;
  }

  private lineOf(code: number, ip: number): number {
    let line = this.known.get(ip);
    if (line === undefined) {
      line = decodeLine(this.bytes, code, ip);
      this.known.set(ip, line);
    }
    return line;
  }
}

/** MicroPython's table of lines, which stands in front of a function's bytecode. */
function decodeLine(bytes: Uint8Array, code: number, ip: number): number {
  let at = code;
  // The signature: xSSSSEAA, xFSSKAED, ...; only the arguments' number matters.
  let byte = bytes[at++]!;
  let args = byte & 3;
  let kwonly = 0;
  for (let n = 0; byte & 128; n++) {
    byte = bytes[at++]!;
    args |= (byte & 4) << n;
    kwonly |= ((byte & 8) >> 3) << n;
  }
  // Sizes of the table and of the cells: xIIIIIIC.
  let size = 0;
  let cells = 0;
  for (let n = 0; ; n++) {
    byte = bytes[at++]!;
    cells |= (byte & 1) << n;
    size |= ((byte & 126) >> 1) << (6 * n);
    if (!(byte & 128)) break;
  }
  const end = at + size;
  let offset = ip - (end + cells);
  // The function's name and the arguments'.
  for (let names = 1 + args + kwonly; names > 0; names--) {
    while (bytes[at++]! & 128) {}
  }
  let line = 1;
  while (at < end) {
    const first = bytes[at++]!;
    let skipped = first & 31;
    let lines = first >> 5;
    if (first & 128) {
      skipped = first & 15;
      lines = ((first << 4) & 0x700) | bytes[at++]!;
    }
    if (offset < skipped) break;
    offset -= skipped;
    line += lines;
  }
  return line;
}
