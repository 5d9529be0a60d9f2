/** Views of a tensor's elements: slices, statistics, bins. Nothing here knows a screen. */

export interface Stats {
  min: number;
  max: number;
  mean: number;
  std: number;
  nans: number;
  infs: number;
}

/** Over the finite elements; NaN where there are none. */
export function statsOf(elements: Float32Array): Stats {
  const stats: Stats = { min: Number.NaN, max: Number.NaN, mean: 0, std: 0, nans: 0, infs: 0 };
  let count = 0;
  let squares = 0;
  for (const x of elements) {
    if (Number.isNaN(x)) stats.nans++;
    else if (!Number.isFinite(x)) stats.infs++;
    else {
      count++;
      const d = x - stats.mean;
      stats.mean += d / count;
      squares += d * (x - stats.mean);
      if (!(x >= stats.min)) stats.min = x;
      if (!(x <= stats.max)) stats.max = x;
    }
  }
  stats.std = count > 0 ? Math.sqrt(squares / count) : Number.NaN;
  if (count === 0) stats.mean = Number.NaN;
  return stats;
}

/** A picture of numbers: `channels` planes of height times width. */
export interface Plane {
  height: number;
  width: number;
  channels: number;
  /** By plane, then row, then column. */
  elements: Float32Array;
}

/** The last two dimensions of a tensor, at `index` along the others (in row-major order of them). */
export function matrixOf(shape: readonly number[], elements: Float32Array, index = 0): Plane {
  const width = shape.at(-1) ?? 1;
  const height = shape.at(-2) ?? 1;
  const from = index * width * height;
  return { height, width, channels: 1, elements: elements.subarray(from, from + width * height) };
}

/** How many matrices a tensor holds. */
export function matrixCount(shape: readonly number[]): number {
  return shape.slice(0, -2).reduce((product, size) => product * size, 1);
}

/** How a shape could be an image: `[C, H, W]` of 1, 3 channels, or a batch of those. */
export function isImage(shape: readonly number[]): boolean {
  const [height = 0, width = 0] = shape.slice(-2);
  const channels = shape.at(-3);
  return shape.length >= 3 && height > 3 && width > 3 && (channels === 1 || channels === 3);
}

export function imageOf(shape: readonly number[], elements: Float32Array, index = 0): Plane {
  const [channels = 1, height = 1, width = 1] = shape.slice(-3);
  const size = channels * height * width;
  return {
    height,
    width,
    channels,
    elements: elements.subarray(index * size, (index + 1) * size),
  };
}

export function imageCount(shape: readonly number[]): number {
  return shape.slice(0, -3).reduce((product, size) => product * size, 1);
}

/** Counts of the finite elements in equal bins from min to max. */
export function histogramOf(elements: Float32Array, bins: number): number[] {
  const { min, max } = statsOf(elements);
  const counts = Array<number>(bins).fill(0);
  const scale = max > min ? bins / (max - min) : 0;
  for (const x of elements) {
    if (!Number.isFinite(x)) continue;
    const bin = Math.min(bins - 1, Math.floor((x - min) * scale));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}
