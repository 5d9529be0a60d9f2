// One call of a module as this side sees it: arguments and result keep their JavaScript form here,
// the core sees the tensors among them.

import { isPlainObject } from '../args.ts';
import type { Invocation } from '../callbacks.ts';
import { Tensor } from '../tensor.ts';

export interface Frame {
  args: unknown[];
  result: unknown;
}

export const frames = new Map<number, Frame>();
let nextFrame = 1;

export function openFrame(args: unknown[]): number {
  const id = nextFrame++;
  frames.set(id, { args, result: undefined });
  return id;
}

/** The tensors in a value, in order: itself, items of arrays, values of plain objects. */
export function flatten(value: unknown, into: Tensor[] = []): Tensor[] {
  if (value instanceof Tensor) into.push(value);
  else if (Array.isArray(value)) for (const item of value) flatten(item, into);
  else if (isPlainObject(value)) for (const item of Object.values(value)) flatten(item, into);
  return into;
}

/** The same structure with other tensors in the places of its own. */
export function rebuild(value: unknown, tensors: readonly (Tensor | null)[]): unknown {
  let next = 0;
  const copy = (x: unknown): unknown => {
    if (x instanceof Tensor) return tensors[next++];
    if (Array.isArray(x)) return x.map(copy);
    if (isPlainObject(x)) {
      return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, copy(v)]));
    }
    return x;
  };
  return copy(value);
}

/** One tensor by itself, several as an array: what a native layer gives. */
export const unwrapList = (tensors: (Tensor | null)[]): unknown =>
  tensors.length === 1 ? tensors[0] : tensors;

/** The frame that a callback belongs to; a call that the core made itself gets a passing one. */
export function frameOf(call: Invocation): Frame {
  const known = frames.get(call.frame);
  const inputs = call.tensors.slice(0, call.first);
  if (!known) return { args: inputs, result: unwrapList(call.tensors.slice(call.first)) };
  if (call.kind === 'forward_hook') {
    if (call.changed & 1) known.args = rebuild(known.args, inputs) as unknown[];
    if (call.changed & 2) known.result = unwrapList(call.tensors.slice(call.first));
  } else if (call.changed !== 0) {
    known.args = rebuild(known.args, inputs) as unknown[];
  }
  return known;
}
