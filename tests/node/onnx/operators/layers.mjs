// Products, convolutions, pools, normalisation, recurrent layers, losses.
import { cases, f, given, i, l, s, whole, x } from './case.mjs';

export const layers = cases((add) => {
  // ---- matrices, convolutions, pools ----
  add('Gemm', 13, [f([3, 2]), f([3, 4]), f([4])], { transA: i(1), alpha: x(0.5), beta: x(2) });
  add('Gemm', 11, [f([2, 3]), f([4, 3]), f([4])], { transB: i(1) });
  add('MatMul', 13, [f([2, 1, 3, 4]), f([5, 4, 2])]);
  add('MatMul', 13, [f([4]), f([2, 4, 3])]);
  add('MatMul', 13, [whole('int32', [2, 3], -5, 5), whole('int32', [3, 2], -5, 5)]);
  add('Einsum', 12, [f([2, 3, 4]), f([4, 5])], { equation: s('bij,jk->bik') });
  add('Einsum', 12, [f([2, 3, 3])], { equation: s('...ii->...') });
  for (const pad of ['SAME_UPPER', 'SAME_LOWER', 'VALID']) {
    add('Conv', 11, [f([1, 2, 7, 6]), f([3, 2, 3, 2])], { auto_pad: s(pad), strides: l(2, 2) });
    add('MaxPool', 12, [f([1, 2, 7, 6])], {
      auto_pad: s(pad),
      kernel_shape: l(3, 2),
      strides: l(2, 2),
    });
    add('AveragePool', 11, [f([1, 2, 7, 6])], {
      auto_pad: s(pad),
      kernel_shape: l(3, 2),
      strides: l(2, 2),
    });
  }
  add('Conv', 11, [f([1, 4, 8]), f([4, 2, 3]), f([4])], {
    group: i(2),
    dilations: l(2),
    pads: l(1, 2),
  });
  // A filter a channel: strides, dilations and paddings, over lines longer and shorter than vectors.
  for (const stride of [1, 2, 3, 5])
    for (const width of [3, 8, 21])
      add('Conv', 11, [f([2, 3, 9, width]), f([3, 1, 3, 2]), f([3])], {
        group: i(3),
        strides: l(2, stride),
        dilations: l(1, 2),
        pads: l(1, 2, 1, 2),
      });
  add('Conv', 11, [f([2, 2, 3, 5]), f([4, 2, 1, 1]), f([4])]);
  add('Conv', 11, [f([1, 4, 19, 23]), f([6, 2, 1, 1])], { group: i(2) });
  add('Conv', 11, [f([1, 2, 3, 4, 5]), f([2, 2, 2, 2, 2])], {
    strides: l(1, 2, 1),
    pads: l(0, 1, 1, 1, 0, 0),
  });
  add('ConvTranspose', 11, [f([1, 2, 3, 4]), f([2, 3, 3, 3]), f([3])], {
    strides: l(2, 2),
    output_padding: l(1, 1),
    pads: l(1, 0, 0, 1),
  });
  add('ConvTranspose', 11, [f([1, 4, 5]), f([4, 2, 3])], {
    group: i(2),
    strides: l(3),
    output_shape: l(14),
  });
  for (const pad of ['SAME_UPPER', 'SAME_LOWER'])
    add('ConvTranspose', 11, [f([1, 2, 3, 3]), f([2, 2, 4, 4])], {
      auto_pad: s(pad),
      strides: l(2, 2),
    });
  add(
    'MaxPool',
    12,
    [f([1, 1, 5, 6])],
    { kernel_shape: l(2, 3), strides: l(2, 2), ceil_mode: i(1), pads: l(0, 1, 1, 0) },
    { outputs: 2 },
  );
  add(
    'MaxPool',
    12,
    [f([2, 2, 6, 6])],
    { kernel_shape: l(2, 2), dilations: l(2, 2), storage_order: i(1) },
    { outputs: 2 },
  );
  add('MaxPool', 12, [whole('int8', [1, 1, 5, 5], -100, 100)], {
    kernel_shape: l(3, 3),
    pads: l(1, 1, 0, 0),
  });
  for (const include of [0, 1]) {
    add('AveragePool', 19, [f([1, 2, 6, 7])], {
      kernel_shape: l(3, 3),
      strides: l(2, 2),
      pads: l(1, 0, 0, 1),
      ceil_mode: i(1),
      count_include_pad: i(include),
    });
    add('AveragePool', 19, [f([1, 1, 7, 7])], {
      kernel_shape: l(2, 2),
      dilations: l(2, 3),
      pads: l(1, 1, 1, 1),
      count_include_pad: i(include),
    });
    add('AveragePool', 11, [f([1, 2, 9])], {
      kernel_shape: l(3),
      strides: l(2),
      pads: l(1, 1),
      count_include_pad: i(include),
    });
  }
  add('LpPool', 18, [f([1, 2, 5, 5])], {
    kernel_shape: l(2, 2),
    p: i(3),
    strides: l(2, 2),
    ceil_mode: i(1),
  });
  add('LpPool', 11, [f([1, 2, 7])], { kernel_shape: l(3), p: i(1), pads: l(1, 1) });
  add('GlobalLpPool', 2, [f([1, 2, 5, 5])], { p: i(3) });

  for (const group of [1, 2])
    add(
      'DeformConv',
      19,
      [
        f([1, 4, 5, 5]),
        f([2, 4 / group, 2, 3]),
        f([1, 24, 4, 3], -2, 2),
        f([2]),
        f([1, 12, 4, 3], 0, 1),
      ],
      { group: i(group), offset_group: i(2) },
    );

  // ---- normalisation ----
  add('BatchNormalization', 9, [f([2, 3, 4]), f([3]), f([3]), f([3]), f([3], 0.5, 2)], {
    epsilon: x(0.01),
  });
  add(
    'BatchNormalization',
    15,
    [f([2, 3, 4]), f([3]), f([3]), f([3]), f([3], 0.5, 2)],
    { training_mode: i(1), momentum: x(0.8) },
    { outputs: 3 },
  );
  add('InstanceNormalization', 6, [f([2, 3, 4, 4]), f([3]), f([3])]);
  add(
    'LayerNormalization',
    17,
    [f([2, 3, 4]), f([3, 4]), f([3, 4])],
    { axis: i(1) },
    { outputs: 3 },
  );
  add('LayerNormalization', 17, [f([2, 3, 4]), f([4])]);
  add('GroupNormalization', 21, [f([2, 4, 3]), f([4]), f([4])], { num_groups: i(2) });
  add('LRN', 13, [f([1, 6, 2, 2], -2, 2)], { size: i(5), alpha: x(0.1) });
  add('LRN', 13, [f([1, 6, 2, 1], -2, 2)], { size: i(3), beta: x(0.5), bias: x(2) });
  add('MeanVarianceNormalization', 13, [f([2, 3, 4, 4])]);
  add('LpNormalization', 1, [f([3, 4])], { p: i(1), axis: i(0) });

  // ---- recurrent ----
  const gates = { RNN: 1, GRU: 3, LSTM: 4 };
  for (const [op, g] of Object.entries(gates)) {
    const outs = op === 'LSTM' ? 3 : 2;
    const weights = (d, n = 3, c = 2, h = 2) => [
      f([4, n, c]),
      f([d, g * h, c]),
      f([d, g * h, h], -1, 1, 2),
      f([d, 2 * g * h], -1, 1, 3),
    ];
    add(op, 14, weights(1), { hidden_size: i(2) }, { outputs: outs });
    add(op, 14, weights(1), { hidden_size: i(2), direction: s('reverse') }, { outputs: outs });
    add(
      op,
      14,
      [
        ...weights(2),
        given('int32', [3], [4, 2, 3]),
        f([2, 3, 2], -1, 1, 5),
        ...(op === 'LSTM' ? [f([2, 3, 2], -1, 1, 6), f([2, 6], -1, 1, 7)] : []),
      ],
      { hidden_size: i(2), direction: s('bidirectional') },
      { outputs: outs },
    );
    add(op, 7, weights(1), { hidden_size: i(2), clip: x(0.3) }, { outputs: outs });
    const names = {
      RNN: ['LeakyRelu'],
      GRU: ['HardSigmoid', 'Softsign'],
      LSTM: ['HardSigmoid', 'ScaledTanh', 'Elu'],
    }[op];
    const alpha = { RNN: [0.2], GRU: [0.3], LSTM: [0.3, 0.9, 0.8] }[op],
      beta = { RNN: [], GRU: [0.4], LSTM: [0.4, 0.7] }[op];
    add(
      op,
      14,
      weights(1),
      {
        hidden_size: i(2),
        activations: { strings: names },
        activation_alpha: { floats: alpha },
        activation_beta: { floats: beta },
      },
      { outputs: outs },
    );
    if (op === 'GRU')
      add(op, 14, weights(1), { hidden_size: i(2), linear_before_reset: i(1) }, { outputs: outs });
    if (op === 'LSTM')
      add(op, 14, weights(1), { hidden_size: i(2), input_forget: i(1) }, { outputs: outs });
  }

  // ---- losses ----
  for (const reduction of ['none', 'sum', 'mean'])
    add(
      'SoftmaxCrossEntropyLoss',
      13,
      [f([3, 4, 2]), whole('int64', [3, 2], 0, 4), f([4], 0.1, 1)],
      { reduction: s(reduction), ignore_index: i(1) },
      { outputs: 2 },
    );
  add('NegativeLogLikelihoodLoss', 13, [f([3, 4]), given('int32', [3], [0, 3, 2])]);
});
