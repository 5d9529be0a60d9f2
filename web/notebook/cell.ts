/** One cell on screen: its source, what it printed, and the buttons to act on it. */
import { ConsolePanel } from '@page/console-panel';
import { el, formatDuration } from '@page/dom';
import { Editor } from '@page/editor';
import { icon, iconButton } from '@page/icons';
import { cleanSource } from '@runtime/clean';
import type { WorkerMessage } from '@runtime/protocol';
import type { CellData, CellKind, Output } from './ipynb.ts';
import type { End, Job } from './kernel.ts';
import { markdown } from './markdown.ts';
import { showLast } from './show-last.ts';

/** Output beyond this isn't kept with the notebook. */
const KEPT_CHARS = 50_000;

export interface CellActions {
  run(cell: Cell): void;
  changed(): void;
  move(cell: Cell, by: -1 | 1): void;
  remove(cell: Cell): void;
  convert(cell: Cell): void;
}

export class Cell {
  readonly node: HTMLElement;
  readonly kind: CellKind;
  count: number | null;
  private outputs: Output[];
  private readonly label = el('span', { class: 'count' });
  private readonly body = el('div', { class: 'cell-body' });
  private readonly note = el('div', { class: 'cell-note' });
  private readonly editor: Editor | undefined;
  private readonly field: HTMLTextAreaElement | undefined;
  private readonly shown = el('div', { class: 'markdown' });
  private readonly console: ConsolePanel | undefined;
  private filename = 'cell.py';

  constructor(
    data: CellData,
    private readonly actions: CellActions,
  ) {
    this.kind = data.kind;
    this.count = data.count;
    this.outputs = data.outputs;
    const code = this.kind === 'code';
    const up = icon('chevron');
    up.classList.add('is-up');
    const moveUp = iconButton('chevron', 'Move up', () => actions.move(this, -1));
    moveUp.replaceChildren(up);
    const tools = el(
      'div',
      { class: 'cell-tools' },
      iconButton('run', code ? 'Run this cell' : 'Show this text', () => actions.run(this)),
      code ? null : iconButton('edit', 'Edit this text', () => this.edit()),
      moveUp,
      iconButton('chevron', 'Move down', () => actions.move(this, 1)),
      iconButton(code ? 'book' : 'plus', code ? 'Make it text' : 'Make it code', () =>
        actions.convert(this),
      ),
      iconButton('trash', 'Delete', () => actions.remove(this)),
    );
    this.node = el(
      'section',
      { class: `cell is-${this.kind}`, attrs: { tabindex: '-1' } },
      el('div', { class: 'cell-side' }, this.label),
      el('div', { class: 'cell-main' }, tools, this.body, this.note),
    );
    if (code) {
      const frame = el('div', { class: 'cell-editor' });
      this.body.append(frame);
      this.editor = new Editor(frame, {
        onRun: () => actions.run(this),
        onChange: () => actions.changed(),
        onReplaced: () => {},
        clean: cleanSource,
        onCursor: () => {},
        onCleaned: () => {},
        placeholder: 'Python',
      });
      this.editor.setSource(data.source);
      const output = el('div', {
        class: 'console cell-output',
        attrs: { role: 'log', 'aria-label': 'Output', tabindex: '0' },
      });
      this.body.append(output);
      this.console = new ConsolePanel(
        output,
        { onLine: (line) => this.editor?.goToLine(line) },
        el('span'),
      );
      for (const { kind, text } of this.outputs) this.print(kind, text);
    } else {
      this.field = el('textarea', {
        attrs: {
          'aria-label': 'Markdown',
          spellcheck: 'false',
          rows: '1',
          placeholder: 'Markdown',
        },
        on: {
          input: () => {
            this.fit();
            actions.changed();
          },
        },
      });
      this.field.value = data.source;
      this.shown.addEventListener('dblclick', () => this.edit());
      this.body.append(this.field, this.shown);
      this.render();
    }
    this.showCount();
  }

  get source(): string {
    return this.editor?.source ?? this.field?.value ?? '';
  }

  get data(): CellData {
    const { kind, source, outputs, count } = this;
    return { kind, source, outputs, count };
  }

  /** The reader has the cursor in its text. */
  get editing(): boolean {
    const { activeElement } = document;
    return activeElement === this.field || !!activeElement?.closest('.cm-editor');
  }

  edit(): void {
    const { editor, field } = this;
    editor?.focus();
    if (!field) return;
    field.hidden = false;
    this.shown.hidden = true;
    this.fit();
    field.focus();
  }

  /** Puts the text in the place of its source. */
  render(): void {
    if (!this.field) return;
    const nodes = markdown(this.field.value);
    this.shown.replaceChildren(
      ...(nodes.length > 0 ? nodes : [el('p', { class: 'faint', text: 'Empty text' })]),
    );
    this.field.hidden = true;
    this.shown.hidden = false;
  }

  clear(): void {
    this.outputs = [];
    this.count = null;
    this.console?.clear();
    this.node.classList.remove('has-output');
    this.note.textContent = '';
    this.editor?.markError(null);
    this.showCount();
  }

  /** @param count the number that it gets, as the next cell that runs */
  job(count: number): Job {
    this.showState('waits');
    this.filename = `cell-${count}.py`;
    return {
      source: showLast(this.source),
      filename: this.filename,
      onStart: () => {
        this.clear();
        this.count = count;
        this.console?.begin(this.filename);
        this.showState('runs');
      },
      onMessage: (message) => this.receive(message),
    };
  }

  ended(end: End | undefined): void {
    this.node.classList.remove('waits', 'runs');
    this.console?.finish();
    this.showCount();
    if (!end) return;
    if ('ended' in end) {
      this.print('err', `${end.ended}\n`);
    } else {
      if (end.error) {
        const { type, message, traceback, line } = end.error;
        const text = message ? `${type}: ${message}` : type;
        this.keep('error', `${traceback || text}\n`);
        this.print('error', traceback || text);
        if (line) this.editor?.markError({ line, message: text });
      }
      this.note.textContent = end.ms > 1000 ? formatDuration(end.ms) : '';
    }
    this.actions.changed();
  }

  private receive(message: WorkerMessage): void {
    if (message.type === 'stdout') {
      const kind = message.stream === 'stderr' ? 'err' : 'out';
      this.keep(kind, message.text);
      this.print(kind, message.text);
    } else if (message.type === 'notice') {
      this.console?.writeLine('notice', message.text);
      this.node.classList.add('has-output');
    } else if (message.type === 'progress') {
      const { what, loaded, total } = message;
      const part = total > 0 ? ` ${Math.round((100 * loaded) / total)} %` : '';
      this.note.textContent = `Loading ${what}${part}`;
    }
  }

  private keep(kind: Output['kind'], text: string): void {
    const size = this.outputs.reduce((sum, output) => sum + output.text.length, 0);
    const room = text.slice(0, Math.max(0, KEPT_CHARS - size));
    const last = this.outputs.at(-1);
    if (last?.kind === kind && kind !== 'error') last.text += room;
    else if (room) this.outputs.push({ kind, text: room });
  }

  private print(kind: Output['kind'], text: string): void {
    this.node.classList.add('has-output');
    if (kind === 'error') this.console?.writeLine('error', text);
    else this.console?.write(kind, text);
  }

  private showState(state: 'waits' | 'runs'): void {
    this.node.classList.add(state);
    this.label.textContent = '[*]';
  }

  private showCount(): void {
    this.label.textContent = this.kind === 'markdown' ? '' : `[${this.count ?? ' '}]`;
    const what = this.kind === 'markdown' ? 'Text cell' : 'Code cell';
    this.node.setAttribute('aria-label', this.count ? `${what} ${this.count}` : what);
  }

  /** As high as its text. */
  private fit(): void {
    const { field } = this;
    if (!field) return;
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight + 2}px`;
  }
}
