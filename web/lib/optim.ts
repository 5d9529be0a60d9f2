// torch.optim. The update rules run in the core, on all parameters in one call.
import { writeHandles } from './args.ts';
import { TorchError } from './errors.ts';
import { callable } from './nn/layers.ts';
import { checked, state, throwLast } from './state.ts';
import type { Tensor } from './tensor.ts';

/** Hyperparameters by PyTorch's names: lr, momentum, weight_decay, betas, eps, ... */
export type OptimizerOptions = Record<string, number | boolean | readonly number[] | undefined>;
export interface ParamGroup {
  params: Tensor[];
  [name: string]: Tensor[] | number | boolean | readonly number[] | undefined;
}
type Params = Iterable<Tensor> | Iterable<ParamGroup>;

const net = new FinalizationRegistry<number>((id) => {
  state().core._gb_optim_free(id);
});

/** Base of the optimizers; `new optim.SGD(model.parameters(), {lr: 0.1})`. */
export class Optimizer {
  readonly param_groups: ParamGroup[] = [];
  readonly #id: number;

  constructor(kind: string, params: Params, defaults: OptimizerOptions) {
    const groups = toGroups(params);
    const first = groups[0];
    if (!first) throw new TorchError('ValueError', 'optimizer got an empty parameter list');
    const { core } = state();
    writeHandles(first.params);
    const options = { ...defaults, ...optionsOf(first) };
    this.#id = core.optimNew(kind, JSON.stringify(options), first.params.length) || throwLast();
    net.register(this, this.#id);
    this.#note(first.params, 0);
    for (const group of groups.slice(1)) this.add_param_group(group, defaults);
  }

  add_param_group(group: ParamGroup, defaults: OptimizerOptions = {}): void {
    writeHandles(group.params);
    const options = JSON.stringify({ ...defaults, ...optionsOf(group) });
    checked(state().core.optimAddGroup(this.#id, options, group.params.length));
    this.#note(group.params, this.param_groups.length);
  }

  /** A group as an object whose settings write through to the core: `param_groups[0].lr = 0.01`. */
  #note(params: Tensor[], index: number): void {
    const id = this.#id;
    const settings = parseState(state().core.optimState(id)).param_groups[index]!;
    const group: ParamGroup = { params };
    for (const [name, value] of Object.entries(settings)) {
      if (name === 'params') continue;
      // A list is changed by giving another one, so the one that was given can be handed out.
      let now = value;
      Object.defineProperty(group, name, {
        enumerable: true,
        get: () => (name === 'lr' ? Number(state().core.optimGet(id, index, name)) : now),
        set: (x: number | boolean | number[]) => {
          checked(state().core.optimSet(id, index, name, JSON.stringify(x)));
          now = x;
        },
      });
    }
    this.param_groups.push(group);
  }

  /** One update from the gradients that are there. Gives what `closure` gave. */
  step<R = undefined>(closure?: () => R): R | undefined {
    const loss = closure?.();
    checked(state().core._gb_optim_step(this.#id));
    return loss;
  }

  zero_grad({ set_to_none = false }: { set_to_none?: boolean } = {}): void {
    checked(state().core._gb_optim_zero(this.#id, set_to_none ? 1 : 0));
  }

  /** Plain data: JSON.stringify can write it. */
  state_dict(): Record<string, unknown> {
    return JSON.parse(state().core.optimState(this.#id) || throwLast());
  }

  load_state_dict(values: Record<string, unknown>): void {
    checked(state().core.optimLoad(this.#id, JSON.stringify(values)));
  }
}

const parseState = (text: string) =>
  JSON.parse(text) as { param_groups: Record<string, number | boolean | number[]>[] };

function toGroups(params: Params): ParamGroup[] {
  const list = Array.from(params as Iterable<Tensor | ParamGroup>);
  if (list.length === 0) return [];
  if ('handle' in list[0]!) return [{ params: list as Tensor[] }];
  return (list as ParamGroup[]).map((group) => ({ ...group, params: [...group.params] }));
}

function optionsOf(group: ParamGroup): OptimizerOptions {
  const { params: _, ...options } = group;
  return options as OptimizerOptions;
}

function optimizer(kind: string) {
  return callable(
    class extends Optimizer {
      static override readonly name = kind;
      constructor(params: Params, options: OptimizerOptions = {}) {
        super(kind, params, options);
      }
    },
  );
}

export const SGD = optimizer('SGD');
export const Adam = optimizer('Adam');
export const AdamW = optimizer('AdamW');
export const RMSprop = optimizer('RMSprop');
export const Adagrad = optimizer('Adagrad');
