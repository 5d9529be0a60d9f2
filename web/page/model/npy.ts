/** Writes NumPy's `.npy` format, version 1.0. */

import type { ModelTensor } from '@runtime/model/messages';

/** NumPy's name of each dtype; bfloat16 has none and is written as the float32 that it came as. */
const DESCR: Record<string, string> = {
  float32: '<f4',
  float16: '<f4',
  bfloat16: '<f4',
  float64: '<f8',
  int8: '|i1',
  int16: '<i2',
  int32: '<i4',
  int64: '<i8',
  uint8: '|u1',
  uint16: '<u2',
  uint32: '<u4',
  uint64: '<u8',
  bool: '|b1',
};

export function npyBytes({ dtype, shape, data }: ModelTensor): Uint8Array {
  const descr = DESCR[dtype];
  if (!descr || Array.isArray(data)) throw new Error(`${dtype} has no place in a .npy file`);
  const sizes = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${sizes}, }`;
  // The elements begin at a multiple of 64.
  const length = Math.ceil((header.length + 11) / 64) * 64;
  const text = `${header.padEnd(length - 11, ' ')}\n`;
  const begin = Uint8Array.from('\x93NUMPY\x01\x00', (char) => char.charCodeAt(0));
  const bytes = new Uint8Array(length + data.byteLength);
  bytes.set(begin);
  new DataView(bytes.buffer).setUint16(8, text.length, true);
  bytes.set(new TextEncoder().encode(text), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), length);
  return bytes;
}
