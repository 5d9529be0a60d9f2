/** The instructions of pickles, protocols 0 to 5 (PEP 307, 3154 and 574; names as in pickletools). */

/** What follows an opcode. Sizes are little-endian; `line` is text up to a newline. */
export type ArgumentKind =
  | 'none'
  | 'uint1'
  | 'uint2'
  | 'uint4'
  | 'uint8'
  | 'int4'
  | 'float8'
  | 'int-line'
  | 'long-line'
  | 'float-line'
  | 'string-line'
  | 'unicode-line'
  | 'plain-line'
  | 'two-lines'
  | 'long1'
  | 'long4'
  | 'string1'
  | 'string4'
  | 'unicode1'
  | 'unicode4'
  | 'unicode8'
  | 'bytes1'
  | 'bytes4'
  | 'bytes8'
  | 'bytearray8';

export interface Opcode {
  name: string;
  argument: ArgumentKind;
}

const TABLE: readonly (readonly [code: number, name: string, argument?: ArgumentKind])[] = [
  [0x28, 'MARK'],
  [0x29, 'EMPTY_TUPLE'],
  [0x2e, 'STOP'],
  [0x30, 'POP'],
  [0x31, 'POP_MARK'],
  [0x32, 'DUP'],
  [0x42, 'BINBYTES', 'bytes4'],
  [0x43, 'SHORT_BINBYTES', 'bytes1'],
  [0x46, 'FLOAT', 'float-line'],
  [0x47, 'BINFLOAT', 'float8'],
  [0x49, 'INT', 'int-line'],
  [0x4a, 'BININT', 'int4'],
  [0x4b, 'BININT1', 'uint1'],
  [0x4c, 'LONG', 'long-line'],
  [0x4d, 'BININT2', 'uint2'],
  [0x4e, 'NONE'],
  [0x50, 'PERSID', 'plain-line'],
  [0x51, 'BINPERSID'],
  [0x52, 'REDUCE'],
  [0x53, 'STRING', 'string-line'],
  [0x54, 'BINSTRING', 'string4'],
  [0x55, 'SHORT_BINSTRING', 'string1'],
  [0x56, 'UNICODE', 'unicode-line'],
  [0x58, 'BINUNICODE', 'unicode4'],
  [0x5d, 'EMPTY_LIST'],
  [0x61, 'APPEND'],
  [0x62, 'BUILD'],
  [0x63, 'GLOBAL', 'two-lines'],
  [0x64, 'DICT'],
  [0x65, 'APPENDS'],
  [0x67, 'GET', 'int-line'],
  [0x68, 'BINGET', 'uint1'],
  [0x69, 'INST', 'two-lines'],
  [0x6a, 'LONG_BINGET', 'uint4'],
  [0x6c, 'LIST'],
  [0x6f, 'OBJ'],
  [0x70, 'PUT', 'int-line'],
  [0x71, 'BINPUT', 'uint1'],
  [0x72, 'LONG_BINPUT', 'uint4'],
  [0x73, 'SETITEM'],
  [0x74, 'TUPLE'],
  [0x75, 'SETITEMS'],
  [0x7d, 'EMPTY_DICT'],
  [0x80, 'PROTO', 'uint1'],
  [0x81, 'NEWOBJ'],
  [0x82, 'EXT1', 'uint1'],
  [0x83, 'EXT2', 'uint2'],
  [0x84, 'EXT4', 'int4'],
  [0x85, 'TUPLE1'],
  [0x86, 'TUPLE2'],
  [0x87, 'TUPLE3'],
  [0x88, 'NEWTRUE'],
  [0x89, 'NEWFALSE'],
  [0x8a, 'LONG1', 'long1'],
  [0x8b, 'LONG4', 'long4'],
  [0x8c, 'SHORT_BINUNICODE', 'unicode1'],
  [0x8d, 'BINUNICODE8', 'unicode8'],
  [0x8e, 'BINBYTES8', 'bytes8'],
  [0x8f, 'EMPTY_SET'],
  [0x90, 'ADDITEMS'],
  [0x91, 'FROZENSET'],
  [0x92, 'NEWOBJ_EX'],
  [0x93, 'STACK_GLOBAL'],
  [0x94, 'MEMOIZE'],
  [0x95, 'FRAME', 'uint8'],
  [0x96, 'BYTEARRAY8', 'bytearray8'],
  [0x97, 'NEXT_BUFFER'],
  [0x98, 'READONLY_BUFFER'],
];

/** By the opcode's byte. */
export const OPCODES: readonly (Opcode | undefined)[] = (() => {
  const byCode: (Opcode | undefined)[] = new Array(256).fill(undefined);
  for (const [code, name, argument = 'none'] of TABLE) byCode[code] = { name, argument };
  return byCode;
})();

export const STOP = 0x2e;
export const PROTO = 0x80;
/** The newest protocol there is. */
export const NEWEST_PROTOCOL = 5;
