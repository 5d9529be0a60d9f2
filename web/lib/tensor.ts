import type { OpMethods } from '@generated/ops';
import { callOp, isPlainObject, linkTensor, writeHandles } from './args.ts';
import { addCallback, collectReleased } from './callbacks.ts';
import type { Handle } from './core-module.ts';
import { type DType, dtypes } from './dtypes.ts';
import { copyElements, type Nested, type TypedArray, toNested } from './elements.ts';
import { TorchError } from './errors.ts';
import { GradFn } from './grad-fn.ts';
import { adopt, release } from './memory.ts';
import { checked, checkedFlag, checkedNumber, type OpInfo, state, throwLast } from './state.ts';

const inspect = Symbol.for('nodejs.util.inspect.custom');

/** torch.Size: an array of ints that prints as PyTorch prints it. */
export class Size extends Array<number> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  static make(sizes: ArrayLike<number>): Size {
    const size = new Size(sizes.length);
    for (let i = 0; i < sizes.length; i++) size[i] = sizes[i]!;
    return size;
  }

  numel(): number {
    return this.reduce((n, d) => n * d, 1);
  }

  override toString(): string {
    return `torch.Size([${this.join(', ')}])`;
  }

  [inspect](): string {
    return this.toString();
  }
}

/** Gives back what register_hook took. */
export class RemovableHandle {
  constructor(private readonly undo: () => void) {}

  remove(): void {
    this.undo();
  }

  [Symbol.dispose](): void {
    this.undo();
  }
}

export interface BackwardOptions {
  gradient?: Tensor | null;
  retain_graph?: boolean;
  create_graph?: boolean;
  inputs?: Tensor | Tensor[];
}

/**
 * torch.Tensor. Operators are methods under PyTorch's names, installed from the core's registry;
 * their types are in the generated interface that this class merges with.
 */
export class TensorBase {
  kept = false;
  watched = false;

  /** For the library: takes over a handle of the core. Users call torch.tensor(). */
  constructor(public handle: Handle) {
    if (typeof handle !== 'number' || handle <= 0) {
      throw new TorchError('TypeError', 'tensors are made by torch.tensor(), torch.zeros(), ...');
    }
    adopt(this);
  }

  // ---- life ----

  /** Frees the tensor's memory, unless the graph or a view still needs it. */
  delete(): void {
    release(this);
  }

  [Symbol.dispose](): void {
    release(this);
  }

  get is_deleted(): boolean {
    return this.handle <= 0;
  }

  // ---- what it is ----

  get dtype(): DType {
    return dtypes[checkedNumber(state().core._gb_dtype(this.handle))]!;
  }

  get shape(): Size {
    return Size.make(state().native.shape(this.handle) ?? throwLast());
  }

  get ndim(): number {
    return this.dim();
  }

  get device(): string {
    return 'cpu';
  }

  /** Process-wide identity: the same for every object that stands for this tensor. */
  get uid(): number {
    return checkedNumber(state().core._gb_uid(this.handle));
  }

  /** Counts in-place changes of the memory. */
  get _version(): number {
    return checkedNumber(state().core._gb_version(this.handle));
  }

  dim(): number {
    return checkedNumber(state().core._gb_dim(this.handle));
  }

  size(): Size;
  size(dim: number): number;
  size(dim?: number): Size | number {
    if (dim === undefined) return this.shape;
    return checkedNumber(state().core._gb_size(this.handle, dim));
  }

  stride(): number[];
  stride(dim: number): number;
  stride(dim?: number): number[] | number {
    const { core, native } = state();
    if (dim !== undefined) return checkedNumber(core._gb_stride(this.handle, dim));
    const n = core._gb_strides(this.handle);
    return n < 0 ? throwLast() : native.outs(n);
  }

  numel(): number {
    return checkedNumber(state().core._gb_numel(this.handle));
  }

  nelement(): number {
    return this.numel();
  }

  element_size(): number {
    return this.dtype.itemsize;
  }

  storage_offset(): number {
    return checkedNumber(state().core._gb_offset(this.handle));
  }

  data_ptr(): number {
    return checkedNumber(state().core._gb_data_ptr(this.handle));
  }

  is_contiguous(): boolean {
    return checkedNumber(state().core._gb_is_contiguous(this.handle)) === 1;
  }

  is_floating_point(): boolean {
    return this.dtype.is_floating_point;
  }

  // ---- elements ----

  /** The value of a one-element tensor. @throws TorchError for any other size */
  item(): number | boolean | bigint {
    if (this.numel() !== 1) {
      state().core._gb_item(this.handle);
      throwLast();
    }
    let value: Nested<number | boolean | bigint> = toNested(state().native, this.handle)!;
    while (Array.isArray(value)) value = value[0]!;
    return value;
  }

  /** Nested arrays; int64 values beyond 2^53 come as BigInt. */
  tolist(): any {
    return toNested(state().native, this.handle) ?? throwLast();
  }

  /** A copy of the elements in row-major order, in the typed array that suits the dtype. */
  to_array(): TypedArray {
    return copyElements(state().native, this.handle) ?? throwLast();
  }

  valueOf(): number | boolean | bigint | this {
    return this.handle > 0 && this.numel() === 1 ? this.item() : this;
  }

  toString(): string {
    if (this.handle <= 0) return '<deleted tensor>';
    return state().core.tensorText(this.handle, 'tensor(') || throwLast();
  }

  [inspect](): string {
    return this.toString();
  }

  // ---- autograd ----

  get requires_grad(): boolean {
    return checkedFlag(state().core._gb_requires_grad(this.handle));
  }

  set requires_grad(on: boolean) {
    checked(state().core._gb_set_requires_grad(this.handle, on ? 1 : 0));
  }

  requires_grad_(on = true): this {
    this.requires_grad = on;
    return this;
  }

  get is_leaf(): boolean {
    return checkedFlag(state().core._gb_is_leaf(this.handle));
  }

  get grad(): Tensor | null {
    const g = state().core._gb_grad(this.handle);
    if (g < 0) throwLast();
    return g === 0 ? null : new Tensor(g);
  }

  set grad(g: Tensor | null) {
    checked(state().core._gb_set_grad(this.handle, g?.handle ?? 0));
  }

  /** The graph node that made this tensor; null for a leaf. */
  get grad_fn(): GradFn | null {
    const id = checkedNumber(state().core._gb_grad_fn(this.handle));
    return id === 0 ? null : new GradFn(id);
  }

  get retains_grad(): boolean {
    return checkedFlag(state().core._gb_retains_grad(this.handle));
  }

  retain_grad(): void {
    checked(state().core._gb_retain_grad(this.handle));
  }

  /** The same memory, outside the graph. */
  detach(): Tensor {
    return new Tensor(state().core._gb_detach(this.handle) || throwLast());
  }

  detach_(): this {
    checked(state().core._gb_set_requires_grad(this.handle, 0));
    return this;
  }

  get data(): Tensor {
    return this.detach();
  }

  /** Takes the other tensor's memory, shape and dtype; stays itself in the graph. */
  set data(other: Tensor) {
    checked(state().core._gb_set_data(this.handle, other.handle));
  }

  /** `backward(gradient?, {retain_graph, create_graph, inputs})` */
  backward(gradient?: Tensor | BackwardOptions | null, options?: BackwardOptions): void {
    let given = gradient;
    let how = options;
    if (isPlainObject(gradient)) {
      how = gradient as BackwardOptions;
      given = how.gradient;
    }
    const inputs = how?.inputs === undefined ? [] : [how.inputs].flat();
    if (inputs.length > 0) writeHandles(inputs);
    const createGraph = how?.create_graph ?? false;
    checked(
      state().core._gb_backward(
        this.handle,
        (given as Tensor | null | undefined)?.handle ?? 0,
        (how?.retain_graph ?? createGraph) ? 1 : 0,
        createGraph ? 1 : 0,
        inputs.length,
      ),
    );
    collectReleased();
  }

  /** `hook(grad)` may return a gradient that replaces the one it is given. */
  register_hook(hook: (grad: Tensor) => Tensor | null | undefined | void): RemovableHandle {
    const cb = addCallback(({ tensors }) => {
      const replaced = hook(tensors[0]!);
      return replaced ? [replaced] : undefined;
    });
    const id = state().core._gb_tensor_hook(this.handle, cb) || throwLast();
    return new RemovableHandle(() => {
      state().core._gb_remove_tensor_hook(id);
      collectReleased();
    });
  }

  [Symbol.iterator](): Iterator<Tensor> {
    if (this.dim() === 0) throw new TorchError('TypeError', 'iteration over a 0-d tensor');
    const n = this.size(0);
    let i = 0;
    const next = (): IteratorResult<Tensor> =>
      i < n
        ? { done: false, value: (this as unknown as Tensor).select(0, i++) }
        : { done: true, value: undefined };
    return { next };
  }
}

/** A tensor with the registry's operators as methods. */
export class Tensor extends TensorBase {}
export interface Tensor extends OpMethods {}

linkTensor({
  isTensor: (x): x is Tensor => x instanceof TensorBase,
  wrap: (handle) => new Tensor(handle),
});

/** Puts the registry's methods on the class. */
export function installMethods(ops: Iterable<OpInfo>): void {
  const proto = TensorBase.prototype as unknown as Record<string, unknown>;
  for (const op of ops) {
    if (!op.method || Object.hasOwn(proto, op.name)) continue;
    const { id } = op;
    Object.defineProperty(Tensor.prototype, op.name, {
      configurable: true,
      writable: true,
      value: {
        [op.name](this: Tensor, ...args: unknown[]) {
          return callOp(id, this, args);
        },
      }[op.name],
    });
  }
}
