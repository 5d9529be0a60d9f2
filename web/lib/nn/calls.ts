// How a module is called: from JavaScript through the core, and by the core for its forward.
import { wrapAll, writeHandles } from '../args.ts';
import type { Invocation } from '../callbacks.ts';
import { TorchError } from '../errors.ts';
import { checked, state, throwLast } from '../state.ts';
import { Tensor } from '../tensor.ts';
import { flatten, frameOf, frames, openFrame, rebuild, unwrapList } from './frame.ts';
import { innerOf, moduleOf } from './inner.ts';
import type { Module } from './module.ts';

/** The core wants the module's forward. */
export function runForward(call: Invocation): (Tensor | null)[] {
  const module = moduleOf(call.module);
  if (!module) throw new Error('the module was deleted');
  const frame = frameOf(call);
  const { direct, forward } = innerOf(module);
  const current = module.forward;
  frame.result = (current === direct ? forward : current).apply(module, frame.args);
  return flatten(frame.result);
}

/** `model.forward(x)`: skips the hooks, which the core's recorder is told. */
export function forwardDirectly(module: Module, args: unknown[]): unknown {
  const inner = innerOf(module);
  const inputs = flatten(args);
  writeHandles(inputs);
  checked(state().core._gb_module_bypass(inner.id, inputs.length));
  return inner.forward.apply(module, args);
}

/** A native layer's forward without its hooks. */
export function forwardNative(module: Module, args: unknown[]): unknown {
  const { core, native } = state();
  const { id, structure } = innerOf(module);
  const inputs = structure ? structure.slots(args) : flatten(args);
  if (!structure) checkNativeArgs(module, args, inputs as Tensor[]);
  writeHandles(inputs);
  const n = core._gb_module_forward(id, 0, inputs.length);
  if (n < 0) throwLast();
  const outputs = wrapAll(native.outs(n));
  return structure ? structure.nest(outputs) : unwrapList(outputs);
}

export function callModule(module: Module, args: unknown[]): unknown {
  const { core, native } = state();
  const { id, native: isNative, structure } = innerOf(module);
  const frame = openFrame(args);
  try {
    const inputs = structure ? structure.slots(args) : flatten(args);
    if (isNative && !structure) checkNativeArgs(module, args, inputs as Tensor[]);
    writeHandles(inputs);
    const n = core._gb_module_call(id, frame, inputs.length);
    const { result } = frames.get(frame)!;
    if (n === -2) return result;
    if (n < 0) throwLast();
    const outputs = wrapAll(native.outs(n));
    if (structure) return structure.nest(outputs);
    return result === undefined || flatten(result).length !== outputs.length
      ? unwrapList(outputs)
      : rebuild(result, outputs);
  } finally {
    frames.delete(frame);
  }
}

function checkNativeArgs(module: Module, args: unknown[], inputs: Tensor[]): void {
  if (inputs.length === args.length) return;
  const bad = args.findIndex((a) => !(a instanceof Tensor));
  throw new TorchError(
    'TypeError',
    `${module.constructor.name}(): argument ${bad + 1} must be Tensor, not ${typeof args[bad]}`,
  );
}
