// JavaScript values as operator arguments, and results as JavaScript values.
//
// JavaScript has one kind of number. A whole number crosses as a Python int, any other as a float:
// `x.add(2)` and `torch.arange(10)` mean what they mean in Python. BigInt is always an int. Keyword
// arguments come last, as a plain object: `x.sum(1, { keepdim: true })`.
import type { Handle } from './core-module.ts';
import { DType, dtypes } from './dtypes.ts';
import { TorchError } from './errors.ts';
import { Result } from './native.ts';
import { state, throwLast } from './state.ts';
import type { Tensor } from './tensor.ts';

interface Links {
  isTensor(x: unknown): x is Tensor;
  wrap(handle: Handle): Tensor;
}
let links: Links;

/** The tensor class announces itself here: it needs this file, and this file needs it. */
export function linkTensor(l: Links): void {
  links = l;
}

export type Keywords = Record<string, unknown>;

export function isPlainObject(x: unknown): x is Keywords {
  if (typeof x !== 'object' || x === null) return false;
  const proto = Object.getPrototypeOf(x);
  return proto === Object.prototype || proto === null;
}

function describe(x: unknown): string {
  if (typeof x === 'function') return 'function';
  if (typeof x === 'object' && x !== null) return x.constructor?.name ?? 'object';
  return typeof x;
}

function writeNumber(x: number): void {
  const { native } = state();
  if (Number.isInteger(x)) native.int(x);
  else native.float(x);
}

function writeList(items: ArrayLike<unknown>): void {
  const { native } = state();
  const n = items.length;
  let numbers = true;
  let whole = true;
  for (let i = 0; i < n; i++) {
    const x = items[i];
    if (typeof x === 'number') whole &&= Number.isInteger(x);
    else if (typeof x !== 'bigint' && typeof x !== 'boolean') numbers = false;
  }
  if (numbers) {
    native.list(whole ? 'I' : 'F', n);
    for (let i = 0; i < n; i++) native.slot(Number(items[i]));
    return;
  }
  native.list('T', n);
  for (let i = 0; i < n; i++) {
    const x = items[i];
    if (x == null) native.slot(0);
    else if (links.isTensor(x)) native.slot(x.handle);
    else {
      throw new TorchError(
        'TypeError',
        `expected Tensor as element ${i} of the list, but got ${describe(x)}`,
      );
    }
  }
}

/** Writes one value to the call buffer, with the tag that fits it. @throws TorchError */
export function writeValue(x: unknown): void {
  const { native } = state();
  if (links.isTensor(x)) native.handle(x.handle);
  else if (typeof x === 'number') writeNumber(x);
  else if (x == null) native.none();
  else if (typeof x === 'boolean') native.bool(x);
  else if (typeof x === 'string') native.string(x);
  else if (typeof x === 'bigint') native.int(Number(x));
  else if (x instanceof DType) native.dtype(x.code);
  else if (Array.isArray(x) || ArrayBuffer.isView(x)) writeList(x as unknown as ArrayLike<unknown>);
  else throw new TorchError('TypeError', `a ${describe(x)} can't be an argument of an operator`);
}

/** What an operator gives back. */
export type OpResult =
  | Tensor
  | (Tensor | null)[]
  | number[]
  | number
  | boolean
  | string
  | DType
  | null;

export function readResult(result: number): OpResult {
  if (result > 0) return links.wrap(result);
  const { native, core } = state();
  switch (result) {
    case Result.failed:
      return throwLast();
    case Result.none:
      return null;
    case Result.list:
      return wrapAll(native.outs(native.out(0), 1));
    case Result.bool:
      return native.out(0) !== 0;
    case Result.string:
      return core.outText();
    case Result.numbers:
      return native.outs(native.out(0), 1);
    case Result.dtype:
      return dtypes[native.out(0)]!;
    default:
      return native.out(0);
  }
}

/** Handles as tensors; 0 gives null. */
export function wrapAll(handles: number[]): (Tensor | null)[] {
  return handles.map((h) => (h === 0 ? null : links.wrap(h)));
}

/** Calls the operator name that `op` is an id of. `self` comes first when given. */
export function callOp(op: number, self: Tensor | undefined, args: ArrayLike<unknown>): OpResult {
  const { core } = state();
  // One or two operands: no buffer, one wasm call.
  const n = args.length + (self ? 1 : 0);
  const a = self ?? args[0];
  if (links.isTensor(a)) {
    if (n === 1) return readResult(core._gb_call_t(op, a.handle));
    if (n === 2) {
      const b = self ? args[0] : args[1];
      if (links.isTensor(b)) return readResult(core._gb_call_tt(op, a.handle, b.handle));
      if (typeof b === 'number') {
        return readResult(
          Number.isInteger(b)
            ? core._gb_call_ti(op, a.handle, b)
            : core._gb_call_tf(op, a.handle, b),
        );
      }
    }
  }
  return callBoxed(op, self, args);
}

function callBoxed(op: number, self: Tensor | undefined, args: ArrayLike<unknown>): OpResult {
  const { core, native } = state();
  native.begin();
  if (self) native.handle(self.handle);
  let positional = args.length;
  const last = args[positional - 1];
  const keywords = isPlainObject(last) ? last : undefined;
  if (keywords) positional--;
  while (positional > 0 && args[positional - 1] === undefined) positional--;
  for (let i = 0; i < positional; i++) writeValue(args[i]);
  if (keywords) {
    for (const name of Object.keys(keywords)) {
      const value = keywords[name];
      if (value === undefined) continue;
      native.keyword(name);
      writeValue(value);
    }
  }
  return readResult(core._gb_call(op, native.count, 0));
}

/** Calls an operator by name. */
export function callName(name: string, ...args: unknown[]): OpResult {
  const op = state().ops.get(name);
  if (!op) throw new TorchError('AttributeError', `there is no operator '${name}'`);
  return callOp(op.id, undefined, args);
}

/** Writes bare handles to the slots, for core functions that take a counted group of tensors. */
export function writeHandles(...groups: ArrayLike<Tensor | null | undefined>[]): void {
  const { native } = state();
  native.begin();
  for (const group of groups) {
    for (let i = 0; i < group.length; i++) native.slot(group[i]?.handle ?? 0);
  }
}
