/// <reference lib="webworker" />
/** The worker of a page. Everything it loads comes from the page's own folder. */
import coreUrl from '@core/gradbox_core.wasm?url';
import microPythonUrl from '@micropython/micropython-webassembly-pyscript/micropython.wasm?url';
import { coreFactory } from './host-core.ts';
import { withFetchProgress } from './progress.ts';
import type { PageMessage } from './protocol.ts';
import type { Host } from './runtime.ts';
import { Session } from './session.ts';

const self = globalThis as unknown as DedicatedWorkerGlobalScope;

let base = './';
const pyodideFolder = () => `${base}pyodide/`;

async function get(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response;
}

/** While it streams, where the server says what it is. */
async function compile(url: string): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compileStreaming(get(url));
  } catch {
    return WebAssembly.compile(await (await get(url)).arrayBuffer());
  }
}

const host: Host = {
  records: true,
  createCore: coreFactory(() => compile(coreUrl)),
  microPython: async () => new Uint8Array(await (await get(microPythonUrl)).arrayBuffer()),
  microPythonUrl: 'data:application/wasm,',
  pyodideFolder,
  importPyodide: () => import(/* @vite-ignore */ `${pyodideFolder()}pyodide.mjs`),
  dotenv: async () => (await get(`${pyodideFolder()}python_dotenv.json`)).json(),
  withProgress: withFetchProgress,
};

const session = new Session(host, (message) => self.postMessage(message));

self.onmessage = ({ data }: MessageEvent<PageMessage>) => {
  if (data.type === 'init') base = data.base;
  session.receive(data).catch((error) => {
    // The page shows it as the worker's failure.
    setTimeout(() => {
      throw error;
    });
  });
};
