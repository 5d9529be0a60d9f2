// Layers whose forward takes options, tuples and masks, or gives several things (LSTM,
// MultiheadAttention, ...). In the core all of it travels as tensors, one slot a tensor: what
// layers_json calls `takes` and `gives`.
import { isPlainObject } from '../args.ts';
import { tensor } from '../creation.ts';
import { TorchError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';

export interface Taken {
  name: string;
  type: string;
  default?: unknown;
}

export interface Structure {
  /** The core's slots for the arguments of a call; the last may be an object of named ones. */
  slots(args: unknown[]): (Tensor | null)[];
  /** The outputs, nested as PyTorch nests them. */
  nest(outputs: (Tensor | null)[]): unknown;
}

/** Undefined for a layer that takes plain tensors and gives one. */
export function structureOf(takes: Taken[], gives: string): Structure | undefined {
  const plain = takes.every((arg) => arg.type === 'Tensor' && !('default' in arg));
  if (plain && /^Tensor( output, Tensor\? indices)?$/.test(gives)) return undefined;
  return { slots: (args) => slotsOf(takes, args), nest: (outputs) => nested(gives, outputs) };
}

function slotsOf(takes: Taken[], args: unknown[]): (Tensor | null)[] {
  const last = args.at(-1);
  const named = isPlainObject(last) ? last : {};
  const positional = isPlainObject(last) ? args.slice(0, -1) : args;
  const unknown = Object.keys(named).find((name) => !takes.some((arg) => arg.name === name));
  if (unknown || positional.length > takes.length) {
    throw new TorchError(
      'TypeError',
      unknown
        ? `forward() got an unexpected keyword argument '${unknown}'`
        : `forward() takes ${takes.length} arguments but ${positional.length} were given`,
    );
  }
  const slots: (Tensor | null)[] = [];
  let used = 0;
  takes.forEach((arg, i) => {
    const value = positional[i] ?? named[arg.name];
    const width = arg.type.includes('[2]') ? 2 : 1;
    if (value === undefined || value === null) {
      if (!('default' in arg)) {
        throw new TorchError('TypeError', `forward() misses its argument '${arg.name}'`);
      }
      for (let k = 0; k < width; k++) slots.push(null);
      return;
    }
    if (typeof value === 'boolean') slots.push(tensor(value));
    else if (width === 2) slots.push(...(value as Tensor[]));
    else slots.push(value as Tensor);
    used = slots.length;
  });
  return slots.slice(0, used);
}

function nested(gives: string, outputs: (Tensor | null)[]): unknown {
  if (gives === 'Tensor') return outputs[0];
  if (gives.includes('(')) return [outputs[0], outputs.slice(1)];
  const missing = gives.split(',').length - outputs.length;
  return [...outputs, ...Array<null>(Math.max(0, missing)).fill(null)];
}
