// Elements between JavaScript and wasm memory. Row-major throughout; 64-bit ints keep all their
// bits when they come as BigInt or as text, and as far as a double can hold them otherwise.
import type { Handle } from './core-module.ts';
import {
  Code,
  type DTypeName,
  isFloatingCode,
  isHalfCode,
  itemSize,
  typedArrays,
} from './dtypes.ts';
import type { Native } from './native.ts';

export type TypedArray =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** Items of a tensor: numbers, booleans, BigInts, or their texts. */
export type Items = TypedArray | ArrayLike<number | boolean | bigint | string>;

/** An uninitialised tensor of this shape; 0 when the core refused (its error is kept). */
export function emptyTensor(native: Native, dtype: number, shape: ArrayLike<number>): Handle {
  native.begin();
  for (let i = 0; i < shape.length; i++) native.slot(shape[i]!);
  return native.core._gb_empty(dtype, shape.length);
}

const product = (shape: ArrayLike<number>): number => {
  let n = 1;
  for (let i = 0; i < shape.length; i++) n *= shape[i]!;
  return n;
};

/**
 * A tensor of `shape` with these items. Gives 0 when the core refused.
 * @throws RangeError when their number doesn't fit the shape.
 */
export function tensorFromItems(
  native: Native,
  dtype: number,
  shape: ArrayLike<number>,
  items: Items,
): Handle {
  if (isHalfCode(dtype)) {
    const wide = tensorFromItems(native, Code.float32, shape, items);
    if (wide === 0) return 0;
    try {
      return native.core._gb_converted(wide, dtype);
    } finally {
      native.core._gb_free(wide);
    }
  }
  const n = product(shape);
  if (items.length !== n) {
    throw new RangeError(
      `shape '[${Array.from(shape).join(', ')}]' is invalid for input of size ${items.length}`,
    );
  }
  const handle = emptyTensor(native, dtype, shape);
  if (handle !== 0 && n > 0) write(native, native.core._gb_data_ptr(handle), dtype, items);
  return handle;
}

const arraysByCode: (new (memory: ArrayBuffer, address: number, count: number) => TypedArray)[] =
  [];
for (const [name, code] of Object.entries(Code)) {
  arraysByCode[code] = typedArrays[name as DTypeName];
}

/** The typed array over wasm memory at `address` that holds elements of `dtype`. */
function view(native: Native, address: number, dtype: number, count: number): TypedArray {
  return new arraysByCode[dtype]!(native.memory, address, count);
}

function write(native: Native, address: number, dtype: number, items: Items): void {
  const n = items.length;
  const target = view(native, address, dtype, n);
  if (target.constructor === items.constructor && dtype !== Code.bool) {
    (target as Float32Array).set(items as Float32Array);
    return;
  }
  if (dtype === Code.int64 || dtype === Code.uint64) {
    const words = new Int32Array(native.memory, address, 2 * n);
    for (let i = 0; i < n; i++)
      writeInt64(words, target as BigInt64Array | BigUint64Array, i, items[i]!);
  } else if (dtype === Code.bool) {
    for (let i = 0; i < n; i++) (target as Uint8Array)[i] = truth(items[i]!) ? 1 : 0;
  } else {
    const numbers = target as Float64Array;
    for (let i = 0; i < n; i++) numbers[i] = toNumber(items[i]!);
  }
}

function writeInt64(
  words: Int32Array,
  wide: BigInt64Array | BigUint64Array,
  i: number,
  x: number | boolean | bigint | string,
): void {
  if (typeof x === 'bigint') {
    wide[i] = x;
  } else if (typeof x === 'string' && x.length > 15 && /^\s*-?\d+\s*$/.test(x)) {
    wide[i] = BigInt(x);
  } else {
    const whole = Math.trunc(toNumber(x)); // as C++ and PyTorch convert
    words[2 * i] = whole | 0;
    words[2 * i + 1] = Math.floor(whole / 4294967296);
  }
}

function truth(x: number | boolean | bigint | string): boolean {
  return typeof x === 'string' ? toNumber(x) !== 0 : Boolean(x) || Number.isNaN(x);
}

const words: Record<string, number> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '+inf': Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  '-infinity': Number.NEGATIVE_INFINITY,
  true: 1,
  false: 0,
};

function toNumber(x: number | boolean | bigint | string): number {
  if (typeof x !== 'string') return Number(x);
  const number = Number(x);
  return Number.isNaN(number) ? (words[x.trim().toLowerCase()] ?? Number.NaN) : number;
}

/**
 * Runs `use` on the tensor's elements in row-major order; undefined when the handle isn't valid.
 * Those of 16 bits come as float32, unless `raw`.
 */
function withElements<R>(
  native: Native,
  h: Handle,
  use: (elements: TypedArray, dtype: number, shape: number[]) => R,
  raw = false,
): R | undefined {
  const { core } = native;
  let dense = core._gb_contiguous(h);
  if (dense === 0) return undefined;
  if (!raw && isHalfCode(core._gb_dtype(dense))) {
    const stored = dense;
    dense = core._gb_converted(stored, Code.float32);
    core._gb_free(stored);
    if (dense === 0) return undefined;
  }
  try {
    const shape = native.shape(dense)!;
    const dtype = core._gb_dtype(dense);
    const count = core._gb_numel(dense);
    const address = count === 0 ? 0 : core._gb_data_ptr(dense);
    return use(view(native, address, dtype, count), dtype, shape);
  } finally {
    core._gb_free(dense);
  }
}

/** A copy of the elements in the typed array that suits the dtype (Uint8Array for bool). */
export function copyElements(native: Native, h: Handle): TypedArray | undefined {
  return withElements(native, h, (elements) => elements.slice());
}

/** A copy of the elements' bytes, little-endian. */
export function copyBytes(native: Native, h: Handle): Uint8Array | undefined {
  return withElements(
    native,
    h,
    (e, dtype) => new Uint8Array(e.buffer, e.byteOffset, e.length * itemSize[dtype]!).slice(),
    true,
  );
}

/** A tensor from bytes that `copyBytes` gave. @throws RangeError on a wrong number of bytes. */
export function tensorFromBytes(
  native: Native,
  dtype: number,
  shape: ArrayLike<number>,
  bytes: Uint8Array,
): Handle {
  const need = product(shape) * itemSize[dtype]!;
  if (bytes.length !== need) {
    throw new RangeError(`expected ${need} bytes for this shape and dtype but got ${bytes.length}`);
  }
  const handle = emptyTensor(native, dtype, shape);
  if (handle !== 0 && need > 0) native.bytes.set(bytes, native.core._gb_data_ptr(handle));
  return handle;
}

export type Nested<T> = T | Nested<T>[];

function nest<T>(shape: number[], item: (i: number) => T): Nested<T> {
  let i = 0;
  const level = (d: number): Nested<T> => {
    if (d === shape.length) return item(i++);
    const list = new Array<Nested<T>>(shape[d]!);
    for (let k = 0; k < list.length; k++) list[k] = level(d + 1);
    return list;
  };
  return level(0);
}

/** tolist() for JavaScript: nested arrays of numbers or booleans; ints beyond 2^53 as BigInt. */
export function toNested(native: Native, h: Handle): Nested<number | boolean | bigint> | undefined {
  return withElements(native, h, (e, dtype, shape) => {
    if (dtype === Code.bool) return nest(shape, (i) => e[i] !== 0);
    if (dtype !== Code.int64 && dtype !== Code.uint64) return nest(shape, (i) => e[i] as number);
    return nest(shape, (i) => {
      const x = Number(e[i]);
      return Number.isSafeInteger(x) ? x : (e[i] as bigint);
    });
  });
}

/** tolist() as JSON text that Python reads back exactly: floats keep a point or an exponent. */
export function toJsonText(native: Native, h: Handle): string | undefined {
  return withElements(native, h, (e, dtype, shape) => {
    const floating = isFloatingCode(dtype);
    const item = (x: number | bigint | undefined): string => {
      if (dtype === Code.bool) return x ? 'true' : 'false';
      const text = String(x);
      if (!floating || !Number.isInteger(x)) return text;
      if (Object.is(x, -0)) return '-0.0';
      return text.includes('e') ? text : `${text}.0`;
    };
    let i = 0;
    const level = (d: number): string => {
      if (d === shape.length) return item(e[i++]);
      const parts: string[] = [];
      for (let k = 0; k < shape[d]!; k++) parts.push(level(d + 1));
      return `[${parts.join(',')}]`;
    };
    return level(0);
  });
}
