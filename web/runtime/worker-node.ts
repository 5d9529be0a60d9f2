/** The worker under Node: the same session, with files from beside the bundle. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  workerData,
} from 'node:worker_threads';
import { coreFactory } from './host-core.ts';
import type { PageMessage } from './protocol.ts';
import type { ControlLine, Host } from './runtime.ts';
import { Session } from './session.ts';

const beside = (name: string) => new URL(`./${name}`, import.meta.url);
const bytes = async (name: string) => new Uint8Array(await readFile(beside(name)));

/** How tests speak to a run; Node can read a port at any time. */
function portLine(port: MessagePort): ControlLine {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  return {
    ready: async () => true,
    read: () => {
      const all = [];
      for (let at = receiveMessageOnPort(port); at; at = receiveMessageOnPort(port)) {
        all.push(at.message);
      }
      return all;
    },
    sleep: (ms) => void Atomics.wait(cell, 0, 0, ms),
  };
}

const host: Host = {
  // The command line has nothing to show them with; tests and benchmarks ask for them.
  records: workerData?.records === true,
  ...(workerData?.line ? { line: portLine(workerData.line) } : {}),
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
