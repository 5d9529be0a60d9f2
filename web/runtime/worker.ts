/// <reference lib="webworker" />
/**
 * The worker of a page. It stands in a sandboxed frame that has no origin and no network, so
 * everything it is made of is handed in by the frame; it answers to the page over a port.
 */
import { coreFactory } from './host-core.ts';
import type { PageMessage } from './protocol.ts';
import type { Host } from './runtime.ts';
import { AssetStore, PYODIDE_FOLDER, pyodideFrom } from './sandbox/assets.ts';
import { lockDown } from './sandbox/lockdown.ts';
import type { FromWorker, ToWorker } from './sandbox/messages.ts';
import { Signal } from './sandbox/signal.ts';
import { Session } from './session.ts';

const self = globalThis as unknown as DedicatedWorkerGlobalScope;

// Taken before any snippet can replace it.
const ask = self.postMessage.bind(self) as (message: FromWorker) => void;
const signal = new Signal(ask);
const assets = new AssetStore(ask);

const host: Host = {
  records: true,
  createCore: coreFactory(() => assets.get('core')),
  microPython: () => assets.get('micropython'),
  microPythonUrl: 'data:application/wasm,',
  pyodideFolder: () => PYODIDE_FOLDER,
  importPyodide: async () => pyodideFrom(await assets.get('cpython')),
  dotenv: async () => {
    const { files } = await assets.get('cpython');
    return JSON.parse(new TextDecoder().decode(files['python_dotenv.json']!));
  },
  line: signal,
  withProgress: (what, report, work) => assets.withProgress(what, report, work),
};

lockDown(self);

self.addEventListener('message', ({ data, ports }: MessageEvent<ToWorker>) => {
  const [port] = ports;
  if (data.type === 'open' && port) serve(port);
  else if (data.type === 'tape') signal.receive(data.tape);
  else assets.receive(data);
});

function serve(port: MessagePort): void {
  const send = port.postMessage.bind(port) as (message: unknown) => void;
  const session = new Session(host, send);
  port.onmessage = ({ data }: MessageEvent<PageMessage>) => {
    session.receive(data).catch((error) => {
      // The page shows it as the worker's failure.
      setTimeout(() => {
        throw error;
      });
    });
  };
}
