/**
 * Keeps the sandboxed frame in which snippets run, and hands it what runtimes are made of. Where that
 * comes from is a Source's affair: the hub fetches it, a page that stands alone has it inside.
 */
import type { ControlMessage } from '../protocol.ts';
import frameScript from './frame.js?raw';
import type { AssetName, FromFrame, FromHub, ToFrame, ToHub } from './messages.ts';
import { CPYTHON_FILES } from './messages.ts';

/** `'sha256-...'` of the frame's script, by the build (web/vite.common.ts). */
declare const FRAME_HASH: string;

/** What it gives is given away. */
export interface Source {
  /** The worker's script. */
  script(): Promise<string>;
  core(): Promise<ArrayBuffer>;
  microPython(): Promise<ArrayBuffer>;
  /** All of CPYTHON_FILES. */
  cpython(
    report: (loaded: number, total: number) => void,
  ): Promise<Record<string, Uint8Array<ArrayBuffer>>>;
}

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

const PING_MS = 1500;
/** A frame whose process is gone never answers; one on a busy machine answers late. */
const PINGS_UNANSWERED = 4;

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
    private readonly source: Source,
    private readonly onBroken: (id: number, text: string) => void,
    private readonly onGone: () => void,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    port1.onmessage = ({ data }: MessageEvent<FromFrame>) => this.receive(data);
    port1.addEventListener('close', () => this.lost());
    this.element.setAttribute('sandbox', 'allow-scripts');
    this.element.title = 'Sandbox';
    this.element.hidden = true;
    this.element.srcdoc =
      `<!doctype html><meta charset="utf-8">` +
      `<meta http-equiv="Content-Security-Policy" content="${POLICY}">` +
      `<script>${frameScript}</script>`;
    const script = source.script();
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
        const wasm = await this.source.core();
        this.send({ type: 'asset', name, wasm }, [wasm]);
      } else if (name === 'micropython') {
        const file = new Uint8Array(await this.source.microPython());
        this.send({ type: 'asset', name, files: { 'micropython.wasm': file } }, [file.buffer]);
      } else {
        const files = await this.source.cpython((loaded, total) =>
          this.send({ type: 'progress', loaded, total }),
        );
        const { [CPYTHON_FILES[0]]: wasm, ...rest } = files;
        const buffers = Object.values(files).map((file) => file.buffer);
        this.send({ type: 'asset', name, wasm: wasm!.buffer, files: rest }, buffers);
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

/** The frame of a page, and the pages' ports that want workers in it. */
export class FrameServer {
  private frame: Frame | undefined;
  /** Whose worker it is, by its number in the frame. */
  private readonly owners = new Map<number, { page: MessagePort; id: number }>();
  private count = 0;

  constructor(private readonly source: Source) {
    this.ensureFrame();
  }

  /** Starts and ends workers for the page at the other end. */
  serve(page: MessagePort): void {
    page.onmessage = ({ data, ports }: MessageEvent<ToHub>) => {
      if (data.type === 'start') {
        const worker = ++this.count;
        this.owners.set(worker, { page, id: data.id });
        void this.ensureFrame().start(worker, ports[0]!);
        return;
      }
      for (const [worker, owner] of this.owners) {
        if (owner.page !== page || owner.id !== data.id) continue;
        if (data.type === 'control') {
          this.frame?.control(worker, data.message);
        } else {
          this.owners.delete(worker);
          this.frame?.end(worker);
        }
      }
    };
  }

  private ensureFrame(): Frame {
    this.frame ??= new Frame(
      this.source,
      (worker, text) => {
        const owner = this.owners.get(worker);
        this.owners.delete(worker);
        if (owner) tell(owner.page, { type: 'broken', id: owner.id, text });
      },
      () => {
        this.frame = undefined;
        const lost = [...this.owners.values()];
        this.owners.clear();
        const text = 'it used more memory than the browser gives to a page';
        for (const { page, id } of lost) tell(page, { type: 'broken', id, text });
      },
    );
    return this.frame;
  }
}

function tell(page: MessagePort, message: FromHub): void {
  page.postMessage(message);
}
