/** The notebook: a list of cells, which of them is chosen, and what keys do to them. */
import { recall, remember } from '@page/storage';
import { Cell, type CellActions } from './cell.ts';
import type { CellData, CellKind, NotebookData } from './ipynb.ts';
import type { Kernel } from './kernel.ts';

const SAVE_MS = 400;

const empty = (kind: CellKind): CellData => ({ kind, source: '', outputs: [], count: null });

export class Notebook {
  title = '';
  private cells: Cell[] = [];
  private chosen: Cell | undefined;
  private counter = 0;
  private saving: ReturnType<typeof setTimeout> | undefined;
  private removed: { data: CellData; at: number }[] = [];
  private lastD = 0;
  private readonly actions: CellActions = {
    run: (cell) => void this.run(cell),
    changed: () => this.changed(),
    move: (cell, by) => this.move(cell, by),
    remove: (cell) => this.remove(cell),
    convert: (cell) => this.convert(cell, cell.kind === 'code' ? 'markdown' : 'code'),
  };

  constructor(
    private readonly root: HTMLElement,
    private readonly kernel: Kernel,
    private readonly say: (text: string) => void,
  ) {
    root.addEventListener('focusin', ({ target }) => {
      const cell = this.cells.find(({ node }) => node.contains(target as Node));
      if (cell) this.choose(cell, false);
    });
    root.addEventListener('keydown', (event) => this.key(event), true);
  }

  get data(): NotebookData {
    return { title: this.title, cells: this.cells.map(({ data }) => data) };
  }

  open({ title, cells }: NotebookData): void {
    this.title = title;
    this.root.replaceChildren();
    this.cells = [];
    this.removed = [];
    this.counter = 0;
    for (const data of cells.length > 0 ? cells : [empty('code')]) this.insert(data);
    this.choose(this.cells[0]!, false);
    this.changed();
  }

  add(kind: CellKind, at = this.cells.length): Cell {
    const cell = this.insert(empty(kind), at);
    this.changed();
    this.choose(cell);
    cell.edit();
    return cell;
  }

  /** Runs it, or shows its text; ends with whether all went well. */
  async run(cell: Cell): Promise<boolean> {
    if (cell.kind === 'markdown') {
      cell.render();
      this.changed();
      return true;
    }
    if (cell.source.trim() === '') {
      cell.clear();
      return true;
    }
    this.counter++;
    const end = await this.kernel.run(cell.job(this.counter));
    cell.ended(end);
    const runtime = this.kernel.current;
    if (runtime) this.say(`${runtime === 'cpython' ? 'CPython' : 'MicroPython'}, one session`);
    return !!end && 'ok' in end && end.ok;
  }

  /** From the first cell to the last, in a new session; the first error ends it. */
  async runAll(): Promise<void> {
    this.restart();
    for (const cell of [...this.cells]) {
      if (!(await this.run(cell))) {
        this.say('Stopped at the first error.');
        return;
      }
    }
  }

  restart(): void {
    this.kernel.restart();
    this.counter = 0;
    this.say('A new session: no variables yet.');
  }

  /** Remembered in this browser, without outputs if they make it too long. */
  save(): void {
    clearTimeout(this.saving);
    const { data } = this;
    if (remember('notebook', JSON.stringify(data))) return;
    const cells = data.cells.map((cell) => ({ ...cell, outputs: [] }));
    if (!remember('notebook', JSON.stringify({ ...data, cells }))) {
      this.say('Not kept in this browser: there is no room. Save it as a file.');
    }
  }

  /** What was remembered, if it is whole. */
  static recalled(): NotebookData | undefined {
    try {
      const data = JSON.parse(recall('notebook') ?? 'null') as NotebookData | null;
      return Array.isArray(data?.cells) && data.cells.length > 0 ? data : undefined;
    } catch {
      return undefined;
    }
  }

  changed(): void {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.save(), SAVE_MS);
  }

  private insert(data: CellData, at = this.cells.length): Cell {
    const cell = new Cell(data, this.actions);
    this.root.insertBefore(cell.node, this.cells[at]?.node ?? null);
    this.cells.splice(at, 0, cell);
    return cell;
  }

  private choose(cell: Cell, focus = true): void {
    for (const other of this.cells) {
      other.node.classList.toggle('is-chosen', other === cell);
      other.node.tabIndex = other === cell ? 0 : -1;
    }
    this.chosen = cell;
    if (!focus) return;
    cell.node.focus({ preventScroll: true });
    cell.node.scrollIntoView({ block: 'nearest' });
  }

  private move(cell: Cell, by: -1 | 1): void {
    const at = this.cells.indexOf(cell);
    const to = at + by;
    if (to < 0 || to >= this.cells.length) return;
    this.cells.splice(at, 1);
    this.cells.splice(to, 0, cell);
    const after = this.cells[to + 1]?.node ?? null;
    this.root.insertBefore(cell.node, after);
    this.choose(cell);
    this.changed();
  }

  private remove(cell: Cell): void {
    const at = this.cells.indexOf(cell);
    this.removed.push({ data: cell.data, at });
    this.cells.splice(at, 1);
    cell.node.remove();
    if (this.cells.length === 0) this.insert(empty('code'));
    this.choose(this.cells[Math.min(at, this.cells.length - 1)]!);
    this.say('Deleted. Z brings it back.');
    this.changed();
  }

  private bringBack(): void {
    const last = this.removed.pop();
    if (!last) return;
    this.choose(this.insert(last.data, Math.min(last.at, this.cells.length)));
    this.changed();
  }

  private convert(cell: Cell, kind: CellKind): void {
    if (cell.kind === kind) return;
    const at = this.cells.indexOf(cell);
    const { source } = cell;
    this.cells.splice(at, 1);
    cell.node.remove();
    this.choose(this.insert({ ...empty(kind), source }, at));
    this.changed();
  }

  private key(event: KeyboardEvent): void {
    const { chosen } = this;
    if (!chosen?.node.contains(event.target as Node)) return;
    const done = () => {
      event.preventDefault();
      event.stopPropagation();
    };
    if (event.key === 'Enter' && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      done();
      void this.run(chosen);
      if (event.shiftKey) this.next(chosen);
    } else if (event.key === 'Escape' && chosen.editing) {
      // The editor has its own uses for it, such as closing the search.
      if (chosen.node.querySelector('.cm-panel, .cm-tooltip')) return;
      done();
      chosen.render();
      this.choose(chosen);
    } else if (event.target === chosen.node) this.command(event, chosen, done);
  }

  /** The next cell, or a new one after the last. */
  private next(cell: Cell): void {
    const at = this.cells.indexOf(cell) + 1;
    if (at < this.cells.length) this.choose(this.cells[at]!);
    else this.add('code');
  }

  private command(event: KeyboardEvent, cell: Cell, done: () => void): void {
    if (event.ctrlKey || event.metaKey) return;
    const at = this.cells.indexOf(cell);
    const by = (step: -1 | 1) => {
      if (event.altKey) this.move(cell, step);
      else if (this.cells[at + step]) this.choose(this.cells[at + step]!);
    };
    const act: Record<string, () => void> = {
      ArrowUp: () => by(-1),
      ArrowDown: () => by(1),
      Enter: () => cell.edit(),
      a: () => void this.add('code', at),
      b: () => void this.add('code', at + 1),
      m: () => this.convert(cell, 'markdown'),
      y: () => this.convert(cell, 'code'),
      z: () => this.bringBack(),
      d: () => {
        const now = performance.now();
        if (now - this.lastD < 600) this.remove(cell);
        this.lastD = now;
      },
    };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!Object.hasOwn(act, key)) return;
    done();
    act[key]!();
  }
}
