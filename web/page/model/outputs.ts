/** What a run of a model gave, as numbers to read. */

import type { ModelTensor } from '@runtime/model/messages';
import { histogram } from '@runtime/model/statistics';
import { el, formatNumber, saveBytes } from '../dom';
import { histogramView } from './details';
import { shapeText } from './graph';
import { npyBytes } from './npy';
import { pictureOf, pictureView } from './output-picture';

/** Elements of a row, and rows, that are shown. */
const WIDE = 10;
const HIGH = 12;
const TOP = 5;
/** Rows of a batch whose largest scores are shown. */
const ROWS = 4;

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

/** A score, with the place of its class. */
export interface Score {
  index: number;
  value: number;
  /** By softmax, for scores that are no probabilities yet. */
  chance: number;
}

/** For each row (up to so many) of `[N, C]` or `[C]`, which may be scores of classes, the largest. */
export function best({ shape, data, dtype }: ModelTensor): Score[][] {
  const classes = shape.at(-1) ?? 0;
  const rows = shape.length === 2 ? (shape[0] as number) : 1;
  if (!dtype.includes('float') || classes < 3 || data.length !== classes * rows) return [];
  return Array.from({ length: Math.min(rows, ROWS) }, (_, row) => {
    const scores = Array.from({ length: classes }, (_, i) => Number(data[row * classes + i]));
    return largest(scores);
  }).filter((row) => row.length > 0);
}

function largest(all: readonly number[]): Score[] {
  const scores = all
    .map((value, index) => ({ value, index }))
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => b.value - a.value);
  const most = scores[0]?.value ?? 0;
  const sum = scores.reduce((total, { value }) => total + value, 0);
  const areChances = most <= 1 && (scores.at(-1)?.value ?? 0) >= 0 && Math.abs(sum - 1) < 1e-3;
  const total = scores.reduce((part, { value }) => part + Math.exp(value - most), 0);
  return scores.slice(0, TOP).map(({ value, index }) => ({
    index,
    value,
    chance: areChances ? value : Math.exp(value - most) / total,
  }));
}

/** The largest scores as bars. */
function scoresView(rows: readonly Score[][]): HTMLElement {
  return el(
    'div',
    { class: 'm-top' },
    ...rows.map((row, i) =>
      el(
        'table',
        {
          attrs: {
            'aria-label': rows.length > 1 ? `Largest scores of row ${i}` : 'Largest scores',
          },
        },
        el(
          'tr',
          {},
          el('th', { text: rows.length > 1 ? `Row ${i}` : 'Class' }),
          el('th', { text: 'Score' }),
          el('th', {
            text: 'Probability',
            title: 'By softmax, unless the scores are probabilities',
          }),
        ),
        ...row.map(({ index, value, chance }) => {
          const bar = el('span', { class: 'm-bar' });
          bar.style.setProperty('--part', `${(chance * 100).toFixed(1)}%`);
          return el(
            'tr',
            {},
            el('td', { text: String(index) }),
            el('td', { text: formatNumber(value, 5) }),
            el('td', {}, bar, `${(chance * 100).toFixed(1)} %`),
          );
        }),
      ),
    ),
  );
}

/** A file's name for a value of this name. */
const fileName = (name: string) => `${name.replace(/[^\w.-]+/g, '_') || 'output'}.npy`;

export function outputView(tensor: ModelTensor): HTMLElement {
  const { name, dtype, shape, data } = tensor;
  const numbers = dtype !== 'string' && dtype !== 'bool' && data.length > 4;
  const picture = pictureOf(tensor);
  const top = picture ? [] : best(tensor);
  return el(
    'section',
    { class: 'm-output' },
    el(
      'div',
      { class: 'm-output-head' },
      el('h3', { text: `${name}  ${dtype} ${shapeText(shape)}` }),
      dtype !== 'string' &&
        el('button', {
          class: 'toggle',
          text: '.npy',
          attrs: { type: 'button', 'aria-label': `Download ${name} as .npy` },
          on: { click: () => saveBytes(fileName(name), npyBytes(tensor)) },
        }),
    ),
    picture && pictureView(picture, name),
    numbers && histogramView(histogram(tensor.data as Float32Array)),
    top.length > 0 && scoresView(top),
    el('pre', { class: 'm-values', text: rowsOf(tensor).join('\n'), attrs: { tabindex: '0' } }),
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
