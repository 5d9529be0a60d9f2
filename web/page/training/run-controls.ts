/** Pause, step, learning rates and progress of a run that trains; in the Training tab and in boxes. */
import type { ControlMessage, GroupRecord, TrainingMessage } from '@runtime/protocol';
import { el, formatCount } from '../dom';
import { icon } from '../icons';
import { fractionOf, loopText, remainingMs, remainingText } from './progress';
import { RateField } from './rate-field';

/** More fields than this fit nowhere. */
const MOST_FIELDS = 4;
/** A run that is over sooner needs no controls, which would only flash. */
const SHOW_AFTER_MS = 300;

type State = 'running' | 'pausing' | 'paused';

export interface RunControlsOptions {
  /** Passes on what the reader wants. */
  onControl: (message: ControlMessage) => void;
  /** The run waits at this iteration, or goes on (null). */
  onPaused: (iteration: number | null) => void;
}

export const PAUSE_KEYS = 'F8';
export const STEP_KEYS = 'F10';

export class RunControls {
  readonly root: HTMLElement;
  private state: State = 'running';
  private active = false;
  /** When the first iteration was told of, or 0. */
  private began = 0;
  private readonly pause: HTMLButtonElement;
  private readonly step: HTMLButtonElement;
  private readonly say = el('span', { class: 'rc-note rc-say', attrs: { role: 'status' } });
  private readonly bar = el('progress', { attrs: { max: '1', 'aria-label': 'Progress' } });
  private readonly where = el('span', { class: 'rc-note rc-where' });
  private readonly progress = el('span', { class: 'rc-progress' }, this.bar, this.where);
  private readonly fields = new Map<string, RateField>();
  private readonly rates = el('span', { class: 'rc-rates' });
  /** The furthest that the loop came, since an inner loop that begins anew seems to go back. */
  private furthest = 0;
  private loopKey = '';

  constructor(private readonly options: RunControlsOptions) {
    const button = (name: string) =>
      el('button', { class: `rc-button rc-${name}`, attrs: { type: 'button' } });
    this.pause = button('pause');
    this.step = button('step');
    this.pause.addEventListener('click', () => this.toggle());
    this.step.addEventListener('click', () => this.ask('step'));
    this.step.append(icon('forward'), 'Step');
    this.step.title = `Go on for one iteration, then pause (${STEP_KEYS})`;
    this.root = el(
      'div',
      { class: 'rc', attrs: { role: 'group', 'aria-label': 'Control the run' } },
      this.pause,
      this.step,
      this.say,
      this.rates,
      this.progress,
    );
    this.finish();
  }

  begin(): void {
    this.finish();
    this.active = true;
    this.began = 0;
    this.fields.clear();
    this.rates.replaceChildren();
    this.furthest = 0;
    this.loopKey = '';
  }

  finish(): void {
    this.active = false;
    this.root.hidden = true;
    this.show('running');
  }

  /** The run trains, and tells where it is. */
  set(message: TrainingMessage): void {
    if (!this.active || !message.controls) return;
    const now = performance.now();
    this.began ||= now;
    if (now - this.began < SHOW_AFTER_MS && !message.paused) return;
    this.root.hidden = false;
    const { paused, iteration } = message;
    if (paused) {
      this.show('paused', iteration);
      this.options.onPaused(iteration);
    } else if (this.state === 'paused') {
      this.show('running');
      this.options.onPaused(null);
    }
    this.setRates(message.groups);
    this.setProgress(message);
  }

  /** F8 and F10, or with Ctrl or ⌘ the keys of browsers' debuggers; true if it was one of them. */
  key(event: KeyboardEvent): boolean {
    if (this.root.hidden || event.altKey || event.shiftKey) return false;
    const control = event.ctrlKey || event.metaKey;
    if (control ? event.key === '\\' : event.key === 'F8') this.toggle();
    else if (control ? event.key === "'" : event.key === 'F10') this.ask('step');
    else return false;
    event.preventDefault();
    return true;
  }

  private toggle(): void {
    this.ask(this.state === 'running' ? 'pause' : 'resume');
  }

  private ask(type: 'pause' | 'resume' | 'step'): void {
    if (type === 'step' && this.state === 'running') type = 'pause';
    this.options.onControl({ type });
    if (type === 'resume') {
      this.show('running');
      this.options.onPaused(null);
    } else if (this.state === 'running') this.show('pausing');
  }

  private show(state: State, iteration = 0): void {
    this.state = state;
    const runs = state === 'running';
    this.pause.replaceChildren(icon(runs ? 'pause' : 'run'), runs ? 'Pause' : 'Resume');
    this.pause.title = runs
      ? `Pause after this iteration (${PAUSE_KEYS})`
      : `Let the run go on (${PAUSE_KEYS})`;
    this.root.dataset.state = state;
    const text =
      state === 'paused'
        ? `Paused at step ${formatCount(iteration)}`
        : state === 'pausing'
          ? 'Pauses after this iteration…'
          : '';
    if (this.say.textContent !== text) this.say.textContent = text;
  }

  private setRates(groups: readonly GroupRecord[]): void {
    const shown = groups.slice(0, MOST_FIELDS);
    const several = new Set(groups.map(({ optimizer }) => optimizer)).size > 1;
    for (const record of shown) {
      const { optimizer, group, name } = record;
      const key = `${optimizer} ${group}`;
      let field = this.fields.get(key);
      if (!field) {
        const alone = groups.length === 1;
        const label = alone ? 'lr' : several ? `lr ${name} ${group}` : `lr ${group}`;
        const full = `Learning rate of ${name}${alone ? '' : `, group ${group}`}`;
        field = new RateField(label, full, (lr) =>
          this.options.onControl({ type: 'lr', optimizer, group, lr }),
        );
        this.fields.set(key, field);
        this.rates.append(field.root);
      }
      field.set(record);
    }
  }

  private setProgress({ loops, loopMs }: TrainingMessage): void {
    this.progress.hidden = loops.length === 0;
    const [outer] = loops;
    if (!outer) return;
    const key = `${outer.label} ${outer.total}`;
    // Another loop, or the same one once more.
    if (key !== this.loopKey || outer.done === 1) this.furthest = 0;
    this.loopKey = key;
    this.furthest = Math.max(this.furthest, fractionOf(loops));
    this.bar.value = this.furthest;
    const left = remainingText(remainingMs(this.furthest, loopMs));
    const parts = [left, ...loops.map((loop) => loopText([loop]))].filter(Boolean);
    // A line breaks only between them.
    this.where.textContent = parts.map((part) => part.replaceAll(' ', '\u00a0')).join(' · ');
    this.bar.title = `${Math.floor(this.furthest * 100)} %`;
  }
}
