import { checkedNumber, state } from './state.ts';

const net = new FinalizationRegistry<{ id: number; free: (id: number) => number }>((held) => {
  held.free(held.id);
});

/** A node of the graph: `tensor.grad_fn`. */
export class GradFn {
  /** For the library: takes over one hold on the core's node. */
  constructor(private readonly id: number) {
    net.register(this, { id, free: state().core._gb_node_free });
  }

  /** `MulBackward0` */
  name(): string {
    return state().core.nodeName(checkedNumber(this.id));
  }

  /** The nodes that the gradient goes to, each with the number of its output. */
  get next_functions(): [GradFn | null, number][] {
    const edges = JSON.parse(state().core.nodeNext(this.id)) as ([number, number] | null)[];
    return edges.map((edge) => (edge ? [new GradFn(edge[0]), edge[1]] : [null, 0]));
  }

  toString(): string {
    return `<${this.name()}>`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
