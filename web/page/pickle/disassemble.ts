/**
 * Takes a pickle apart without running it. A pickle is a program for a small stack machine; this
 * finds its instructions, and reads an argument when it is asked for.
 */

import { type ArgumentKind, OPCODES, type Opcode, STOP } from './opcodes';
import { reprBytes, reprFloat, reprText } from './python-text';

/** Instructions beyond this are not read: the listing would not fit into memory. */
export const MOST_INSTRUCTIONS = 5_000_000;
/** Characters and bytes of an argument that the listing shows. */
const SHOWN = 160;

export interface Problem {
  offset: number;
  text: string;
}

/** Bytes of the pickle, from `start` to before `end`. */
export interface Range {
  start: number;
  end: number;
}

export type Argument =
  | { kind: 'none' }
  /** A number, or how Python writes one that JavaScript cannot hold. */
  | { kind: 'number'; text: string }
  | { kind: 'text'; text: string }
  | ({ kind: 'bytes' | 'bytearray' } & Range)
  | { kind: 'name'; module: string; name: string };

export interface Disassembly {
  bytes: Uint8Array;
  /** Where each instruction begins. Its opcode is the byte there. */
  offsets: Uint32Array;
  /** After the last instruction that was read. */
  end: number;
  /** Why reading ended before a STOP. */
  problem: (Problem & { cut: boolean }) | null;
}

class Malformed extends Error {}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const FIXED: Partial<Record<ArgumentKind, number>> = {
  none: 0,
  uint1: 1,
  uint2: 2,
  uint4: 4,
  int4: 4,
  uint8: 8,
  float8: 8,
};
/** Bytes of the length that stands before the argument. */
const PREFIX: Partial<Record<ArgumentKind, number>> = {
  long1: 1,
  string1: 1,
  unicode1: 1,
  bytes1: 1,
  long4: 4,
  string4: 4,
  unicode4: 4,
  bytes4: 4,
  unicode8: 8,
  bytes8: 8,
  bytearray8: 8,
};
const SIGNED: ReadonlySet<ArgumentKind> = new Set(['long4', 'string4']);

function lengthAt(bytes: Uint8Array, at: number, kind: ArgumentKind, prefix: number): bigint {
  const data = view(bytes);
  if (prefix === 1) return BigInt(bytes[at] as number);
  if (prefix === 8) return data.getBigUint64(at, true);
  return BigInt(SIGNED.has(kind) ? data.getInt32(at, true) : data.getUint32(at, true));
}

function lineEnd(bytes: Uint8Array, at: number): number {
  const end = bytes.indexOf(0x0a, at);
  if (end < 0) throw new Malformed('has no newline to end its argument');
  return end + 1;
}

/** Where the argument that begins at `at` ends. */
function argumentEnd(bytes: Uint8Array, at: number, kind: ArgumentKind): number {
  const left = bytes.length - at;
  const need = FIXED[kind] ?? PREFIX[kind];
  if (need === undefined) {
    const end = lineEnd(bytes, at);
    return kind === 'two-lines' ? lineEnd(bytes, end) : end;
  }
  if (need > left) throw new Malformed(`needs ${count(need)} more, but ${are(left)} left`);
  if (kind in FIXED) return at + need;
  const length = lengthAt(bytes, at, kind, need);
  if (length < 0) throw new Malformed(`has a negative length, ${length}`);
  if (length > BigInt(left - need)) {
    throw new Malformed(`says that ${count(length)} follow, but ${are(left - need)} left`);
  }
  return at + need + Number(length);
}

const count = (n: number | bigint) => `${n} ${String(n) === '1' ? 'byte' : 'bytes'}`;
const are = (n: number) => (n === 1 ? '1 is' : `${n} are`);

export function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}

/**
 * The instructions of the pickle that begins at `start`, up to its STOP. A problem is `cut` where
 * nothing is wrong but that the bytes end.
 *
 * @param step told of each instruction and where it ends; gives where the next one begins
 */
export function disassemble(
  bytes: Uint8Array,
  start = 0,
  step: (offset: number, end: number) => number = (_, end) => end,
): Disassembly {
  let offsets = new Uint32Array(256);
  let size = 0;
  let at = start;
  let problem: Disassembly['problem'] = null;
  for (;;) {
    if (at >= bytes.length) {
      const text = 'The file ends before the pickle does: there is no STOP.';
      problem = { offset: at, text, cut: true };
      break;
    }
    const code = bytes[at] as number;
    const opcode = OPCODES[code];
    if (!opcode) {
      problem = { offset: at, text: `The byte ${hex(code)} is no opcode.`, cut: false };
      break;
    }
    if (size === MOST_INSTRUCTIONS) {
      const text = `Only the first ${size / 1e6} million opcodes were read.`;
      problem = { offset: at, text, cut: false };
      break;
    }
    let end: number;
    try {
      end = argumentEnd(bytes, at + 1, opcode.argument);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      problem = { offset: at, text: `${opcode.name} ${error.message}.`, cut: true };
      break;
    }
    if (size === offsets.length) {
      const larger = new Uint32Array(size * 2);
      larger.set(offsets);
      offsets = larger;
    }
    offsets[size++] = at;
    at = step(at, end);
    if (code === STOP) break;
  }
  return { bytes, offsets: offsets.slice(0, size), end: at, problem };
}

export function opcodeAt(bytes: Uint8Array, offset: number): Opcode {
  return OPCODES[bytes[offset] as number] as Opcode;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const latin1 = (bytes: Uint8Array) => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};

/** The two's complement number in these bytes, as text. */
function longText(bytes: Uint8Array): string {
  if (bytes.length === 0) return '0';
  if (bytes.length > 400) return `an int of ${bytes.length} bytes`;
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number);
  return String(BigInt.asIntN(bytes.length * 8, value));
}

/** The text of a number in the first protocol: an optional L at its end, 00 and 01 for booleans. */
function numberLine(line: string, kind: ArgumentKind): string {
  const text = line.trim();
  if (kind === 'int-line' && text === '00') return 'False';
  if (kind === 'int-line' && text === '01') return 'True';
  const digits = kind === 'long-line' ? text.replace(/L$/, '') : text;
  if (/^[-+]?\d+$/.test(digits)) return digits.length > 400 ? digits : String(BigInt(digits));
  return text;
}

function stringLine(line: string): string {
  const quoted = /^(['"])(.*)\1$/s.exec(line.trim());
  return (quoted?.[2] ?? line).replace(
    /\\(?:x([0-9a-f]{2})|([0-7]{1,3})|([\\'"abfnrtv]))/gi,
    (_, hexes, octal, char) => {
      if (hexes) return String.fromCharCode(Number.parseInt(hexes, 16));
      if (octal) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      const at = 'abfnrtv'.indexOf(char);
      return at < 0 ? char : ('\x07\b\f\n\r\t\v'[at] as string);
    },
  );
}

function unicodeLine(line: string): string {
  return line.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/g, (all, short, long) => {
    const code = Number.parseInt(short ?? long, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

/** The argument of the instruction at `offset`, which disassemble() found to be whole. */
export function argumentAt(bytes: Uint8Array, offset: number): Argument {
  const { argument: kind } = opcodeAt(bytes, offset);
  const at = offset + 1;
  const data = view(bytes);
  const number = (text: string | number | bigint): Argument => ({
    kind: 'number',
    text: String(text),
  });
  switch (kind) {
    case 'none':
      return { kind: 'none' };
    case 'uint1':
      return number(bytes[at] as number);
    case 'uint2':
      return number(data.getUint16(at, true));
    case 'uint4':
      return number(data.getUint32(at, true));
    case 'int4':
      return number(data.getInt32(at, true));
    case 'uint8':
      return number(data.getBigUint64(at, true));
    case 'float8':
      return number(reprFloat(data.getFloat64(at)));
  }
  const end = argumentEnd(bytes, at, kind);
  const prefix = PREFIX[kind];
  if (prefix !== undefined) {
    const start = at + prefix;
    const content = bytes.subarray(start, end);
    if (kind === 'long1' || kind === 'long4') return number(longText(content));
    if (kind === 'string1' || kind === 'string4') return { kind: 'text', text: latin1(content) };
    if (kind.startsWith('unicode')) return { kind: 'text', text: utf8.decode(content) };
    return { kind: kind === 'bytearray8' ? 'bytearray' : 'bytes', start, end };
  }
  if (kind === 'two-lines') {
    const middle = lineEnd(bytes, at);
    return {
      kind: 'name',
      module: utf8.decode(bytes.subarray(at, middle - 1)),
      name: utf8.decode(bytes.subarray(middle, end - 1)),
    };
  }
  const line = bytes.subarray(at, end - 1);
  switch (kind) {
    case 'float-line': {
      const text = latin1(line).trim();
      return number(/\d/.test(text) ? reprFloat(Number(text)) : text);
    }
    case 'string-line':
      return { kind: 'text', text: stringLine(latin1(line)) };
    case 'unicode-line':
      return { kind: 'text', text: unicodeLine(latin1(line)) };
    case 'plain-line':
      return { kind: 'text', text: utf8.decode(line) };
    default:
      return number(numberLine(latin1(line), kind));
  }
}

/** The argument as the listing shows it. */
export function argumentText(bytes: Uint8Array, argument: Argument): string {
  switch (argument.kind) {
    case 'none':
      return '';
    case 'number':
      return argument.text.length > SHOWN
        ? `${argument.text.slice(0, SHOWN)}… (${argument.text.length} digits)`
        : argument.text;
    case 'text': {
      const { text } = argument;
      if (text.length <= SHOWN) return reprText(text);
      return `${reprText(text.slice(0, SHOWN))}… (${text.length} characters)`;
    }
    case 'name':
      return reprText(`${argument.module} ${argument.name}`);
    default:
      return bytesText(bytes, argument);
  }
}

export function bytesText(bytes: Uint8Array, range: Range & { kind?: string }): string {
  const { start, end } = range;
  const shown = reprBytes(bytes.subarray(start, Math.min(end, start + SHOWN)));
  const text = end - start > SHOWN ? `${shown}… (${end - start} bytes)` : shown;
  return range.kind === 'bytearray' ? `bytearray(${text})` : text;
}
