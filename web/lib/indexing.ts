// t[...] in JavaScript: `t.at(0, ':', null)` reads, `t.set([0, ':'], value)` writes.
//
//   number          selects, negative from the end
//   ':' '1:3' '::2' a slice in Python's syntax; also slice(start, stop, step)
//   '...'           as many ':' as are missing
//   null            a new dimension of size 1
//   Tensor, array   advanced indexing by ints, or by a bool mask
import { callName } from './args.ts';
import { type TensorData, tensor } from './creation.ts';
import { bool, int64 } from './dtypes.ts';
import { TorchError } from './errors.ts';
import { Tensor, TensorBase } from './tensor.ts';

/** A slice of one dimension, as Python's slice(). */
export class Slice {
  constructor(
    readonly start: number | null = null,
    readonly stop: number | null = null,
    readonly step = 1,
  ) {}

  static parse(text: string): Slice {
    const parts = text.split(':').map((part) => part.trim());
    if (parts.length < 2 || parts.length > 3 || parts.some((part) => !/^(-?\d+)?$/.test(part))) {
      throw new TorchError('IndexError', `'${text}' is no slice; write it as 'start:stop:step'`);
    }
    const number = (part: string | undefined) => (part ? Number(part) : null);
    return new Slice(number(parts[0]), number(parts[1]), number(parts[2]) ?? 1);
  }
}

export const slice = (start?: number | null, stop?: number | null, step?: number): Slice =>
  new Slice(start ?? null, stop ?? null, step ?? 1);

export type Index =
  | number
  | string
  | null
  | Slice
  | Tensor
  | readonly number[]
  | readonly boolean[];

function expandEllipsis(t: Tensor, indices: readonly Index[]): Index[] {
  const used = indices.reduce<number>((n, i) => {
    if (i === null || i === '...') return n;
    return n + (i instanceof Tensor && i.dtype === bool ? Math.max(i.dim(), 1) : 1);
  }, 0);
  const dims = t.dim();
  if (used > dims) {
    throw new TorchError('IndexError', `too many indices for tensor of dimension ${dims}`);
  }
  return indices.flatMap((i) => (i === '...' ? new Array<Index>(dims - used).fill(':') : [i]));
}

/** Applies what makes views; gives that view and the tensors left for advanced indexing. */
function viewOf(t: Tensor, indices: readonly Index[]): [Tensor, (Tensor | null)[]] {
  let view = t;
  let dim = 0;
  const advanced: (Tensor | null)[] = [];
  for (const i of expandEllipsis(t, indices)) {
    if (typeof i === 'number') {
      view = view.select(dim, i);
    } else if (i === null) {
      view = view.unsqueeze(dim++);
      advanced.push(null);
    } else if (typeof i === 'string' || i instanceof Slice) {
      const s = typeof i === 'string' ? Slice.parse(i) : i;
      if (s.step <= 0) throw new TorchError('ValueError', 'step must be greater than zero');
      if (s.start !== null || s.stop !== null || s.step !== 1) {
        view = callName('slice', view, dim, s.start, s.stop, s.step) as Tensor;
      }
      dim++;
      advanced.push(null);
    } else {
      const index = i instanceof Tensor ? i : tensor(i as TensorData, listOptions(i));
      while (advanced.length < dim) advanced.push(null);
      advanced.push(index);
      dim += index.dtype === bool ? Math.max(index.dim(), 1) : 1;
      while (advanced.length < dim) advanced.push(null);
    }
  }
  return [view, advanced.some((x) => x !== null) ? trim(advanced) : []];
}

const listOptions = (i: readonly unknown[]) => ({
  dtype: typeof i[0] === 'boolean' ? bool : int64,
});

/** A mask takes one place in the list of indices, however many dimensions it covers. */
function trim(advanced: (Tensor | null)[]): (Tensor | null)[] {
  const out: (Tensor | null)[] = [];
  for (let i = 0; i < advanced.length; i++) {
    const x = advanced[i]!;
    out.push(x);
    if (x && x.dtype === bool) i += Math.max(x.dim(), 1) - 1;
  }
  return out;
}

declare module './tensor.ts' {
  interface Tensor {
    /** `t[i, j]`: a view where PyTorch gives one, a copy for advanced indexing. */
    at(...indices: Index[]): Tensor;
    /** `t[indices] = value` */
    set(indices: Index | readonly Index[], value: Tensor | number | boolean): this;
  }
}

Tensor.prototype.at = function at(...indices) {
  const [view, advanced] = viewOf(this, indices);
  return advanced.length > 0 ? (callName('index', view, advanced) as Tensor) : view;
};

Tensor.prototype.set = function set(indices, value) {
  const list = (
    Array.isArray(indices) && !indices.every((i) => typeof i === 'boolean') ? indices : [indices]
  ) as Index[];
  const [view, advanced] = viewOf(this, list);
  const source =
    value instanceof TensorBase ? value : tensor(value as number | boolean, { dtype: this.dtype });
  if (advanced.length > 0) callName('index_put_', view, advanced, source);
  else callName('copy_', view, source);
  return this;
};
