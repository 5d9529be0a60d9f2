// What the library keeps of each module beside the object that snippets see.
import { TorchError } from '../errors.ts';
import { state } from '../state.ts';
import type { Module } from './module.ts';
import type { Parameter } from './parameter.ts';
import type { Structure } from './structure.ts';

/** What stands behind a module's surface; kept off the object so that it prints no clutter. */
export interface Inner {
  id: number;
  native: boolean;
  /** The class's own forward, and what stands in its place to notice direct calls. */
  forward: (...args: unknown[]) => unknown;
  direct: (...args: unknown[]) => unknown;
  buffers: Set<string>;
  children: Map<string, Module>;
  /** How a layer's arguments and outputs are nested, where they aren't tensors for a tensor. */
  structure?: Structure;
  /** Parameters of modules that a layer of the core made inside itself, by path. */
  deep: Map<string, Parameter>;
  /** Arguments of a layer of the core that hears of new values: `dropout.p = 0.1`. */
  settings: Set<string>;
}

export const inners = new WeakMap<object, Inner>();
const byId = new Map<number, WeakRef<Module>>();
const net = new FinalizationRegistry<number>((id) => {
  byId.delete(id);
  state().core._gb_module_free(id);
});

/** Puts the record behind a module; `target` is the function that the module's proxy stands for. */
export function remember(module: Module, target: object, inner: Inner): void {
  inners.set(module, inner);
  inners.set(target, inner);
  byId.set(inner.id, new WeakRef(module));
  net.register(module, inner.id);
}

export const innerOf = (module: object): Inner => {
  const inner = inners.get(module);
  if (!inner) throw new TorchError('AttributeError', 'this is no module: call super() first');
  return inner;
};

export const moduleOf = (id: number): Module | undefined => byId.get(id)?.deref();
