/**
 * Loss values of one label, kept at a resolution that a screen can show: past the cap, neighbours
 * are averaged in pairs, so a run of any length costs the same memory and drawing time.
 */

const CAP = 2048;

export class LossSeries {
  /** Values that one kept point stands for. */
  stride = 1;
  count = 0;
  last = Number.NaN;
  private steps: number[] = [];
  private means: number[] = [];
  private sum = 0;
  private pending = 0;

  constructor(readonly label: string) {}

  /** A null stands for a value that JSON has no number for: nan or an infinity. */
  push(values: ArrayLike<number | null>): void {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? Number.NaN;
      this.count += 1;
      this.last = value;
      this.sum += value;
      this.pending += 1;
      if (this.pending === this.stride) this.flush();
    }
  }

  /** Steps (one-based) and values to draw; the last value is always among them. */
  points(): { steps: number[]; values: number[] } {
    if (this.pending === 0 || this.stride === 1) {
      return { steps: [...this.steps], values: [...this.means] };
    }
    return { steps: [...this.steps, this.count], values: [...this.means, this.last] };
  }

  private flush(): void {
    this.steps.push(this.count);
    this.means.push(this.sum / this.pending);
    this.sum = 0;
    this.pending = 0;
    if (this.means.length < CAP) return;
    const half = CAP / 2;
    for (let i = 0; i < half; i++) {
      this.steps[i] = this.steps[2 * i + 1] as number;
      this.means[i] = ((this.means[2 * i] as number) + (this.means[2 * i + 1] as number)) / 2;
    }
    this.steps.length = half;
    this.means.length = half;
    this.stride *= 2;
  }
}

/** One x axis for several series: the union of their steps, null where a series has no point. */
export function alignSeries(
  series: { steps: number[]; values: (number | null)[] }[],
): [number[], ...(number | null)[][]] {
  if (series.length === 1) {
    const only = series[0] as { steps: number[]; values: (number | null)[] };
    return [only.steps, only.values];
  }
  const steps = [...new Set(series.flatMap((s) => s.steps))].sort((a, b) => a - b);
  const columns = series.map((s) => {
    const at = new Map(s.steps.map((step, i) => [step, s.values[i] ?? null]));
    return steps.map((step) => at.get(step) ?? null);
  });
  return [steps, ...columns];
}

/** Weight of what came before, in a moving average. */
const MEMORY = 0.9;

/** An exponential moving average, corrected for its start; what is no number is left out. */
export function smoothed(values: readonly number[]): number[] {
  let mean = 0;
  let weight = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    mean = MEMORY * mean + (1 - MEMORY) * value;
    weight = MEMORY * weight + (1 - MEMORY);
    return mean / weight;
  });
}
