// The core that the library works on: one for each JavaScript realm, set by load().
import type { CoreModule } from './core-module.ts';
import { type ErrorKind, TorchError } from './errors.ts';
import { Native } from './native.ts';

export interface OpArg {
  name: string;
  type: string;
  default?: unknown;
  kwarg_only?: boolean;
}

/** One overload of an operator, as Registry::to_json writes it. */
export interface OpInfo {
  name: string;
  overload: string;
  id: number;
  schema: string;
  args: OpArg[];
  returns: string[];
  torch: 0 | 1;
  method: 0 | 1;
  functional: 0 | 1;
  linalg: 0 | 1;
  special: 0 | 1;
  differentiable: 0 | 1;
  inplace: 0 | 1;
  doc: string;
}

export interface State {
  core: CoreModule;
  native: Native;
  /** First overload of every name; its id stands for the name. */
  ops: Map<string, OpInfo>;
  /** What a front end's function threw while the core was on the stack; see callbacks.ts. */
  thrown: { error: unknown } | undefined;
}

let current: State | undefined;

export function setState(core: CoreModule): State {
  const ops = new Map<string, OpInfo>();
  for (const op of JSON.parse(core.opsJson()) as OpInfo[]) {
    const first = ops.get(op.name);
    if (!first) {
      ops.set(op.name, op);
    } else {
      // A name is offered wherever one of its overloads is.
      first.torch ||= op.torch;
      first.method ||= op.method;
      first.functional ||= op.functional;
      first.linalg ||= op.linalg;
      first.special ||= op.special;
    }
  }
  current = { core, native: new Native(core), ops, thrown: undefined };
  return current;
}

export const isLoaded = (): boolean => current !== undefined;

/** @throws TorchError before load() has finished. */
export function state(): State {
  if (!current) {
    throw new TorchError('RuntimeError', 'gradbox is not loaded yet: `await load()` first');
  }
  return current;
}

/** Throws the core's latest error, or what the user's own function threw on the way. */
export function throwLast(): never {
  const s = state();
  const [kind, message] = s.native.lastError();
  if (kind === 'CallbackError' && s.thrown) {
    const { error } = s.thrown;
    s.thrown = undefined;
    throw error;
  }
  throw new TorchError(kind as ErrorKind, message);
}

export const checked = (ok: number): void => {
  if (ok < 1) throwLast();
};

/** A number the core was asked for; NaN means that it failed. */
export const checkedNumber = (x: number): number => (Number.isNaN(x) ? throwLast() : x);

export const checkedFlag = (x: number): boolean => (x < 0 ? throwLast() : x === 1);
