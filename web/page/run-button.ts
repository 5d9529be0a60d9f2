/** Run, which becomes Stop with the elapsed time while a snippet runs. */

import { el } from './dom';
import { icon } from './icons';

const IS_MAC = /Mac|iP(?:hone|ad|od)/.test(navigator.platform);
export const RUN_SHORTCUT = IS_MAC ? '⌘ Enter' : 'Ctrl Enter';
const STOP_SHORTCUT = IS_MAC ? '⌘ .' : 'Ctrl .';

export class RunButton {
  private started = 0;
  private timer = 0;
  /** When the pause under way began, or 0. */
  private pausedAt = 0;
  private readonly clock = el('span', { attrs: { 'aria-hidden': 'true' } });
  private readonly keys = el('kbd', { text: RUN_SHORTCUT, attrs: { 'aria-hidden': 'true' } });

  constructor(
    private readonly button: HTMLButtonElement,
    onPress: () => void,
  ) {
    button.addEventListener('click', onPress);
    this.idle();
  }

  /** Milliseconds since the run began. */
  get elapsed(): number {
    return (this.pausedAt || performance.now()) - this.started;
  }

  /** The clock shows the time of the run, without its pauses. */
  pause(paused: boolean): void {
    if (paused === this.pausedAt > 0) return;
    const now = performance.now();
    if (!paused) this.started += now - this.pausedAt;
    this.pausedAt = paused ? now : 0;
  }

  running(): void {
    this.pausedAt = 0;
    this.started = performance.now();
    this.button.classList.add('is-running');
    this.button.title = `Stop (${STOP_SHORTCUT})`;
    this.button.dataset.state = 'running';
    this.button.replaceChildren(icon('stop'), 'Stop', this.clock);
    const tick = () => {
      this.clock.textContent = `${(this.elapsed / 1000).toFixed(1)} s`;
    };
    tick();
    clearInterval(this.timer);
    this.timer = window.setInterval(tick, 100);
  }

  idle(): void {
    clearInterval(this.timer);
    this.button.classList.remove('is-running');
    this.button.title = `Run (${RUN_SHORTCUT})`;
    this.button.dataset.state = 'idle';
    this.button.replaceChildren(icon('run'), 'Run', this.keys);
  }
}
