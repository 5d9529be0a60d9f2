/** Times of a run, on the nodes that they belong to. */

import type { NodeTime } from '@runtime/model/messages';
import type { ViewGraph } from './graph';

/**
 * Milliseconds of each node, by its index; nodes that took no part have none. Nodes without a name
 * of their own are told apart by their operator and their order.
 */
export function timesOf(graph: ViewGraph, times: readonly NodeTime[]): Map<number, number> {
  const key = (op: string, name: string) => `${op}\n${name}`;
  const waiting = new Map<string, number[]>();
  graph.nodes.forEach(({ node, name, title }, i) => {
    if (!node) return;
    const list = waiting.get(key(title, name));
    if (list) list.push(i);
    else waiting.set(key(title, name), [i]);
  });
  const result = new Map<number, number>();
  for (const { name, op_type, ms } of times) {
    const index = waiting.get(key(op_type, name))?.shift();
    if (index !== undefined) result.set(index, ms);
  }
  return result;
}

/** How much of the longest time this is, on a scale on which small differences still show. */
export function heat(ms: number, longest: number): number {
  return longest > 0 ? Math.sqrt(ms / longest) : 0;
}
