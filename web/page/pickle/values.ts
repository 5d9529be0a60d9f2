/** What a pickle would make, as far as that can be told without making it. */

import { bytesText, type Range } from './disassemble';
import { reprText } from './python-text';

/** A name that the unpickler looks up, importing the module it is in. */
export interface GlobalValue {
  kind: 'global';
  module: string;
  name: string;
}

/** What a function or class of the file's choosing gives. */
export interface CallValue {
  kind: 'call';
  target: Value;
  args: Value;
  /** Keyword arguments, if there are any. */
  options?: Value;
  /** What its state was set to. */
  states?: Value[];
}

export interface ItemsValue {
  kind: 'list' | 'tuple' | 'dict' | 'set' | 'frozenset';
  /** Keys and values in turn, for a dict. */
  items: Value[];
}

export type Value =
  | { kind: 'plain'; text: string }
  | { kind: 'text'; text: string }
  | ({ kind: 'bytes' | 'bytearray' } & Range)
  | ItemsValue
  | GlobalValue
  | CallValue
  /** An object that is kept outside of the pickle. */
  | { kind: 'persistent'; id: Value }
  | { kind: 'mark' }
  | { kind: 'unknown' };

const BRACKETS: Record<ItemsValue['kind'], readonly [string, string]> = {
  list: ['[', ']'],
  tuple: ['(', ')'],
  dict: ['{', '}'],
  set: ['{', '}'],
  frozenset: ['frozenset({', '})'],
};
const DEEPEST = 6;

/**
 * The expression that makes a value, as Python would write it. Not much longer than `room`: values
 * may hold each other, or themselves.
 */
export function expression(value: Value, bytes: Uint8Array, room = 160): string {
  let left = room;
  const write = (v: Value, depth: number): string => {
    return left <= 0 || depth > DEEPEST ? spend('…') : writeOne(v, depth);
  };
  const spend = (text: string) => {
    left -= text.length;
    return text;
  };
  const list = (items: readonly Value[], depth: number): string => {
    const parts: string[] = [];
    for (const item of items) {
      if (left <= 0) {
        parts.push('…');
        break;
      }
      spend(', ');
      parts.push(write(item, depth + 1));
    }
    return parts.join(', ');
  };
  const pairs = (items: readonly Value[], depth: number): string => {
    const parts: string[] = [];
    for (let i = 0; i + 1 < items.length; i += 2) {
      if (left <= 0) {
        parts.push('…');
        break;
      }
      spend(': , ');
      const key = write(items[i] as Value, depth + 1);
      parts.push(`${key}: ${write(items[i + 1] as Value, depth + 1)}`);
    }
    return parts.join(', ');
  };
  const writeOne = (v: Value, depth: number): string => {
    switch (v.kind) {
      case 'plain':
        return spend(v.text.slice(0, room));
      case 'text':
        return spend(
          v.text.length > room ? `${reprText(v.text.slice(0, room))}…` : reprText(v.text),
        );
      case 'bytes':
      case 'bytearray':
        return spend(bytesText(bytes, v));
      case 'global':
        return spend(fullName(v));
      case 'call': {
        const target = write(v.target, depth + 1);
        const args =
          v.args.kind === 'tuple' ? list(v.args.items, depth) : `*${write(v.args, depth + 1)}`;
        const options = v.options ? `, **${write(v.options, depth + 1)}` : '';
        return `${target}(${args}${options})`;
      }
      case 'persistent':
        return `persistent_load(${write(v.id, depth + 1)})`;
      case 'mark':
      case 'unknown':
        return spend('?');
      default: {
        const [open, close] = BRACKETS[v.kind];
        spend(open + close);
        if (v.kind === 'dict') return open + pairs(v.items, depth) + close;
        const comma = v.kind === 'tuple' && v.items.length === 1 ? ',' : '';
        return open + list(v.items, depth) + comma + close;
      }
    }
  };
  return write(value, 0);
}

export function fullName({ module, name }: { module: string; name: string }): string {
  return module === '' ? name : `${module}.${name}`;
}
