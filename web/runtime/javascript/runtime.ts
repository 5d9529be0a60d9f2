/** JavaScript snippets, on the library itself. */
import type { CoreModule } from '@lib/core-module.ts';
import * as library from '@lib/index.ts';
import { around } from '../around.ts';
import { thrifty } from '../lines.ts';
import type { RunError, VariableRecord } from '../protocol.ts';
import type { Host, Job, Outcome, RunSink, Runtime } from '../runtime.ts';
import { Variables } from '../variables.ts';
import { countLoops, LoopStack, trainingLoops } from './loops.ts';
import { show } from './show.ts';
import { findSyntaxError, toFunctionBody } from './source.ts';

const AsyncFunction = (async () => {}).constructor as new (
  ...parts: string[]
) => (...values: unknown[]) => Promise<unknown>;

/** Tensors of an array that are listed. */
const MOST_ITEMS = 16;

/** Lines that the engine puts before a function's body. */
const HEADER_LINES = 2;

export class JavaScriptRuntime implements Runtime {
  readonly name = 'javascript';
  readonly language = 'javascript';
  private current: CoreModule | undefined;
  private kept: VariableRecord[] = [];

  constructor(private readonly host: Host) {}

  async prepare(): Promise<void> {}

  core(): CoreModule | undefined {
    return this.current;
  }

  variables(): VariableRecord[] {
    return this.kept;
  }

  /** Called at the end of a snippet with its variables, each as a function: some may not be set. */
  private keepVariables(core: CoreModule, all: Record<string, () => unknown>): void {
    if (!this.host.records) return;
    const list = new Variables(core);
    for (const [name, read] of Object.entries(all)) describe(list, name, read());
    this.kept = list.list;
  }

  async run(job: Job): Promise<Outcome> {
    const core = await this.host.createCore();
    this.current = core;
    this.kept = [];
    reportWhileComputing(core, job.sink);
    await library.load({ core });
    job.sink.started(core);
    if (this.host.records) core.snippetLine = lineReader(job);
    const problem = findSyntaxError(job.source);
    if (problem) {
      const { line, column } = problem;
      const traceback = `  at ${job.filename}:${line}:${column}\nSyntaxError: ${problem.message}`;
      const error = { type: 'SyntaxError', message: problem.message, traceback, line, column };
      return { error, files: job.files };
    }
    const names = {
      ...scope(job.sink),
      _gb_variables: (all: Record<string, () => unknown>) => this.keepVariables(core, all),
    };
    const loops = this.host.records ? trainingLoops(job.source) : [];
    const counter = new LoopStack(loops);
    Object.assign(names, {
      _gb_loop: (k: number, done: number, total: number) => counter.at(k, done, total),
    });
    if (loops.length > 0) job.sink.loops = counter;
    const source = countLoops(job.source, loops, '_gb_loop');
    const stop = new Stop();
    job.sink.interrupt = () => {
      throw stop;
    };
    try {
      const body = `${toFunctionBody(source, '_gb_variables')}\n//# sourceURL=${job.filename}`;
      await new AsyncFunction(...Object.keys(names), body)(...Object.values(names));
      return { files: job.files };
    } catch (error) {
      if (error === stop) return { files: job.files };
      return { error: toError(error, job), files: job.files };
    } finally {
      job.sink.interrupt = undefined;
      job.sink.loops = undefined;
    }
  }
}

/** `{a: 1}`, not the instance of a class. */
const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A tensor; a module with its parameters and buffers; what an array or a plain object holds. */
function describe(list: Variables, name: string, value: unknown, inside = false): void {
  const { Tensor, nn } = library;
  if (value instanceof Tensor) {
    if (value.handle > 0) list.tensor(name, value.constructor.name, value.handle);
  } else if (value instanceof nn.Module) {
    list.module(name, value.constructor.name, value.training);
    for (const [part, tensor] of [...value.named_parameters(), ...value.named_buffers()]) {
      describe(list, `${name}.${part}`, tensor);
    }
  } else if (inside) {
    return;
  } else if (Array.isArray(value)) {
    value.slice(0, MOST_ITEMS).forEach((item, i) => {
      describe(list, `${name}[${i}]`, item, true);
    });
  } else if (isPlain(value)) {
    for (const [key, item] of Object.entries(value).slice(0, MOST_ITEMS)) {
      describe(list, `${name}.${key}`, item, true);
    }
  }
}

/** What V8 knows of a call, before it is made a text. */
interface CallSite {
  getScriptNameOrSourceURL(): string | null;
  getLineNumber(): number | null;
}

/** Finds the snippet in the engine's stack. */
function lineReader({ filename }: Job): () => number {
  const place = placeIn(filename);
  const engine = Error as ErrorConstructor & {
    prepareStackTrace?: ((error: Error, sites: CallSite[]) => unknown) | undefined;
  };
  return thrifty(() => {
    const { stackTraceLimit, prepareStackTrace } = engine;
    engine.stackTraceLimit = 40;
    // Most of what a stack costs is its text. Other engines than V8 give it all the same.
    engine.prepareStackTrace = (_, sites) => sites;
    const stack: unknown = new Error().stack;
    engine.stackTraceLimit = stackTraceLimit;
    engine.prepareStackTrace = prepareStackTrace;
    if (Array.isArray(stack)) {
      const site = (stack as CallSite[]).find((at) => at.getScriptNameOrSourceURL() === filename);
      return site ? (site.getLineNumber() ?? 0) - HEADER_LINES : 0;
    }
    const match = place.exec(typeof stack === 'string' ? stack : '');
    return match ? Number(match[1]) - HEADER_LINES : 0;
  });
}

const placeIn = (filename: string) =>
  new RegExp(`${filename.replace(/\W/g, '\\$&')}:(\\d+):(\\d+)`);

/** Thrown through the snippet to end it. */
class Stop extends Error {}

/** A loop gives no timer a chance: what has gathered is sent when the core is called. */
function reportWhileComputing(core: CoreModule, sink: RunSink): void {
  around(core, '_gb_backward', (backward) => (...args) => {
    const answer = backward(...args);
    sink.tick();
    return answer;
  });
}

function scope(sink: RunSink): Record<string, unknown> {
  const { torch, nn, optim, autograd, F } = library;
  const module = { ...library, default: torch };
  const print =
    (stream: 'stdout' | 'stderr') =>
    (...values: unknown[]) =>
      sink.write(`${values.map((value) => show(value)).join(' ')}\n`, stream);
  const out = print('stdout');
  const err = print('stderr');
  const began = new Map<string, number>();
  const time = (label = 'default') => began.set(label, performance.now());
  const timeEnd = (label = 'default') => {
    const ms = performance.now() - (began.get(label) ?? performance.now());
    out(`${label}: ${ms.toFixed(3)} ms`);
  };
  return {
    torch,
    nn,
    optim,
    autograd,
    F,
    console: { log: out, info: out, debug: out, warn: err, error: err, table: out, time, timeEnd },
    _gb_import: (name: string) => importModule(name, module),
  };
}

function importModule(name: string, module: Record<string, unknown>): unknown {
  const parts: Record<string, unknown> = {
    gradbox: module,
    torch: module,
    'torch/nn': { ...library.nn, default: library.nn },
    'torch/optim': { ...library.optim, default: library.optim },
  };
  if (name in parts) return parts[name];
  throw new Error(`Cannot find module '${name}': snippets can import 'gradbox'`);
}

/** The engine's stack as far as it lies in the snippet, with the snippet's own line numbers. */
function toError(thrown: unknown, { filename }: Job): RunError {
  if (!(thrown instanceof Error)) {
    const message = show(thrown);
    return { type: 'Uncaught', message, traceback: `Uncaught ${message}` };
  }
  const frames: string[] = [];
  let first: { line: number; column: number } | undefined;
  const place = placeIn(filename);
  for (const text of (thrown.stack ?? '').split('\n')) {
    const match = place.exec(text);
    if (!match) continue;
    const line = Number(match[1]) - HEADER_LINES;
    const column = Number(match[2]);
    first ??= { line, column };
    const name =
      /^\s*at (?:async )?([\w.$<> ]+) \(/.exec(text)?.[1] ?? /^([\w.$]+)@/.exec(text)?.[1];
    const inside = name && !/eval|anonymous/.test(name) ? `${name} (` : '';
    frames.push(`    at ${inside}${filename}:${line}:${column}${inside ? ')' : ''}`);
  }
  const type = thrown.name || 'Error';
  const message = thrown.message;
  const traceback = [message ? `${type}: ${message}` : type, ...frames].join('\n');
  return { type, message, traceback, ...(first ?? {}) };
}
