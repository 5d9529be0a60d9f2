/** The distribution of a tensor's elements. */

import type { Histogram, ModelNumbers } from './messages.ts';

const BINS = 40;

export function histogram(data: ModelNumbers, bins = BINS): Histogram {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let nans = 0;
  let infs = 0;
  let zeros = 0;
  let count = 0;
  for (let i = 0; i < data.length; i++) {
    const x = Number(data[i]);
    if (Number.isNaN(x)) nans++;
    else if (!Number.isFinite(x)) infs++;
    else {
      if (x < min) min = x;
      if (x > max) max = x;
      if (x === 0) zeros++;
      sum += x;
      count++;
    }
  }
  const counts: number[] = new Array(bins).fill(0);
  if (count === 0) {
    return { min: 0, max: 0, mean: 0, std: 0, nans, infs, zeros, bins: counts };
  }
  const mean = sum / count;
  const scale = max > min ? bins / (max - min) : 0;
  let squares = 0;
  for (let i = 0; i < data.length; i++) {
    const x = Number(data[i]);
    if (!Number.isFinite(x)) continue;
    squares += (x - mean) ** 2;
    const bin = Math.min(bins - 1, Math.floor((x - min) * scale));
    counts[bin] = (counts[bin] as number) + 1;
  }
  // As torch.std: of a sample.
  const std = count > 1 ? Math.sqrt(squares / (count - 1)) : 0;
  return { min, max, mean, std, nans, infs, zeros, bins: counts };
}
