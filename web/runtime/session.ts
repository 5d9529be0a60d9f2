/**
 * What a worker does with its messages: choose the runtime, run, and report. The same for a page's
 * worker and for the command line's.
 */

import { Control } from './control.ts';
import { dataSets } from './data-sets.ts';
import { syntaxError } from './errors.ts';
import { FileNews } from './files.ts';
import { MicroPythonRuntime } from './micropython/runtime.ts';
import type { ModelHost } from './model/host.ts';
import { MAX_CHARS, MAX_LINES, Output } from './output.ts';
import type {
  InitMessage,
  PageMessage,
  ProgressMessage,
  RunError,
  RunMessage,
  RuntimeName,
  Send,
} from './protocol.ts';
import { absentHint } from './python/absent.ts';
import { moduleNames } from './python/module-names.ts';
import { needsCPython } from './python/needs.ts';
import { type SyntaxProblem, syntaxProblem } from './python/syntax.ts';
import { Source } from './python/tree.ts';
import type { ControlLine, Host, Job, Outcome, RunSink, Runtime } from './runtime.ts';
import { stdlibSources } from './sources.ts';
import { Telemetry } from './telemetry.ts';

const microPythonNames = moduleNames(stdlibSources);

const TOO_MUCH: RunError = (() => {
  const message = `the snippet printed more than ${MAX_LINES / 1000},000 lines or ${MAX_CHARS / 1e6} MB, so it was ended`;
  return { type: 'OutputLimit', message, traceback: `Stopped: ${message}.` };
})();

export class Session {
  private readonly runtimes = new Map<RuntimeName, Promise<Runtime>>();
  private model: Promise<ModelHost> | undefined;
  private readonly report = (message: ProgressMessage) => this.send(message);

  constructor(
    private readonly host: Host,
    private readonly send: Send,
  ) {}

  async receive(message: PageMessage): Promise<void> {
    if (message.type === 'init') await this.init(message);
    else if (message.type === 'run') await this.run(message);
    else this.send(await (await this.modelHost()).reply(message.id, message));
  }

  private async init({ warm }: InitMessage): Promise<void> {
    const began = performance.now();
    const runtime = await this.runtime(warm);
    await runtime.prepare(this.report);
    this.send({ type: 'ready', runtime: warm, ms: performance.now() - began });
    // So that the first run needn't wait for it.
    void this.host.line?.ready();
  }

  /** The runtimes that aren't needed at once come in their own files. */
  private runtime(name: RuntimeName): Promise<Runtime> {
    let runtime = this.runtimes.get(name);
    if (!runtime) {
      runtime = this.create(name);
      this.runtimes.set(name, runtime);
    }
    return runtime;
  }

  private async create(name: RuntimeName): Promise<Runtime> {
    switch (name) {
      case 'micropython':
        return new MicroPythonRuntime(this.host);
      case 'cpython':
        return new (await import('./cpython.ts')).CPythonRuntime(this.host);
      case 'javascript':
        return new (await import('./javascript/runtime.ts')).JavaScriptRuntime(this.host);
    }
  }

  /** Only the Model tab's worker holds a model. */
  private modelHost(): Promise<ModelHost> {
    this.model ??= import('./model/host.ts').then(({ ModelHost }) => new ModelHost(this.host));
    return this.model;
  }

  private async run(message: RunMessage): Promise<void> {
    const line = (await this.host.line?.ready()) ? this.host.line : undefined;
    await new Run(this.host, this.send, message, line, async (name) => {
      const runtime = await this.runtime(name);
      await runtime.prepare(this.report);
      return runtime;
    }).go();
  }
}

/** One run, from its message to `done`. */
class Run {
  private readonly began = performance.now();
  private readonly output: Output;
  private readonly records: boolean;
  private readonly telemetry: Telemetry;
  private readonly control: Control;
  private readonly fileNews: FileNews;
  private readonly sink: RunSink;
  private used: Runtime | undefined;
  private name: RuntimeName;

  constructor(
    host: Host,
    private readonly send: Send,
    private readonly message: RunMessage,
    line: ControlLine | undefined,
    private readonly runtime: (name: RuntimeName) => Promise<Runtime>,
  ) {
    const { language, runtime: choice } = message;
    this.name = choice !== 'auto' ? choice : language === 'python' ? 'micropython' : 'javascript';
    this.records = host.records;
    this.telemetry = new Telemetry(send, host.records, message.everyCall === true);
    this.control = new Control(
      send,
      line,
      () => this.sink.loops,
      () => {
        this.output.flush();
        this.telemetry.flush();
      },
    );
    this.fileNews = new FileNews(message.files, send);
    this.output = new Output(
      send,
      () => this.elapsed,
      () => this.sink.interrupt?.(),
    );
    this.sink = {
      started: (core) => {
        this.telemetry.follow(core);
        if (host.records) this.control.follow(core);
      },
      write: (text, stream) => this.output.write(text, stream),
      tick: () => {
        this.output.tick();
        this.telemetry.tick();
        this.fileNews.tick();
        this.control.tick();
      },
      fileChanged: (path, read) => this.fileNews.changed(path, read),
      interrupt: undefined,
      loops: undefined,
    };
  }

  async go(): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = await (this.name === 'javascript' ? this.on('javascript') : this.python());
    } catch (error) {
      // Not the snippet's fault: a runtime that couldn't be loaded, or a mistake of ours.
      const text = error instanceof Error ? error.message : String(error);
      const message = `${this.name} could not run: ${text}`;
      outcome = {
        files: this.message.files,
        error: { type: 'RuntimeError', message, traceback: message },
      };
    }
    if (this.output.full) outcome.error = TOO_MUCH;
    this.finish(outcome);
    if (!this.message.keep) this.used?.renew?.();
  }

  /** Milliseconds since the run began, without pauses. */
  private get elapsed(): number {
    return performance.now() - this.began - this.control.pausedMs;
  }

  private finish({ error, exitCode, files }: Outcome): void {
    this.output.flush();
    const core = this.used?.core();
    if (core) {
      this.telemetry.flush();
      this.control.finish();
    }
    if (this.records) {
      const variables = this.used?.variables?.() ?? [];
      if (variables.length > 0) this.send({ type: 'variables', variables });
    }
    this.fileNews.finish(files);
    const hint = error?.type === 'ModuleNotFoundError' ? absentHint(error.message) : undefined;
    if (hint) this.notice(hint);
    this.send({
      type: 'done',
      id: this.message.id,
      ok: !error && !exitCode,
      runtime: this.used?.name ?? this.name,
      ms: this.elapsed,
      firstOutputMs: this.output.firstMs,
      ...(error ? { error } : {}),
      ...(exitCode ? { exitCode } : {}),
    });
  }

  private async job(): Promise<Job> {
    const { source, filename, files, env, keep } = this.message;
    const decoder = new TextDecoder();
    const modules = Object.keys(files).filter((path) => path.endsWith('.py'));
    const library = await dataSets([source, ...modules.map((path) => decoder.decode(files[path]))]);
    return { source, filename, files, env, library, keep, sink: this.sink };
  }

  private async on(name: RuntimeName): Promise<Outcome> {
    this.name = name;
    this.used = await this.runtime(name);
    return this.used.run(await this.job());
  }

  private async python(): Promise<Outcome> {
    const source = new Source(this.message.source);
    const problem = syntaxProblem(source);
    if (problem?.certain) return this.failed(problem);
    if (this.message.runtime === 'auto') {
      const modules = Object.keys(this.message.files).flatMap(
        (path) => /^(\w+)\.py$/.exec(path)?.[1] ?? [],
      );
      const lack = needsCPython(source, { files: new Set(modules), names: microPythonNames });
      if (lack) return this.onCPython(lack);
    }
    const outcome = await this.on(this.name);
    if (problem && outcome.error?.type === 'SyntaxError') return this.failed(problem);
    if (!outcome.needs || this.name === 'cpython' || this.output.full) return outcome;
    if (this.message.runtime === 'auto' && !this.output.touched && !this.fileNews.any) {
      return this.onCPython(outcome.needs);
    }
    this.output.flush();
    this.notice(`MicroPython lacks ${outcome.needs}; CPython, in the menu of runtimes, has it.`);
    return outcome;
  }

  private onCPython(lack: string): Promise<Outcome> {
    this.notice(`Running on CPython: MicroPython lacks ${lack}.`);
    return this.on('cpython');
  }

  private notice(text: string): void {
    this.send({ type: 'notice', text });
  }

  private failed({ type, message, line, column }: SyntaxProblem): Outcome {
    const error = syntaxError(type, message, line, column, this.message);
    return { error, files: this.message.files };
  }
}
