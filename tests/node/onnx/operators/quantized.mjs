// Quantised operators and those of domain com.microsoft.
import { cases, f, fixed, floats, given, i, l, number, s, whole, x } from './case.mjs';

export const quantized = cases((add) => {
  // ---- quantised ----
  for (const opset of [10, 13, 19]) {
    add('QuantizeLinear', opset, [f([2, 3], -3, 3), number(0.02), number(100, 'uint8')]);
    add('DequantizeLinear', opset, [
      whole('int8', [2, 3], -128, 127),
      number(0.02),
      number(-3, 'int8'),
    ]);
  }
  add(
    'QuantizeLinear',
    13,
    [f([2, 3], -3, 3), floats(0.02, 0.03, 0.01), given('int8', [3], [1, 2, 3])],
    { axis: i(-1) },
  );
  add('QuantizeLinear', 21, [f([4, 4], -3, 3), f([2, 4], 0.02, 0.05)], {
    axis: i(0),
    block_size: i(2),
  });
  add(
    'DequantizeLinear',
    21,
    [whole('uint8', [4, 4], 0, 255), f([2, 4], 0.02, 0.05), whole('uint8', [2, 4], 100, 140)],
    { axis: i(0), block_size: i(2) },
  );
  add('DequantizeLinear', 21, [whole('int16', [4], -999, 999), number(0.02)]);
  add('DynamicQuantizeLinear', 11, [f([2, 5], -1, 3)], {}, { outputs: 3 });
  add('MatMulInteger', 10, [
    whole('uint8', [2, 3], 0, 255),
    whole('int8', [3, 4], -100, 100),
    number(12, 'uint8'),
    given('int8', [4], [1, -2, 3, 0]),
  ]);
  add(
    'ConvInteger',
    10,
    [
      whole('uint8', [1, 2, 4, 4], 0, 255),
      whole('uint8', [3, 2, 2, 2], 0, 255),
      number(9, 'uint8'),
      number(4, 'uint8'),
    ],
    { pads: l(1, 0, 0, 1) },
  );
  add('QLinearMatMul', 10, [
    whole('uint8', [2, 3], 0, 255),
    number(0.02),
    number(120, 'uint8'),
    whole('uint8', [3, 2], 0, 255),
    number(0.01),
    number(130, 'uint8'),
    number(0.05),
    number(110, 'uint8'),
  ]);
  add(
    'QLinearConv',
    10,
    [
      whole('uint8', [1, 2, 4, 4], 0, 255),
      number(0.02),
      number(120, 'uint8'),
      fixed(whole('int8', [2, 2, 3, 3], -90, 90)),
      fixed(floats(0.01, 0.02)),
      fixed(given('int8', [2], [0, 0])),
      number(0.1),
      number(128, 'uint8'),
      fixed(whole('int32', [2], -300, 300)),
    ],
    { pads: l(1, 1, 1, 1) },
  );

  // ---- com.microsoft ----
  const ms = { domain: 'com.microsoft' };
  add(
    'FusedMatMul',
    1,
    [f([2, 4, 3]), f([2, 5, 4], -1, 1, 2)],
    { transA: i(1), transB: i(1), alpha: x(0.5) },
    ms,
  );
  add(
    'FusedConv',
    1,
    [f([1, 2, 5, 5]), f([3, 2, 3, 3], -1, 1, 2), f([3])],
    { activation: s('Relu'), kernel_shape: l(3, 3) },
    ms,
  );
  add(
    'FusedConv',
    1,
    [f([1, 2, 5, 5]), f([3, 2, 3, 3], -1, 1, 2), f([3])],
    { activation: s('LeakyRelu'), activation_params: { floats: [0.2] } },
    ms,
  );
  add('Gelu', 1, [f([2, 6], -3, 3)], {}, ms);
  add('QuickGelu', 1, [f([2, 6], -3, 3)], { alpha: x(1.5) }, ms);
  add('FastGelu', 1, [f([2, 6], -3, 3), f([6])], {}, ms);
  add('BiasGelu', 1, [f([2, 6], -3, 3), f([6])], {}, ms);
  add(
    'SkipLayerNormalization',
    1,
    [f([2, 3, 4]), f([2, 3, 4], -1, 1, 2), f([4], 0.5, 2), f([4]), f([4], -1, 1, 5)],
    { epsilon: x(1e-5) },
    ms,
  );
  add(
    'SkipSimplifiedLayerNormalization',
    1,
    [f([2, 3, 4]), f([2, 3, 4], -1, 1, 2), f([4], 0.5, 2)],
    { epsilon: x(1e-5) },
    ms,
  );
  add(
    'EmbedLayerNormalization',
    1,
    [
      given('int32', [2, 3], [0, 1, 2, 3, 4, 0]),
      given('int32', [2, 3], [0, 0, 1, 1, 1, 0]),
      f([5, 4]),
      f([3, 4], -1, 1, 2),
      f([2, 4], -1, 1, 3),
      f([4]),
      f([4]),
      given('int32', [2, 3], [1, 1, 0, 1, 1, 1]),
    ],
    {},
    { ...ms, outputs: 2 },
  );
  const projection = [f([2, 3, 4]), f([4, 12], -1, 1, 2), f([12], -1, 1, 3)];
  add('Attention', 1, projection, { num_heads: i(2) }, ms);
  add('Attention', 1, projection, { num_heads: i(2), unidirectional: i(1) }, ms);
  add('Attention', 1, [...projection, given('int32', [2], [2, 3])], { num_heads: i(2) }, ms);
  add(
    'Attention',
    1,
    [...projection, given('int32', [2, 3], [1, 0, 1, 1, 1, 1])],
    { num_heads: i(2) },
    ms,
  );
  add(
    'Attention',
    1,
    [...projection, null, f([2, 2, 2, 2, 2])],
    { num_heads: i(2), unidirectional: i(1) },
    { ...ms, outputs: 2 },
  );
  add(
    'MultiHeadAttention',
    1,
    [f([2, 3, 4]), f([2, 5, 4], -1, 1, 2), f([2, 5, 4], -1, 1, 3), f([12], -1, 1, 4)],
    { num_heads: i(2) },
    ms,
  );
  add(
    'MultiHeadAttention',
    1,
    [
      f([2, 3, 4]),
      f([2, 5, 4], -1, 1, 2),
      f([2, 5, 4], -1, 1, 3),
      null,
      given('int32', [2, 5], [1, 1, 1, 0, 0, 1, 1, 1, 1, 1]),
      f([1, 2, 3, 5]),
    ],
    { num_heads: i(2) },
    ms,
  );
  for (const interleaved of [0, 1])
    add(
      'RotaryEmbedding',
      1,
      [f([1, 2, 3, 4]), given('int64', [1, 3], [0, 1, 2]), f([8, 2]), f([8, 2], -1, 1, 2)],
      { interleaved: i(interleaved) },
      ms,
    );
  add(
    'MatMulNBits',
    1,
    [
      f([2, 32]),
      fixed(whole('uint8', [3, 2, 8], 0, 255)),
      fixed(f([6], 0.1, 0.2)),
      fixed(whole('uint8', [3], 0, 255)),
    ],
    { N: i(3), K: i(32), bits: i(4), block_size: i(16) },
    ms,
  );
  for (const op of ['QLinearAdd', 'QLinearMul'])
    add(
      op,
      1,
      [
        whole('uint8', [2, 3], 0, 255),
        number(0.02),
        number(120, 'uint8'),
        whole('uint8', [2, 3], 0, 255, 2),
        number(0.01),
        number(130, 'uint8'),
        number(0.05),
        number(110, 'uint8'),
      ],
      {},
      ms,
    );
  add(
    'QLinearSigmoid',
    1,
    [
      whole('uint8', [2, 3], 0, 255),
      fixed(number(0.05)),
      fixed(number(120, 'uint8')),
      fixed(number(0.004)),
      fixed(number(0, 'uint8')),
    ],
    {},
    ms,
  );
  add(
    'QLinearConcat',
    1,
    [
      number(0.05),
      number(110, 'uint8'),
      whole('uint8', [2, 3], 0, 255),
      number(0.02),
      number(120, 'uint8'),
      whole('uint8', [2, 2], 0, 255),
      number(0.03),
      number(100, 'uint8'),
    ],
    { axis: i(1) },
    ms,
  );
  add(
    'DynamicQuantizeMatMul',
    1,
    [f([2, 3], -1, 2), whole('int8', [3, 4], -100, 100), number(0.02), number(3, 'int8')],
    {},
    ms,
  );
  add(
    'QGemm',
    1,
    [
      whole('uint8', [2, 3], 0, 255),
      number(0.02),
      number(120, 'uint8'),
      fixed(whole('int8', [3, 2], -90, 90)),
      fixed(number(0.01)),
      fixed(number(2, 'int8')),
      null,
      number(0.05),
      number(110, 'uint8'),
    ],
    {},
    ms,
  );
});
