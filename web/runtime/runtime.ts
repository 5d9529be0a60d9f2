/** The one interface that the three runtimes stand behind, and what they are given. */
import type { CoreModule } from '@lib/core-module.ts';
import type {
  ControlMessage,
  Language,
  ProgressMessage,
  RunError,
  RuntimeName,
  VariableRecord,
} from './protocol.ts';

/** What differs between a page's worker and Node's: where files come from. */
export interface Host {
  /** A fresh instance of the core. Called once a run, so nothing of a run outlives it. */
  createCore(): Promise<CoreModule>;
  /** Whether anybody looks at hook events. */
  records: boolean;
  /** The bytes of micropython.wasm. */
  microPython(): Promise<Uint8Array>;
  /** An address that MicroPython's glue may read without harm; what it reads isn't used. */
  microPythonUrl: string;
  /** The folder of Pyodide's files, with a slash at its end. */
  pyodideFolder(): string;
  /** Imports `pyodide.mjs` from that folder. */
  importPyodide(): Promise<{ loadPyodide(options: object): Promise<any> }>;
  /** python-dotenv's files, `{"dotenv/main.py": text}`. */
  dotenv(): Promise<Record<string, string>>;
  /** How the page is heard during a run; the command line says nothing. */
  line?: ControlLine;
  /** Reports the bytes of a load while `work` runs, where the host can know them. */
  withProgress<T>(
    what: string,
    report: (message: ProgressMessage) => void,
    work: () => Promise<T>,
  ): Promise<T>;
}

/** Hears the page while a computation leaves no time for events. */
export interface ControlLine {
  /** Whether it works, as soon as that is known. */
  ready(): Promise<boolean>;
  /** What has come since the last look. A look takes about a millisecond. */
  read(): ControlMessage[];
  sleep(ms: number): void;
}

/** What tells where a snippet is in its training loops. */
export interface LoopCounter {
  /** Each loop's variable. */
  labels: string[];
  /** See `state` in web/python/torch/_loops.py. */
  state(): string;
}

/** What a snippet may do to the world, collected by the session. */
export interface RunSink {
  /** The runtime is about to run the snippet on this core. */
  started(core: CoreModule): void;
  write(text: string, stream: 'stdout' | 'stderr'): void;
  /** To be called often while a snippet runs: sends what has gathered, at most every 50 ms. */
  tick(): void;
  /**
   * The snippet closed or removed this file (path relative to the working directory); `read` gives
   * what it holds at the time of the call, or undefined when it is gone.
   */
  fileChanged(path: string, read: () => Uint8Array | undefined): void;
  /** Asks the runtime to end the snippet; set by the runtime for the length of a run. */
  interrupt: (() => void) | undefined;
  /** Set by the runtime where a snippet has such loops. */
  loops: LoopCounter | undefined;
}

export interface Job {
  source: string;
  filename: string;
  files: Record<string, Uint8Array>;
  env: Record<string, string>;
  /** Files that this run needs in the folder of our Python packages. */
  library: Record<string, string>;
  /** As in a run's message. */
  keep: 'begin' | 'on' | undefined;
  sink: RunSink;
}

/** How a run ended. `files` is everything that then stood in the working directory. */
export interface Outcome {
  error?: RunError;
  /** `sys.exit(n)` and its like with n not 0: no error text, but not a success. */
  exitCode?: number;
  files: Record<string, Uint8Array>;
  /** The runtime can't do this and CPython can: the reason, as the end of a sentence. */
  needs?: string;
}

export interface Runtime {
  readonly name: RuntimeName;
  readonly language: Language;
  /** Has everything ready for a run; safe to call again. */
  prepare(report: (message: ProgressMessage) => void): Promise<void>;
  run(job: Job): Promise<Outcome>;
  /** Of the run under way or the last one: what it counted and recorded is read from here. */
  core(): CoreModule | undefined;
  /** What the variables of the run that has just ended hold. */
  variables?(): VariableRecord[];
  /** Gets ready for the next run; called when nobody waits. */
  renew?(): void;
}

/** The working directory of every snippet. */
export const HOME = '/session';
