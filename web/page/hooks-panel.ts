/** The Hooks tab: what the core's recorder saw, live, with filters. */

import { el, formatCount, formatNumber, saveText } from './dom';
import { invalidate } from './frames';
import { hooksCsv } from './hook-csv';
import { BYPASSED, type HookEvent, HookLog } from './hook-log';
import { icon } from './icons';
import { type Column, VirtualTable } from './virtual-table';

const KIND_NAMES: Record<string, string> = {
  pre_forward: 'pre-forward',
  forward: 'forward',
  backward: 'backward',
  tensor: 'tensor',
  [BYPASSED]: 'bypassed',
};

const BYPASS_LINE =
  'Hooks bypassed: .forward() was called directly, so no hook ran. Call the module: model(x).';

function kindName(kind: string): string {
  return KIND_NAMES[kind] ?? kind;
}

function faults(event: HookEvent): string {
  const parts: string[] = [];
  if (event.nans > 0) parts.push(`${formatCount(event.nans)} nan`);
  if (event.infs > 0) parts.push(`${formatCount(event.infs)} inf`);
  return parts.join(', ');
}

function faultCount(event: HookEvent): string {
  const count = event.nans + event.infs;
  return count > 0 ? formatCount(count) : '';
}

/** At most seven characters, which is what a column holds. */
function statistic(x: number | null): string {
  return x !== null && x !== 0 && Math.abs(x) < 0.01 ? x.toExponential(1) : formatNumber(x, 3);
}

const COLUMNS: readonly Column<HookEvent>[] = [
  { title: '#', width: '42px', numeric: true, cell: (e) => formatCount(e.seq) },
  { title: 'Module', width: 'minmax(76px, 1.6fr)', cell: (e) => e.module },
  { title: 'Kind', width: '86px', cell: (e) => kindName(e.kind) },
  { title: 'Shape', width: 'minmax(72px, 1fr)', cell: (e) => e.shapes },
  { title: 'Min', width: '57px', numeric: true, cell: (e) => statistic(e.min) },
  { title: 'Mean', width: '57px', numeric: true, cell: (e) => statistic(e.mean) },
  { title: 'Max', width: '57px', numeric: true, cell: (e) => statistic(e.max) },
  { title: 'Std', width: '57px', numeric: true, cell: (e) => statistic(e.std) },
  { title: 'NaN/∞', width: '54px', numeric: true, cell: faultCount },
  { title: 'ms', width: '36px', numeric: true, cell: (e) => formatNumber(e.ms, 2) },
];

function rowClass(event: HookEvent): string {
  if (event.kind === BYPASSED) return 'is-bypassed';
  return event.nans > 0 || event.infs > 0 ? 'is-faulty' : '';
}

function rowTitle(event: HookEvent): string {
  if (event.kind === BYPASSED) return BYPASS_LINE;
  const parts = [event.module, kindName(event.kind), event.shapes, faults(event)];
  return parts.filter((part) => part !== '').join(' · ');
}

export class HooksPanel {
  private readonly log = new HookLog();
  private readonly table: VirtualTable<HookEvent>;
  private readonly bar: HTMLElement;
  private readonly text: HTMLInputElement;
  private readonly kind: HTMLSelectElement;
  private readonly note = el('span', { class: 'panel-note', attrs: { role: 'status' } });
  private readonly warning: HTMLElement;
  private shownKinds = '';
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
    const save = el(
      'button',
      {
        class: 'button is-last',
        title: 'Download the events shown as a CSV file',
        attrs: { type: 'button' },
        on: { click: () => saveText('hooks.csv', hooksCsv(this.log.rows), 'text/csv') },
      },
      icon('download'),
      'CSV',
    );
    this.bar = el('div', { class: 'panel-bar' }, this.text, this.kind, this.note, save);
    this.warning = el('p', { class: 'panel-warning', text: BYPASS_LINE });
    this.table = new VirtualTable(COLUMNS, 'Hook events', rowClass, rowTitle);
    this.bar.hidden = true;
    this.warning.hidden = true;
    this.table.root.hidden = true;
    root.append(this.bar, this.warning, this.table.root, empty);
  }

  begin(): void {
    this.log.clear();
    this.table.follow();
    invalidate(this.draw);
  }

  add(events: readonly Omit<HookEvent, 'seq'>[]): void {
    this.log.add(events);
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
    this.warning.hidden = log.bypassed === 0;
    if (nothing) return;
    this.renderKinds();
    const count = `${formatCount(log.rows.length)} of ${formatCount(log.total)} events`;
    this.note.textContent =
      log.dropped > 0 ? `${count} · ${formatCount(log.dropped)} earliest not kept` : count;
    this.table.setRows(log.rows);
  }

  private renderKinds(): void {
    const kinds = [...this.log.kinds].sort();
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
