/** Numbers of the graph as text. */

import { formatNumber } from '../dom';
import { type Element, type SampleRecord, shapeText } from './model';

export function numberText(x: Element): string {
  return typeof x === 'number' ? formatNumber(x, 4).replace('-', '−') : x.replace('-', '−');
}

/** A factor in a product or a sum. */
export function factorText(x: Element): string {
  const text = numberText(x);
  return text.startsWith('−') ? `(${text})` : text;
}

export function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function isWhole({ shape, values }: SampleRecord): boolean {
  return values.length === count(shape);
}

/** `[1, 2]`, nested as the shape says; the shape and the first elements of what is larger. */
export function sampleText(sample: SampleRecord | null | undefined): string {
  if (!sample) return 'None';
  const { shape, values } = sample;
  if (!isWhole(sample)) {
    return `${shapeText(shape)}: ${values.map(numberText).join(', ')}, …`;
  }
  if (shape.length === 0) return numberText(values[0] as Element);
  return nested(shape, values.map(numberText));
}

function nested(shape: readonly number[], texts: readonly string[]): string {
  const [, ...inner] = shape;
  if (inner.length === 0) return `[${texts.join(', ')}]`;
  const size = count(inner);
  const parts: string[] = [];
  for (let i = 0; i < texts.length; i += size) parts.push(nested(inner, texts.slice(i, i + size)));
  return `[${parts.join(', ')}]`;
}

/** The index of the i-th element, `[0, 1]`; empty for a scalar. */
export function indexText(shape: readonly number[], i: number): string {
  if (shape.length === 0) return '';
  const index: number[] = [];
  let rest = i;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `[${index.join(', ')}]`;
}

/** Element by element; undefined where one isn't known whole, or they differ in shape. */
export function addSamples(a: SampleRecord, b: SampleRecord): SampleRecord | undefined {
  if (a.shape.join() !== b.shape.join() || a.values.length !== b.values.length) return undefined;
  return {
    shape: a.shape,
    values: a.values.map((x, i) => Number(x) + Number(b.values[i])),
  };
}
