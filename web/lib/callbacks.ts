// User functions that the core calls: hooks, forward methods, custom functions. The core knows a
// callback by its id; what the function throws is kept while the core unwinds, and thrown again by
// the call that led into the core.
import { wrapAll } from './args.ts';
import { type CallbackKind, callbackKinds } from './native.ts';
import { state } from './state.ts';
import type { Tensor } from './tensor.ts';

export interface Invocation {
  kind: CallbackKind;
  module: number;
  frame: number;
  changed: number;
  /** The handles as tensors; where a group is counted, its count is `first`. */
  tensors: (Tensor | null)[];
  /** Length of the first group, for kinds with two. */
  first: number;
}
/** Gives the tensors to reply with, or undefined for "unchanged". */
export type CallbackFunction = (call: Invocation) => (Tensor | null | undefined)[] | undefined;

const functions = new Map<number, CallbackFunction>();
let nextId = 1;

export function addCallback(fn: CallbackFunction): number {
  const id = nextId++;
  functions.set(id, fn);
  return id;
}

export const dropCallback = (id: number): boolean => functions.delete(id);

/** Kinds whose handles are preceded by the length of their first group. */
const grouped = new Set<CallbackKind>(['forward_hook', 'backward_hook']);

/** Connects the core's one imported function to the callbacks of this library. */
export function installCallbacks(): void {
  const s = state();
  s.core.callFrontEnd = (kindCode, cb, module, frame, changed, count) => {
    const { native } = s;
    try {
      const kind = callbackKinds[kindCode]!;
      const counted = grouped.has(kind) && count > 0;
      const first = counted ? native.out(0) : count;
      const tensors = wrapAll(counted ? native.outs(count - 1, 1) : native.outs(count));
      const fn = functions.get(cb);
      if (!fn) throw new Error(`callback ${cb} is gone`);
      const reply = fn({ kind, module, frame, changed, tensors, first });
      if (!reply) return -1;
      native.begin();
      for (const t of reply) native.slot(t?.handle ?? 0);
      return reply.length;
    } catch (error) {
      s.thrown = { error };
      return -2;
    }
  };
}

let forgetFrame: (frame: number) => void = () => {};

/** Who is told of the function frames that the core has let go of. */
export function onReleasedFrame(listener: (frame: number) => void): void {
  forgetFrame = listener;
}

/** Forgets the functions and frames that the core no longer holds. */
export function collectReleased(): void {
  const text = state().core.released();
  if (text === '') return;
  const { callbacks, frames } = JSON.parse(text) as { callbacks: number[]; frames: number[] };
  for (const id of callbacks) functions.delete(id);
  frames.forEach(forgetFrame);
}
