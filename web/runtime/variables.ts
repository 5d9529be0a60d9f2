/** The tensors and modules that a snippet leaves, described for the page. */

import type { CoreModule } from '@lib/core-module.ts';
import { dtypes } from '@lib/dtypes.ts';
import { copyElements } from '@lib/elements.ts';
import { Native } from '@lib/native.ts';
import type { VariableRecord, VariableValues } from './protocol.ts';

/** Elements that travel to the page of one tensor, and of all. */
const MOST_OF_ONE = 1 << 18;
const MOST_OF_ALL = 1 << 21;
const MOST_VARIABLES = 500;

export class Variables {
  readonly list: VariableRecord[] = [];
  private readonly native: Native;
  private left = MOST_OF_ALL;

  constructor(private readonly core: CoreModule) {
    this.native = new Native(core);
  }

  /** @param handle of the core, which stays the caller's */
  tensor(name: string, type: string, handle: number): void {
    if (this.list.length >= MOST_VARIABLES) return;
    const { core } = this;
    const dtype = dtypes[core._gb_dtype(handle)];
    const shape = Array.from({ length: core._gb_dim(handle) }, (_, d) => core._gb_size(handle, d));
    const elements = core._gb_numel(handle);
    const node = core._gb_grad_fn(handle);
    const record: VariableRecord = {
      name,
      kind: 'tensor',
      type,
      shape,
      dtype: dtype?.name ?? '',
      bytes: elements * (dtype?.itemsize ?? 0),
      requiresGrad: core._gb_requires_grad(handle) === 1,
      gradFn: node ? core.nodeName(node) : null,
      values: this.values(handle),
      grad: null,
    };
    if (node) core._gb_node_free(node);
    const grad = core._gb_grad(handle);
    if (grad > 0) {
      record.grad = this.values(grad);
      core._gb_free(grad);
    }
    this.list.push(record);
  }

  module(name: string, type: string, training: boolean): void {
    if (this.list.length >= MOST_VARIABLES) return;
    this.list.push({ name, kind: 'module', type, training });
  }

  private values(handle: number): VariableValues {
    const size = this.core._gb_numel(handle);
    if (size > MOST_OF_ONE || size > this.left) return { size, elements: null };
    const copied = copyElements(this.native, handle);
    if (!copied) return { size, elements: null };
    this.left -= size;
    return { size, elements: Float32Array.from(copied as ArrayLike<number>, Number) };
  }
}
