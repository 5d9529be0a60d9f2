/**
 * The console on screen. Lines are drawn in blocks of plain text, a bounded number a frame; blocks
 * that fell out of the buffer leave the page, so an endless print costs a constant amount of work.
 */

import { ConsoleBuffer, type Kind, type Line } from './console-buffer';
import { el, formatCount } from './dom';
import { invalidate } from './frames';

const LINES_A_FRAME = 250;
const CHARS_A_FRAME = 24_000;
const LINES_A_BLOCK = 50;

interface Block {
  node: HTMLElement;
  kind: Kind;
  end: number;
  lines: number;
}

export interface ConsoleOptions {
  /** A line number of the reader's snippet was pressed in a traceback. */
  onLine: (line: number) => void;
}

/** `File "main.py", line 3` (Python) and `main.js:3:14` (JavaScript). */
const PYTHON_FRAME = /File "([^"]+)", line (\d+)/;
const SCRIPT_FRAME = /([\w.<>-]+\.(?:js|mjs|py)):(\d+)(?::\d+)?/;

export class ConsolePanel {
  private readonly buffer = new ConsoleBuffer();
  private readonly blocks: Block[] = [];
  private drawn = 0;
  private readonly list: HTMLElement;
  private readonly openNode: HTMLElement;
  private readonly droppedNode: HTMLElement;
  private readonly empty: HTMLElement;
  private following = true;
  /** File names whose lines are the reader's own. */
  private ownFiles: ReadonlySet<string> = new Set();
  private readonly draw = () => this.render();

  constructor(
    private readonly root: HTMLElement,
    private readonly options: ConsoleOptions,
    emptyState: HTMLElement,
  ) {
    this.empty = emptyState;
    this.droppedNode = el('div', { class: 'console-dropped', attrs: { hidden: '' } });
    this.list = el('div', { class: 'console-list' });
    this.openNode = el('div', { class: 'console-block' });
    root.append(this.empty, this.droppedNode, this.list, this.openNode);
    root.addEventListener(
      'scroll',
      () => {
        this.following = root.scrollHeight - root.scrollTop - root.clientHeight < 24;
      },
      { passive: true },
    );
  }

  /** A new run: the console is emptied and follows the output again. */
  begin(filename: string): void {
    this.clear();
    this.ownFiles = new Set([filename, '<stdin>', '<string>', '<snippet>']);
    this.empty.hidden = true;
  }

  write(kind: Kind, text: string): void {
    this.buffer.write(kind, text);
    this.empty.hidden = true;
    invalidate(this.draw);
  }

  /** A whole line (or lines) of its own, whatever was being written before. */
  writeLine(kind: Kind, text: string): void {
    this.buffer.closeLine();
    this.buffer.write(kind, text.endsWith('\n') ? text : `${text}\n`);
    this.empty.hidden = true;
    invalidate(this.draw);
  }

  finish(): void {
    this.buffer.closeLine();
    invalidate(this.draw);
  }

  clear(): void {
    this.buffer.clear();
    this.blocks.length = 0;
    this.list.replaceChildren();
    this.openNode.replaceChildren();
    this.droppedNode.hidden = true;
    this.drawn = 0;
    this.following = true;
  }

  /** Empty it and show again how to begin. */
  reset(): void {
    this.clear();
    this.empty.hidden = false;
  }

  text(): string {
    return this.buffer.text();
  }

  private render(): boolean {
    const { buffer } = this;
    if (this.drawn < buffer.first) this.drawn = buffer.first;
    let lines = 0;
    let chars = 0;
    while (this.drawn < buffer.end && lines < LINES_A_FRAME && chars < CHARS_A_FRAME) {
      const from = this.drawn;
      const kind = buffer.line(from).kind;
      const last = this.blocks.at(-1);
      const room = last && last.kind === kind ? LINES_A_BLOCK - last.lines : 0;
      const limit = Math.min(buffer.end, from + (room > 0 ? room : LINES_A_BLOCK));
      const batch: Line[] = [];
      while (this.drawn < limit && chars < CHARS_A_FRAME) {
        const line = buffer.line(this.drawn);
        if (line.kind !== kind) break;
        batch.push(line);
        chars += line.text.length + 1;
        this.drawn += 1;
      }
      lines += batch.length;
      this.append(kind, batch, room > 0 ? last : undefined);
    }
    this.dropOld();
    this.renderOpen();
    if (this.following) this.root.scrollTop = this.root.scrollHeight;
    return this.drawn < buffer.end;
  }

  private append(kind: Kind, batch: Line[], into: Block | undefined): void {
    const block = into ?? this.newBlock(kind);
    block.lines += batch.length;
    block.end = this.drawn;
    if (kind === 'out' || kind === 'notice') {
      block.node.append(`${batch.map((line) => line.text).join('\n')}\n`);
    } else {
      for (const line of batch) block.node.append(...this.linked(line.text), '\n');
    }
  }

  private newBlock(kind: Kind): Block {
    const node = el('div', { class: `console-block is-${kind}` });
    const block: Block = { node, kind, end: this.drawn, lines: 0 };
    this.blocks.push(block);
    this.list.append(node);
    return block;
  }

  private dropOld(): void {
    const { first } = this.buffer;
    if (first === 0) return;
    let gone = 0;
    while (gone < this.blocks.length && (this.blocks[gone] as Block).end <= first) {
      (this.blocks[gone] as Block).node.remove();
      gone += 1;
    }
    this.blocks.splice(0, gone);
    this.droppedNode.hidden = false;
    this.droppedNode.textContent = `… ${formatCount(first)} earlier lines are no longer kept`;
  }

  private renderOpen(): void {
    const open = this.buffer.open;
    this.openNode.className = `console-block is-${open?.kind ?? 'out'}`;
    this.openNode.textContent = open?.text ?? '';
  }

  /** Turn the reader's own line numbers in a traceback line into buttons. */
  private linked(text: string): (Node | string)[] {
    const match = PYTHON_FRAME.exec(text) ?? SCRIPT_FRAME.exec(text);
    const name = match?.[1]?.split('/').at(-1);
    if (!match || !name || !this.ownFiles.has(name)) return [text];
    const line = Number(match[2]);
    const button = el('button', {
      class: 'line-link',
      text: match[0],
      title: `Go to line ${line}`,
      attrs: { type: 'button' },
      on: { click: () => this.options.onLine(line) },
    });
    const end = match.index + match[0].length;
    return [text.slice(0, match.index), button, text.slice(end)];
  }
}
