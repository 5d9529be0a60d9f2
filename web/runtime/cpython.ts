/** Python on CPython (Pyodide), loaded when a snippet first needs it and kept warm after that. */
import { type Bridge, createBridge } from '@lib/bridge.ts';
import type { CoreModule } from '@lib/core-module.ts';
import { emptyHome, enterHome, put, readHome, watchHome } from './files.ts';
import { thrifty } from './lines.ts';
import type { FileSystem } from './micropython/load.ts';
import { Bytes } from './output.ts';
import type { ProgressMessage, RunError, VariableRecord } from './protocol.ts';
import runner from './python/cpython_run.py?raw';
import { loopPlaces, loopTables, trainingLoops } from './python/loops.ts';
import { Source } from './python/tree.ts';
import { HOME, type Host, type Job, type Outcome, type RunSink, type Runtime } from './runtime.ts';
import { torchSources } from './sources.ts';
import { Variables } from './variables.ts';

const LIBRARY = '/gradbox';
const TICK_HANDLES = 16;
/** Pyodide reads addresses beyond 2 GiB as negative numbers, and hands over garbled text. */
const MOST_BYTES = 2 ** 31;
/** Memory never shrinks: after a run that took more than this, the next one starts Python anew. */
const KEPT_BYTES = 2 ** 30;
const PAGE_BYTES = 65536;

interface Pyodide {
  _module: { memory: WebAssembly.Memory };
  FS: FileSystem & { rmdir(path: string): void };
  globals: { get(name: string): any };
  registerJsModule(name: string, module: object): void;
  unregisterJsModule(name: string): void;
  runPython(code: string, options?: { filename?: string }): any;
  setStdout(options: object): void;
  setStderr(options: object): void;
  setInterruptBuffer(buffer: Uint8Array): void;
}

/** What `run_snippet` gives, as JSON. */
interface Ending {
  type?: string;
  message?: string;
  traceback?: string;
  line?: number | null;
  column?: number | null;
  exit_code?: number;
}

export class CPythonRuntime implements Runtime {
  readonly name = 'cpython';
  readonly language = 'python';
  private loading: Promise<Pyodide> | undefined;
  private python: Pyodide | undefined;
  private bridge: Bridge | undefined;
  private registered = false;
  /** The run before was one to be kept. */
  private kept = false;
  private sink: RunSink | undefined;
  private readonly out = new Bytes((text) => this.sink?.write(text, 'stdout'));
  private readonly err = new Bytes((text) => this.sink?.write(text, 'stderr'));
  private readonly interrupt = new Uint8Array(1);

  constructor(private readonly host: Host) {}

  async prepare(report: (message: ProgressMessage) => void): Promise<void> {
    this.loading ??= this.host.withProgress('CPython', report, () => this.load());
    try {
      await this.loading;
    } catch (error) {
      // The next run may have more luck.
      this.loading = undefined;
      throw error;
    }
  }

  core(): CoreModule | undefined {
    return this.bridge?.core;
  }

  private async load(): Promise<Pyodide> {
    const [{ loadPyodide }, dotenv] = await Promise.all([
      this.host.importPyodide(),
      this.host.dotenv(),
    ]);
    const python = (await loadPyodide({
      indexURL: this.host.pyodideFolder(),
      convertNullToNone: true,
    })) as Pyodide;
    limitMemory(python._module.memory);
    for (const [path, text] of Object.entries({ ...dotenv, ...torchSources })) {
      put(python.FS, `${LIBRARY}/${path}`, text);
    }
    const writer = (bytes: Bytes) => ({
      isatty: false,
      write: (chunk: Uint8Array) => {
        for (const byte of chunk) bytes.byte(byte);
        bytes.flush();
        return chunk.length;
      },
    });
    python.setStdout(writer(this.out));
    python.setStderr(writer(this.err));
    python.setInterruptBuffer(this.interrupt);
    python.runPython(runner, { filename: `${LIBRARY}/cpython_run.py` });
    return python;
  }

  async run(job: Job): Promise<Outcome> {
    await this.prepare(() => {});
    const python = await this.loading!;
    this.python = python;
    const goesOn = job.keep === 'on' && this.kept;
    this.kept = job.keep !== undefined;
    const bridge = goesOn ? this.bridge! : await this.begin(python);
    const { core } = bridge;
    for (const [path, text] of Object.entries(job.library))
      put(python.FS, `${LIBRARY}/${path}`, text);
    enterHome(python.FS, job.files);
    const ownFile = this.showSource(python, job);
    const unwatch = watchHome(python.FS, (path, read) => job.sink.fileChanged(path, read));
    this.sink = job.sink;
    this.interrupt[0] = 0;
    job.sink.interrupt = () => {
      this.interrupt[0] = 2; // SIGINT
    };
    let handles = 0;
    bridge.onHandle = () => {
      if (++handles % TICK_HANDLES === 0) job.sink.tick();
    };
    job.sink.started(core);
    if (this.host.records) core.snippetLine = thrifty(python.globals.get('snippet_line'));
    const source = new Source(job.source);
    const loops = this.host.records ? trainingLoops(source) : [];
    let counted = '';
    let endLoops = () => {};
    if (loops.length > 0) {
      counted = JSON.stringify(loopPlaces(loops, source));
      const follow = python.globals.get('follow_loops');
      const state = follow(loopTables(loops)) as (() => string) & { destroy(): void };
      endLoops = () => state.destroy();
      job.sink.loops = { labels: loops.map(({ label }) => label), state };
    }
    let ending: Ending;
    try {
      const run = python.globals.get('run_snippet');
      ending = JSON.parse(
        run(job.source, job.filename, JSON.stringify(job.env), counted) as string,
      );
    } finally {
      this.out.flush();
      this.err.flush();
      this.sink = undefined;
      job.sink.interrupt = undefined;
      job.sink.loops = undefined;
      endLoops();
      bridge.onHandle = undefined;
      unwatch();
    }
    const files = readHome(python.FS);
    if (ownFile) delete files[job.filename];
    return {
      files,
      exitCode: ending.exit_code,
      ...(ending.type ? { error: toError(ending) } : {}),
    };
  }

  renew(): void {
    const size = this.python?._module.memory.buffer.byteLength ?? 0;
    if (size <= KEPT_BYTES || this.kept) return;
    this.loading = this.python = undefined;
    this.registered = false;
  }

  /** As if nothing had run before. */
  private async begin(python: Pyodide): Promise<Bridge> {
    const bridge = createBridge(await this.host.createCore(), { handles: 'int' });
    this.bridge = bridge;
    python.globals.get('forget')();
    if (this.registered) python.unregisterJsModule('_gradbox');
    this.registered = true;
    python.registerJsModule('_gradbox', bridge);
    try {
      emptyHome(python.FS);
    } catch {
      // The first run finds no such folder yet.
    }
    return bridge;
  }

  variables(): VariableRecord[] {
    const { bridge } = this;
    const tell = this.python?.globals.get('tell_variables');
    if (!bridge || !tell) return [];
    const list = new Variables(bridge.core);
    tell((name: string, type: string, handle: number, training: number) => {
      if (handle) list.tensor(name, type, bridge.id(handle));
      else list.module(name, type, training === 1);
    });
    return list.list;
  }

  /** Code that looks for itself, as `load_dotenv()` does, finds the snippet where it would be. */
  private showSource(python: Pyodide, { filename, files, source }: Job): boolean {
    if (filename in files || !/dotenv/.test(source)) return false;
    put(python.FS, `${HOME}/${filename}`, source);
    return true;
  }
}

/** Python gets a MemoryError where the memory would grow beyond what works. */
function limitMemory(memory: WebAssembly.Memory): void {
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * PAGE_BYTES > MOST_BYTES) {
      throw new RangeError(`more than ${MOST_BYTES} bytes`);
    }
    return grow(pages);
  };
}

function toError({ type, message, traceback, line, column }: Ending): RunError {
  const error: RunError = { type: type!, message: message ?? '', traceback: traceback ?? '' };
  if (line) error.line = line;
  if (column) error.column = column;
  return error;
}
