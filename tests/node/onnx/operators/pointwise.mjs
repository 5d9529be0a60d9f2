// Element by element, activations, tensors out of nothing, strings.
import { cases, f, floats, given, i, int, ints, number, s, whole, x } from './case.mjs';

export const pointwise = cases((add) => {
  // ---- pointwise ----
  for (const op of ['Add', 'Sub', 'Mul', 'Div']) {
    for (const dtype of ['int8', 'int32', 'int64', 'uint8', 'float64'])
      add(op, 14, [
        whole(dtype, [2, 3], dtype[0] === 'u' ? 9 : -9, 20, 1),
        whole(dtype, [3], 1, 5, 2),
      ]);
    add(op, 7, [f([2, 1, 3]), f([4, 1], 1, 2)]);
  }
  add('Div', 14, [given('int32', [4], [7, -7, 7, -7]), given('int32', [4], [2, 2, -2, -2])]);
  add('Mod', 13, [given('int32', [4], [7, -7, 7, -7]), given('int32', [4], [3, 3, -3, -3])]);
  add(
    'Mod',
    13,
    [given('float32', [4], [7.5, -7.5, 7.5, -7.5]), given('float32', [4], [3, 3, -3, -3])],
    { fmod: i(1) },
  );
  add('Pow', 15, [given('int32', [3], [2, 3, -4]), given('int32', [3], [3, 2, 3])]);
  add('Pow', 15, [given('int32', [3], [2, 3, 4]), floats(0.5, 2.5, 1)]);
  add('Pow', 15, [floats(2, 3, 4), ints(2, -1, 0)]);
  add('Clip', 6, [f([3, 4])], { min: x(-0.3), max: x(0.4) });
  add('Clip', 13, [whole('int32', [6], -9, 9), null, number(3, 'int32')]);
  add('Clip', 12, [f([6]), number(-0.2)]);
  add('Round', 11, [floats(0.5, 1.5, 2.5, -0.5, -1.5, 0.49)]);
  add('Sign', 13, [given('int32', [3], [-5, 0, 7])]);
  add('IsInf', 10, [floats(Infinity, -Infinity, 1, NaN)], { detect_negative: i(0) });
  add('Mean', 13, [f([2, 3]), f([3]), f([2, 1], -1, 1, 3)]);
  add('Max', 13, [f([2, 3]), f([3]), f([2, 1], -1, 1, 3)]);
  add('BitwiseAnd', 18, [whole('int32', [5], -99, 99), whole('int32', [5], 0, 99, 2)]);
  add('BitwiseNot', 18, [whole('uint8', [5], 0, 255)]);
  add('BitShift', 11, [whole('uint32', [4], 0, 999), given('uint32', [4], [0, 1, 2, 3])], {
    direction: s('RIGHT'),
  });
  add('Where', 16, [given('bool', [3], [1, 0, 1]), whole('int64', [2, 3], 0, 9), int(-1)]);
  add('Equal', 13, [given('bool', [3], [1, 0, 1]), given('bool', [3], [1, 1, 1])]);
  add('Equal', 19, [given('string', [3], ['a', 'b', 'c']), given('string', [1], ['b'])]);
  for (const op of ['Acos', 'Asin', 'Atanh', 'Erf', 'Cosh', 'Sinh', 'Tan', 'Ceil'])
    add(op, 13, [f([7])]);

  // ---- activations ----
  for (const op of ['Elu', 'LeakyRelu', 'ThresholdedRelu', 'Celu', 'HardSigmoid', 'Selu'])
    add(
      op,
      op === 'Celu' ? 12 : 10,
      [f([2, 5], -3, 3)],
      op === 'ThresholdedRelu' || op === 'Celu' ? { alpha: x(0.7) } : {},
    );
  add('HardSwish', 14, [f([9], -5, 5)]);
  add('Mish', 18, [f([9], -5, 5)]);
  add('Softplus', 1, [f([9], -30, 30)]);
  add('Gelu', 20, [f([9], -3, 3)]);
  add('Gelu', 20, [f([9], -3, 3)], { approximate: s('tanh') });
  add('Shrink', 9, [f([9], -2, 2)], { bias: x(0.5), lambd: x(1) });
  add('PRelu', 16, [f([2, 3, 2, 2]), f([3, 1, 1])]);
  for (const op of ['Softmax', 'LogSoftmax', 'Hardmax']) {
    add(op, 11, [f([2, 3, 4])]);
    add(op, 11, [f([2, 3, 4])], { axis: i(0) });
    add(op, 11, [f([2, 3, 4])], { axis: i(2) });
    add(op, 13, [f([2, 3, 4])], { axis: i(1) });
  }

  // ---- creation ----
  add('EyeLike', 9, [whole('int32', [3, 4], 0, 1)], { k: i(-1), dtype: i(1) });
  add('Range', 11, [number(10), number(-2), number(-3.5)]);
  add('Range', 11, [int(2), int(9), int(3)]);
  add('ConstantOfShape', 9, [ints(2, 3)], { value: { t: ints(7) } });

  // ---- strings ----
  add('StringConcat', 20, [given('string', [2, 1], ['a', 'b']), given('string', [2], ['x', 'y'])]);
  add('StringSplit', 20, [given('string', [3], [' a  b ', 'c', ''])], {}, { outputs: 2 });
  add(
    'StringSplit',
    20,
    [given('string', [2], ['a,b,c', ',x'])],
    { delimiter: s(','), maxsplit: i(1) },
    { outputs: 2 },
  );
  add('Cast', 13, [given('string', [2], ['1.5', '-3'])], { to: i(1) });
  add('Cast', 13, [floats(-1.7, 2.9, 0)], { to: i(7) });
  add('Cast', 13, [floats(-1.7, 2.9, 0)], { to: i(9) });
  add('Cast', 13, [floats(1e-8, 70000, 0.1)], { to: i(10) });
});
