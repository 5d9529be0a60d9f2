/**
 * The hub: a hidden page of our own origin inside a page that runs snippets. It fetches what
 * runtimes are made of, and keeps the sandboxed frame in which they run. It shows and stores
 * nothing, so any page may hold one; all that a page gains is a sandbox.
 */
import { FrameServer } from './frames.ts';
import { CPYTHON_FILES, type Greeting } from './messages.ts';
import { coreUrl, microPythonUrl, workerUrl } from './urls.ts';

const PROGRESS_MS = 60;
async function get(url: string): Promise<Response> {
  const response = await fetch(url).catch(() => {
    throw new Error(`${url} could not be loaded`);
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response;
}
const bytes = async (url: string) => (await get(url)).arrayBuffer();

/** Loads these files of a folder, and tells how many bytes have come so far. */
async function getAll(
  folder: string,
  names: readonly string[],
  report: (loaded: number, total: number) => void,
): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  let loaded = 0;
  let total = 0;
  let last = 0;
  const one = async (name: string): Promise<[string, Uint8Array<ArrayBuffer>]> => {
    const response = await get(folder + name);
    // Of compressed transfers the length is another one.
    if (!response.headers.get('Content-Encoding')) {
      total += Number(response.headers.get('Content-Length') ?? 0);
    }
    const counter = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        loaded += chunk.length;
        const now = performance.now();
        if (now - last > PROGRESS_MS) {
          last = now;
          report(loaded, Math.max(total, loaded));
        }
        controller.enqueue(chunk);
      },
    });
    const counted = new Response(response.body?.pipeThrough(counter));
    return [name, new Uint8Array(await counted.arrayBuffer())];
  };
  return Object.fromEntries(await Promise.all(names.map(one)));
}

const server = new FrameServer({
  script: async () => (await get(workerUrl)).text(),
  core: () => bytes(coreUrl),
  microPython: () => bytes(microPythonUrl),
  cpython: (report) => getAll(new URL('./pyodide/', document.baseURI).href, CPYTHON_FILES, report),
});

const ready: Greeting = { gradbox: 'ready' };
addEventListener('message', ({ source, data, ports }: MessageEvent<Greeting | null>) => {
  if (source !== parent) return;
  if (data?.gradbox === 'hello') parent.postMessage(ready, '*');
  else if (data?.gradbox === 'connect' && ports[0]) server.serve(ports[0]);
});
parent.postMessage(ready, '*');
