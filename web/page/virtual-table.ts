/**
 * A table that draws only the rows in view. Rows have one height and are reused while scrolling, so
 * thousands of events cost as much as a screenful.
 */

import { el } from './dom';
import { invalidate } from './frames';

export interface Column<T> {
  title: string;
  /** A CSS grid track. */
  width: string;
  numeric?: boolean;
  cell: (row: T) => string;
}

export const ROW_HEIGHT = 28;
const OVERSCAN = 6;

export class VirtualTable<T> {
  readonly root: HTMLElement;
  private rows: ArrayLike<T> = [];
  /** The row of the keyboard's cursor, where rows can be chosen or were asked for; -1 is none. */
  private active = -1;
  private readonly body: HTMLElement;
  private readonly pool: HTMLElement[] = [];
  private following = true;
  /** The first row that is drawn. */
  private top = 0;
  /** A row to scroll to once the table has a size; -1 is none. */
  private wanted = -1;
  private readonly draw = () => this.render();

  constructor(
    private readonly columns: readonly Column<T>[],
    label: string,
    private readonly classOf: (row: T) => string,
    private readonly titleOf: (row: T) => string,
    /** A row was chosen with the mouse or the Enter key; without it rows are no links. */
    private readonly onPick?: (row: T) => void,
  ) {
    const head = el('div', { class: 'vt-row vt-head', attrs: { role: 'row' } });
    for (const column of columns) {
      head.append(
        el('div', {
          class: column.numeric ? 'vt-cell is-numeric' : 'vt-cell',
          text: column.title,
          attrs: { role: 'columnheader' },
        }),
      );
    }
    this.body = el('div', { class: 'vt-body', attrs: { role: 'rowgroup' } });
    this.root = el(
      'div',
      { class: 'vt', attrs: { role: 'table', 'aria-label': label, tabindex: '0' } },
      head,
      this.body,
    );
    this.root.style.setProperty('--vt-columns', columns.map((c) => c.width).join(' '));
    this.root.addEventListener(
      'scroll',
      () => {
        const { scrollHeight, scrollTop, clientHeight } = this.root;
        this.following = scrollHeight - scrollTop - clientHeight < ROW_HEIGHT;
        invalidate(this.draw);
      },
      { passive: true },
    );
    new ResizeObserver(() => invalidate(this.draw)).observe(this.root);
    if (onPick) {
      this.body.addEventListener('click', (event) => {
        const index = this.pool.indexOf((event.target as Element).closest<HTMLElement>('.vt-row')!);
        if (index >= 0) this.pick(this.top + index);
      });
      this.root.addEventListener('keydown', (event) => this.key(event));
    }
  }

  setRows(rows: ArrayLike<T>): void {
    this.rows = rows;
    this.active = -1;
    this.root.setAttribute('aria-rowcount', String(rows.length + 1));
    invalidate(this.draw);
  }

  /** Scroll along with new rows again, as at the start of a run. */
  follow(): void {
    this.following = true;
  }

  /** Bring a row into view, and mark it unless it is the first. */
  reveal(index: number): void {
    this.following = false;
    this.active = index > 0 ? index : -1;
    this.wanted = index;
    invalidate(this.draw);
  }

  private pick(index: number): void {
    const row = this.rows[index];
    if (row !== undefined) this.onPick?.(row);
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      const next = Math.min(this.rows.length - 1, Math.max(0, this.active + step));
      this.reveal(next);
      this.active = next;
    } else if (event.key === 'Enter' && this.active >= 0) this.pick(this.active);
    else return;
    event.preventDefault();
  }

  /** Scrolls as far as the wanted row needs. */
  private scrollToWanted(height: number): void {
    const at = this.wanted * ROW_HEIGHT;
    // The head covers one row.
    const room = height - 2 * ROW_HEIGHT;
    const { scrollTop } = this.root;
    if (at < scrollTop) this.root.scrollTop = at;
    else if (at > scrollTop + room) this.root.scrollTop = at - room / 2;
    this.wanted = -1;
  }

  private render(): undefined {
    const height = this.root.clientHeight;
    if (height === 0) return;
    this.body.style.height = `${this.rows.length * ROW_HEIGHT}px`;
    if (this.following) this.root.scrollTop = this.root.scrollHeight;
    if (this.wanted >= 0) this.scrollToWanted(height);
    const top = Math.max(0, Math.floor(this.root.scrollTop / ROW_HEIGHT) - OVERSCAN);
    this.top = top;
    const count = Math.ceil(height / ROW_HEIGHT) + 2 * OVERSCAN;
    const end = Math.min(this.rows.length, top + count);
    for (let i = top; i < end; i++) this.fill(this.rowNode(i - top), this.rows[i] as T, i);
    for (let i = Math.max(0, end - top); i < this.pool.length; i++) {
      (this.pool[i] as HTMLElement).hidden = true;
    }
  }

  private rowNode(index: number): HTMLElement {
    const known = this.pool[index];
    if (known) return known;
    const row = el('div', { attrs: { role: 'row' } });
    for (const column of this.columns) {
      row.append(
        el('div', {
          class: column.numeric ? 'vt-cell is-numeric' : 'vt-cell',
          attrs: { role: 'cell' },
        }),
      );
    }
    this.pool.push(row);
    this.body.append(row);
    return row;
  }

  private fill(node: HTMLElement, row: T, index: number): void {
    node.hidden = false;
    node.className = `vt-row ${this.classOf(row)}${this.onPick ? ' is-link' : ''}`;
    node.classList.toggle('is-active', index === this.active);
    node.title = this.titleOf(row);
    node.style.transform = `translateY(${index * ROW_HEIGHT}px)`;
    node.setAttribute('aria-rowindex', String(index + 2));
    for (let i = 0; i < this.columns.length; i++) {
      const cell = node.children[i] as HTMLElement;
      const text = (this.columns[i] as Column<T>).cell(row);
      if (cell.textContent !== text) cell.textContent = text;
    }
  }
}
