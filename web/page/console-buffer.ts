/**
 * The console's text, apart from the screen: a ring of the latest lines. Output may come faster
 * than any screen can show it; the ring keeps what a reader can still scroll to and counts the rest.
 */

export type Kind = 'out' | 'err' | 'notice' | 'error';

export interface Line {
  readonly kind: Kind;
  readonly text: string;
}

/** Lines kept; the ones before are counted and forgotten. */
export const MAX_LINES = 5000;
/** A longer line is broken, so that one endless line behaves like endless lines. */
export const MAX_LINE_CHARS = 4000;
/** Of one message, only this many trailing characters can matter. */
const MAX_CHUNK = 2_000_000;

const ESC = '\u001b';
const ANSI = new RegExp(
  `${ESC}(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^\\u0007${ESC}]*(?:\\u0007|${ESC}\\\\)|[@-Z\\\\-_])`,
  'g',
);

/** Text without terminal escape sequences (colours, cursor moves, window titles). */
export function stripAnsi(text: string): string {
  return text.includes(ESC) ? text.replace(ANSI, '') : text;
}

/** What a terminal would show of a line with carriage returns: the last overwrite. */
function afterReturn(text: string): string {
  const end = text.endsWith('\r') ? text.length - 1 : text.length;
  return text.slice(text.lastIndexOf('\r', end - 1) + 1, end);
}

export class ConsoleBuffer {
  /** Absolute number of the first kept line; also how many lines were dropped or removed. */
  first = 0;
  private lines: Line[] = [];
  private openText = '';
  private openKind: Kind = 'out';

  /** Absolute number one past the last complete line. */
  get end(): number {
    return this.first + this.lines.length;
  }

  /** The line still being written, or null. */
  get open(): Line | null {
    return this.openText === '' ? null : { kind: this.openKind, text: afterReturn(this.openText) };
  }

  line(index: number): Line {
    return this.lines[index - this.first] as Line;
  }

  write(kind: Kind, raw: string): void {
    let text = stripAnsi(raw);
    if (text.length > MAX_CHUNK) text = text.slice(-MAX_CHUNK);
    if (this.openText !== '' && this.openKind !== kind) this.closeLine();
    this.openKind = kind;
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      this.openText += text.slice(from, at);
      this.push(this.openText);
      this.openText = '';
      from = at + 1;
    }
    this.openText += text.slice(from);
    if (this.openText.includes('\r')) {
      // Progress bars rewrite their line for ever: keep only what is still visible, and the mark
      // that the next text starts the line anew.
      const returned = this.openText.endsWith('\r') ? '\r' : '';
      this.openText = afterReturn(this.openText) + returned;
    }
    while (this.openText.length > MAX_LINE_CHARS) {
      this.push(this.openText.slice(0, MAX_LINE_CHARS));
      this.openText = this.openText.slice(MAX_LINE_CHARS);
    }
    this.trim();
  }

  /** End the line being written, as before a notice or when the run is over. */
  closeLine(): void {
    if (this.openText === '') return;
    this.push(this.openText);
    this.openText = '';
  }

  clear(): void {
    this.first = 0;
    this.lines = [];
    this.openText = '';
  }

  /** Everything kept, as plain text. */
  text(): string {
    const all = this.lines.map((line) => line.text);
    if (this.open) all.push(this.open.text);
    return all.join('\n');
  }

  private push(text: string): void {
    let rest = afterReturn(text);
    while (rest.length > MAX_LINE_CHARS) {
      this.lines.push({ kind: this.openKind, text: rest.slice(0, MAX_LINE_CHARS) });
      rest = rest.slice(MAX_LINE_CHARS);
    }
    this.lines.push({ kind: this.openKind, text: rest });
    // Trimming each time would move the whole array for each line.
    if (this.lines.length > 2 * MAX_LINES) this.trim();
  }

  private trim(): void {
    const surplus = this.lines.length - MAX_LINES;
    if (surplus <= 0) return;
    this.lines.splice(0, surplus);
    this.first += surplus;
  }
}
