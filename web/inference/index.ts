// Gradbox's runtime for ONNX models alone: what a page downloads that wants a model's answer and
// neither gradients nor Python. Its interface is onnxruntime-web's, so that a page changes one line.
export { env } from './core.ts';
export { OnnxError } from './errors.ts';
export {
  InferenceSession,
  type NodeTime,
  type SessionOptions,
  type Value,
  type ValueMetadata,
} from './session.ts';
export { Tensor, type TensorArray, type TensorType } from './tensor.ts';
