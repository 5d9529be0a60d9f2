/** The line at the bottom: what runs, how long things took, what is alive in the core. */

import { byId, formatBytes, formatCount, formatDuration } from './dom';
import { invalidate } from './frames';

export type Mood = 'idle' | 'busy' | 'ready' | 'ok' | 'error';

const RUNTIME_NAMES: Record<string, string> = {
  micropython: 'MicroPython',
  cpython: 'CPython',
  javascript: 'JavaScript',
};

export function runtimeName(runtime: string): string {
  return RUNTIME_NAMES[runtime] ?? runtime;
}

export class StatusLine {
  private readonly text = byId('status-text');
  private readonly dot = byId('status-dot');
  private readonly memory = byId('status-memory');
  private readonly progress = byId('status-progress');
  private readonly bar = byId<HTMLProgressElement>('status-bar');
  private latestMemory: { tensors: number; bytes: number } | null = null;
  private readonly draw = () => this.render();

  set(mood: Mood, text: string): void {
    this.dot.className = `status-dot is-${mood}`;
    if (this.text.textContent !== text) this.text.textContent = text;
    this.progress.hidden = true;
  }

  /** A load under way; `total` of 0 when it is not known. */
  loading(what: string, loaded: number, total: number): void {
    const size = total > 0 ? ` ${formatBytes(loaded)} of ${formatBytes(total)}` : '';
    this.set('busy', `Loading ${what}${size}`);
    this.progress.hidden = false;
    if (total > 0) this.bar.value = Math.min(1, loaded / total);
    else this.bar.removeAttribute('value');
  }

  setMemory(tensors: number, bytes: number): void {
    this.latestMemory = { tensors, bytes };
    invalidate(this.draw);
  }

  finished(runtime: string, ms: number, firstOutputMs: number | null, ok: boolean): void {
    const parts = [
      `${ok ? 'Finished' : 'Failed'} in ${formatDuration(ms)} on ${runtimeName(runtime)}`,
    ];
    if (firstOutputMs !== null) parts.push(`first output after ${formatDuration(firstOutputMs)}`);
    this.set(ok ? 'ok' : 'error', parts.join(' · '));
  }

  private render(): undefined {
    if (!this.latestMemory) return;
    const { tensors, bytes } = this.latestMemory;
    const noun = tensors === 1 ? 'tensor' : 'tensors';
    this.memory.textContent = `${formatCount(tensors)} live ${noun} · ${formatBytes(bytes)}`;
  }
}
