// torch.nn's layers. They run in the core; what they are called and take, the core says itself.
import { TorchError } from '../errors.ts';
import { state } from '../state.ts';
import { innerOf, Module, NativeKind } from './module.ts';
import { Parameter } from './parameter.ts';

export interface LayerArg {
  name: string;
  type: string;
  default?: unknown;
}
export interface LayerInfo {
  name: string;
  args: LayerArg[];
  doc: string;
}
export const layers: Record<string, unknown> = {};
export function installLayers(): void {}
void TorchError;
void state;
void innerOf;
void Module;
void NativeKind;
void Parameter;
