/** Kinds of operators, which share a colour in the graph. */

export type Category =
  | 'layer'
  | 'activation'
  | 'normalization'
  | 'pool'
  | 'shape'
  | 'tensor'
  | 'data'
  | 'quantization'
  | 'control'
  | 'math'
  | 'value';

const OPS: Partial<Record<Category, string>> = {
  layer:
    'Conv ConvTranspose ConvInteger QLinearConv DeformConv Gemm MatMul MatMulInteger QLinearMatMul MatMulNBits FusedConv FusedGemm FusedMatMul LSTM GRU RNN Attention MultiHeadAttention EmbedLayerNormalization Einsum',
  activation:
    'Relu LeakyRelu PRelu Elu Selu Celu Sigmoid HardSigmoid HardSwish Tanh Softmax LogSoftmax Hardmax Softplus Softsign ThresholdedRelu Gelu FastGelu BiasGelu QuickGelu Mish Swish Clip Erf Shrink',
  normalization:
    'BatchNormalization InstanceNormalization LayerNormalization GroupNormalization SimplifiedLayerNormalization SkipLayerNormalization LRN LpNormalization MeanVarianceNormalization RMSNormalization Dropout',
  pool: 'MaxPool AveragePool LpPool GlobalMaxPool GlobalAveragePool GlobalLpPool MaxUnpool MaxRoiPool RoiAlign',
  shape:
    'Reshape Flatten Squeeze Unsqueeze Transpose Shape Size Expand Tile DepthToSpace SpaceToDepth',
  tensor:
    'Concat Split Slice Gather GatherElements GatherND Scatter ScatterElements ScatterND Pad Resize Upsample Compress NonZero OneHot TopK Unique ReverseSequence Trilu Where CenterCropPad Col2Im GridSample AffineGrid',
  data: 'Constant ConstantOfShape Identity Cast CastLike Range RandomNormal RandomNormalLike RandomUniform RandomUniformLike EyeLike Bernoulli Multinomial',
  quantization: 'QuantizeLinear DequantizeLinear DynamicQuantizeLinear',
  control:
    'If Loop Scan SequenceConstruct SequenceEmpty SequenceAt SequenceInsert SequenceErase SequenceLength SequenceMap SplitToSequence ConcatFromSequence Optional OptionalGetElement OptionalHasElement',
};

const BY_OP = new Map<string, Category>();
for (const [category, names] of Object.entries(OPS)) {
  for (const name of names.split(' ')) BY_OP.set(name, category as Category);
}

export function categoryOf(op: string): Category {
  return BY_OP.get(op) ?? (op.startsWith('QLinear') ? 'quantization' : 'math');
}
