/** The Hooks tab: what the core's recorder saw, live, with filters. */

import { el, formatCount, formatNumber, saveText } from './dom';
import { invalidate } from './frames';
import { hooksCsv, hooksJson } from './hook-csv';
import { FLAG_TEXT, type Flag, flagsOf } from './hook-flags';
import { BYPASSED, FLAGGED, type HookEvent, HookLog } from './hook-log';
import { recall, remember } from './storage';
import { type Column, VirtualTable } from './virtual-table';

const KIND_NAMES: Record<string, string> = {
  pre_forward: 'pre-forward',
  forward: 'forward',
  backward: 'backward',
  tensor: 'tensor',
  [BYPASSED]: 'bypassed',
  [FLAGGED]: 'flagged only',
};

const BYPASS_LINE =
  '.forward() was called directly, so no hook ran: hooks belong to the call, which runs them before and after forward(). Write model(x) in place of model.forward(x).';

function bypassText(modules: ReadonlySet<string>): string {
  const [first = '', second, ...others] = modules;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return `Hooks bypassed in ${first}${second ? `, ${second}` : ''}${more}: ${BYPASS_LINE}`;
}

function kindName(kind: string): string {
  return KIND_NAMES[kind] ?? kind;
}

function flagText(event: HookEvent): string {
  const words: Record<Flag, string> = {
    nan: `${formatCount(event.nans)} nan`,
    inf: `${formatCount(event.infs)} inf`,
    zero: 'zero',
    vanishing: 'vanishing',
    exploding: 'exploding',
  };
  return flagsOf(event)
    .map((flag) => words[flag])
    .join(', ');
}

const BARS = '▁▂▃▄▅▆▇█';

/** A histogram a line high; empty bins are blank. */
function barText({ bins, min, max }: HookEvent): string {
  // One value only has no distribution.
  if (bins.length === 0 || min === max) return '';
  const most = Math.max(...bins);
  return bins
    .map((count) => (count === 0 ? ' ' : BARS[Math.ceil((count / most) * BARS.length) - 1]))
    .join('');
}

/** Calls are indented by the modules around them. */
const nested = ({ module, depth }: HookEvent) =>
  `${'\u2007\u2007'.repeat(Math.min(depth, 8))}${module}`;

/** At most seven characters, which is what a column holds. */
function statistic(x: number | null): string {
  return x !== null && x !== 0 && Math.abs(x) < 0.01 ? x.toExponential(1) : formatNumber(x, 3);
}

const COLUMNS: readonly Column<HookEvent>[] = [
  { title: '#', width: '42px', numeric: true, cell: (e) => formatCount(e.seq) },
  { title: 'Module', width: 'minmax(76px, 1.6fr)', cell: nested },
  { title: 'Kind', width: '86px', cell: (e) => kindName(e.kind) },
  { title: 'Shape', width: 'minmax(72px, 1fr)', cell: (e) => e.shapes },
  { title: 'Flags', width: '76px', cell: flagText },
  { title: 'Spread', width: '92px', cell: barText },
  { title: 'Min', width: '57px', numeric: true, cell: (e) => statistic(e.min) },
  { title: 'Mean', width: '57px', numeric: true, cell: (e) => statistic(e.mean) },
  { title: 'Max', width: '57px', numeric: true, cell: (e) => statistic(e.max) },
  { title: 'Std', width: '57px', numeric: true, cell: (e) => statistic(e.std) },
  { title: 'ms', width: '36px', numeric: true, cell: (e) => formatNumber(e.ms, 2) },
];

function rowClass(event: HookEvent): string {
  if (event.kind === BYPASSED) return 'is-bypassed';
  const flags = flagsOf(event);
  if (flags.includes('nan') || flags.includes('inf')) return 'is-faulty';
  return flags.length > 0 ? 'is-flagged' : '';
}

function rowTitle(event: HookEvent): string {
  if (event.kind === BYPASSED) return `Hooks bypassed: ${BYPASS_LINE}`;
  const flags = flagsOf(event).map((flag) => FLAG_TEXT[flag]);
  const parts = [event.module, kindName(event.kind), event.shapes, ...flags];
  return parts.filter((part) => part !== '').join(' · ');
}

export class HooksPanel {
  /** The reader wants no call to be passed over. */
  everyLayer = recall('every-layer') === '1';
  private readonly everyButtons: HTMLButtonElement[] = [];
  private readonly log = new HookLog();
  private readonly table: VirtualTable<HookEvent>;
  private readonly bar: HTMLElement;
  private readonly text: HTMLInputElement;
  private readonly kind: HTMLSelectElement;
  private readonly note = el('span', { class: 'panel-note', attrs: { role: 'status' } });
  private readonly warning: HTMLElement;
  private shownKinds = '';
  private skipped = 0;
  private readonly draw = () => this.render();

  constructor(
    root: HTMLElement,
    private readonly empty: HTMLElement,
  ) {
    const refilter = () => {
      this.log.filter(this.text.value, this.kind.value);
      this.table.follow();
      invalidate(this.draw);
    };
    this.text = el('input', {
      class: 'field',
      attrs: { type: 'search', placeholder: 'Filter modules', 'aria-label': 'Filter by module' },
      on: {
        input: refilter,
        keydown: (event) => {
          if (event.key !== 'Escape' || this.text.value === '') return;
          this.text.value = '';
          refilter();
        },
      },
    });
    this.kind = el(
      'select',
      { class: 'field', attrs: { 'aria-label': 'Filter by kind' }, on: { change: refilter } },
      el('option', { text: 'All kinds', attrs: { value: '' } }),
    );
    const save = (text: string, act: () => void) =>
      el('button', {
        class: 'button',
        text,
        title: `Download the events shown as a ${text} file`,
        attrs: { type: 'button' },
        on: { click: act },
      });
    this.bar = el(
      'div',
      { class: 'panel-bar' },
      this.text,
      this.kind,
      this.note,
      this.everyButton('toggle is-last'),
      save('CSV', () => saveText('hooks.csv', hooksCsv(this.log.rows), 'text/csv')),
      save('JSON', () => saveText('hooks.json', hooksJson(this.log.rows), 'application/json')),
    );
    this.warning = el('p', { class: 'panel-warning' });
    this.table = new VirtualTable(COLUMNS, 'Hook events', rowClass, rowTitle);
    this.bar.hidden = true;
    this.warning.hidden = true;
    this.table.root.hidden = true;
    // Before the first run as well: what is wanted may be in that one.
    empty.append(this.everyButton('toggle'));
    root.append(this.bar, this.warning, this.table.root, empty);
  }

  /** A switch for all calls; the one in the bar and that of the empty panel agree. */
  private everyButton(look: string): HTMLButtonElement {
    const button = el('button', {
      class: look,
      text: 'Log every layer',
      title:
        'Record every call of every layer in the next run. Without it, long loops are recorded now and then, which keeps them fast.',
      attrs: { type: 'button', 'aria-pressed': String(this.everyLayer) },
      on: {
        click: () => {
          this.everyLayer = !this.everyLayer;
          remember('every-layer', this.everyLayer ? '1' : '0');
          for (const each of this.everyButtons) {
            each.setAttribute('aria-pressed', String(this.everyLayer));
          }
        },
      },
    });
    this.everyButtons.push(button);
    return button;
  }

  begin(): void {
    this.log.clear();
    this.skipped = 0;
    this.table.follow();
    invalidate(this.draw);
  }

  /** @param skipped calls of modules that were passed over since the run began */
  add(events: readonly Omit<HookEvent, 'seq'>[], skipped: number): void {
    this.log.add(events);
    this.skipped = skipped;
    invalidate(this.draw);
  }

  refresh(): void {
    invalidate(this.draw);
  }

  private render(): undefined {
    const { log } = this;
    const nothing = log.total === 0;
    this.empty.hidden = !nothing;
    this.bar.hidden = nothing;
    this.table.root.hidden = nothing;
    this.warning.hidden = log.bypassed.size === 0;
    this.warning.textContent = bypassText(log.bypassed);
    if (nothing) return;
    this.renderKinds();
    const count = `${formatCount(log.rows.length)} of ${formatCount(log.total)} events`;
    const notes = [
      count,
      log.flagged > 0 ? `${formatCount(log.flagged)} flagged` : '',
      log.dropped > 0 ? `${formatCount(log.dropped)} earliest not kept` : '',
      this.skipped > 0 ? `${formatCount(this.skipped)} calls passed over` : '',
    ];
    this.note.textContent = notes.filter((text) => text !== '').join(' · ');
    this.table.setRows(log.rows);
  }

  private renderKinds(): void {
    const kinds = [...this.log.kinds].sort();
    if (this.log.flagged > 0) kinds.push(FLAGGED);
    const key = kinds.join();
    if (key === this.shownKinds) return;
    this.shownKinds = key;
    const chosen = this.kind.value;
    this.kind.replaceChildren(
      el('option', { text: 'All kinds', attrs: { value: '' } }),
      ...kinds.map((kind) => el('option', { text: kindName(kind), attrs: { value: kind } })),
    );
    // A choice whose kind has not occurred in this run yet stays chosen.
    if (chosen && !kinds.includes(chosen)) {
      this.kind.append(el('option', { text: kindName(chosen), attrs: { value: chosen } }));
    }
    this.kind.value = chosen;
  }
}
