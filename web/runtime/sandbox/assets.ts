/** What a worker is made of, as it comes in from the frame. */
import type { ProgressMessage } from '../protocol.ts';
import {
  type AssetName,
  type Assets,
  CPYTHON_FILES,
  type CPythonFiles,
  type ToWorker,
} from './messages.ts';

type Waiting = { resolve: (value: never) => void; reject: (error: Error) => void };

export class AssetStore {
  private readonly values = new Map<AssetName, Promise<unknown>>();
  private readonly waiting = new Map<AssetName, Waiting>();
  private watch: ((loaded: number, total: number) => void) | undefined;

  /** @param ask tells the frame that CPython is wanted; the others come unasked. */
  constructor(private readonly ask: (name: 'cpython') => void) {}

  get<Name extends AssetName>(name: Name): Promise<Assets[Name]> {
    let value = this.values.get(name);
    if (!value) {
      value = new Promise((resolve, reject) => this.waiting.set(name, { resolve, reject }));
      value.catch(() => {});
      this.values.set(name, value);
      if (name === 'cpython') this.ask(name);
    }
    return value as Promise<Assets[Name]>;
  }

  receive(message: ToWorker): void {
    if (message.type === 'progress') {
      this.watch?.(message.loaded, message.total);
    } else if (message.type === 'asset' || message.type === 'missing') {
      if (message.name !== 'cpython') void this.get(message.name);
      const waiting = this.waiting.get(message.name);
      this.waiting.delete(message.name);
      if (message.type === 'asset') waiting?.resolve(message.value as never);
      else {
        this.values.delete(message.name);
        waiting?.reject(new Error(message.text));
      }
    }
  }

  /** Runs `work` and reports meanwhile how far its download has come. */
  async withProgress<T>(
    what: string,
    report: (message: ProgressMessage) => void,
    work: () => Promise<T>,
  ): Promise<T> {
    let last = { loaded: 0, total: 0 };
    const tell = () => report({ type: 'progress', what, ...last });
    this.watch = (loaded, total) => {
      last = { loaded, total };
      tell();
    };
    tell();
    try {
      return await work();
    } finally {
      this.watch = undefined;
      tell();
    }
  }
}

/** A module from the text of its file. */
async function importBytes(bytes: Uint8Array): Promise<any> {
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'text/javascript' });
  const url = URL.createObjectURL(blob);
  try {
    return await import(/* @vite-ignore */ url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Pyodide asks for its files at this address, which nobody has. */
export const PYODIDE_FOLDER = 'https://pyodide.invalid/';

/** `pyodide.mjs`, with a `loadPyodide` that finds everything in `files`. */
export async function pyodideFrom({ module, files }: CPythonFiles) {
  const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all([
    importBytes(files['pyodide.mjs']!),
    importBytes(files['pyodide.asm.mjs']!),
  ]);
  const lockFileContents = new TextDecoder().decode(files['pyodide-lock.json']!);
  return {
    loadPyodide: (options: object): Promise<any> =>
      answering(module, files, () =>
        loadPyodide({ ...options, createPyodideModule, lockFileContents }),
      ),
  };
}

/** While `work` runs, fetch finds `files`, and what is instantiated from a response is `module`. */
async function answering<T>(
  module: WebAssembly.Module,
  files: Record<string, Uint8Array>,
  work: () => Promise<T>,
): Promise<T> {
  const { fetch } = globalThis;
  const { instantiateStreaming } = WebAssembly;
  globalThis.fetch = async (input) => {
    const name = String(input).slice(PYODIDE_FOLDER.length);
    if (name === CPYTHON_FILES[0]) return new Response();
    const body = files[name];
    return body ? new Response(body as BodyInit) : new Response(null, { status: 404 });
  };
  WebAssembly.instantiateStreaming = async (_, imports) => ({
    module,
    instance: await WebAssembly.instantiate(module, imports),
  });
  try {
    return await work();
  } finally {
    globalThis.fetch = fetch;
    WebAssembly.instantiateStreaming = instantiateStreaming;
  }
}
