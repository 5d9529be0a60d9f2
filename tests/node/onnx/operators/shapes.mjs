// Reductions, shapes, indices.
import { cases, f, floats, given, i, int, ints, l, number, s, whole } from './case.mjs';

export const shapes = cases((add) => {
  // ---- reductions ----
  for (const op of [
    'ReduceSum',
    'ReduceMean',
    'ReduceProd',
    'ReduceMax',
    'ReduceMin',
    'ReduceL1',
    'ReduceL2',
    'ReduceLogSum',
    'ReduceLogSumExp',
    'ReduceSumSquare',
  ]) {
    add(op, 18, [f([2, 3, 4], 0.1, 2), ints(0, -1)], { keepdims: i(0) });
    add(op, 18, [f([2, 3], 0.1, 2)]);
    add(op, 18, [f([2, 3], 0.1, 2)], { noop_with_empty_axes: i(1) });
    add(op, 11, [f([2, 3, 4], 0.1, 2)], { axes: l(1), keepdims: i(1) });
    if (!/Log|L2/.test(op)) add(op, 18, [whole('int32', [2, 3], -5, 9), ints(1)]);
  }
  add('ReduceMax', 20, [given('bool', [2, 2], [1, 0, 0, 0]), ints(1)]);
  add('ArgMax', 13, [given('float32', [2, 4], [1, 3, 3, 0, 2, 2, 1, 2])], {
    axis: i(1),
    select_last_index: i(1),
    keepdims: i(0),
  });
  add('ArgMin', 12, [whole('int32', [3, 4], 0, 5)], { axis: i(-1) });
  add('CumSum', 14, [f([3, 4]), int(-1)], { exclusive: i(1), reverse: i(1) });
  add('CumSum', 11, [whole('int32', [5], 0, 5), given('int32', [], [0])], { exclusive: i(1) });
  add(
    'TopK',
    11,
    [given('float32', [2, 5], [1, 3, 3, 0, 2, 2, 1, 2, 5, 5]), ints(3)],
    { largest: i(1) },
    { outputs: 2 },
  );
  add(
    'TopK',
    11,
    [whole('int64', [3, 5], 0, 4), ints(2)],
    { axis: i(0), largest: i(0) },
    { outputs: 2 },
  );
  add('Unique', 11, [whole('int64', [12], 0, 5)], { sorted: i(0) }, { outputs: 4 });
  add('Unique', 11, [whole('int64', [4, 3], 0, 2)], { axis: i(0) }, { outputs: 4 });
  add('NonZero', 13, [whole('int32', [3, 4], 0, 2)]);
  add('Compress', 11, [f([3, 4]), given('bool', [3], [0, 1, 1])], { axis: i(1) });

  // ---- shapes ----
  add('Reshape', 14, [f([2, 3, 4]), ints(0, -1)]);
  add('Flatten', 13, [f([2, 3, 4])], { axis: i(-1) });
  add('Squeeze', 11, [f([1, 3, 1])], { axes: l(-1) });
  add('Unsqueeze', 13, [f([2, 3]), ints(-1, 0)]);
  add('Split', 18, [f([7, 2])], { num_outputs: i(3) }, { outputs: 3 });
  add('Split', 11, [f([2, 6])], { axis: i(1), split: l(1, 2, 3) }, { outputs: 3 });
  add('Split', 13, [f([2, 6]), ints(4, 2)], { axis: i(-1) }, { outputs: 2 });
  add('Concat', 13, [given('string', [2], ['a', 'b']), given('string', [1], ['c'])], {
    axis: i(0),
  });
  add('Slice', 9, [f([5, 6])], { starts: l(1, -4), ends: l(100, -1), axes: l(0, 1) });
  for (const [from, to, step] of [
    [4, 0, -1],
    [4, -100, -2],
    [-1, -6, -1],
    [0, 6, 4],
    [3, 1, 1],
    [100, -100, -3],
  ])
    add(
      'Slice',
      13,
      [f([6]), ints(from), ints(to), ints(0), ints(step)],
      {},
      { note: `${from}:${to}:${step}` },
    );
  add('Shape', 15, [f([2, 3, 4])], { start: i(-2) });
  for (const mode of ['constant', 'reflect', 'edge', 'wrap'])
    add('Pad', mode === 'wrap' ? 19 : 18, [f([2, 4, 3]), ints(1, 2, 2, 1), null, ints(1, 2)], {
      mode: s(mode),
    });
  add('Pad', 13, [f([3, 4]), ints(-1, 1, 0, -2), number(0.5)]);
  add('Pad', 13, [whole('int32', [2, 2], 0, 9), ints(0, 1, 1, 0), number(7, 'int32')]);
  add('Pad', 10, [f([2, 3])], { pads: l(1, 0, 0, 2), mode: s('edge') });
  add('CenterCropPad', 18, [f([5, 4]), ints(3, 7)]);
  add('CenterCropPad', 18, [f([5, 4, 3]), ints(2)], { axes: l(1) });
  add('Tile', 13, [f([2, 3]), ints(2, 1)]);
  add('Expand', 13, [f([3, 1]), ints(2, 1, 4)]);
  add('Trilu', 14, [f([3, 4]), int(-1)], { upper: i(1) });
  add('Trilu', 14, [whole('int64', [3, 4], 1, 9), int(1)], { upper: i(0) });
  add('ReverseSequence', 10, [f([3, 4, 2]), ints(2, 4, 1)], { batch_axis: i(0), time_axis: i(1) });
  add('DepthToSpace', 13, [f([1, 8, 2, 3])], { blocksize: i(2), mode: s('CRD') });
  add('SpaceToDepth', 13, [f([1, 2, 4, 6])], { blocksize: i(2) });

  // ---- indices ----
  add('Gather', 13, [f([3, 4]), given('int32', [2, 2], [0, -1, 2, 1])], { axis: i(1) });
  add('Gather', 13, [given('string', [3], ['a', 'b', 'c']), ints(2, 0)]);
  add('GatherND', 12, [f([2, 3, 4]), given('int64', [2, 1, 1], [1, -1])], { batch_dims: i(1) });
  add('GatherElements', 13, [f([3, 4]), given('int64', [2, 4], [0, 1, 2, -1, 2, 0, 1, 1])]);
  for (const reduction of ['none', 'add', 'mul', 'max', 'min']) {
    add(
      'ScatterElements',
      18,
      [
        f([3, 3]),
        given('int64', [2, 2], reduction === 'none' ? [0, 1, 2, 0] : [0, 1, 0, 1]),
        f([2, 2], -2, 2, 4),
      ],
      { reduction: s(reduction) },
    );
    add(
      'ScatterND',
      18,
      [
        f([4, 2]),
        given('int64', [3, 1], reduction === 'none' ? [1, 3, 0] : [1, 3, 1]),
        f([3, 2], -2, 2, 4),
      ],
      { reduction: s(reduction) },
    );
  }
  add('OneHot', 11, [given('int64', [2, 2], [0, 1, -1, 5]), int(3), floats(2, 5)], { axis: i(0) });
  add('Scatter', 9, [f([3, 3]), given('int64', [1, 3], [2, 0, 1]), f([1, 3])], { axis: i(1) });
});
