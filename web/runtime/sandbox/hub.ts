/**
 * The hub: a hidden page of our own origin inside a page that runs snippets. It fetches what
 * runtimes are made of, and keeps the sandboxed frame in which they run. It shows and stores
 * nothing, so any page may hold one; all that a page gains is a sandbox.
 */
import coreUrl from '@core/gradbox_core.wasm?url';
import microPythonUrl from '@micropython/micropython-webassembly-pyscript/micropython.wasm?url';
import type { ControlMessage } from '../protocol.ts';
import workerUrl from '../worker.ts?worker&url';
import frameScript from './frame.js?raw';
import {
  type AssetName,
  CPYTHON_FILES,
  type FromFrame,
  type FromHub,
  type Greeting,
  type ToFrame,
  type ToHub,
} from './messages.ts';

/** `'sha256-...'` of the frame's script, by the build (web/vite.config.ts). */
declare const FRAME_HASH: string;

/**
 * No address is allowed for anything, and workers inherit that. Blobs are: they hold what the frame
 * or a worker has anyway, as its own script or Pyodide's.
 */
const POLICY = [
  "default-src 'none'",
  `script-src 'unsafe-eval' 'wasm-unsafe-eval' blob: ${FRAME_HASH}`,
  'worker-src blob:',
  // The addresses of signal.ts; they lead nowhere but into the frame's own memory.
  'connect-src blob:',
].join('; ');

const PROGRESS_MS = 60;
const PING_MS = 1500;
/** A frame whose process is gone never answers; one on a busy machine answers late. */
const PINGS_UNANSWERED = 4;

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
): Promise<Record<string, Uint8Array>> {
  let loaded = 0;
  let total = 0;
  let last = 0;
  const one = async (name: string): Promise<[string, Uint8Array]> => {
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

/** One sandboxed frame with its workers, until it breaks. */
class Frame {
  private readonly element = document.createElement('iframe');
  private readonly port: MessagePort;
  private readonly opened: Promise<void>;
  private readonly pinging: ReturnType<typeof setInterval>;
  private readonly loading = new Set<AssetName>();
  private unanswered = 0;
  private gone = false;

  constructor(
    private readonly onBroken: (id: number, text: string) => void,
    private readonly onGone: () => void,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    port1.onmessage = ({ data }: MessageEvent<FromFrame>) => this.receive(data);
    port1.addEventListener('close', () => this.lost());
    this.element.setAttribute('sandbox', 'allow-scripts');
    this.element.title = 'Sandbox';
    this.element.srcdoc =
      `<!doctype html><meta charset="utf-8">` +
      `<meta http-equiv="Content-Security-Policy" content="${POLICY}">` +
      `<script>${frameScript}</script>`;
    const script = get(workerUrl).then((response) => response.text());
    const loaded = new Promise<void>((resolve) => {
      this.element.onload = () => {
        // The frame has no origin that could be named.
        this.element.contentWindow!.postMessage('port', '*', [port2]);
        resolve();
      };
    });
    this.opened = Promise.all([script, loaded]).then(([text]) => {
      this.send({ type: 'script', text });
    });
    // Told to everyone who starts a worker.
    this.opened.catch(() => {});
    document.body.append(this.element);
    void this.load('core');
    void this.load('micropython');
    this.pinging = setInterval(() => this.ping(), PING_MS);
  }

  async start(id: number, port: MessagePort): Promise<void> {
    try {
      await this.opened;
      this.send({ type: 'start', id }, [port]);
    } catch (error) {
      this.onBroken(id, (error as Error).message);
      this.lost();
    }
  }

  end(id: number): void {
    this.later({ type: 'end', id });
  }

  control(id: number, message: ControlMessage): void {
    this.later({ type: 'control', id, message });
  }

  private later(message: ToFrame): void {
    void this.opened.then(
      () => this.send(message),
      () => {},
    );
  }

  private send(message: ToFrame, transfer: Transferable[] = []): void {
    this.port.postMessage(message, transfer);
  }

  private receive(message: FromFrame): void {
    this.unanswered = 0;
    if (message.type === 'want') void this.load(message.name);
    else if (message.type === 'broken') this.onBroken(message.id, message.text);
  }

  private async load(name: AssetName): Promise<void> {
    if (this.loading.has(name)) return;
    this.loading.add(name);
    try {
      if (name === 'core') {
        const wasm = await bytes(coreUrl);
        this.send({ type: 'asset', name, wasm }, [wasm]);
      } else if (name === 'micropython') {
        const file = new Uint8Array(await bytes(microPythonUrl));
        this.send({ type: 'asset', name, files: { 'micropython.wasm': file } }, [file.buffer]);
      } else {
        const folder = new URL('./pyodide/', document.baseURI).href;
        const files = await getAll(folder, CPYTHON_FILES, (loaded, total) =>
          this.send({ type: 'progress', loaded, total }),
        );
        const { [CPYTHON_FILES[0]]: wasm, ...rest } = files;
        const buffers = Object.values(files).map((file) => file.buffer as ArrayBuffer);
        this.send({ type: 'asset', name, wasm: wasm!.buffer as ArrayBuffer, files: rest }, buffers);
      }
    } catch (error) {
      // The next worker that asks may have more luck.
      this.loading.delete(name);
      this.send({ type: 'missing', name, text: (error as Error).message });
    }
  }

  private ping(): void {
    if (this.unanswered++ === PINGS_UNANSWERED) this.lost();
    else this.send({ type: 'ping' });
  }

  /** The browser ended the frame's process, which mostly means that memory ran out. */
  private lost(): void {
    if (this.gone) return;
    this.gone = true;
    clearInterval(this.pinging);
    this.port.close();
    this.element.remove();
    this.onGone();
  }
}

let frame: Frame | undefined;
/** Whose worker it is, by its number in the frame. */
const owners = new Map<number, { page: MessagePort; id: number }>();
let count = 0;

function tell(page: MessagePort, message: FromHub): void {
  page.postMessage(message);
}

function ensureFrame(): Frame {
  frame ??= new Frame(
    (worker, text) => {
      const owner = owners.get(worker);
      owners.delete(worker);
      if (owner) tell(owner.page, { type: 'broken', id: owner.id, text });
    },
    () => {
      frame = undefined;
      const lost = [...owners.values()];
      owners.clear();
      const text = 'it used more memory than the browser gives to a page';
      for (const { page, id } of lost) tell(page, { type: 'broken', id, text });
    },
  );
  return frame;
}

function serve(page: MessagePort): void {
  page.onmessage = ({ data, ports }: MessageEvent<ToHub>) => {
    if (data.type === 'start') {
      const worker = ++count;
      owners.set(worker, { page, id: data.id });
      void ensureFrame().start(worker, ports[0]!);
      return;
    }
    for (const [worker, owner] of owners) {
      if (owner.page !== page || owner.id !== data.id) continue;
      if (data.type === 'control') {
        frame?.control(worker, data.message);
      } else {
        owners.delete(worker);
        frame?.end(worker);
      }
    }
  };
}

const ready: Greeting = { gradbox: 'ready' };
addEventListener('message', ({ source, data, ports }: MessageEvent<Greeting | null>) => {
  if (source !== parent) return;
  if (data?.gradbox === 'hello') parent.postMessage(ready, '*');
  else if (data?.gradbox === 'connect' && ports[0]) serve(ports[0]);
});
ensureFrame();
parent.postMessage(ready, '*');
