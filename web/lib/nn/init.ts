// torch.nn.init: fills a tensor in place, outside the graph, and gives it back. Formulas: Glorot &
// Bengio 2010 (xavier), He et al. 2015 (kaiming), as in PyTorch.
import { no_grad } from '../autograd.ts';
import { TorchError } from '../errors.ts';
import { namespace } from '../names.ts';
import type { Tensor } from '../tensor.ts';

type Nonlinearity = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leaky_relu' | 'selu';

function fill(t: Tensor, how: () => unknown): Tensor {
  no_grad(how);
  return t;
}

function fans(t: Tensor): [fanIn: number, fanOut: number] {
  const { shape } = t;
  if (shape.length < 2) {
    throw new TorchError(
      'ValueError',
      'Fan in and fan out can not be computed for tensor with fewer than 2 dimensions',
    );
  }
  const field = shape.slice(2).reduce((n, d) => n * d, 1);
  return [shape[1]! * field, shape[0]! * field];
}

function calculate_gain(nonlinearity: Nonlinearity, param = 0.01): number {
  switch (nonlinearity) {
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.SQRT2;
    case 'leaky_relu':
      return Math.sqrt(2 / (1 + param ** 2));
    case 'selu':
      return 3 / 4;
    case 'linear':
    case 'sigmoid':
      return 1;
    default:
      throw new TorchError('ValueError', `Unsupported nonlinearity ${nonlinearity}`);
  }
}

const uniform_ = (t: Tensor, a = 0, b = 1): Tensor => fill(t, () => t.uniform_(a, b));
const normal_ = (t: Tensor, mean = 0, std = 1): Tensor => fill(t, () => t.normal_(mean, std));
const constant_ = (t: Tensor, value: number): Tensor => fill(t, () => t.fill_(value));

interface KaimingOptions {
  a?: number;
  mode?: 'fan_in' | 'fan_out';
  nonlinearity?: Nonlinearity;
}

function kaimingStd(t: Tensor, options: KaimingOptions): number {
  const [fanIn, fanOut] = fans(t);
  const gain = calculate_gain(options.nonlinearity ?? 'leaky_relu', options.a ?? 0);
  return gain / Math.sqrt(options.mode === 'fan_out' ? fanOut : fanIn);
}

function xavierStd(t: Tensor, gain: number): number {
  const [fanIn, fanOut] = fans(t);
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}

export const init = namespace("module 'torch.nn.init'", {
  calculate_gain,
  uniform_,
  normal_,
  constant_,
  zeros_: (t: Tensor): Tensor => constant_(t, 0),
  ones_: (t: Tensor): Tensor => constant_(t, 1),

  xavier_uniform_(t: Tensor, gain = 1): Tensor {
    const bound = Math.sqrt(3) * xavierStd(t, gain);
    return uniform_(t, -bound, bound);
  },
  xavier_normal_: (t: Tensor, gain = 1): Tensor => normal_(t, 0, xavierStd(t, gain)),

  kaiming_uniform_(t: Tensor, options: KaimingOptions = {}): Tensor {
    const bound = Math.sqrt(3) * kaimingStd(t, options);
    return uniform_(t, -bound, bound);
  },
  kaiming_normal_: (t: Tensor, options: KaimingOptions = {}): Tensor =>
    normal_(t, 0, kaimingStd(t, options)),
});
