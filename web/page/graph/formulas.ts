/**
 * What operators compute and how their gradients follow, keyed by the registry's names. `g` is the
 * gradient of the output, `out` the output; the other names are the operator's arguments. An operator
 * that isn't here is shown with its numbers alone.
 */

export interface Formula {
  forward: string;
  /** By argument: the gradient that is sent to it. */
  gradients: Record<string, string>;
  /** Each element of the output depends on that element of the argument alone, up to broadcasting. */
  pointwise?: boolean;
  /** Gradients that are a product of two matrices: the factors, `T` for transposed. */
  products?: Record<string, readonly [string, string]>;
}

const unary = (forward: string, derivative: string): Formula => ({
  forward,
  gradients: { self: derivative === '' ? 'g' : `g · ${derivative}` },
  pointwise: true,
});

/** Only moves elements: each gradient goes back to where its element came from. */
const moves = (forward: string): Formula => ({
  forward,
  gradients: { self: 'g, put back in place' },
});

const PRODUCT = { self: ['g', 'mat2ᵀ'], mat2: ['selfᵀ', 'g'] } as const;

export const FORMULAS: Record<string, Formula> = {
  add: {
    forward: 'self + alpha · other',
    gradients: { self: 'g', other: 'g · alpha' },
    pointwise: true,
  },
  sub: {
    forward: 'self − alpha · other',
    gradients: { self: 'g', other: '−g · alpha' },
    pointwise: true,
  },
  rsub: {
    forward: 'other − alpha · self',
    gradients: { self: '−g · alpha', other: 'g' },
    pointwise: true,
  },
  mul: {
    forward: 'self · other',
    gradients: { self: 'g · other', other: 'g · self' },
    pointwise: true,
  },
  div: {
    forward: 'self / other',
    gradients: { self: 'g / other', other: '−g · self / other²' },
    pointwise: true,
  },
  pow: {
    forward: 'self ^ exponent',
    gradients: {
      self: 'g · exponent · self ^ (exponent − 1)',
      exponent: 'g · out · log(self)',
    },
    pointwise: true,
  },
  neg: unary('−self', '(−1)'),
  exp: unary('exp(self)', 'out'),
  log: unary('log(self)', '1 / self'),
  log1p: unary('log(1 + self)', '1 / (1 + self)'),
  sqrt: unary('√self', '1 / (2 · out)'),
  rsqrt: unary('1 / √self', '(−½) · out³'),
  square: unary('self²', '2 · self'),
  reciprocal: unary('1 / self', '(−out²)'),
  abs: unary('|self|', 'sign(self)'),
  sin: unary('sin(self)', 'cos(self)'),
  cos: unary('cos(self)', '(−sin(self))'),
  tan: unary('tan(self)', '(1 + out²)'),
  tanh: unary('tanh(self)', '(1 − out²)'),
  sigmoid: unary('1 / (1 + exp(−self))', 'out · (1 − out)'),
  relu: unary('max(self, 0)', '(1 where self > 0, else 0)'),
  leaky_relu: unary(
    'self where self > 0, else negative_slope · self',
    '(1 where self > 0, else negative_slope)',
  ),
  elu: unary('self where self > 0, else alpha · (exp(self) − 1)', 'the slope there'),
  gelu: unary('self · Φ(self)', '(Φ(self) + self · φ(self))'),
  silu: unary('self · σ(self)', 'σ(self) · (1 + self · (1 − σ(self)))'),
  softplus: unary('log(1 + exp(beta · self)) / beta', 'σ(beta · self)'),
  logsigmoid: unary('log σ(self)', 'σ(−self)'),
  clamp: unary('self, kept between min and max', '(1 inside the limits, else 0)'),
  erf: unary('erf(self)', '2/√π · exp(−self²)'),
  clone: unary('self', ''),
  alias: unary('self', ''),
  mm: {
    forward: 'self @ mat2',
    gradients: { self: 'g @ mat2ᵀ', mat2: 'selfᵀ @ g' },
    products: PRODUCT,
  },
  bmm: { forward: 'self @ mat2', gradients: { self: 'g @ mat2ᵀ', mat2: 'selfᵀ @ g' } },
  mv: { forward: 'self @ vec', gradients: { self: 'g ⊗ vec', vec: 'selfᵀ @ g' } },
  dot: { forward: 'Σ self · other', gradients: { self: 'g · other', other: 'g · self' } },
  addmm: {
    forward: 'self + mat1 @ mat2',
    gradients: { self: 'g, summed where self was broadcast', mat1: 'g @ mat2ᵀ', mat2: 'mat1ᵀ @ g' },
    products: { mat1: ['g', 'mat2ᵀ'], mat2: ['mat1ᵀ', 'g'] },
  },
  sum: { forward: 'Σ self', gradients: { self: 'g, for each element that was summed' } },
  mean: { forward: 'Σ self / n', gradients: { self: 'g / n, for each element' } },
  max: { forward: 'max(self)', gradients: { self: 'g at the largest element, else 0' } },
  min: { forward: 'min(self)', gradients: { self: 'g at the smallest element, else 0' } },
  prod: { forward: 'Π self', gradients: { self: 'g · out / self' } },
  var: {
    forward: 'variance of self',
    gradients: { self: 'g · 2 · (self − mean) / (n − correction)' },
  },
  logsumexp: { forward: 'log Σ exp(self)', gradients: { self: 'g · exp(self − out)' } },
  softmax: {
    forward: 'exp(self) / Σ exp(self)',
    gradients: { self: 'out · (g − Σ g · out)' },
  },
  _softmax: {
    forward: 'exp(self) / Σ exp(self)',
    gradients: { self: 'out · (g − Σ g · out)' },
  },
  log_softmax: {
    forward: 'self − log Σ exp(self)',
    gradients: { self: 'g − exp(out) · Σ g' },
  },
  _log_softmax: {
    forward: 'self − log Σ exp(self)',
    gradients: { self: 'g − exp(out) · Σ g' },
  },
  nll_loss: {
    forward: 'mean of −self[i, target[i]]',
    gradients: { self: '−g · weight / n at the target, else 0' },
  },
  nll_loss_forward: {
    forward: 'mean of −self[i, target[i]]',
    gradients: { self: '−g · weight / n at the target, else 0' },
  },
  mse_loss: {
    forward: 'mean of (self − target)²',
    gradients: { self: 'g · 2 · (self − target) / n', target: '−g · 2 · (self − target) / n' },
  },
  l1_loss: {
    forward: 'mean of |self − target|',
    gradients: { self: 'g · sign(self − target) / n', target: '−g · sign(self − target) / n' },
  },
  binary_cross_entropy: {
    forward: 'mean of −(target · log(self) + (1 − target) · log(1 − self))',
    gradients: { self: 'g · (self − target) / (self · (1 − self)) / n' },
  },
  binary_cross_entropy_with_logits: {
    forward: 'mean of the cross entropy of σ(self) and target',
    gradients: { self: 'g · (σ(self) − target) / n' },
  },
  t: moves('selfᵀ'),
  transpose: moves('self with dim0 and dim1 exchanged'),
  permute: moves('self with its dimensions in another order'),
  view: moves('self in another shape'),
  reshape: moves('self in another shape'),
  flatten: moves('self in another shape'),
  squeeze: moves('self without dimensions of size 1'),
  _unsafe_squeeze: moves('self without dimensions of size 1'),
  unsqueeze: moves('self with one more dimension of size 1'),
  expand: {
    forward: 'self, repeated along dimensions',
    gradients: { self: 'g, summed over the repeats' },
  },
  select: moves('one slice of self'),
  slice: moves('a part of self'),
  index: moves('elements of self, picked by index'),
  gather: moves('elements of self, picked by index'),
  cat: { forward: 'tensors, one after another', gradients: { tensors: 'its part of g' } },
  stack: { forward: 'tensors, in a new dimension', gradients: { tensors: 'its part of g' } },
  embedding: { forward: 'rows of weight', gradients: { weight: 'g, added up for each row' } },
  where: {
    forward: 'self where condition, else other',
    gradients: { self: 'g where condition, else 0', other: 'g where not condition, else 0' },
    pointwise: true,
  },
};
