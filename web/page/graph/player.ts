/** The controls that play a graph step by step: buttons, a slider, speed. Knows nothing of graphs. */

import { el } from '../dom';
import { icon, iconButton } from '../icons';

/** Between two steps at speed 1, in milliseconds. */
const STEP_MS = 1000;
const SPEEDS = [0.5, 1, 2, 4, 10];

export class Player {
  /** The button that begins; and the controls, which take its place. */
  readonly start: HTMLButtonElement;
  readonly controls: HTMLElement;
  private count = 0;
  private at = 0;
  private speed = 1;
  private timer = 0;
  private readonly slider: HTMLInputElement;
  private readonly playButton: HTMLButtonElement;
  private readonly label = el('span', { class: 'panel-note g-where', attrs: { role: 'status' } });

  /**
   * @param describe where a step is, for the label
   * @param onMove the number of steps that are done, or null when playing was left
   */
  constructor(
    private readonly describe: (at: number) => string,
    private readonly onMove: (at: number | null) => void,
  ) {
    this.start = el(
      'button',
      {
        class: 'button',
        title: 'Play forward and backward node by node (Space)',
        attrs: { type: 'button' },
        on: { click: () => this.toggle() },
      },
      icon('run'),
      'Step through',
    );
    this.playButton = iconButton('run', 'Play', () => this.toggle());
    this.slider = el('input', {
      class: 'g-slider',
      attrs: { type: 'range', min: '0', step: '1', 'aria-label': 'Step' },
      on: {
        input: () => {
          this.pause();
          this.moveTo(Number(this.slider.value));
        },
      },
    });
    const speed = el(
      'select',
      {
        class: 'field',
        attrs: { 'aria-label': 'Speed' },
        on: {
          change: () => {
            this.speed = Number(speed.value);
            if (this.playing) this.play();
          },
        },
      },
      ...SPEEDS.map((value) =>
        el('option', { text: `${value}×`, attrs: { value: String(value) } }),
      ),
    );
    speed.value = '1';
    this.controls = el(
      'div',
      { class: 'panel-bar g-player' },
      iconButton('back', 'Step back (Left)', () => this.step(-1)),
      this.playButton,
      iconButton('forward', 'Step forward (Right)', () => this.step(1)),
      this.slider,
      speed,
      this.label,
      iconButton('close', 'Leave the steps (Escape)', () => this.leave()),
    );
    this.controls.hidden = true;
  }

  /** Whether steps are shown, playing or paused. */
  get active(): boolean {
    return !this.controls.hidden;
  }

  get playing(): boolean {
    return this.timer !== 0;
  }

  get position(): number {
    return this.at;
  }

  /** A graph of so many steps; one that is being stepped through stays where it is if it still fits. */
  set(count: number): void {
    const fits = count === this.count;
    this.count = count;
    this.slider.max = String(count);
    this.start.hidden = count === 0 || this.active;
    if (this.active && !fits) this.leave();
  }

  toggle(): void {
    if (this.playing) {
      this.pause();
      return;
    }
    if (!this.active || this.at >= this.count) this.moveTo(0);
    this.play();
  }

  step(by: number): void {
    this.pause();
    this.moveTo(this.active ? this.at + by : 1);
  }

  moveTo(at: number): void {
    this.at = Math.min(Math.max(at, 0), this.count);
    this.controls.hidden = false;
    this.start.hidden = true;
    this.slider.value = String(this.at);
    this.label.textContent = this.describe(this.at);
    this.slider.setAttribute('aria-valuetext', this.label.textContent);
    this.onMove(this.at);
  }

  leave(): void {
    this.pause();
    if (!this.active) return;
    this.controls.hidden = true;
    this.start.hidden = this.count === 0;
    this.at = 0;
    this.onMove(null);
  }

  private play(): void {
    clearInterval(this.timer);
    this.timer = window.setInterval(() => {
      this.moveTo(this.at + 1);
      if (this.at >= this.count) this.pause();
    }, STEP_MS / this.speed);
    this.showPlaying();
  }

  pause(): void {
    clearInterval(this.timer);
    this.timer = 0;
    this.showPlaying();
  }

  private showPlaying(): void {
    const label = this.playing ? 'Pause (Space)' : 'Play (Space)';
    this.playButton.replaceChildren(icon(this.playing ? 'pause' : 'run'));
    this.playButton.title = label;
    this.playButton.setAttribute('aria-label', label);
  }
}
