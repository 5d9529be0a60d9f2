/** How far a run has come in its loops, and how long the rest may take. */
import type { LoopRecord } from '@runtime/protocol';
import { formatDuration } from '../dom';

/** Below this an estimate says nothing. */
const LEAST_MS = 300;

/**
 * From 0 to 1, of the outermost loop. What is told comes at the end of an iteration, so the innermost
 * loop is done with its item, those around it are in the middle of theirs.
 */
export function fractionOf(loops: readonly LoopRecord[]): number {
  let inner = 1;
  for (const { done, total } of [...loops].reverse()) {
    if (total > 0) inner = Math.min(1, Math.max(0, (done - 1 + inner) / total));
  }
  return loops.length > 0 ? inner : 0;
}

/** Milliseconds until the outermost loop ends, if it goes on as it went; null when nobody can tell. */
export function remainingMs(fraction: number, elapsed: number): number | null {
  if (fraction <= 0 || elapsed < LEAST_MS) return null;
  return (elapsed * (1 - fraction)) / fraction;
}

/** `epoch 3 of 20 · i 12 of 40` */
export function loopText(loops: readonly LoopRecord[]): string {
  return loops
    .map(({ label, done, total }) => `${label ? `${label} ` : ''}${done} of ${total}`)
    .join(' · ');
}

export function remainingText(ms: number | null): string {
  if (ms === null) return '';
  if (ms < 1000) return 'less than a second left';
  return `${ms < 60_000 ? `${Math.round(ms / 1000)} s` : formatDuration(ms)} left`;
}
