/** The worker under Node: the same session, with files from beside the bundle. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { coreFactory } from './host-core.ts';
import type { PageMessage } from './protocol.ts';
import type { Host } from './runtime.ts';
import { Session } from './session.ts';

const beside = (name: string) => new URL(`./${name}`, import.meta.url);
const bytes = async (name: string) => new Uint8Array(await readFile(beside(name)));

const host: Host = {
  // The command line has nothing to show them with; tests and benchmarks ask for them.
  records: workerData?.records === true,
  createCore: coreFactory(async () => WebAssembly.compile(await bytes('gradbox_core.wasm'))),
  microPython: () => bytes('micropython.wasm'),
  microPythonUrl: fileURLToPath(beside('micropython.wasm')),
  pyodideFolder: () => fileURLToPath(beside('pyodide/')),
  importPyodide: () =>
    import(/* @vite-ignore */ pathToFileURL(fileURLToPath(beside('pyodide/pyodide.mjs'))).href),
  dotenv: async () => JSON.parse(await readFile(beside('pyodide/python_dotenv.json'), 'utf8')),
  withProgress: (what, report, work) => {
    report({ type: 'progress', what, loaded: 0, total: 0 });
    return work();
  },
};

const session = new Session(host, (message) => parentPort!.postMessage(message));
parentPort!.on('message', (message: PageMessage) => session.receive(message));
