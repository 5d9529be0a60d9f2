// Operators of onnxruntime's own that optimised language models and quantised models contain.
import { cases, f, given, i, l, number, s, whole, x } from './case.mjs';

export const contrib = cases((add) => {
  const ms = { domain: 'com.microsoft' };
  add('SimplifiedLayerNormalization', 17, [f([2, 3, 4]), f([4], 0.5, 2)], {
    axis: i(-1),
    epsilon: x(1e-5),
  });
  add(
    'FusedGemm',
    1,
    [f([2, 3]), f([4, 3], -1, 1, 2), f([4])],
    { transB: i(1), alpha: x(0.5), activation: s('LeakyRelu'), activation_alpha: x(0.2) },
    ms,
  );
  add('FusedGemm', 1, [f([2, 3]), f([3, 4], -1, 1, 2)], { activation: s('Relu') }, ms);
  // Queries of four heads, keys and values of two, 16 features each.
  const heads = { num_heads: i(4), kv_num_heads: i(2) };
  const lengths = (last, total) => [
    given('int32', [2], [last, last]),
    given('int32', [1], [total]),
  ];
  const cache = (seed) => f([2, 2, 3, 16], -1, 1, seed);
  const angles = [f([16, 8], -1, 1, 7), f([16, 8], -1, 1, 8)];
  const all = { ...ms, outputs: 3 };
  const q = f([2, 5, 64]);
  const k = f([2, 5, 32], -1, 1, 2);
  const v = f([2, 5, 32], -1, 1, 3);
  add('GroupQueryAttention', 1, [q, k, v, null, null, ...lengths(4, 5)], heads, all);
  add(
    'GroupQueryAttention',
    1,
    [f([2, 5, 128], -1, 1, 4), null, null, null, null, ...lengths(4, 5)],
    heads,
    { ...all, note: 'packed' },
  );
  const one = (width, seed) => f([2, 1, width], -1, 1, seed);
  const next = [one(64, 1), one(32, 2), one(32, 3), cache(5), cache(6), ...lengths(3, 4)];
  add('GroupQueryAttention', 1, next, { ...heads, scale: x(0.7) }, { ...all, note: 'with a past' });
  for (const pairs of [0, 1]) {
    add(
      'GroupQueryAttention',
      1,
      [...next, ...angles],
      { ...heads, do_rotary: i(1), rotary_interleaved: i(pairs) },
      { ...all, note: `rotary ${pairs}` },
    );
  }
  add(
    'GroupQueryAttention',
    1,
    [q, k, v, null, null, ...lengths(4, 5)],
    { ...heads, local_window_size: i(2) },
    { ...all, note: 'local' },
  );
  add(
    'QAttention',
    1,
    [
      whole('uint8', [2, 3, 4], 0, 255),
      whole('int8', [4, 12], -100, 100),
      f([12]),
      number(0.02),
      number(0.01),
      given('int32', [2, 3], [1, 0, 1, 1, 1, 1]),
      number(120, 'uint8'),
      number(0, 'int8'),
    ],
    { num_heads: i(2) },
    ms,
  );
  const scaled = (t) => [t, number(0.03), number(120, 'uint8')];
  const image = scaled(whole('uint8', [1, 2, 5, 5], 0, 255));
  const result = [number(0.0237), number(100, 'uint8')];
  add(
    'QLinearAveragePool',
    1,
    [...image, ...result],
    { kernel_shape: l(2, 2), strides: l(2, 2) },
    ms,
  );
  add(
    'QLinearAveragePool',
    1,
    [...image, ...result],
    { kernel_shape: l(3, 3), pads: l(1, 1, 1, 1), count_include_pad: i(1) },
    ms,
  );
  const rows = scaled(whole('uint8', [2, 6], 0, 255));
  const shares = [number(1 / 256), number(0, 'uint8')];
  add('QLinearSoftmax', 1, [...rows, ...shares], { axis: i(-1), opset: i(13) }, ms);
  add('QLinearSoftmax', 1, [...image, ...shares], { axis: i(1), opset: i(12) }, ms);
  add(
    'QLinearWhere',
    1,
    [
      given('bool', [2, 6], [1, 0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 0]),
      ...rows,
      ...scaled(whole('uint8', [2, 6], 0, 255, 2)),
      ...result,
    ],
    {},
    ms,
  );
});
