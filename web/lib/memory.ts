// Who frees a tensor. JavaScript can't tell that the last reference to an object is gone before
// its collector runs, and the collector never runs inside a synchronous loop. So there are three
// ways, from the surest to the net: delete(), a scope (tidy, steps, `using`), and finalization.
import type { Handle } from './core-module.ts';
import { state } from './state.ts';

/** What a scope keeps track of. */
export interface Owned {
  handle: Handle;
  /** Stays when its scope ends. */
  kept: boolean;
  /** The collector frees it if nobody else does. */
  watched: boolean;
  delete(): void;
}

let scopes: Owned[][] = [];

const net = new FinalizationRegistry<{ handle: Handle; free: (h: Handle) => number }>((held) => {
  held.free(held.handle);
});

/** Notes a new tensor: it belongs to the innermost scope, or to the collector. */
export function adopt(tensor: Owned): void {
  const scope = scopes[scopes.length - 1];
  if (scope) scope.push(tensor);
  else watch(tensor);
}

function watch(tensor: Owned): void {
  if (tensor.watched) return;
  tensor.watched = true;
  net.register(tensor, { handle: tensor.handle, free: state().core._gb_free }, tensor);
}

export function release(tensor: Owned): void {
  if (tensor.handle <= 0) return;
  if (tensor.watched) net.unregister(tensor);
  state().core._gb_free(tensor.handle);
  tensor.handle = -1;
}

/** Takes a tensor out of every scope: it lives until delete() or the collector. */
export function keep<T extends Owned>(tensor: T): T {
  tensor.kept = true;
  if (tensor.handle > 0) watch(tensor);
  return tensor;
}

/** The tensors inside a value: itself, items of arrays and plain objects, to any depth. */
function* tensorsIn(value: unknown, seen = new Set<unknown>()): Generator<Owned> {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (isOwned(value)) {
    yield value;
  } else if (Array.isArray(value)) {
    for (const item of value) yield* tensorsIn(item, seen);
  } else if (Object.getPrototypeOf(value) === Object.prototype) {
    for (const item of Object.values(value)) yield* tensorsIn(item, seen);
  }
}

const isOwned = (x: object): x is Owned => 'handle' in x && 'kept' in x;

function close(scope: Owned[], result: unknown): void {
  const staying = new Set(tensorsIn(result));
  const outer = scopes[scopes.length - 1];
  const { core } = state();
  for (const tensor of scope) {
    if (tensor.kept || tensor.handle <= 0) continue;
    if (staying.has(tensor)) {
      if (outer) outer.push(tensor);
      else watch(tensor);
    } else {
      core._gb_free(tensor.handle);
      tensor.handle = -1;
    }
  }
}

/**
 * Runs `fn` and frees the tensors that were made meanwhile, except those in its result, parameters
 * and buffers of modules, gradients (they belong to their tensor) and those given to keep().
 * Scopes nest. `fn` must be synchronous.
 */
export function tidy<R>(fn: () => R): R {
  const scope: Owned[] = [];
  scopes.push(scope);
  let result: R | undefined;
  try {
    result = fn();
    if (result instanceof Promise) throw new TypeError('tidy() takes a synchronous function');
    return result;
  } finally {
    scopes = scopes.slice(0, scopes.indexOf(scope));
    close(scope, result);
  }
}

/**
 * The whole numbers below `count`, each turn of the loop in a scope of its own: what a turn made is
 * freed when the next begins. `for (const step of torch.steps(1000)) { ... }`
 */
export function* steps(count: number): Generator<number, void, void> {
  for (let i = 0; i < count; i++) {
    const scope: Owned[] = [];
    scopes.push(scope);
    try {
      yield i;
    } finally {
      const at = scopes.indexOf(scope);
      if (at >= 0) scopes = scopes.slice(0, at);
      close(scope, undefined);
    }
  }
}

/** Live tensors and bytes of the core, those that only the graph holds included. */
export function memory(): { tensors: number; bytes: number } {
  const { core } = state();
  return { tensors: core._gb_live_tensors(), bytes: core._gb_live_bytes() };
}
