/** What optimizers did to each parameter over a run, at a resolution that a screen can show. */

import type { DistributionRecord, StepRecord } from '@runtime/protocol';

/** Moments kept of each parameter; past that every other one goes. */
const CAP = 128;

export interface Moment {
  step: number;
  ratio: number | null;
  weight: DistributionRecord | null;
  grad: DistributionRecord | null;
}

export class LayerHistory {
  readonly layers = new Map<string, Moment[]>();
  /** Of the first group, at the last step that was looked at. */
  learningRate: number | null = null;

  clear(): void {
    this.layers.clear();
    this.learningRate = null;
  }

  add(steps: readonly StepRecord[]): void {
    for (const { step, lr, params } of steps) {
      this.learningRate = lr;
      for (const { name, ratio, weight, grad } of params) {
        const moments = this.layers.get(name) ?? [];
        moments.push({ step, ratio, weight, grad });
        this.layers.set(
          name,
          moments.length > CAP ? moments.filter((_, i) => i % 2 === 0) : moments,
        );
      }
    }
  }
}

/** What an update's size next to its weight says; empty for the usual. */
export function ratioVerdict(ratio: number | null): string {
  if (ratio === null) return '';
  if (ratio === 0) return 'does not move';
  if (ratio < 1e-5) return 'barely moves';
  return ratio > 0.1 ? 'moves a lot' : '';
}

/** Smallest and largest element over all moments. */
export function rangeOf(moments: readonly Moment[], which: 'weight' | 'grad'): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const moment of moments) {
    const of = moment[which];
    if (!of) continue;
    low = Math.min(low, of.min);
    high = Math.max(high, of.max);
  }
  return low <= high ? [low, high] : [0, 0];
}
