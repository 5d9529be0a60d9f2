// The JavaScript library.
//
//   import { load, torch, nn, optim } from 'gradbox';
//   await load();
//   const w = torch.tensor(0.5, { requires_grad: true });
//   w.mul(3).pow(2).backward();
//   console.log(w.grad);   // tensor(9.)
export { type Bridge, type BridgeOptions, createBridge } from './bridge.ts';
export { DType } from './dtypes.ts';
export { type ErrorKind, TorchError } from './errors.ts';
export { GradFn } from './grad-fn.ts';
export { createCore, isLoaded, type LoadOptions, load } from './load.ts';
export { functional as F } from './nn/functional.ts';
export type { Module } from './nn/module.ts';
export { onnx } from './onnx.ts';
export { RemovableHandle, Size, Tensor } from './tensor.ts';
export { autograd, nn, optim, torch } from './torch.ts';
