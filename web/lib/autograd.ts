// torch.autograd and the switches of gradient recording.
import { wrapAll, writeHandles } from './args.ts';
import {
  addCallback,
  type CallbackFunction,
  collectReleased,
  onReleasedFrame,
} from './callbacks.ts';
import { TorchError } from './errors.ts';
import { checked, checkedFlag, state, throwLast } from './state.ts';
import { Tensor } from './tensor.ts';

const asList = <T>(x: T | readonly T[] | null | undefined): T[] =>
  x == null ? [] : Array.isArray(x) ? [...x] : [x as T];

export interface GradOptions {
  grad_outputs?: Tensor | (Tensor | null)[] | null;
  retain_graph?: boolean;
  create_graph?: boolean;
  allow_unused?: boolean;
}

/**
 * torch.autograd.grad: gradients of `outputs` with respect to `inputs`, one for each input; null
 * where allow_unused permits it. Nothing is accumulated into `.grad`.
 */
export function grad(
  outputs: Tensor | Tensor[],
  inputs: Tensor | Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  const outs = asList(outputs);
  const ins = asList(inputs);
  const gouts = asList<Tensor | null>(options.grad_outputs);
  writeHandles(outs, ins, gouts);
  const createGraph = options.create_graph ?? false;
  const { core, native } = state();
  const n = core._gb_grads(
    outs.length,
    ins.length,
    gouts.length,
    (options.retain_graph ?? createGraph) ? 1 : 0,
    createGraph ? 1 : 0,
    options.allow_unused ? 1 : 0,
  );
  if (n < 0) throwLast();
  const grads = wrapAll(native.outs(n));
  collectReleased();
  return grads;
}

/** torch.autograd.backward: accumulates the gradients of several outputs at once. */
export function backward(
  tensors: Tensor | Tensor[],
  options: Omit<GradOptions, 'grad_outputs' | 'allow_unused'> & {
    grad_tensors?: Tensor | (Tensor | null)[] | null;
    inputs?: Tensor | Tensor[];
  } = {},
): void {
  const outs = asList(tensors);
  const ins = asList(options.inputs);
  const gouts = asList<Tensor | null>(options.grad_tensors);
  writeHandles(outs, ins, gouts);
  const createGraph = options.create_graph ?? false;
  checked(
    state().core._gb_backward_many(
      outs.length,
      ins.length,
      gouts.length,
      (options.retain_graph ?? createGraph) ? 1 : 0,
      createGraph ? 1 : 0,
    ),
  );
  collectReleased();
}

export const is_grad_enabled = (): boolean => state().core._gb_grad_enabled() === 1;

class GradMode {
  private readonly previous: number;
  constructor(on: boolean) {
    this.previous = state().core._gb_set_grad_enabled(on ? 1 : 0);
  }
  [Symbol.dispose](): void {
    state().core._gb_set_grad_enabled(this.previous);
  }
}

function withGradMode<R>(on: boolean, fn: (() => R) | undefined): R | Disposable {
  const mode = new GradMode(on);
  if (!fn) return mode;
  try {
    return fn();
  } finally {
    mode[Symbol.dispose]();
  }
}

/** Runs `fn` without recording. Without `fn`: `using _ = torch.no_grad()` holds to the block's end. */
export function no_grad(): Disposable;
export function no_grad<R>(fn: () => R): R;
export function no_grad<R>(fn?: () => R): R | Disposable {
  return withGradMode(false, fn);
}

/** Runs `fn` with recording, inside a no_grad too. */
export function enable_grad(): Disposable;
export function enable_grad<R>(fn: () => R): R;
export function enable_grad<R>(fn?: () => R): R | Disposable {
  return withGradMode(true, fn);
}

/** Switches recording on or off, for `fn` or for good (the result switches it back). */
export function set_grad_enabled(on: boolean): Disposable;
export function set_grad_enabled<R>(on: boolean, fn: () => R): R;
export function set_grad_enabled<R>(on: boolean, fn?: () => R): R | Disposable {
  return withGradMode(on, fn);
}

/** What forward and backward of one application share. */
export class FunctionContext {
  [key: string]: unknown;
  /** For the library. */
  readonly #frame: number;

  constructor(frame: number) {
    this.#frame = frame;
  }

  /** Keeps tensors for backward; to be called in forward. */
  save_for_backward(...tensors: (Tensor | null)[]): void {
    writeHandles(tensors);
    checked(state().core._gb_function_save(this.#frame, tensors.length));
  }

  get saved_tensors(): Tensor[] {
    const { core, native } = state();
    const n = core._gb_function_saved(this.#frame);
    return (n < 0 ? throwLast() : wrapAll(native.outs(n))) as Tensor[];
  }

  /** Whether the gradient of input `i` (among the tensors) is wanted. */
  needs_input_grad(i: number): boolean {
    return checkedFlag(state().core._gb_function_needs(this.#frame, i));
  }
}

interface Application {
  type: typeof AutogradFunction;
  context: FunctionContext;
  args: unknown[];
  result: unknown;
}

const applications = new Map<number, Application>();
const callbackOf = new WeakMap<typeof AutogradFunction, number>();
let nextFrame = 1;
onReleasedFrame((frame) => applications.delete(frame));

/**
 * torch.autograd.Function: subclasses give static `forward(ctx, ...args)` and
 * `backward(ctx, ...grads)`, and are used through `apply(...args)`.
 */
// biome-ignore lint/complexity/noStaticOnlyClass: PyTorch's interface is made of static methods
export class AutogradFunction {
  static forward(_ctx: any, ..._args: any[]): Tensor | Tensor[] {
    throw new TorchError(
      'NotImplementedError',
      'You must implement the forward function for custom autograd.Function.',
    );
  }

  static backward(_ctx: any, ..._grads: any[]): unknown {
    throw new TorchError(
      'NotImplementedError',
      'You must implement either the backward or vjp method for your custom autograd.Function to use it with backward mode AD.',
    );
  }

  static apply(...args: any[]): any {
    // biome-ignore lint/complexity/noThisInStatic: the subclass is meant
    const type = this as typeof AutogradFunction;
    const frame = nextFrame++;
    const application: Application = {
      type,
      context: new FunctionContext(frame),
      args,
      result: undefined,
    };
    applications.set(frame, application);
    const inputs = args.filter((a): a is Tensor => a instanceof Tensor);
    writeHandles(inputs);
    const { core, native } = state();
    const n = core._gb_function_apply(functionCallback(type), frame, inputs.length);
    if (n < 0) throwLast();
    const outputs = wrapAll(native.outs(n));
    collectReleased();
    return Array.isArray(application.result) ? outputs : outputs[0];
  }
}

function functionCallback(type: typeof AutogradFunction): number {
  let cb = callbackOf.get(type);
  if (cb === undefined) {
    cb = addCallback(runFunction);
    callbackOf.set(type, cb);
    state().core.functionName(cb, type.name || 'Function');
  }
  return cb;
}

const runFunction: CallbackFunction = ({ kind, frame, tensors }) => {
  const application = applications.get(frame);
  if (!application) throw new Error('the context of this function is gone');
  const { type, context, args } = application;
  if (kind === 'function_forward') {
    application.result = type.forward(context, ...args);
    return asList(application.result as Tensor | Tensor[]);
  }
  const grads = type.backward(context, ...tensors);
  const list = asList(grads as Tensor | (Tensor | null)[] | null);
  if (list.length !== args.length) {
    throw new TorchError(
      'RuntimeError',
      `function ${type.name}Backward returned an incorrect number of gradients (expected ${args.length}, got ${list.length})`,
    );
  }
  // The core knows of the tensors only; gradients of other arguments must be null.
  return list.filter((_, i) => args[i] instanceof Tensor);
};
