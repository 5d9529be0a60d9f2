// Tensors as onnxruntime-web has them: a typed array with a shape, in JavaScript's own memory.
import { Code, type DTypeName, typedArrays } from '../lib/dtypes.ts';
import { fail, type InferenceCore, told } from './core.ts';
import { OnnxError } from './errors.ts';

export type NumericType = DTypeName;
export type TensorType = NumericType | 'string';
export type TensorArray = InstanceType<(typeof typedArrays)[NumericType]>;

const names = Object.keys(Code) as NumericType[];

const product = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);

// Typed arrays that stand for one type; the others share theirs and must be named.
const plain = names.filter((name) => !['float16', 'bfloat16', 'bool'].includes(name));

/** The type that a typed array has when none is named. */
function typeOf(data: unknown): TensorType {
  if (Array.isArray(data)) return typeof data[0] === 'boolean' ? 'bool' : 'string';
  const found = plain.find((name) => data instanceof typedArrays[name]);
  if (found) return found;
  throw new OnnxError('TypeError', 'a tensor needs a typed array, or an array of strings');
}

/**
 * `new Tensor('float32', data, dims)` or `new Tensor(data, dims)`. `data`: a typed array, numbers,
 * booleans or strings, row-major; `dims` default to one dimension.
 * @throws OnnxError when data and dims don't fit, or there is no such type
 */
export class Tensor {
  readonly type: TensorType;
  readonly data: TensorArray | string[];
  readonly dims: readonly number[];

  constructor(type: TensorType | 'double', data: Iterable<unknown>, dims?: readonly number[]);
  constructor(data: TensorArray | readonly string[], dims?: readonly number[]);
  constructor(first: unknown, second?: unknown, third?: readonly number[]) {
    const named = typeof first === 'string';
    const data = (named ? second : first) as TensorArray | string[];
    const dims = (named ? third : (second as readonly number[] | undefined)) ?? [data.length];
    this.type = named ? ((first === 'double' ? 'float64' : first) as TensorType) : typeOf(data);
    this.dims = [...dims];
    if (this.type === 'string') {
      this.data = [...(data as string[])];
    } else {
      const Kind = typedArrays[this.type];
      if (!Kind) throw new OnnxError('TypeError', `no type ${this.type}`);
      // A typed array stays the caller's, as in onnxruntime.
      this.data = data instanceof Kind ? data : convert(this.type, data);
    }
    if (this.data.length !== product(this.dims)) {
      throw new OnnxError(
        'ValueError',
        `a tensor of shape [${this.dims}] can't hold ${this.data.length} elements`,
      );
    }
  }

  get size(): number {
    return this.data.length;
  }

  /** The same elements in another shape. @throws OnnxError when their number doesn't fit */
  reshape(dims: readonly number[]): Tensor {
    return new Tensor(this.type as NumericType, this.data, dims);
  }

  /** The elements; here for code that was written for onnxruntime-web. */
  async getData(): Promise<TensorArray | string[]> {
    return this.data;
  }

  /** Nothing is to be freed: the elements are JavaScript's. */
  dispose(): void {}
}

function convert(type: NumericType, data: Iterable<unknown>): TensorArray {
  if (type === 'int64') return BigInt64Array.from(data as Iterable<number>, BigInt);
  if (type === 'uint64') return BigUint64Array.from(data as Iterable<number>, BigInt);
  const Kind = typedArrays[type] as typeof Float32Array;
  return Kind.from(data as Iterable<number>, Number);
}

/** A copy of the tensor in wasm memory; its handle. */
export function send(c: InferenceCore, t: Tensor): number {
  const dims = new Uint8Array(new Float64Array(t.dims).buffer);
  const room = c._gi_text(dims.length) >>> 0;
  c.HEAPU8.set(dims, room);
  const handle = c._gi_tensor(Code[t.type as NumericType], t.dims.length) || fail(c);
  if (t.size > 0) {
    const { buffer, byteOffset, byteLength } = t.data as TensorArray;
    c.HEAPU8.set(new Uint8Array(buffer, byteOffset, byteLength), c._gi_data(handle) >>> 0);
  }
  return handle;
}

/** A copy in JavaScript's memory of a tensor, which is freed. */
export function receive(c: InferenceCore, handle: number): Tensor {
  try {
    const [code, ...dims] = JSON.parse(told(c, c._gi_shape(handle))) as number[];
    const type = names.find((name) => Code[name] === code)!;
    const Kind = typedArrays[type] as typeof Float32Array;
    const size = product(dims);
    const at = c._gi_data(handle) >>> 0;
    if (at === 0 && size > 0) fail(c);
    return new Tensor(
      type,
      size ? new Kind(c.HEAPU8.buffer as ArrayBuffer, at, size).slice() : new Kind(0),
      dims,
    );
  } finally {
    c._gi_tensor_free(handle);
  }
}

/** Strings as they cross: {"strings","shape"}. */
export const wireStrings = (t: Tensor) => ({ strings: t.data as string[], shape: [...t.dims] });
