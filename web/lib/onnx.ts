// torch.onnx: export, and what onnx-session.ts does with files.
import { writeHandles } from './args.ts';
import { TorchError } from './errors.ts';
import { namespace } from './names.ts';
import { frames, openFrame } from './nn/frame.ts';
import { innerOf } from './nn/inner.ts';
import type { Module } from './nn/module.ts';
import {
  InferenceSession,
  inspectModel,
  loadSession,
  OnnxTensor,
  rewriteModel,
} from './onnx-session.ts';
import { state, throwLast } from './state.ts';
import { Tensor } from './tensor.ts';

export interface ExportOptions {
  /** Names of the graph's inputs and outputs, in order. */
  input_names?: string[];
  output_names?: string[];
  /** `{input: {0: 'batch_size'}}`: dimensions that may vary. */
  dynamic_axes?: Record<string, Record<number, string> | number[]>;
  /** 11 to 18; 17 by default. */
  opset_version?: number;
  /** False: weights become inputs of the graph. */
  export_params?: boolean;
  /** False: what weights are turned into, such as their transposes, is computed by the graph. */
  do_constant_folding?: boolean;
}

/**
 * torch.onnx.export, giving the bytes of the file: runs the model on sample inputs and writes what
 * it did as an ONNX graph.
 * @throws TorchError naming an operator that ONNX export doesn't know
 */
function exportModel(
  model: Module,
  args: Tensor | readonly Tensor[],
  options: ExportOptions = {},
): Uint8Array {
  const inputs = args instanceof Tensor ? [args] : [...args];
  if (!inputs.every((x) => x instanceof Tensor)) {
    throw new TorchError('TypeError', 'the sample inputs must be tensors');
  }
  const frame = openFrame(inputs);
  try {
    writeHandles(inputs);
    const { core } = state();
    const bytes = core.onnxExport(innerOf(model).id, frame, JSON.stringify(options), inputs.length);
    for (const warning of JSON.parse(core.onnxWarnings())) console.warn(warning);
    return bytes ?? throwLast();
  } finally {
    frames.delete(frame);
  }
}

export const onnx = namespace("module 'torch.onnx'", {
  export: exportModel,
  load: loadSession,
  inspect: inspectModel,
  rewrite: rewriteModel,
  InferenceSession,
  Tensor: OnnxTensor,
});
