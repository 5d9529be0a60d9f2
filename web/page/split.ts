/** A bar between two panes that drags, and that the arrow keys move. */

import { type Key, recall, remember } from './storage';

export interface SplitOptions {
  /** The bar itself, with role="separator". */
  bar: HTMLElement;
  /** The element whose custom property sizes the first pane, in percent. */
  container: HTMLElement;
  property: string;
  axis: 'x' | 'y';
  key: Key;
  initial: number;
}

const LEAST = 15;
const MOST = 85;

export function initSplit({ bar, container, property, axis, key, initial }: SplitOptions): void {
  let percent = initial;
  const set = (value: number, keep: boolean) => {
    if (!Number.isFinite(value)) return;
    percent = Math.min(MOST, Math.max(LEAST, value));
    container.style.setProperty(property, `${percent.toFixed(2)}%`);
    bar.setAttribute('aria-valuenow', String(Math.round(percent)));
    if (keep) remember(key, percent.toFixed(2));
  };
  bar.setAttribute('aria-valuemin', String(LEAST));
  bar.setAttribute('aria-valuemax', String(MOST));
  set(Number(recall(key) ?? initial), false);

  bar.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    bar.focus();
    bar.setPointerCapture(event.pointerId);
    bar.classList.add('is-dragging');
  });
  bar.addEventListener('pointermove', (event) => {
    if (!bar.hasPointerCapture(event.pointerId)) return;
    const rect = container.getBoundingClientRect();
    const share =
      axis === 'x'
        ? (event.clientX - rect.left) / rect.width
        : (event.clientY - rect.top) / rect.height;
    set(share * 100, true);
  });
  for (const type of ['pointerup', 'pointercancel'] as const) {
    bar.addEventListener(type, () => bar.classList.remove('is-dragging'));
  }
  bar.addEventListener('dblclick', () => set(initial, true));
  bar.addEventListener('keydown', (event) => {
    const back = axis === 'x' ? 'ArrowLeft' : 'ArrowUp';
    const forth = axis === 'x' ? 'ArrowRight' : 'ArrowDown';
    const step = event.shiftKey ? 10 : 2;
    if (event.key === back) set(percent - step, true);
    else if (event.key === forth) set(percent + step, true);
    else if (event.key === 'Home') set(LEAST, true);
    else if (event.key === 'End') set(MOST, true);
    else return;
    event.preventDefault();
  });
}
