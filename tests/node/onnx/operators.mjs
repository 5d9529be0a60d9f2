// Models of one node with the attributes and opsets that ONNX's own test data doesn't cover; the
// reference is onnxruntime-web.
import { contrib } from './operators/contrib.mjs';
import { layers } from './operators/layers.mjs';
import { learning } from './operators/learning.mjs';
import { pointwise } from './operators/pointwise.mjs';
import { quantized } from './operators/quantized.mjs';
import { sampling } from './operators/sampling.mjs';
import { shapes } from './operators/shapes.mjs';

export const operators = [
  ...pointwise,
  ...shapes,
  ...layers,
  ...sampling,
  ...quantized,
  ...contrib,
  ...learning,
];
