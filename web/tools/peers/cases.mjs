// The cases, by the names under which each library's file has them, with their sizes.
const matmul = [64, 128, 256, 512, 1024].map((n) => ({
  what: `matmul ${n}x${n}`,
  name: 'matmul',
  sizes: { n },
  flops: 2 * n ** 3,
}));
const elementwise = ['add', 'mul_row', 'exp', 'tanh', 'gelu', 'greater'].map((op) => ({
  what: `${op}, 1000x1000`,
  name: 'elementwise',
  sizes: { op, rows: 1000, columns: 1000 },
}));
const reductions = ['sum', 'sum_rows', 'sum_columns', 'max_columns'].map((op) => ({
  what: `${op}, 1000x1000`,
  name: 'reduction',
  sizes: { op, rows: 1000, columns: 1000 },
}));
const conv = { batch: 8, channels: 16, filters: 32, side: 32 };

export const CASES = [
  ...matmul,
  { what: 'conv2d 8x16x32x32, 32 filters 3x3', name: 'conv2d', sizes: conv },
  { what: 'conv2d and its gradients', name: 'conv2d_gradients', sizes: conv, training: true },
  ...elementwise,
  ...reductions,
  { what: 'softmax 256x1000', name: 'softmax', sizes: { rows: 256, columns: 1000 } },
  { what: 'layer norm 512x512', name: 'layer_norm', sizes: { rows: 512, columns: 512 } },
  {
    what: 'causal attention 4x4x128x32',
    name: 'attention',
    sizes: { batch: 4, heads: 4, time: 128, width: 32 },
  },
  { what: 'MLP step, SGD', name: 'mlp', sizes: {}, training: true, tolerance: 1e-3 },
  { what: 'LeNet step, SGD', name: 'lenet', sizes: {}, training: true, tolerance: 1e-3 },
  { what: 'small GPT step, Adam', name: 'gpt', sizes: {}, training: true, tolerance: 1e-2 },
];
