/** An output that may be a picture, drawn. */

import type { ModelTensor } from '@runtime/model/messages';
import { el, formatNumber } from '../dom';
import { imageLayout } from './inputs';

export interface OutputPicture {
  width: number;
  height: number;
  /** RGBA. */
  pixels: Uint8ClampedArray<ArrayBuffer>;
  /** What black and white stand for. */
  low: number;
  high: number;
}

/** Sides outside of this are no pictures. */
const LEAST_SIDE = 16;
const LARGEST_SIDE = 4096;
/** Nothing wider or taller than this times the other side is one: it may be scores of words. */
const MOST_ASPECT = 4;

/** The range that the pixels are meant to have, where the numbers look like one; else their own. */
function rangeOf(data: ArrayLike<number | bigint>): { low: number; high: number } | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < data.length; i++) {
    const x = Number(data[i]);
    if (!Number.isFinite(x)) continue;
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  if (low > high) return null;
  if (low >= 0 && high <= 1) return { low: 0, high: 1 };
  if (low >= -1 && high <= 1) return { low: -1, high: 1 };
  if (low >= 0 && high <= 255 && high > 2) return { low: 0, high: 255 };
  return low === high ? { low, high: low + 1 } : { low, high };
}

/** `[1, C, H, W]`, `[C, H, W]` or with channels last, C being 1 or 3; the first of a batch. */
export function pictureOf({ shape, data, dtype }: ModelTensor): OutputPicture | null {
  if (dtype === 'string' || dtype === 'bool') return null;
  const layout = imageLayout(shape.length === 4 ? [1, ...shape.slice(1)] : shape);
  if (!layout) return null;
  const { channels, channelsFirst } = layout;
  const [a = 0, b = 0, c = 0] = shape.slice(-3);
  const [height, width] = channelsFirst ? [b, c] : [a, b];
  const sides = [height, width];
  if (sides.some((side) => side < LEAST_SIDE || side > LARGEST_SIDE)) return null;
  if (Math.max(...sides) > MOST_ASPECT * Math.min(...sides)) return null;
  const area = height * width;
  const numbers = (data as Float32Array).subarray(0, area * channels);
  const range = rangeOf(numbers);
  if (!range) return null;
  const pixels = new Uint8ClampedArray(area * 4);
  for (let i = 0; i < area; i++) {
    for (let k = 0; k < 3; k++) {
      const channel = channels === 1 ? 0 : k;
      const x = Number(numbers[channelsFirst ? channel * area + i : i * channels + channel]);
      pixels[i * 4 + k] = (255 * (x - range.low)) / (range.high - range.low);
    }
    pixels[i * 4 + 3] = 255;
  }
  return { width, height, pixels, ...range };
}

export function pictureView(picture: OutputPicture, name: string): HTMLElement {
  const { width, height, pixels, low, high } = picture;
  const canvas = el('canvas', {
    class: 'm-picture',
    attrs: { role: 'img', 'aria-label': `${name} as a picture of ${width} by ${height} pixels` },
  });
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  const range = `Black is ${formatNumber(low)}, white is ${formatNumber(high)}.`;
  return el('figure', { class: 'm-figure' }, canvas, el('figcaption', { text: range }));
}
