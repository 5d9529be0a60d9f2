/**
 * A fresh MicroPython. Each run gets one of its own, so nothing a snippet does outlives it; the
 * compiled module is shared, which keeps that at a few milliseconds.
 */
import { loadMicroPython } from '@micropython/micropython-webassembly-pyscript';
import { Hooks } from './hooks.ts';
import { hookFunctions, installHooks, orderDicts, type Slots } from './patch.ts';

/** What we use of the interpreter's C functions. */
export interface Exports {
  memory: WebAssembly.Memory;
  malloc(size: number): number;
  mp_js_init(pystack: number, heap: number): void;
  mp_sched_keyboard_interrupt(): void;
  emscripten_stack_get_current(): number;
  _emscripten_stack_restore(pointer: number): void;
  __indirect_function_table: WebAssembly.Table;
}

/** Emscripten's file system, as far as we use it. */
export interface FileSystem {
  mkdir(path: string): void;
  chdir(path: string): void;
  readdir(path: string): string[];
  readFile(path: string): Uint8Array;
  writeFile(path: string, data: Uint8Array | string): void;
  stat(path: string): { mode: number };
  isDir(mode: number): boolean;
  unlink(path: string): void;
  rename(from: string, to: string): void;
  close(stream: { path?: string; flags?: number }): unknown;
}

/** What `loadMicroPython` gives. */
export interface Interpreter {
  FS: FileSystem;
  globals: { get(name: string): any; set(name: string, value: unknown): void };
  registerJsModule(name: string, module: object): void;
  runPython(code: string): unknown;
}

export interface MicroPython extends Interpreter {
  exports: Exports;
  /** Top of the C stack; it grows down from here. */
  stackTop: number;
  /** JavaScript objects that Python refers to; an entry goes when Python's collector drops it. */
  proxies: Map<unknown, unknown>;
  /** Where the limits of its stacks stand, 0 when they were not found: see lines.ts. */
  limits: number;
  /** What prints as CPython prints; undefined with a build that couldn't be changed. */
  hooks: Hooks | undefined;
  /** To be called when the instance is given up: late finalizers must not reach its successor. */
  retire(): void;
}

const HEAP = 4 << 20;
/** Words for Python frames: enough for the recursion that the C stack allows. */
const PYSTACK = 1 << 17;
/** The C stack is ours: the 64 KB of the build end Python's recursion at a depth of 190. */
const STACK = 512 << 10;
/** Lets simple functions recurse about 950 deep, near CPython's limit and well below the engine's. */
const STACK_LIMIT = 160 << 10;
const BUILD_STACK_LIMIT = 32 << 10;

/** The interpreter's module with our changes; `slots` if it calls our hooks. */
export interface Adapted {
  module: WebAssembly.Module;
  slots: Slots | undefined;
}

export async function adaptModule(wasm: Uint8Array): Promise<Adapted> {
  const ordered = orderDicts(wasm);
  const hooked = hookFunctions(ordered);
  return { module: await WebAssembly.compile(hooked?.bytes ?? ordered), slots: hooked?.slots };
}

/** Moves the C stack into a block of its own before the interpreter measures it. */
function withLargeStack(exports: Exports, startHeap: (pystack: number, heap: number) => void) {
  let top = 0;
  let limits = 0;
  return {
    top: () => top,
    limits: () => limits,
    init(pystack: number, heap: number): void {
      const block = exports.malloc(STACK);
      exports._emscripten_stack_restore((block + STACK) & ~15);
      startHeap(pystack, heap);
      top = exports.emscripten_stack_get_current();
      limits = raiseLimit(exports, top);
    },
  };
}

/**
 * The interpreter keeps the stack's top and, in the next word, how much of it may be used. Gives the
 * address of that word, or 0.
 */
function raiseLimit(exports: Exports, top: number): number {
  const words = new Int32Array(exports.memory.buffer);
  let found = -1;
  for (
    let i = words.indexOf(BUILD_STACK_LIMIT);
    i > 0;
    i = words.indexOf(BUILD_STACK_LIMIT, i + 1)
  ) {
    const before = words[i - 1]!;
    if (before > top || before < top - 256) continue;
    if (found >= 0) return 0;
    found = i;
  }
  if (found < 0) return 0;
  words[found] = STACK_LIMIT;
  return found << 2;
}

/**
 * The glue asks the table for a function at every call that may raise, and asking WebAssembly is
 * slow. It only reads, and the entries stay what they are.
 */
function fastTable(table: WebAssembly.Table): { get(index: number): unknown } {
  const known: unknown[] = [];
  return {
    get(index) {
      let entry = known[index];
      if (entry === undefined) {
        entry = table.get(index);
        known[index] = entry;
      }
      return entry;
    },
  };
}

interface PythonGlobals {
  proxy_js_ref_map: Map<unknown, unknown>;
}

/** @param url where the glue may look for the file; its answer is not used. */
export async function startMicroPython(
  { module, slots }: Adapted,
  url: string,
  write: (byte: Uint8Array) => void,
  writeError: (byte: Uint8Array) => void,
): Promise<MicroPython> {
  let exports: Exports | undefined;
  let stackTop = () => 0;
  let limits = () => 0;
  let hooks: Hooks | undefined;
  let alive = true;

  // The glue takes neither a compiled module nor gives its exports away, so it meets these here.
  const { instantiate, instantiateStreaming } = WebAssembly;
  const Registry = globalThis.FinalizationRegistry;
  const ours = (imports: any) => imports?.env?.mp_js_ticks_ms !== undefined;
  const instance = async (imports: WebAssembly.Imports) => {
    const made = await instantiate(module, imports);
    exports = made.exports as unknown as Exports;
    if (slots) {
      hooks = new Hooks(exports, slots);
      installHooks(exports.__indirect_function_table, slots, hooks.work);
    }
    const init = exports.mp_js_init;
    const stack = withLargeStack(exports, init);
    stackTop = stack.top;
    limits = stack.limits;
    const changed = {
      ...made.exports,
      mp_js_init: stack.init,
      __indirect_function_table: fastTable(exports.__indirect_function_table),
    };
    return { module, instance: { exports: changed } };
  };
  const globals = globalThis as any;
  globals.WebAssembly.instantiate = (source: any, imports: any) =>
    ours(imports) ? instance(imports) : instantiate(source, imports);
  globals.WebAssembly.instantiateStreaming = (source: any, imports: any) => {
    if (!ours(imports)) return instantiateStreaming(source, imports);
    Promise.resolve(source).catch(() => {});
    return instance(imports);
  };
  // Proxies of a retired instance are finalized at any time later, by the number of an object that
  // by then belongs to another instance.
  globals.FinalizationRegistry = class extends Registry<unknown> {
    constructor(cleanup: (held: unknown) => void) {
      super((held) => {
        if (alive) cleanup(held);
      });
    }
  };
  try {
    const interpreter = (await loadMicroPython({
      url,
      heapsize: HEAP,
      pystack: PYSTACK,
      linebuffer: false,
      stdout: write,
      stderr: writeError,
    })) as Interpreter;
    return Object.assign(interpreter, {
      exports: exports!,
      stackTop: stackTop(),
      limits: limits(),
      hooks,
      proxies: (globalThis as unknown as PythonGlobals).proxy_js_ref_map,
      retire: () => {
        alive = false;
      },
    });
  } finally {
    WebAssembly.instantiate = instantiate;
    WebAssembly.instantiateStreaming = instantiateStreaming;
    globalThis.FinalizationRegistry = Registry;
  }
}
