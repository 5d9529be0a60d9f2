/** What a run of a model gave, as numbers to read. */

import type { ModelTensor } from '@runtime/model/messages';
import { histogram } from '@runtime/model/statistics';
import { el, formatNumber } from '../dom';
import { histogramView } from './details';
import { shapeText } from './graph';

/** Elements of a row, and rows, that are shown. */
const WIDE = 10;
const HIGH = 12;
const TOP = 5;

function cell(x: number | bigint | string): string {
  if (typeof x === 'number') return formatNumber(x, 5);
  return typeof x === 'string' ? JSON.stringify(x) : String(x);
}

/** The elements as rows of the last dimension, as far as there is room. */
export function rowsOf({ shape, data }: ModelTensor): string[] {
  const width = shape.at(-1) ?? 1;
  if (data.length === 0) return ['no elements'];
  const rows: string[] = [];
  const count = data.length / Math.max(1, width);
  for (let row = 0; row < Math.min(count, HIGH); row++) {
    const cells = Array.from({ length: Math.min(width, WIDE) }, (_, i) =>
      cell(data[row * width + i] as number),
    );
    rows.push(cells.join('  ') + (width > WIDE ? '  …' : ''));
  }
  if (count > HIGH) rows.push(`… ${count - HIGH} more rows`);
  return rows;
}

/** The largest elements of what may be scores of classes, with their places. */
export function best({ shape, data, dtype }: ModelTensor): { index: number; value: number }[] {
  const classes = shape.at(-1) ?? 0;
  if (!dtype.includes('float') || classes < 10 || data.length !== classes) return [];
  return Array.from(data as Float32Array, (value, index) => ({ index, value: Number(value) }))
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => b.value - a.value)
    .slice(0, TOP);
}

export function outputView(tensor: ModelTensor): HTMLElement {
  const { name, dtype, shape, data } = tensor;
  const numbers = dtype !== 'string' && dtype !== 'bool' && data.length > 4;
  const top = best(tensor);
  return el(
    'section',
    { class: 'm-output' },
    el('h3', { text: `${name}  ${dtype} ${shapeText(shape)}` }),
    numbers && histogramView(histogram(tensor.data as Float32Array)),
    top.length > 0 &&
      el('p', {
        class: 'm-top',
        text: `Largest: ${top.map(({ index, value }) => `${index} (${formatNumber(value)})`).join(', ')}`,
      }),
    el('pre', { class: 'm-values', text: rowsOf(tensor).join('\n') }),
  );
}

/** As the command line prints outputs: `{"outputs": [{"name", "shape", "dtype", "data"}]}`. */
export function outputsJson(outputs: readonly ModelTensor[]): string {
  const plain = (x: number | bigint | string) => {
    if (typeof x === 'bigint') {
      const n = Number(x);
      return Number.isSafeInteger(n) ? n : String(x);
    }
    // JSON has no word for these.
    return typeof x === 'number' && !Number.isFinite(x) ? String(x) : x;
  };
  const list = outputs.map(({ name, shape, dtype, data }) => ({
    name,
    shape,
    dtype,
    data: Array.from(data as ArrayLike<number>, plain),
  }));
  return `${JSON.stringify({ outputs: list })}\n`;
}
