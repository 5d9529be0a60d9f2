/** Python on MicroPython: there at once, and good for most snippets. */
import { type Bridge, createBridge, type FrontHandle } from '@lib/bridge.ts';
import type { CoreModule } from '@lib/core-module.ts';
import { pythonError } from '../errors.ts';
import { enterHome, put, readHome, watchHome } from '../files.ts';
import { Bytes } from '../output.ts';
import type { VariableRecord } from '../protocol.ts';
import { loopTables, type TrainingLoop, trainingLoops } from '../python/loops.ts';
import { readSignatures, type Signatures } from '../python/signatures.ts';
import { transform } from '../python/transform.ts';
import { Source } from '../python/tree.ts';
import { inCPythonsWords } from '../python/words.ts';
import type { Host, Job, Outcome, RunSink, Runtime } from '../runtime.ts';
import { stdlibSources, torchSources } from '../sources.ts';
import { Variables } from '../variables.ts';
import { Collector } from './collector.ts';
import { formatModule } from './format.ts';
import { jsonModule } from './json-check.ts';
import { LineReader } from './lines.ts';
import { type Adapted, adaptModule, type MicroPython, startMicroPython } from './load.ts';
import { Mersenne } from './mersenne.ts';
import { missingOnMicroPython } from './missing.ts';
import { regexpModule } from './regexp.ts';
import { unicodeModule } from './text.ts';

const LIBRARY = '/gradbox';
/** Handles made between two collections; more tensors than that wait for none. */
const COLLECT_HANDLES = 2000;
/** A collection also comes due when live tensors have grown by this many bytes and by half. */
const COLLECT_BYTES = 32 << 20;
/** Handles between two looks at the clock. */
const TICK_HANDLES = 16;

/** Tells the full name of the class with this id(). */
const nameClass = (python: MicroPython) => (id: number, name: string) => {
  python.hooks?.classes.set(id, name);
  return 1;
};

/** An interpreter with everything imported, waiting for a snippet. */
interface Ready {
  python: MicroPython;
  collector: Collector;
  bridge: Bridge;
  random: Mersenne;
  /** Where the interpreter's output goes. */
  sink: { current: RunSink | undefined };
  out: Bytes;
  err: Bytes;
}

/** Seconds, never a whole number: JavaScript's whole numbers arrive as ints. */
const clock = () => performance.now() / 1000 + 1e-9;

interface Ending {
  failed?: { type: string; message: string; trace: string; hint?: string };
  exitCode?: number;
}

export class MicroPythonRuntime implements Runtime {
  readonly name = 'micropython';
  readonly language = 'python';
  private module: Promise<Adapted> | undefined;
  private next: Promise<Ready> | undefined;
  private current: Ready | undefined;
  /** The run before was one to be kept, so the next such one needs no other interpreter. */
  private kept = false;

  constructor(private readonly host: Host) {}

  async prepare(): Promise<void> {
    if (this.kept) return;
    this.next ??= this.start();
    await this.next;
  }

  core(): CoreModule | undefined {
    return this.current?.bridge.core;
  }

  private async start(): Promise<Ready> {
    this.module ??= this.host.microPython().then(adaptModule);
    const sink: Ready['sink'] = { current: undefined };
    const out = new Bytes((text) => sink.current?.write(text, 'stdout'));
    const err = new Bytes((text) => sink.current?.write(text, 'stderr'));
    const core = await this.host.createCore();
    const python = await startMicroPython(
      await this.module,
      this.host.microPythonUrl,
      (byte) => out.byte(byte[0]!),
      (byte) => err.byte(byte[0]!),
    );
    const bridge = createBridge(core, { handles: 'object' });
    bridge.watchProxies(python.proxies);
    const path = `${LIBRARY}/.exchange`;
    bridge.exchange = {
      path,
      write: (bytes) => put(python.FS, path, bytes),
      read: () => python.FS.readFile(path),
    };
    const random = new Mersenne();
    const name_class = nameClass(python);
    for (const [path, text] of Object.entries({ ...stdlibSources, ...torchSources })) {
      put(python.FS, `${LIBRARY}/${path}`, text);
    }
    python.registerJsModule('_gradbox', bridge);
    python.registerJsModule('_gb_random', random);
    python.registerJsModule('_gb_format', formatModule());
    python.registerJsModule('_gb_unicode', unicodeModule);
    python.registerJsModule('_gb_json', jsonModule);
    python.registerJsModule('_gb_re', regexpModule);
    python.registerJsModule('_gb_host', { clock, name_class, log1p: Math.log1p });
    python.runPython(
      `import sys; sys.path[:] = ["", "${LIBRARY}", ".frozen"]; import _gb_boot, _gb_math, _gb_sys; sys.modules["math"] = _gb_math; sys.modules["sys"] = _gb_sys`,
    );
    const collector = new Collector(python, stdlibSources['_gb_calibrate.py']!);
    if ('torch/__init__.py' in torchSources) python.runPython('import torch');
    return { python, collector, bridge, random, sink, out, err };
  }

  async run(job: Job): Promise<Outcome> {
    const goesOn = job.keep === 'on' && this.kept;
    this.kept = false;
    const ready = goesOn ? this.current! : await this.fresh();
    this.kept = job.keep !== undefined;
    const { python, sink } = ready;
    for (const [path, text] of Object.entries(job.library))
      put(python.FS, `${LIBRARY}/${path}`, text);
    enterHome(python.FS, job.files);
    const unwatch = watchHome(python.FS, (path, read) => job.sink.fileChanged(path, read));
    sink.current = job.sink;
    job.sink.interrupt = () => python.exports.mp_sched_keyboard_interrupt();
    job.sink.started(ready.bridge.core);
    watchPressure(ready, job.sink);
    const ending: Ending = {};
    speakAsCPython(ready, job);
    const source = new Source(job.source);
    const loops = this.host.records ? trainingLoops(source) : [];
    if (this.host.records) followLines(ready, job);
    if (loops.length > 0) followLoops(ready, job, loops);
    python.registerJsModule('_gb_host', {
      source: () => transform(source, loops),
      clock,
      log1p: Math.log1p,
      name_class: nameClass(python),
      /** What follows is told to us, in the interpreter's own words. */
      ended: () => {
        if (python.hooks) python.hooks.inCPythonsWords = (_, message) => message;
        return 1;
      },
      exited: (code: number) => {
        ending.exitCode = code;
        return 1;
      },
      failed: (type: string, message: string, trace: string, hint: string) => {
        ending.failed = { type, message, trace, hint };
        return 1;
      },
    });
    try {
      const env = JSON.stringify(JSON.stringify(job.env));
      python.runPython(`
import sys, os, json, _gb_boot, _gb_host
_gb_boot._gb_host = _gb_host
os.environ.update(json.loads(${env}))
sys.argv[:] = [${JSON.stringify(job.filename)}]
_gb_boot.run(${JSON.stringify(job.filename)}, ${goesOn ? 'True' : 'False'})
`);
    } catch (error) {
      ending.failed = broken(error);
      this.kept = false;
    } finally {
      ready.out.flush();
      ready.err.flush();
      sink.current = undefined;
      job.sink.interrupt = undefined;
      job.sink.loops = undefined;
      unwatch();
    }
    const outcome: Outcome = { files: readHome(python.FS), exitCode: ending.exitCode };
    if (ending.failed) {
      const { type, message, trace, hint } = ending.failed;
      outcome.error = pythonError(type, message, trace, job);
      outcome.error.traceback += hint ?? '';
      outcome.needs = missingOnMicroPython(outcome.error, message);
    }
    return outcome;
  }

  /** An interpreter that nothing has run on, in the place of the last one. */
  private async fresh(): Promise<Ready> {
    await this.prepare();
    const ready = await this.next!;
    this.next = undefined;
    this.current?.python.retire();
    this.current = ready;
    return ready;
  }

  variables(): VariableRecord[] {
    const { python, bridge } = this.current!;
    const list = new Variables(bridge.core);
    python.registerJsModule('_gb_variables', {
      add: (name: string, type: string, handle: FrontHandle, training: number) => {
        if (handle) list.tensor(name, type, bridge.id(handle));
        else list.module(name, type, training === 1);
        return 1;
      },
    });
    python.runPython(
      'import _gb_boot, _gb_variables, torch._variables as _v; _v.tell(_gb_boot.names, _gb_variables.add)',
    );
    return list.list;
  }

  /** Gets the next interpreter ready; to be called when nobody waits. */
  renew(): void {
    this.next ??= this.start();
    // A failure shows when the next run asks for it.
    this.next.catch(() => {});
  }
}

/** Lets nodes of the graph know the line that made them. */
function followLines({ python, bridge }: Ready, { filename }: Job): void {
  if (python.limits === 0) return;
  const frames = { memory: python.exports.memory, limits: python.limits };
  python.registerJsModule('_gb_lines', {
    // The name of a class is interned, and id() tells of an interned text its number.
    file: (id: number) => {
      const lines = new LineReader(frames, id >>> 3);
      bridge.core.snippetLine = () => lines.read();
      return 1;
    },
  });
  const name = JSON.stringify(filename);
  python.runPython(`import _gb_lines; _gb_lines.file(id(type(${name}, (), {}).__name__))`);
}

/** Lets the session know how far training loops have come. */
function followLoops({ python }: Ready, { sink }: Job, loops: TrainingLoop[]): void {
  python.registerJsModule('_gb_loops', {
    give: (state: () => string) => {
      sink.loops = { labels: loops.map(({ label }) => label), state };
      return 1;
    },
  });
  python.runPython(
    `import builtins, torch._loops as _l, _gb_loops; builtins._gb_loop = _l.loop; _l.start(${loopTables(loops)}); _gb_loops.give(_l.state)`,
  );
}

/** Messages that a snippet catches and prints are CPython's. */
function speakAsCPython({ python }: Ready, { source }: Job): void {
  if (!python.hooks) return;
  let read: Signatures | undefined;
  const signatures = () => {
    read ??= readSignatures(new Source(source));
    return read;
  };
  const lines = source.split('\n');
  python.hooks.inCPythonsWords = (type, message, number) =>
    inCPythonsWords(type, message, { signatures, line: lines[number - 1], lines, number }).message;
}

/** Collects, and lets the session send what has gathered, as tensors are made. */
function watchPressure({ collector, bridge, out, err }: Ready, sink: RunSink): void {
  const { core } = bridge;
  let handles = 0;
  let bytesAllowed = core._gb_live_bytes() + COLLECT_BYTES;
  bridge.onHandle = () => {
    handles++;
    if (handles % TICK_HANDLES === 0) {
      out.flush();
      err.flush();
      sink.tick();
    }
    const due = handles >= COLLECT_HANDLES || core._gb_live_bytes() > bytesAllowed;
    if (!due) return;
    if (collector.collect()) {
      handles = 0;
      bytesAllowed = core._gb_live_bytes() * 1.5 + COLLECT_BYTES;
    } else {
      // Not a good moment; look again soon, but not each time.
      handles = Math.max(0, COLLECT_HANDLES - 100);
      bytesAllowed = core._gb_live_bytes() + COLLECT_BYTES / 4;
    }
  };
}

/** JavaScript's own errors that came through the interpreter: it can't go on after them. */
function broken(error: unknown): Ending['failed'] {
  if (error instanceof RangeError) {
    return { type: 'RecursionError', message: 'maximum recursion depth exceeded', trace: '' };
  }
  const { type, message } = error as { type?: string; message?: string };
  if (type)
    return { type, message: message?.trim().split('\n').at(-1) ?? '', trace: message ?? '' };
  return { type: 'SystemError', message: `the interpreter broke: ${String(error)}`, trace: '' };
}
