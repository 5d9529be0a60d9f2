// The namespace `torch`.
import type { Layers, LinalgFunctions, SpecialFunctions, TorchFunctions } from '@generated/ops';
import { callName } from './args.ts';
import * as autogradModule from './autograd.ts';
import { enable_grad, is_grad_enabled, no_grad, set_grad_enabled } from './autograd.ts';
import { defaultDtype, from_array, tensor } from './creation.ts';
import { type DType, dtypeNames, dtypes } from './dtypes.ts';
import { opFunction, opNames } from './functions.ts';
import { Slice, slice } from './indexing.ts';
import { keep, memory, steps, tidy } from './memory.ts';
import { namespace } from './names.ts';
import * as nnModule from './nn/index.ts';
import { layer, layerNames } from './nn/layers.ts';
import { onnx } from './onnx.ts';
import * as optimModule from './optim.ts';
import { checked, state } from './state.ts';
import { Size, Tensor } from './tensor.ts';

export const nn = namespace(
  "module 'torch.nn'",
  { ...nnModule },
  (name) => layer(name),
  layerNames,
) as typeof nnModule & Layers;

export const optim = namespace("module 'torch.optim'", { ...optimModule });

const { AutogradFunction, grad, backward } = autogradModule;
export const autograd = namespace("module 'torch.autograd'", {
  grad,
  backward,
  Function: AutogradFunction,
  no_grad,
  enable_grad,
});

const linalg = namespace(
  "module 'torch.linalg'",
  {},
  (name) => opFunction('linalg', name),
  () => opNames('linalg'),
) as LinalgFunctions;

const special = namespace(
  "module 'torch.special'",
  {},
  (name) => opFunction('special', name),
  () => opNames('special'),
) as SpecialFunctions;

export interface PrintOptions {
  precision?: number;
  threshold?: number;
  edgeitems?: number;
  linewidth?: number;
  sci_mode?: boolean | null;
}

const members = {
  ...dtypeNames,
  tensor,
  from_array,
  Tensor,
  Size,
  Slice,
  slice,
  nn,
  optim,
  autograd,
  linalg,
  special,
  onnx,
  no_grad,
  enable_grad,
  set_grad_enabled,
  is_grad_enabled,
  tidy,
  keep,
  steps,
  memory,

  is_tensor: (x: unknown): x is Tensor => x instanceof Tensor,

  /** A tensor of one value; a whole number makes a float tensor too, unless dtype says otherwise. */
  full(size: readonly number[], value: number | boolean, options: { dtype?: DType } = {}): Tensor {
    const dtype = options.dtype ?? (typeof value === 'number' ? defaultDtype() : dtypeNames.bool);
    return (opFunction('torch', 'full') as (...args: unknown[]) => Tensor)(size, value, {
      ...options,
      dtype,
    });
  },

  /** Seeds the generator that rand, randn, dropout and initialisation draw from. */
  manual_seed(seed: number): void {
    checked(state().core._gb_generator_seed(0, seed));
  },

  initial_seed: (): number => state().core._gb_generator_initial_seed(0),

  get_default_dtype: defaultDtype,

  set_default_dtype(dtype: DType): void {
    checked(state().core._gb_set_default_dtype(dtype.code));
  },

  promote_types(a: DType, b: DType): DType {
    return dtypes[state().core._gb_promote_types(a.code, b.code)]!;
  },

  set_printoptions(options: PrintOptions): void {
    const sci = options.sci_mode;
    state().core.setPrintOptions(
      options.precision ?? -1,
      options.threshold ?? -1,
      options.edgeitems ?? -1,
      options.linewidth ?? -1,
      sci === null ? -2 : sci === undefined ? -1 : sci ? 1 : 0,
    );
  },

  /** Equal shapes, dtypes and values. */
  equal: (a: Tensor, b: Tensor): boolean => callName('equal', a, b) as boolean,
};

/** PyTorch's top-level namespace. Operators are those of the core's registry. */
export const torch = namespace(
  "module 'torch'",
  members,
  (name) => opFunction('torch', name),
  () => opNames('torch'),
) as typeof members & Omit<TorchFunctions, keyof typeof members>;
