/** A learning rate that can be changed while the run goes on: Enter accepts, Escape takes back. */
import type { GroupRecord } from '@runtime/protocol';
import { el } from '../dom';

const HELP = 'Learning rate: type another one and press Enter; it holds from the next step';
const WRONG = 'A learning rate is a number that is not negative, as 0.01 or 1e-3';

/** The number, or null if a learning rate can't be that. */
export function parseRate(text: string): number | null {
  const clean = text.trim().replace(',', '.');
  if (!/^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(clean)) return null;
  const value = Number(clean);
  return Number.isFinite(value) ? value : null;
}

/** As it is typed, without the digits that a schedule's arithmetic adds. */
export const rateText = (lr: number) => String(Number(lr.toPrecision(6)));

export class RateField {
  readonly root: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly message = el('span', { class: 'rc-wrong', attrs: { role: 'alert' } });
  private lr = 0;
  /** What was accepted and is not in use yet. */
  private wanted: number | null = null;

  constructor(
    label: string,
    name: string,
    private readonly onRate: (lr: number) => void,
  ) {
    this.input = el('input', {
      class: 'rc-rate',
      title: HELP,
      attrs: {
        type: 'text',
        inputmode: 'decimal',
        autocomplete: 'off',
        spellcheck: 'false',
        enterkeyhint: 'done',
        'aria-label': name,
      },
      on: {
        keydown: (event) => this.key(event),
        input: () => this.valid(''),
        blur: () => this.reset(),
      },
    });
    this.root = el(
      'label',
      { class: 'rc-group' },
      el('span', { class: 'rc-label', text: label }),
      this.input,
      this.message,
    );
  }

  /** The rate in use. */
  set({ lr }: GroupRecord): void {
    if (this.wanted !== null && lr === this.wanted) this.settle();
    this.lr = lr;
    if (this.wanted === null && !this.editing) this.show(lr);
  }

  private get editing(): boolean {
    const root = this.input.getRootNode() as Document | ShadowRoot;
    return root.activeElement === this.input;
  }

  private key(event: KeyboardEvent): void {
    // Ctrl+Enter runs the snippet.
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      this.accept();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      this.reset();
      this.input.select();
    }
  }

  private accept(): void {
    const value = parseRate(this.input.value);
    if (value === null) {
      this.valid(WRONG);
      return;
    }
    this.show(value);
    this.input.select();
    if (value === (this.wanted ?? this.lr)) return;
    this.wanted = value;
    this.input.classList.add('is-waiting');
    this.onRate(value);
  }

  private settle(): void {
    this.wanted = null;
    this.input.classList.remove('is-waiting');
  }

  private reset(): void {
    this.show(this.wanted ?? this.lr);
  }

  private show(value: number): void {
    this.valid('');
    const text = rateText(value);
    if (this.input.value !== text) this.input.value = text;
  }

  /** @param problem what is wrong, or nothing */
  private valid(problem: string): void {
    if (problem) this.input.setAttribute('aria-invalid', 'true');
    else this.input.removeAttribute('aria-invalid');
    this.input.title = problem || HELP;
    if (this.message.textContent !== problem) this.message.textContent = problem;
  }
}
