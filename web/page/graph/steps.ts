/** The order in which a graph is played: forward as it was made, then backward as it ran. */

import type { GraphNode } from './model';

export interface Step {
  phase: 'forward' | 'backward';
  node: GraphNode;
}

export class Steps {
  readonly all: Step[];
  /** Steps of the forward. */
  readonly forward: number;
  private readonly computed = new Map<number, number>();
  private readonly ran = new Map<number, number>();

  constructor(nodes: readonly GraphNode[]) {
    // Nodes are numbered as they are made.
    const forward = nodes.filter(({ kind }) => kind !== 'leaf').sort((a, b) => a.id - b.id);
    const backward = nodes
      .filter(({ step }) => step !== undefined)
      .sort((a, b) => (a.step as number) - (b.step as number));
    this.all = [
      ...forward.map((node): Step => ({ phase: 'forward', node })),
      ...backward.map((node): Step => ({ phase: 'backward', node })),
    ];
    this.forward = forward.length;
    this.all.forEach(({ phase, node }, i) => {
      (phase === 'forward' ? this.computed : this.ran).set(node.id, i + 1);
    });
  }

  get count(): number {
    return this.all.length;
  }

  /** What a node shows after `at` steps. */
  stateOf(
    node: Pick<GraphNode, 'id'> & { kind: string },
    at: number,
  ): 'waiting' | 'value' | 'gradient' {
    if ((this.ran.get(node.id) ?? Number.POSITIVE_INFINITY) <= at) return 'gradient';
    if (node.kind === 'leaf') return 'value';
    return (this.computed.get(node.id) ?? Number.POSITIVE_INFINITY) <= at ? 'value' : 'waiting';
  }
}
