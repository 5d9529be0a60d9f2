// The bridge's part about gradients: what a tensor knows of them, backward(), nodes of the graph.
import type { FrontHandle } from './bridge.ts';
import { BridgeModules } from './bridge-modules.ts';
import type { Handle } from './core-module.ts';

type MaybeHandle = FrontHandle | null | undefined;

export class BridgeAutograd extends BridgeModules {
  requires_grad(h: FrontHandle): number | false {
    return this.flag(this.core._gb_requires_grad(this.id(h)));
  }

  set_requires_grad(h: FrontHandle, on: number): 1 | false {
    return this.done(this.core._gb_set_requires_grad(this.id(h), on ? 1 : 0));
  }

  is_leaf(h: FrontHandle): number | false {
    return this.flag(this.core._gb_is_leaf(this.id(h)));
  }

  retain_grad(h: FrontHandle): 1 | false {
    return this.done(this.core._gb_retain_grad(this.id(h)));
  }

  retains_grad(h: FrontHandle): number | false {
    return this.flag(this.core._gb_retains_grad(this.id(h)));
  }

  /** `Tensor.data`: as detach(), but writes through it leave no trace in the version. */
  data(h: FrontHandle): FrontHandle | false {
    return this.give(this.core._gb_data(this.id(h)));
  }

  detach(h: FrontHandle): FrontHandle | false {
    return this.give(this.core._gb_detach(this.id(h)));
  }

  grad(h: FrontHandle): FrontHandle | 0 | false {
    const g = this.core._gb_grad(this.id(h));
    return g === 0 ? 0 : this.give(g);
  }

  set_grad(h: FrontHandle, g: MaybeHandle): 1 | false {
    return this.done(this.core._gb_set_grad(this.id(h), this.id(g)));
  }

  grad_fn(h: FrontHandle): number | false {
    return this.number(this.core._gb_grad_fn(this.id(h)));
  }

  node_name(node: number): string | false {
    return this.core.nodeName(node) || this.failed();
  }

  node_next(node: number): string | false {
    return this.core.nodeNext(node) || this.failed();
  }

  node_free(node: number): number {
    return this.core._gb_node_free(node);
  }

  backward(
    h: FrontHandle,
    grad: MaybeHandle,
    retain: unknown,
    createGraph: unknown,
    ...inputs: FrontHandle[]
  ): 1 | false {
    if (inputs.length > 0) this.writeHandles(inputs);
    return this.done(
      this.core._gb_backward(
        this.id(h),
        this.id(grad),
        retain ? 1 : 0,
        createGraph ? 1 : 0,
        inputs.length,
      ),
    );
  }

  /** `backward_many(n_out, ...outs, n_in, ...ins, n_gout, ...gouts, retain, create_graph)` */
  backward_many(...args: unknown[]): 1 | false {
    const [outs, ins, gouts, rest] = this.readGroups(args);
    return this.done(
      this.core._gb_backward_many(outs, ins, gouts, rest[0] ? 1 : 0, rest[1] ? 1 : 0),
    );
  }

  grads(...args: unknown[]): (FrontHandle | 0)[] | false {
    const [outs, ins, gouts, rest] = this.readGroups(args);
    const n = this.core._gb_grads(
      outs,
      ins,
      gouts,
      rest[0] ? 1 : 0,
      rest[1] ? 1 : 0,
      rest[2] ? 1 : 0,
    );
    if (n < 0) return this.failed();
    return this.native.outs(n).map((h) => (h === 0 ? 0 : (this.give(h) as FrontHandle)));
  }

  /** Three counted groups of handles, written to the slots; gives their sizes and what follows. */
  private readGroups(args: unknown[]): [number, number, number, unknown[]] {
    this.native.begin();
    const sizes: number[] = [];
    let next = 0;
    for (let group = 0; group < 3; group++) {
      const n = Number(args[next++]);
      for (let i = 0; i < n; i++) this.native.slot(this.id(args[next++] as MaybeHandle));
      sizes.push(n);
    }
    return [sizes[0]!, sizes[1]!, sizes[2]!, args.slice(next)];
  }

  grad_enabled(): number {
    return this.core._gb_grad_enabled();
  }

  set_grad_enabled(on: unknown): number {
    return this.core._gb_set_grad_enabled(on ? 1 : 0);
  }

  /** Gives the previous setting. */
  set_inference_mode(on: number): number {
    return this.core._gb_set_inference_mode(on);
  }

  is_inference(h: FrontHandle): number | false {
    return this.number(this.core._gb_is_inference(this.id(h)));
  }

  /** Lower precision from now on, by dtype code; -1 ends it. */
  autocast(dtype: number): number {
    return this.core._gb_autocast(dtype);
  }

  set_anomaly_mode(on: number): number {
    return this.core._gb_set_anomaly_mode(on);
  }

  node_hook(node: number, cb: number, before: number): number | false {
    return this.core._gb_node_hook(node, cb, before) || this.failed();
  }

  remove_node_hook(id: number): number {
    return this.core._gb_remove_node_hook(id);
  }

  private given(h: Handle): FrontHandle {
    return this.give(h) as FrontHandle;
  }

  /** The frame of the custom function that made a node, 0 for other nodes. */
  node_frame(node: number): number {
    return this.core._gb_node_frame(node);
  }

  /** The leaf of an AccumulateGrad; 0 for other nodes. */
  node_variable(node: number): FrontHandle | 0 {
    const h = this.core._gb_node_variable(node);
    return h === 0 ? 0 : this.given(h);
  }

  /** What the node saved, one a line: `tensor self`, `dim=1`. */
  node_saved(node: number): string {
    return this.core.nodeSaved(node);
  }

  node_tensor(node: number, name: string): FrontHandle | false {
    const h = this.core.nodeTensor(node, name);
    return h === 0 ? this.failed() : this.give(h);
  }

  storage_bytes(h: FrontHandle): number {
    return this.core._gb_storage_bytes(this.id(h));
  }

  /** The tensor that this one is a view of; 0 when it is none. */
  base(h: FrontHandle): FrontHandle | 0 {
    const b = this.core._gb_base(this.id(h));
    return b === 0 ? 0 : this.given(b);
  }

  tensor_hook(h: FrontHandle, cb: number): number | false {
    return this.core._gb_tensor_hook(this.id(h), cb) || this.failed();
  }
}
