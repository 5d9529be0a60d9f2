/**
 * Arrays as joblib writes them: the pickle has a NumpyArrayWrapper in their place, and after the BUILD
 * that fills it come the elements, which are no instructions.
 */

import type { CallValue, Value } from './values';

export interface InlineArray {
  /** The elements are objects, in a pickle of their own. */
  pickle: boolean;
  /** After the elements, where they are plain. */
  end: number;
  text: string;
}

export function isWrapper({ target }: CallValue): boolean {
  return (
    target.kind === 'global' &&
    target.module === 'joblib.numpy_pickle' &&
    target.name === 'NumpyArrayWrapper'
  );
}

const isPlain = (value: Value | undefined, ...texts: string[]) =>
  value?.kind === 'plain' && texts.includes(value.text);

/** Bytes of an element, `object`, or null where only numpy could tell. */
function elementOf(dtype: Value | undefined): { name: string; size: number | 'object' } | null {
  if (dtype?.kind !== 'call' || dtype.args.kind !== 'tuple') return null;
  const { target, states = [] } = dtype;
  if (target.kind !== 'global' || target.module !== 'numpy' || target.name !== 'dtype') return null;
  const [code] = dtype.args.items;
  const [, letter, digits] =
    code?.kind === 'text' ? (/^([a-zA-Z])(\d+)$/.exec(code.text) ?? []) : [];
  if (!letter || !digits) return null;
  const name = `${letter}${digits}`;
  if (letter === 'O') return { name, size: 'object' };
  if (!'biufcMmSU'.includes(letter)) return null;
  const size = Number(digits) * (letter === 'U' ? 4 : 1);
  // A state may make the elements something else than the code says.
  const [state] = states;
  if (states.length > 1) return null;
  if (state) {
    if (state.kind !== 'tuple') return null;
    const [, , parts, names, fields, length] = state.items;
    if (!isPlain(parts, 'None') || !isPlain(names, 'None') || !isPlain(fields, 'None')) return null;
    if (!isPlain(length, '-1', String(size))) return null;
  }
  return { name, size };
}

/** The array whose elements begin at `at`; null where it can't be told how many bytes they are. */
export function arrayOf(state: Value, bytes: Uint8Array, at: number): InlineArray | null {
  if (state.kind !== 'dict') return null;
  const fields = new Map<string, Value>();
  for (let i = 0; i + 1 < state.items.length; i += 2) {
    const key = state.items[i] as Value;
    if (key.kind !== 'text') return null;
    fields.set(key.text, state.items[i + 1] as Value);
  }
  const element = elementOf(fields.get('dtype'));
  const shape = fields.get('shape');
  if (!element || shape?.kind !== 'tuple') return null;
  const sizes = shape.items.map((n) => (n.kind === 'plain' ? n.text : ''));
  if (!sizes.every((n) => /^\d{1,15}$/.test(n))) return null;
  const text = `array(${element.name}, ${sizes.join('×') || 'scalar'})`;
  if (element.size === 'object') return { pickle: true, end: at, text };
  let begin = at;
  const alignment = fields.get('numpy_array_alignment_bytes');
  if (alignment && !isPlain(alignment, 'None')) begin += 1 + (bytes[at] ?? 0);
  const count = sizes.reduce((product, n) => product * Number(n), 1);
  return { pickle: false, end: begin + count * element.size, text };
}
