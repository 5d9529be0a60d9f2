// Tensors from JavaScript data. Python tells 1 from 1.0 and JavaScript doesn't: here plain numbers
// make a tensor of the default dtype (float32), BigInts an int64 one, booleans a bool one, and a
// typed array one of its own element type. Any other choice is made with {dtype}.
import type { Handle } from './core-module.ts';
import {
  bool,
  type DType,
  dtypes,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
} from './dtypes.ts';
import { copyElements, type TypedArray, tensorFromItems } from './elements.ts';
import { TorchError } from './errors.ts';
import { state, throwLast } from './state.ts';
import { Tensor } from './tensor.ts';

export interface TensorOptions {
  dtype?: DType;
  requires_grad?: boolean;
}

type Leaf = number | boolean | bigint;
/** What torch.tensor() takes: a number, nested arrays, a typed array, or another tensor. */
export type TensorData = Leaf | TypedArray | Tensor | readonly TensorData[];

const isTyped = (x: unknown): x is TypedArray => ArrayBuffer.isView(x) && !(x instanceof DataView);

/** Finds the shape on the way down the first items, then gathers leaves and checks the lengths. */
class Gather {
  readonly shape: number[] = [];
  readonly leaves: Leaf[] = [];

  constructor(data: TensorData) {
    let level: unknown = data;
    for (;;) {
      level = plain(level);
      if (!Array.isArray(level) && !isTyped(level)) break;
      this.shape.push(level.length);
      if (level.length === 0) break;
      level = level[0];
    }
    this.walk(data, 0);
  }

  private walk(given: unknown, depth: number): void {
    const x = plain(given);
    const listed = Array.isArray(x) || isTyped(x);
    if (depth === this.shape.length) {
      if (listed) throw ragged(depth);
      this.leaf(x);
      return;
    }
    if (!listed) {
      throw new TorchError('TypeError', `not a sequence: ${typeName(x)}`);
    }
    const want = this.shape[depth]!;
    if (x.length !== want) {
      throw new TorchError(
        'ValueError',
        `expected sequence of length ${want} at dim ${depth} (got ${x.length})`,
      );
    }
    for (let i = 0; i < x.length; i++) this.walk(x[i], depth + 1);
  }

  private leaf(x: unknown): void {
    if (typeof x !== 'number' && typeof x !== 'boolean' && typeof x !== 'bigint') {
      throw new TorchError('TypeError', `new(): invalid data type '${typeName(x)}'`);
    }
    this.leaves.push(x);
  }

  /** bool < int64 < the default dtype, as the widest kind among the leaves. */
  dtype(): DType {
    let kind = bool;
    if (this.leaves.length === 0) return defaultDtype();
    for (const x of this.leaves) {
      if (typeof x === 'number') return defaultDtype();
      if (typeof x === 'bigint') kind = int64;
    }
    return kind;
  }
}

const ragged = (depth: number) =>
  new TorchError('ValueError', `only numbers can stand at dim ${depth}, but there is a sequence`);

const typeName = (x: unknown) =>
  x === null ? 'null' : typeof x === 'object' ? (x.constructor?.name ?? 'object') : typeof x;

/** A tensor inside a list stands for its value. */
const plain = (x: unknown): unknown => (x instanceof Tensor ? x.tolist() : x);

export const defaultDtype = (): DType => dtypes[state().core._gb_default_dtype()]!;

function dtypeOfArray(x: TypedArray): DType {
  if (x instanceof Float32Array) return float32;
  if (x instanceof Float64Array) return float64;
  if (x instanceof BigInt64Array) return int64;
  if (x instanceof Int8Array) return int8;
  if (x instanceof Int16Array) return int16;
  if (x instanceof Uint16Array) return uint16;
  if (x instanceof Uint32Array) return uint32;
  if (x instanceof BigUint64Array) return uint64;
  if (x instanceof Uint8Array || x instanceof Uint8ClampedArray) return uint8;
  return int32;
}

function build(dtype: DType, shape: ArrayLike<number>, items: ArrayLike<Leaf>): Handle {
  return tensorFromItems(state().native, dtype.code, shape, items) || throwLast();
}

/**
 * torch.tensor: a new tensor with a copy of `data`.
 * @param data a number, boolean or BigInt, nested arrays of them, a typed array, or a tensor
 * @throws TorchError (ValueError) when nested arrays differ in length
 */
export function tensor(data: TensorData, options: TensorOptions = {}): Tensor {
  let handle: Handle;
  if (data instanceof Tensor) {
    const elements = copyElements(state().native, data.handle) ?? throwLast();
    const dtype = options.dtype ?? data.dtype;
    handle = build(dtype, data.shape, elements as ArrayLike<Leaf>);
  } else if (isTyped(data)) {
    handle = build(options.dtype ?? dtypeOfArray(data), [data.length], data as ArrayLike<Leaf>);
  } else {
    const gather = new Gather(data);
    handle = build(options.dtype ?? gather.dtype(), gather.shape, gather.leaves);
  }
  const made = new Tensor(handle);
  if (options.requires_grad) made.requires_grad = true;
  return made;
}

/** A 1-dim tensor of a typed array's elements, or of that shape. torch.from_numpy's counterpart. */
export function from_array(
  data: TypedArray,
  shape: readonly number[] = [data.length],
  options: TensorOptions = {},
): Tensor {
  const made = new Tensor(
    build(options.dtype ?? dtypeOfArray(data), shape, data as ArrayLike<Leaf>),
  );
  if (options.requires_grad) made.requires_grad = true;
  return made;
}
