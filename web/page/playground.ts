/** The page's conductor: editor, session, console and views, and what passes between them. */

import type { Example } from '@examples/index';
import { cleanSource } from '@runtime/clean';
import type {
  DoneMessage,
  Language,
  RunError,
  RuntimeChoice,
  RuntimeName,
  WorkerMessage,
} from '@runtime/protocol';
import { Hub } from '@runtime/sandbox/client';
import { background } from './background';
import { ConsolePanel } from './console-panel';
import { byId, formatCount, formatDuration } from './dom';
import { Editor } from './editor';
import { emptyConsole } from './empty-states';
import { cleanPath, FileStore } from './file-store';
import { detectLanguage } from './language';
import { teachingNotes } from './lint/extension';
import { NoticeBar } from './notice-bar';
import { RUN_SHORTCUT, RunButton } from './run-button';
import { Redactor, Secrets } from './secrets';
import { openSecretsDialog } from './secrets-dialog';
import { Session, type SessionEvents, type SessionState } from './session';
import { fromBase64, type Shared } from './share';
import { openShareDialog } from './share-dialog';
import { runtimeName, StatusLine } from './status-line';
import { recall, remember } from './storage';
import { Views } from './views';

const CHOICES: Record<RuntimeChoice, string> = {
  auto: 'Auto',
  micropython: 'MicroPython',
  cpython: 'CPython',
  javascript: 'JavaScript',
};

/** One for each stream: a value may come in pieces. */
const redactors = (values: string[]) => ({
  stdout: new Redactor(values),
  stderr: new Redactor(values),
});

const SAVE_DELAY = 400;
const ENDINGS: Record<Language, string> = { python: '.py', javascript: '.js' };

export class Playground {
  readonly editor: Editor;
  private readonly store = new FileStore();
  /** The runtime of the last run. */
  private ranOn: RuntimeName | null = null;
  private readonly console: ConsolePanel;
  private readonly views: Views;
  private readonly status = new StatusLine();
  readonly secrets = new Secrets();
  private redactors = redactors([]);
  private readonly bar = new NoticeBar(byId('editor-bar'));
  private readonly runButton: RunButton;
  private readonly session: Session;
  private readonly runtimeSelect = byId<HTMLSelectElement>('runtime-select');
  private readonly title = byId('snippet-title');
  /** File name without ending: of the example, or `snippet`. */
  private stem = 'snippet';
  /** What the current run was started with, to know whether an error line still fits. */
  private ranSource = '';
  private saveTimer = 0;
  private readyText = 'Ready';

  constructor({ timeLimit }: { timeLimit?: number } = {}) {
    this.console = new ConsolePanel(
      byId('console'),
      { onLine: (line) => this.editor.goToLine(line) },
      emptyConsole(RUN_SHORTCUT),
    );
    const hub = new Hub(byId<HTMLIFrameElement>('hub'));
    const createSession = (events: SessionEvents) => new Session(hub, events);
    this.views = new Views(
      this.store,
      (line) => {
        if (this.editor.source === this.ranSource) this.editor.showLine(line);
      },
      background(createSession),
      {
        createSession,
        openSnippet: (source, file) => this.openWithFile(source, file),
      },
      {
        onControl: (message) => this.session.control(message),
        onPaused: (iteration) => this.paused(iteration),
      },
    );
    this.editor = new Editor(byId('editor'), {
      onRun: () => this.run(),
      onChange: () => this.sourceChanged(),
      onCursor: (line) => this.views.lineChosen(this.editor.source === this.ranSource ? line : 0),
      onReplaced: () => {
        this.stem = 'snippet';
        this.showTitle();
      },
      clean: cleanSource,
      onCleaned: (reasons, undo) => {
        this.bar.show(`Pasted text was cleaned: ${reasons.join(', ')}.`, undo);
      },
      extensions: teachingNotes({
        language: () => this.editor.language,
        onSecret: (secret) => openSecretsDialog(this.secrets, secret),
      }),
    });
    this.runButton = new RunButton(byId<HTMLButtonElement>('run-button'), () =>
      this.session.state === 'running' ? this.stop() : this.run(),
    );
    this.initRuntimes();
    this.session = new Session(
      hub,
      {
        onMessage: (message) => this.receive(message),
        onState: (state) => this.stateChanged(state),
        onDone: (message) => this.done(message),
        onBroken: (text) => this.broken(text),
        onLimit: (reason) => this.ended(`Stopped: ${reason}.`, 'error'),
      },
      timeLimit,
    );
    document.addEventListener('keydown', (event) => this.key(event));
  }

  /** Put a snippet into the editor, as at the start of a visit. */
  open(source: string, stem: string): void {
    this.session.leave();
    this.stem = stem;
    this.editor.setLanguage(detectLanguage(source));
    this.editor.setSource(source);
    this.showTitle();
  }

  /** Put a snippet from a link into the editor. It doesn't run until the reader says so. */
  openShared({ source, stem, runtime, files }: Shared): void {
    this.open(source, stem);
    this.runtimeSelect.value = runtime;
    this.followLanguage();
    for (const [name, data] of Object.entries(files)) {
      const path = cleanPath(name);
      if (path && !this.store.has(path)) this.store.set(path, fromBase64(data));
    }
  }

  /** What Share and save works with. */
  share(): void {
    const from = {
      source: this.editor.source,
      stem: this.stem,
      language: this.editor.language,
      runtime: this.runtimeSelect.value as RuntimeChoice,
      files: this.store.snapshot(),
      output: this.console.text(),
      ranOn: this.ranOn,
    };
    openShareDialog(from, ({ name, source, runtime }) => {
      const stem = /^[\w -]{1,60}$/.test(name) ? name : 'snippet';
      this.openShared({ source, stem, runtime, files: {} });
      this.editor.focus();
    });
  }

  /** Load an example; the text that it replaces comes back with Undo. */
  openExample(example: Example, offerUndo: boolean): void {
    const before = { source: this.editor.source, stem: this.stem };
    this.session.leave();
    this.stem = example.name;
    this.editor.setLanguage(example.language);
    this.editor.setSource(example.source);
    this.fitRuntime(example.language);
    this.showTitle();
    for (const [path, text] of Object.entries(example.files)) {
      if (!this.store.has(path)) this.store.set(path, new TextEncoder().encode(text));
    }
    if (offerUndo && before.source.trim() !== '' && before.source !== example.source) {
      this.bar.show(`Opened “${example.title}” in place of your snippet.`, () => {
        this.open(before.source, before.stem);
        this.editor.focus();
      });
    } else {
      this.bar.hide();
    }
  }

  /** A snippet about a file, which joins the session's; the text before comes back with Undo. */
  private openWithFile(source: string, { name, bytes }: { name: string; bytes: Uint8Array }): void {
    const before = { source: this.editor.source, stem: this.stem };
    this.store.set(name, bytes);
    this.open(source, name.replace(/\.[^.]*$/, ''));
    this.fitRuntime('python');
    this.editor.focus();
    if (before.source.trim() === '') return;
    this.bar.show(`Opened code for ${name}, which is now among the files.`, () => {
      this.open(before.source, before.stem);
      this.editor.focus();
    });
  }

  say(text: string): void {
    this.console.writeLine('notice', text);
  }

  copyOutput(): Promise<void> {
    return navigator.clipboard.writeText(this.console.text());
  }

  clearOutput(): void {
    this.console.reset();
  }

  run(): void {
    if (this.session.state === 'running') return;
    const source = this.editor.source;
    const filename = this.stem + ENDINGS[this.editor.language];
    this.editor.markError(null);
    this.console.begin(filename);
    if (source.trim() === '') {
      this.say('Nothing to run yet: paste a snippet, or choose one from Examples.');
      return;
    }
    this.save();
    this.views.begin(filename);
    this.ranSource = source;
    this.redactors = redactors(this.secrets.all.map(({ value }) => value));
    this.runButton.running();
    this.session.run({
      source,
      runtime: this.runtimeSelect.value as RuntimeChoice,
      language: this.editor.language,
      filename,
      files: this.filesToRun(),
      env: this.secrets.env(),
      everyCall: this.views.logsEveryLayer,
    });
  }

  stop(): void {
    if (this.session.state !== 'running') return;
    const text = `Stopped after ${formatDuration(this.runButton.elapsed)}.`;
    this.session.stop();
    this.ended(text, 'notice');
  }

  /** The run waits at this iteration, or goes on. */
  private paused(iteration: number | null): void {
    this.runButton.pause(iteration !== null);
    if (iteration === null) this.status.set('busy', 'Running…');
    else this.status.set('ready', `Paused at step ${formatCount(iteration)}`);
  }

  /** The run was ended from outside, and a fresh worker loads. */
  private ended(text: string, kind: 'notice' | 'error'): void {
    this.console.writeLine(kind, text);
    this.settle();
    this.status.set('ready', text);
    this.readyText = text;
  }

  /** The run is over, whichever way. */
  private settle(): void {
    this.runButton.idle();
    this.console.finish();
    this.views.finish();
  }

  private receive(message: WorkerMessage): void {
    switch (message.type) {
      case 'ready':
        this.readyText = `Ready · ${runtimeName(message.runtime)} loaded in ${formatDuration(message.ms)}`;
        if (this.session.state !== 'running') this.status.set('ready', this.readyText);
        break;
      case 'stdout':
        this.print(message.stream, this.redactors[message.stream].push(message.text));
        break;
      case 'notice':
        this.console.writeLine('notice', message.text);
        break;
      case 'progress':
        this.status.loading(message.what, message.loaded, message.total);
        break;
      case 'losses':
        this.views.addLosses(message.series);
        break;
      case 'steps':
        this.views.addSteps(message.steps);
        break;
      case 'pictures':
        this.views.addPictures(message.pictures);
        break;
      case 'training':
        this.views.setTraining(message);
        break;
      case 'hooks':
        this.views.addHooks(message);
        break;
      case 'graph':
        this.views.setGraph(message.graph);
        break;
      case 'variables':
        this.views.setVariables(message.variables);
        break;
      case 'files':
        this.store.apply(message);
        this.views.filesChanged();
        break;
      case 'memory':
        this.status.setMemory(message.tensors, message.bytes);
        break;
    }
  }

  private print(stream: 'stdout' | 'stderr', text: string): void {
    if (text !== '') this.console.write(stream === 'stderr' ? 'err' : 'out', text);
  }

  /** The session's files, and the secrets as `.env` unless there is such a file. */
  private filesToRun(): Record<string, Uint8Array> {
    const files = this.store.snapshot();
    const env = this.secrets.file();
    return env && !('.env' in files) ? { ...files, '.env': env } : files;
  }

  private stateChanged(state: SessionState): void {
    if (state === 'running') this.status.set('busy', 'Running…');
    if (state === 'loading') this.status.set('busy', 'Loading the runtime…');
  }

  private done(message: DoneMessage): void {
    this.ranOn = message.runtime;
    for (const stream of ['stdout', 'stderr'] as const) {
      this.print(stream, this.redactors[stream].flush());
    }
    const error = message.error && this.redacted(message.error);
    if (error) {
      const summary = error.message ? `${error.type}: ${error.message}` : error.type;
      this.console.writeLine('error', error.traceback || summary);
      if (error.line && this.editor.source === this.ranSource) {
        this.editor.markError({ line: error.line, message: summary });
      }
    }
    this.settle();
    this.status.finished(message.runtime, message.ms, message.firstOutputMs ?? null, message.ok);
  }

  /** The error without the values of secrets. */
  private redacted(error: RunError): RunError {
    const clean = (text: string) => {
      const redactor = new Redactor(this.secrets.all.map(({ value }) => value));
      return redactor.push(text) + redactor.flush();
    };
    return { ...error, message: clean(error.message), traceback: clean(error.traceback) };
  }

  private broken(text: string): void {
    this.console.writeLine('error', `The runtime broke: ${text}`);
    this.console.writeLine('notice', 'Run starts a fresh one.');
    this.settle();
    this.status.set('error', 'The runtime broke');
  }

  private sourceChanged(): void {
    clearTimeout(this.saveTimer);
    this.saveTimer = window.setTimeout(() => {
      this.followLanguage();
      this.save();
    }, SAVE_DELAY);
  }

  private save(): void {
    remember('source', this.editor.source);
    remember('filename', this.stem);
  }

  private initRuntimes(): void {
    for (const [value, text] of Object.entries(CHOICES)) {
      this.runtimeSelect.add(new Option(text, value));
    }
    const saved = recall('runtime');
    this.runtimeSelect.value = saved && saved in CHOICES ? saved : 'auto';
    this.runtimeSelect.addEventListener('change', () => {
      remember('runtime', this.runtimeSelect.value);
      this.followLanguage();
    });
  }

  /** The language by the chosen runtime or, on Auto, by the text. */
  private followLanguage(): void {
    const runtime = this.runtimeSelect.value;
    if (runtime === 'javascript') this.editor.setLanguage('javascript');
    else if (runtime === 'auto') this.editor.setLanguage(detectLanguage(this.editor.source));
    else this.editor.setLanguage('python');
    this.showTitle();
  }

  /** Back to Auto when the chosen runtime does not speak the language. */
  private fitRuntime(language: Language): void {
    const runtime = this.runtimeSelect.value;
    if (runtime === 'auto' || (runtime === 'javascript') === (language === 'javascript')) return;
    this.runtimeSelect.value = 'auto';
    remember('runtime', 'auto');
  }

  private showTitle(): void {
    this.title.textContent = this.stem + ENDINGS[this.editor.language];
  }

  private key(event: KeyboardEvent): void {
    if (this.views.key(event)) return;
    if (!(event.ctrlKey || event.metaKey)) return;
    if (event.key === '.' && this.session.state === 'running') {
      event.preventDefault();
      this.stop();
    } else if (event.key === 'Enter' && !event.defaultPrevented) {
      // Anywhere on the page; the editor handles its own.
      event.preventDefault();
      this.run();
    }
  }
}
