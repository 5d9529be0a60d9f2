// Models for the ONNX exporter's tests: every native layer, the operators, composed models. Plain
// JavaScript, so that Vitest and the script that writes files for Python share them.

import { models } from './models.mjs';

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {() => any} model
 * @property {(n: number) => any[]} inputs sample inputs for a batch of n
 * @property {Record<number, number[]>} [axes] dynamic dimensions of each input; the first by default
 * @property {number[]} [traced] batches to trace with; 2 and 1 by default
 * @property {number} [from] the lowest opset that has what it needs
 */

/**
 * @param {{torch: any, nn: any}} lib
 * @returns {Case[]}
 */
export function cases({ torch, nn }) {
  const F = nn.functional;
  const randn = (...shape) => torch.randn(shape);
  const ints = (high, ...shape) => torch.randint(0, high, shape);
  /** A module around a function of its inputs. */
  class Fn extends nn.Module {
    constructor(f) {
      super();
      Object.defineProperty(this, 'f', { value: f, enumerable: false });
    }
    forward(...inputs) {
      return this.f(...inputs);
    }
  }
  const image = (n) => [randn(n, 4, 8, 8)];
  const volume = (n) => [randn(n, 4, 5, 6, 7)];
  const rows = (n) => [randn(n, 6)];
  const sequence = (n) => [randn(n, 5, 6)];
  const layer = (name, args, inputs = rows, more = {}) => ({
    name: `${name}(${args.map((a) => JSON.stringify(a)).join(', ')})`,
    model: () => nn[name](...args),
    inputs,
    ...more,
  });
  const fn = (name, f, inputs = rows, more = {}) => ({
    name,
    model: () => new Fn(f),
    inputs,
    ...more,
  });

  const layers = [
    layer('Linear', [6, 3]),
    layer('Linear', [6, 3, { bias: false }]),
    layer('Linear', [6, 3], sequence),
    layer('Identity', []),
    layer('Dropout', [0.5]),
    layer('Flatten', [], image),
    layer('Flatten', [2], image),
    layer('Flatten', [1, 2], image),
    layer('Flatten', [0, 1], image),
    layer('Unflatten', [1, [2, 3]]),
    layer('Embedding', [10, 4], (n) => [ints(10, n, 5)]),
    layer('Conv1d', [4, 6, 3], (n) => [randn(n, 4, 9)]),
    layer('Conv1d', [4, 6, 3, { stride: 2, padding: 1, dilation: 2, groups: 2 }], (n) => [
      randn(n, 4, 9),
    ]),
    layer('Conv2d', [4, 6, 3], image),
    layer('Conv2d', [4, 6, [3, 2], { stride: [2, 1], padding: 1, groups: 2, bias: false }], image),
    layer('Conv2d', [4, 6, 4, { padding: 'same' }], image),
    layer('Conv2d', [4, 6, 3, { padding: 1, padding_mode: 'reflect' }], image),
    layer('Conv2d', [4, 6, 3, { padding: 1, padding_mode: 'replicate' }], image),
    layer('Conv2d', [4, 6, 3, { padding: 1, padding_mode: 'circular' }], image),
    layer('MaxPool1d', [2], (n) => [randn(n, 4, 9)]),
    layer('MaxPool2d', [2], image),
    layer('MaxPool2d', [3, { stride: 2, padding: 1, dilation: 2, ceil_mode: true }], image),
    layer('AvgPool2d', [2], image),
    layer('AvgPool2d', [3, { stride: 2, padding: 1, count_include_pad: false }], image),
    layer('AvgPool2d', [[2, 3], { stride: 2, padding: 1, divisor_override: 5 }], image),
    layer('AdaptiveAvgPool2d', [1], image),
    layer('AdaptiveAvgPool2d', [[4, 2]], image),
    layer('AdaptiveAvgPool2d', [[3, 5]], image),
    layer('Conv3d', [4, 6, [2, 3, 3], { padding: 1, stride: [1, 2, 1] }], volume),
    layer('ConvTranspose1d', [4, 6, 3, { stride: 2, padding: 1, output_padding: 1 }], (n) => [
      randn(n, 4, 9),
    ]),
    layer('ConvTranspose2d', [4, 6, [3, 2], { stride: 2, groups: 2, dilation: 2 }], image),
    layer(
      'ConvTranspose3d',
      [4, 6, 3, { stride: [2, 1, 2], padding: [1, 0, 1], output_padding: [1, 0, 0] }],
      volume,
    ),
    layer('MaxPool3d', [2], volume),
    layer('MaxPool3d', [[2, 3, 3], { stride: 2, padding: 1 }], volume),
    layer('AvgPool3d', [2], volume),
    layer('AvgPool3d', [[1, 2, 3], { stride: 2, padding: [0, 1, 1] }], volume),
    layer('AdaptiveAvgPool3d', [1], volume),
    layer('AdaptiveAvgPool3d', [[5, 3, 7]], volume),
    layer('AdaptiveMaxPool2d', [1], image),
    layer('Hardswish', []),
    layer('Hardsigmoid', []),
    layer('BatchNorm3d', [4], volume),
    layer('BatchNorm1d', [6]),
    layer('BatchNorm1d', [5], sequence),
    layer('BatchNorm2d', [4], image),
    layer('BatchNorm2d', [4, { affine: false }], image),
    layer('BatchNorm2d', [4, { track_running_stats: false }], image),
    layer('LayerNorm', [6]),
    layer('LayerNorm', [[5, 6]], sequence),
    layer('LayerNorm', [6, { elementwise_affine: false }], sequence),
    layer('GroupNorm', [2, 4], image),
    layer('GroupNorm', [2, 4, { affine: false }], image),
    ...['ReLU', 'ReLU6', 'SiLU', 'Mish', 'Tanh', 'Sigmoid', 'LogSigmoid', 'Softsign'].map((n) =>
      layer(n, []),
    ),
    layer('Softmax', [1]),
    layer('Softmax', [1], image),
    layer('Softmax', [-1], image),
    layer('LogSoftmax', [1], sequence),
    layer('LeakyReLU', [0.2]),
    layer('ELU', [1.5]),
    layer('Hardtanh', [-0.5, 0.7]),
    layer('GELU', []),
    layer('GELU', [{ approximate: 'tanh' }]),
    layer('Softplus', []),
    layer('Softplus', [{ beta: 2 }]),
    ...['MSELoss', 'L1Loss', 'SmoothL1Loss', 'HuberLoss'].flatMap((n) =>
      ['mean', 'sum', 'none'].map((reduction) =>
        layer(n, [{ reduction }], (b) => [randn(b, 6), randn(b, 6)]),
      ),
    ),
    layer('SmoothL1Loss', [{ beta: 0.3 }], (n) => [randn(n, 6), randn(n, 6)]),
    layer('HuberLoss', [{ delta: 0.3 }], (n) => [randn(n, 6), randn(n, 6)]),
    layer('KLDivLoss', [{ reduction: 'sum' }], (n) => [
      randn(n, 6).log_softmax(1),
      randn(n, 6).softmax(1),
    ]),
    layer('CrossEntropyLoss', [], (n) => [randn(n, 6), ints(6, n)], { from: 12 }),
    layer('CrossEntropyLoss', [{ label_smoothing: 0.1 }], (n) => [randn(n, 6), ints(6, n)], {
      from: 12,
    }),
    layer('NLLLoss', [{ reduction: 'none' }], (n) => [randn(n, 6).log_softmax(1), ints(6, n)], {
      from: 12,
    }),
    layer('BCELoss', [], (n) => [randn(n, 6).sigmoid(), torch.rand([n, 6])]),
    layer('BCEWithLogitsLoss', [], (n) => [randn(n, 6), torch.rand([n, 6])]),
  ];

  const positive = (n) => [torch.rand([n, 6]).add(0.5)];
  const pairs = (n) => [randn(n, 6), randn(n, 6)];
  const unary = (name, inputs = rows, more = {}) => fn(name, (x) => x[name](), inputs, more);
  const operators = [
    ...['exp', 'sin', 'cos', 'tanh', 'sinh', 'cosh', 'atan', 'erf', 'neg', 'abs', 'sign'].map((n) =>
      unary(n),
    ),
    ...['floor', 'ceil', 'round', 'trunc', 'square', 'expm1', 'exp2', 'isnan', 'isinf'].map((n) =>
      unary(n),
    ),
    ...['log', 'log2', 'log10', 'log1p', 'sqrt', 'rsqrt', 'reciprocal'].map((n) =>
      unary(n, positive),
    ),
    ...['asin', 'acos', 'tan'].map((n) => unary(n, (b) => [torch.rand([b, 6]).sub(0.5)])),
    ...['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'atan2', 'eq', 'ne', 'lt', 'le'].map(
      (n) => fn(n, (x, y) => x[n](y), pairs),
    ),
    ...['gt', 'ge'].map((n) => fn(n, (x, y) => x[n](y), pairs)),
    fn('pow of tensors', (x, y) => x.abs().pow(y), pairs),
    fn('numbers', (x) => torch.rsub(x.mul(2).add(3).div(4), 1).pow(2).sub(0.5)),
    fn('add with alpha', (x, y) => x.add(y, { alpha: 2 }).sub(y, { alpha: 0.5 }), pairs),
    fn('remainder', (x) => x.remainder(0.7)),
    fn('fmod', (x) => x.fmod(0.7)),
    fn('floor_divide', (x) => x.floor_divide(0.7)),
    fn('div rounded', (x, y) => x.div(y, { rounding_mode: 'trunc' }), pairs),
    fn(
      'integers',
      (x) => x.floor_divide(3).add(x.remainder(3)).mul(x).sub(2).float().add(x),
      (n) => [ints(20, n, 6).sub(10)],
    ),
    fn(
      'integer division',
      (x) => x.div(4),
      (n) => [ints(20, n, 6)],
    ),
    fn('clamp', (x) => x.clamp(-0.5, 0.7).add(x.clamp({ min: 0 }))),
    fn('where', (x, y) => torch.where(x.gt(y), x, y.mul(2)), pairs),
    fn('masked_fill', (x) => x.masked_fill(x.gt(0), -1)),
    fn('logic', (x, y) => x.gt(0).logical_and(y.gt(0)).logical_or(x.lt(-1)).logical_not(), pairs),
    fn('bits of bools', (x, y) => x.gt(0).bitwise_and(y.gt(0)), pairs),
    fn('cast', (x) => x.mul(10).long().double().float()),

    fn(
      'mm',
      (x, y) => x.mm(y.t()),
      (n) => [randn(n, 6), randn(4, 6)],
      { axes: { 0: [0] } },
    ),
    fn('matmul of batches', (x) => x.matmul(x.transpose(1, 2)), sequence),
    fn(
      'matmul by a vector',
      (x, v) => x.matmul(v),
      (n) => [randn(n, 5, 6), randn(6)],
      {
        axes: { 0: [0] },
      },
    ),
    fn(
      'bmm',
      (x, y) => torch.bmm(x, y),
      (n) => [randn(n, 3, 4), randn(n, 4, 5)],
    ),
    fn('addmm', (x) =>
      torch.addmm(torch.ones([3]), x, torch.ones([6, 3]), { beta: 0.5, alpha: 2 }),
    ),
    fn(
      'einsum',
      (x, y) => torch.einsum('bij,bkj->bik', [x, y]),
      (n) => [randn(n, 3, 4), randn(n, 5, 4)],
      { from: 12 },
    ),

    fn('view(batch, -1)', (x) => x.view(x.size(0), -1), image),
    fn('view(-1, n)', (x) => x.view(-1, 8), image),
    fn('view(batch, n)', (x) => x.view([x.size(0), 256]), image),
    fn('view(batch * length, n)', (x) => x.reshape([x.size(0) * x.size(1), 6]), sequence),
    fn('split heads', (x) => x.view([x.size(0), x.size(1), 2, 3]).transpose(1, 2), sequence, {
      axes: { 0: [0, 1] },
    }),
    fn('flat', (x) => x.reshape(-1), sequence),
    fn('permute', (x) => x.permute([0, 2, 3, 1]).contiguous(), image),
    fn('transpose', (x) => x.transpose(1, -1), image),
    fn('unsqueeze and squeeze', (x) => x.unsqueeze(1).unsqueeze(-1).squeeze(1)),
    fn('squeeze all', (x) => x.unsqueeze(1).squeeze(), rows, { traced: [2] }),
    fn('expand', (x) => x.unsqueeze(1).expand([x.size(0), 4, 6])),
    fn('expand -1', (x) => x.unsqueeze(1).expand([-1, 4, -1])),
    fn('expand to the batch', (x) =>
      torch
        .ones([1, 6])
        .expand([x.size(0), 6])
        .add(x),
    ),
    fn('select', (x) => x.select(1, -1), sequence),
    fn('slices', (x) => x.at(':', '1:-1', '::2'), sequence),
    fn(
      'half of a dynamic length',
      (x) => x.at(':', `:${x.size(1) >> 1}`),
      (n) => [randn(2, 2 * n, 6)],
      {
        axes: { 0: [1] },
      },
    ),
    fn(
      'all but the last',
      (x) => x.narrow(1, 0, x.size(1) - 1),
      (n) => [randn(2, n + 2, 6)],
      {
        axes: { 0: [1] },
      },
    ),
    fn(
      'all but two',
      (x) => x.narrow(1, 0, x.size(1) - 2).add(x.at(':', '2:')),
      (n) => [randn(2, n + 4, 6)],
      { axes: { 0: [1] } },
    ),
    fn('cat', (x, y) => torch.cat([x, y, x], 1), pairs),
    fn('stack', (x, y) => torch.stack([x, y], 1), pairs),
    fn('split', (x) => x.split(2, 1)),
    fn('split unevenly', (x) => x.split(4, 1)),
    fn('chunk', (x) => x.chunk(3, -1)),
    fn('unbind', (x) => x.unbind(1), sequence),
    fn('flip', (x) => x.flip([1]), sequence),
    fn('roll', (x) => x.roll(2, 1), sequence),
    fn('roll flat', (x) => x.roll(2), sequence),
    fn('repeat', (x) => x.repeat([1, 2, 3])),
    fn('repeat the batch', (x) => x.repeat([x.size(0), 1])),
    fn('repeat_interleave', (x) => x.repeat_interleave(3, 1), sequence),
    fn(
      'tril',
      (x) => x.tril().add(x.triu(1).mul(2)),
      (n) => [randn(n, 5, 5)],
    ),
    fn('pad', (x) => F.pad(x, [1, 2, 0, 1], { value: 0.5 }), sequence),
    fn('interpolate', (x) => F.interpolate(x, { scale_factor: [2, 2] }), image),
    fn('interpolate to a size', (x) => F.interpolate(x, { size: [16, 12] }), image),
    ...[
      ['bilinear', image],
      ['bicubic', image],
      ['linear', sequence],
      ['trilinear', volume],
    ].flatMap(([mode, inputs]) =>
      [true, false].flatMap((align_corners) => [
        fn(
          `interpolate ${mode}, ${align_corners ? 'aligned' : 'not aligned'}`,
          (x) => F.interpolate(x, { scale_factor: 2, mode, align_corners }),
          inputs,
        ),
        fn(
          `interpolate ${mode} to a size, ${align_corners ? 'aligned' : 'not aligned'}`,
          (x) =>
            F.interpolate(x, { size: x.shape.slice(2).map((d) => d + 3), mode, align_corners }),
          inputs,
        ),
      ]),
    ),
    fn('interpolate by area', (x) => F.interpolate(x, { scale_factor: 0.5, mode: 'area' }), image),
    ...[
      ['a row', sequence, [4]],
      ['an image', image, [5, 7]],
      ['a volume', volume, [3, 2, 5]],
    ].flatMap(([what, inputs, size]) => [
      fn(
        `interpolate ${what} by areas that overlap`,
        (x) => F.interpolate(x, { size, mode: 'area' }),
        inputs,
      ),
      fn(
        `adaptive means of ${what} that overlap`,
        (x) => F[`adaptive_avg_pool${size.length}d`](x, size),
        inputs,
      ),
    ]),
    fn('interpolate a volume', (x) => F.interpolate(x, { scale_factor: 2 }), volume),
    fn('max_pool1d with indices', (x) => F.max_pool1d(x, 2, { return_indices: true }), sequence),
    fn('max_pool2d with indices', (x) => F.max_pool2d(x, 2, { return_indices: true }), image),
    fn(
      'max_pool2d with indices, padded',
      (x) => F.max_pool2d(x, 3, { stride: 2, padding: 1, return_indices: true }),
      image,
    ),
    fn('max_pool3d with indices', (x) => F.max_pool3d(x, 2, { return_indices: true }), volume),
    fn(
      'conv_transpose2d',
      (x) => F.conv_transpose2d(x, torch.ones([4, 3, 3, 3]).mul(0.1), null, 2, 1, 1),
      image,
    ),
    fn('instance_norm', (x) => F.instance_norm(x), image),

    fn('sum', (x) => x.sum().add(x.sum(1).sum()), sequence),
    fn('sum keepdim', (x) => x.sum([1, 2], true), sequence),
    fn('mean', (x) => x.mean(-1).add(x.mean()), sequence),
    fn('prod', (x) => x.prod(1), sequence),
    fn('var', (x) => x.var(1).add(x.var(1, { unbiased: false })), sequence),
    fn('std of everything', (x) => x.std(), sequence),
    fn('max', (x) => x.max(), sequence),
    fn('max.dim', (x) => x.max(1), sequence),
    fn('min.dim', (x) => x.min(-1, true), sequence),
    fn('amax', (x) => x.amax([1, 2]), sequence),
    fn('argmax', (x) => x.argmax(1), sequence),
    fn('argmin keepdim', (x) => x.argmin(-1, true), sequence),
    fn('norm', (x) => x.norm(2, 1).add(x.norm(1, 1)).add(x.norm(3, 1)), sequence),
    fn('logsumexp', (x) => x.logsumexp(1), sequence),
    fn('normalize', (x) => F.normalize(x), rows),
    fn('cosine_similarity', (x, y) => F.cosine_similarity(x, y), pairs),
    fn('all and any', (x) => x.gt(-1).all(1).logical_and(x.gt(1).any(1))),
    fn('count_nonzero', (x) => x.gt(0).count_nonzero(1)),
    fn('cumsum', (x) => x.cumsum(1), sequence),
    fn('topk', (x) => x.topk(3, 1), sequence),
    fn('sort', (x) => x.sort(-1, true), sequence),
    fn('argsort', (x) => x.argsort(1), sequence),

    fn('index by integers', (x) => x.at(':', [0, 3, 3]), sequence),
    fn('index by two', (x) => x.at(':', [0, 3], [1, 5]), sequence),
    fn('index by separated ones', (x) => x.at(':', [0, 1], ':', [1, 5]), image),
    fn('index by a mask', (x) => x.at(x.gt(0))),
    fn(
      'index by an input',
      (x, i) => x.at(i),
      (n) => [randn(7, 6), ints(7, n)],
      { axes: { 1: [0] } },
    ),
    fn(
      'gather',
      (x, i) => x.gather(1, i),
      (n) => [randn(n, 6), ints(6, n, 3)],
    ),
    fn('index_select', (x) => x.index_select(1, torch.tensor([0n, 2n, 2n])), sequence),
    fn(
      'scatter',
      (x, i) => x.scatter(1, i, 9),
      (n) => [randn(n, 6), ints(6, n, 2)],
    ),
    fn(
      'scatter_add',
      (x, i, s) => x.scatter_add(1, i, s),
      (n) => [randn(n, 6), ints(6, n, 3), randn(n, 3)],
      {
        from: 16,
      },
    ),
    fn('masked_select', (x) => x.masked_select(x.gt(0))),
    fn('nonzero', (x) => x.gt(0).nonzero()),
    fn(
      'one_hot',
      (i) => F.one_hot(i, 5),
      (n) => [ints(5, n, 3)],
    ),

    fn('zeros of the batch', (x) => torch.zeros([x.size(0), 2]).add(x.sum(1, true))),
    fn('zeros_like', (x) => torch.zeros_like(x).add(x).add(torch.ones_like(x))),
    fn(
      'arange of a length',
      (x) => torch.arange(x.size(1)).add(x),
      (n) => [randn(3, n)],
      {
        axes: { 0: [1] },
      },
    ),
    fn(
      'mask of a length',
      (x) =>
        torch
          .ones([x.size(1), x.size(1)])
          .tril()
          .matmul(x),
      (n) => [randn(2, n, 4)],
      {
        axes: { 0: [1] },
        from: 14,
      },
    ),
    fn('divided by the batch', (x) => x.sum(0).div(x.size(0))),

    fn('in-place arithmetic', (x) => x.mul(1).add_(1).mul_(2)),
    fn('in-place on a constant', (x) => {
      const y = torch.zeros([6]);
      y.add_(1);
      return y.add_(x.sum(0));
    }),
    fn('fill and copy', (x) =>
      x
        .clone()
        .zero_()
        .add(x.clone().copy_(torch.ones([6]))),
    ),
    fn('assignment to a column', (x) => {
      const y = x.clone();
      y.set([':', 1], 7);
      y.set([':', -1], x.select(1, 0));
      y.set([':', '2:4'], x.narrow(1, 0, 2).mul(2));
      return y;
    }),
    fn(
      'assignment to parts of parts',
      (x) => {
        const y = torch.zeros([x.size(0), 5, 6]);
        for (let i = 0; i < 5; i++) y.set([':', i, '1:'], x.select(1, i).narrow(1, 0, 5));
        return y;
      },
      sequence,
    ),
    fn('assignment to a constant', (x) => {
      const y = torch.zeros([6]);
      y.set([0], x.sum());
      y.set(['-2:'], 3);
      return x.add(y);
    }),
    fn('assignment by a mask', (x) => {
      const y = x.clone();
      y.set([x.gt(0)], 0);
      return y;
    }),
    fn('constants alone', (x) => x.add(torch.ones([6]).mul(2).cumsum(0))),
    fn('input as output', (x) => [x, x.add(1)]),
    fn('output twice', (x) => {
      const y = x.add(1);
      return [y, y];
    }),
  ];
  return [...layers, ...operators, ...models({ torch, nn })];
}
