/**
 * A box in use: the editor, the output, the check of an exercise. Loaded as a plain script when the
 * first box of a page is used, and shared by all of them.
 */
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { ConsolePanel } from '@page/console-panel';
import { el, formatDuration } from '@page/dom';
import { Editor } from '@page/editor';
import { encodeShared, filesToShare, toBase64 } from '@page/share';
import consoleLook from '@page/styles/console.css?inline';
import controlsLook from '@page/styles/run-controls.css?inline';
import { RunControls } from '@page/training/run-controls';
import { cleanSource } from '@runtime/clean';
import type { DoneMessage, WorkerMessage } from '@runtime/protocol';
import type { Box, Mounted, Ui } from './element.ts';
import { type Client, Pool } from './pool.ts';
import look from './ui.css?inline';

let pool: Pool | undefined;
let makePool = (base: string) => new Pool(base);
/** A page that stands alone brings a hub of its own. */
export function poolFrom(make: () => Pool): void {
  makePool = make;
}
function sharedPool(base: string): Pool {
  pool ??= makePool(base);
  return pool;
}

/** How many lines the hidden set-up code puts before the snippet. */
const linesOf = (setup: string) => (setup === '' ? 0 : setup.split('\n').length);

class BoxUi implements Client, Mounted {
  readonly timeLimit: number;
  private readonly editor: Editor;
  private readonly console: ConsolePanel;
  private readonly controls: RunControls;
  private readonly verdict = el('div', { class: 'verdict', attrs: { role: 'status' } });
  private readonly filename: string;
  private readonly shift: number;
  private printed = '';
  private running = false;
  private files: Record<string, Uint8Array>;

  constructor(private readonly box: Box) {
    const { snippet, code, output, run, host, say } = box;
    this.files = { ...box.files };
    this.timeLimit = snippet.timeLimit * 1000;
    this.filename = snippet.lang === 'python' ? 'snippet.py' : 'snippet.js';
    this.shift = linesOf(snippet.setup);
    host.shadowRoot!.querySelector('style')!.append(consoleLook, controlsLook, look);
    code.replaceChildren();
    this.editor = new Editor(code, {
      onRun: () => this.run(),
      onChange: (source) => {
        snippet.source = source;
      },
      onReplaced: () => {},
      clean: cleanSource,
      onCursor: () => {},
      onCleaned: () => {},
      extensions: snippet.readonly ? readonly : [],
    });
    this.editor.setLanguage(snippet.lang);
    this.editor.setSource(snippet.source);
    output.className = 'output is-empty';
    output.hidden = false;
    output.tabIndex = 0;
    output.setAttribute('role', 'log');
    output.setAttribute('aria-label', 'Output');
    this.console = new ConsolePanel(
      output,
      { onLine: (line) => this.editor.goToLine(line) },
      el('span'),
    );
    this.controls = new RunControls({
      onControl: (message) => sharedPool(box.base).control(this, message),
      onPaused: (iteration) => {
        box.say.textContent = iteration === null ? 'Running…' : 'Paused';
      },
    });
    box.bar.after(this.controls.root);
    host.addEventListener('keydown', (event) => this.controls.key(event));
    this.verdict.hidden = true;
    output.after(this.verdict);
    run.onclick = () => (this.running ? this.stop() : this.run());
    const full = el('button', {
      text: 'Open',
      title: 'Open in the full playground',
      attrs: { type: 'button' },
      on: { click: () => void this.open() },
    });
    const reset = el('button', {
      text: 'Reset',
      title: 'Back to the snippet as it was',
      attrs: { type: 'button' },
      on: { click: () => this.editor.setSource(original) },
    });
    const original = snippet.source;
    if (!snippet.readonly) box.bar.append(reset);
    box.bar.append(full);
    say.textContent = '';
    sharedPool(box.base);
    box.tell('ready', {});
  }

  get source(): string {
    return this.editor.source;
  }

  focus(): void {
    this.editor.focus();
  }

  run(): void {
    if (this.running) return;
    const { snippet, say, output } = this.box;
    this.running = true;
    this.printed = '';
    this.verdict.hidden = true;
    this.editor.markError(null);
    this.console.begin(this.filename);
    output.classList.add('is-empty');
    this.controls.begin();
    this.showButton();
    const source = this.editor.source;
    const when = sharedPool(this.box.base).run(this, {
      source: snippet.setup === '' ? source : `${snippet.setup}\n${source}`,
      runtime: snippet.runtime,
      language: snippet.lang,
      filename: this.filename,
      files: this.files,
      env: {},
    });
    say.className = 'say';
    say.textContent = when === 'now' ? 'Running…' : 'Waits for other snippets of this page…';
  }

  stop(): void {
    if (!this.running) return;
    sharedPool(this.box.base).stop(this);
    this.onEnded('Stopped.');
  }

  onMessage(message: WorkerMessage): void {
    switch (message.type) {
      case 'stdout':
        if (message.stream === 'stdout') this.printed += message.text;
        this.console.write(message.stream === 'stderr' ? 'err' : 'out', message.text);
        this.showOutput();
        this.box.tell('output', { text: message.text, stream: message.stream });
        break;
      case 'notice':
        this.console.writeLine('notice', message.text);
        this.showOutput();
        break;
      case 'progress': {
        const { what, loaded, total } = message;
        const part = total > 0 ? ` ${Math.round((100 * loaded) / total)} %` : '';
        this.box.say.textContent = `Loading ${what}${part}`;
        break;
      }
      case 'training':
        this.controls.set(message);
        break;
      case 'files':
        Object.assign(this.files, message.changed);
        for (const path of message.deleted) delete this.files[path];
    }
  }

  onDone({ error, ok, ms }: DoneMessage): void {
    if (error) {
      const text = error.message ? `${error.type}: ${error.message}` : error.type;
      this.console.writeLine('error', this.inSnippet(error.traceback || text));
      this.showOutput();
      const line = (error.line ?? 0) - this.shift;
      if (line > 0) this.editor.markError({ line, message: text });
      this.box.tell('error', { message: text });
    }
    this.settle(ok ? `Finished in ${formatDuration(ms)}` : 'Failed', ok);
    if (this.box.snippet.expected !== null) this.check(ok, this.box.snippet.expected);
    this.box.tell('done', { ok, ms });
  }

  onEnded(text: string): void {
    this.console.writeLine('notice', text);
    this.showOutput();
    this.settle(text, false);
    this.box.tell('done', { ok: false });
  }

  /** The traceback with the reader's own line numbers. */
  private inSnippet(traceback: string): string {
    if (this.shift === 0) return traceback;
    const own = new RegExp(`(File "${this.filename}", line |${this.filename}:)(\\d+)`, 'g');
    return traceback.replace(own, (whole, before: string, line: string) =>
      Number(line) > this.shift ? before + (Number(line) - this.shift) : whole,
    );
  }

  private check(ok: boolean, expected: string): void {
    const lines = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((line) => line.trimEnd())
        .join('\n');
    const right = ok && lines(this.printed) === lines(expected);
    this.verdict.hidden = false;
    this.verdict.className = `verdict ${right ? 'is-ok' : 'is-error'}`;
    this.verdict.replaceChildren(
      right ? '✓ As expected.' : 'Not yet. It should print:',
      ...(right ? [] : [el('pre', { text: expected.trim() })]),
    );
    this.box.tell('check', { right });
  }

  private settle(text: string, ok: boolean): void {
    this.running = false;
    this.console.finish();
    this.controls.finish();
    this.showButton();
    this.box.say.className = `say${ok ? '' : ' is-error'}`;
    this.box.say.textContent = text;
  }

  private showOutput(): void {
    this.box.output.classList.remove('is-empty');
  }

  private showButton(): void {
    const { run } = this.box;
    run.classList.toggle('is-running', this.running);
    run.textContent = this.running ? 'Stop' : 'Run';
    run.dataset.state = this.running ? 'running' : 'idle';
  }

  private async open(): Promise<void> {
    const { base, snippet } = this.box;
    const hash = await encodeShared({
      source: snippet.setup === '' ? this.source : `${snippet.setup}\n${this.source}`,
      stem: 'snippet',
      runtime: snippet.runtime,
      files: filesToShare(this.files).shared,
    });
    window.open(`${base}#${hash}`, '_blank', 'noopener');
  }
}

const readonly: Extension = [EditorState.readOnly.of(true), EditorView.editable.of(false)];

/** A box with `panels`: the full page in a frame, which has them, and a worker of its own. */
class FullPage implements Mounted {
  readonly source: string;
  private readonly frame = el('iframe', { title: 'Gradbox' });
  private readonly loaded: Promise<void>;

  constructor(box: Box) {
    const { snippet, base } = box;
    this.source = snippet.source;
    const query = new URLSearchParams({ embed: '1', panels: snippet.panels });
    if (snippet.theme !== 'auto') query.set('theme', snippet.theme);
    query.set('time-limit', String(snippet.timeLimit));
    const source = snippet.setup === '' ? this.source : `${snippet.setup}\n${this.source}`;
    const { runtime } = snippet;
    const files = Object.fromEntries(
      Object.entries(box.files).map(([name, bytes]) => [name, toBase64(bytes)]),
    );
    this.loaded = encodeShared({ source, stem: 'snippet', runtime, files }).then(
      (hash) =>
        new Promise((resolve) => {
          this.frame.onload = () => resolve();
          this.frame.src = `${base}?${query}#${hash}`;
          this.frame.style.height = snippet.height || '640px';
          box.code.replaceWith(this.frame);
          box.bar.remove();
          box.output.remove();
        }),
    );
  }

  run(): void {
    void this.tell('run');
  }

  stop(): void {
    void this.tell('stop');
  }

  focus(): void {
    this.frame.focus();
  }

  private async tell(type: 'run' | 'stop'): Promise<void> {
    await this.loaded;
    this.frame.contentWindow?.postMessage({ target: 'gradbox', type }, '*');
  }
}

export const api: Ui = {
  mount: (box) => (box.snippet.panels === '' ? new BoxUi(box) : new FullPage(box)),
  warm: (base) => void sharedPool(base),
};
Object.assign(globalThis, { gradboxUi: api });
