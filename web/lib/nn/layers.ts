// torch.nn's layers. They run in the core; what they are called and take, the core says itself.

import { isPlainObject } from '../args.ts';
import { DType } from '../dtypes.ts';
import { TorchError } from '../errors.ts';
import { keep } from '../memory.ts';
import { state, throwLast } from '../state.ts';
import { Tensor } from '../tensor.ts';
import { forwardNative } from './calls.ts';
import { innerOf } from './inner.ts';
import { Module, NativeKind } from './module.ts';
import { Parameter } from './parameter.ts';
import { structureOf, type Taken } from './structure.ts';

interface LayerArg {
  name: string;
  type: string;
  default?: unknown;
}
export interface LayerInfo {
  name: string;
  args: LayerArg[];
  takes: Taken[];
  gives: string;
  doc: string;
}
type LayerClass = new (...args: unknown[]) => Module;

const classes = new Map<string, LayerClass>();

/** Layers by name, as classes that need no `new`. */
export function layer(name: string): LayerClass | undefined {
  return classes.get(name);
}

export const layerNames = (): IterableIterator<string> => classes.keys();

/** Makes the classes of the layers that the loaded core has. */
export function installLayers(): void {
  classes.clear();
  for (const info of JSON.parse(state().core.layersJson()) as LayerInfo[]) {
    if (info.name !== 'Sequential') classes.set(info.name, layerClass(info));
  }
}

/** Positional and keyword arguments as the configuration that the core takes. */
function configure(info: LayerInfo, args: unknown[]): Record<string, unknown> {
  const last = args[args.length - 1];
  const keywords = isPlainObject(last) ? last : {};
  const positional = isPlainObject(last) ? args.slice(0, -1) : args;
  if (positional.length > info.args.length) {
    throw new TorchError(
      'TypeError',
      `__init__() takes ${info.args.length} positional arguments but ${positional.length} were given`,
    );
  }
  const config: Record<string, unknown> = {};
  const set = (name: string, value: unknown) => {
    if (value === undefined) return;
    config[name] = value instanceof DType ? value.name : value;
  };
  positional.forEach((value, i) => {
    set(info.args[i]!.name, value);
  });
  for (const [name, value] of Object.entries(keywords)) {
    if (name in config) {
      throw new TorchError('TypeError', `__init__() got multiple values for argument '${name}'`);
    }
    set(name, value);
  }
  return config;
}

/**
 * Gives the JavaScript object the parameters and buffers that its core counterpart was made with.
 * `deep`: those of modules inside as well, which have no JavaScript object.
 */
export function adoptState(module: Module, deep = true): void {
  const { core } = state();
  const inner = innerOf(module);
  const listing = JSON.parse(core.moduleListing(inner.id)) as Record<
    'params' | 'buffers',
    [string, number][]
  >;
  for (const [name] of listing.params) {
    if (!deep && name.includes('.')) continue;
    const parameter = Parameter.adopt(handleOf(inner.id, name));
    if (name.includes('.')) inner.deep.set(name, parameter);
    else module[name] = parameter;
  }
  for (const [name] of listing.buffers) {
    if (!deep && name.includes('.')) continue;
    inner.buffers.add(name);
    module[name] = keep(new Tensor(handleOf(inner.id, name)));
  }
}

const handleOf = (id: number, name: string): number => {
  const handle = state().core.moduleGet(id, name);
  return handle > 0 ? handle : throwLast();
};

function layerClass(info: LayerInfo): LayerClass {
  const structure = structureOf(info.takes, info.gives);
  const type = {
    [info.name]: class extends Module {
      constructor(...args: unknown[]) {
        const config = configure(info, args);
        super(new NativeKind(info.name, config));
        const inner = innerOf(this);
        inner.structure = structure;
        // Hyperparameters stay readable, as in PyTorch: layer.in_features.
        for (const { name, default: fallback, type: kind } of info.args) {
          const isFlag = kind === 'bool' && name === 'bias';
          if (name !== 'dtype' && name !== 'device' && !isFlag) {
            this[name] = name in config ? config[name] : fallback;
          }
        }
        adoptState(this);
        for (const { name } of info.args) if (name in this) inner.settings.add(name);
      }

      /** The layer's computation without hooks. */
      override forward(...inputs: unknown[]): unknown {
        return forwardNative(this, inputs);
      }
    },
  }[info.name]!;
  return callable(type);
}

/** A class that may be called without `new`, as Python's are. */
export function callable<C extends new (...args: any[]) => object>(
  type: C,
): C & ((...args: ConstructorParameters<C>) => InstanceType<C>) {
  return new Proxy(type, {
    apply: (target, _self, args) => Reflect.construct(target, args),
  }) as C & ((...args: ConstructorParameters<C>) => InstanceType<C>);
}
