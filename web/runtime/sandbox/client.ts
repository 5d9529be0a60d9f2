/** A page's end of the sandbox: workers that look to it like workers of its own. */
import type { ControlMessage, PageMessage, WorkerMessage } from '../protocol.ts';
import { checkMessage } from './check.ts';
import type { FromHub, Greeting, ToHub } from './messages.ts';

/** Messages that a worker may send in a burst, and for each second after that. */
const BURST = 20_000;
const A_SECOND = 1000;

/** The connection to a hub: through the frame that shows `hub.html`, or a port that is served. */
export class Hub {
  private readonly workers = new Map<number, SandboxWorker>();
  private readonly port: Promise<MessagePort>;
  private count = 0;

  constructor(frame: HTMLIFrameElement | MessagePort) {
    if (frame instanceof MessagePort) {
      frame.onmessage = (event: MessageEvent<FromHub>) => this.receive(event.data);
      this.port = Promise.resolve(frame);
      return;
    }
    this.port = new Promise((resolve) => {
      const window = frame.contentWindow!;
      const origin = new URL(frame.src).origin;
      const hear = ({ source, data }: MessageEvent<Greeting | null>) => {
        if (source !== window || data?.gradbox !== 'ready') return;
        removeEventListener('message', hear);
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = (event: MessageEvent<FromHub>) => this.receive(event.data);
        const connect: Greeting = { gradbox: 'connect' };
        window.postMessage(connect, origin, [port2]);
        resolve(port1);
      };
      addEventListener('message', hear);
      // It may have been ready before we listened. Before it has loaded, nobody hears this.
      const hello: Greeting = { gradbox: 'hello' };
      window.postMessage(hello, '*');
    });
  }

  /** Has a worker started that will speak over `port`. */
  start(worker: SandboxWorker, port: MessagePort): number {
    const id = ++this.count;
    this.workers.set(id, worker);
    void this.send({ type: 'start', id }, [port]);
    return id;
  }

  control(id: number, message: ControlMessage): void {
    void this.send({ type: 'control', id, message });
  }

  end(id: number): void {
    this.workers.delete(id);
    void this.send({ type: 'end', id });
  }

  private async send(message: ToHub, transfer: Transferable[] = []): Promise<void> {
    (await this.port).postMessage(message, transfer);
  }

  private receive({ id, text }: FromHub): void {
    for (const [known, worker] of this.workers) {
      if (id === undefined || id === known) worker.fail(text);
    }
  }
}

/**
 * A worker inside the sandbox. What comes from it may come from a snippet, so messages that no
 * worker of ours sends, and floods of them, count as its failure.
 */
export class SandboxWorker {
  onmessage: ((message: WorkerMessage) => void) | null = null;
  onerror: ((text: string) => void) | null = null;
  private readonly port: MessagePort;
  private readonly id: number;
  private allowance = BURST;
  private last = performance.now();
  private over = false;

  constructor(private readonly hub: Hub) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    port1.onmessage = (event: MessageEvent<unknown>) => this.receive(event);
    // Where browsers tell: the worker closed itself.
    port1.addEventListener('close', () => setTimeout(() => this.fail('it ended by itself')));
    this.id = hub.start(this, port2);
  }

  postMessage(message: PageMessage): void {
    this.port.postMessage(message);
  }

  /** Heard even while the worker computes. */
  control(message: ControlMessage): void {
    if (!this.over) this.hub.control(this.id, message);
  }

  terminate(): void {
    if (this.over) return;
    this.over = true;
    this.port.close();
    this.hub.end(this.id);
  }

  fail(text: string): void {
    if (this.over) return;
    this.terminate();
    this.onerror?.(text);
  }

  private receive(event: MessageEvent<unknown>): void {
    if (this.over) return;
    const now = performance.now();
    this.allowance = Math.min(BURST, this.allowance + ((now - this.last) / 1000) * A_SECOND) - 1;
    this.last = now;
    if (this.allowance < 0) {
      this.fail('it flooded the page with messages');
      return;
    }
    const message = checkMessage(event.data);
    if (message) this.onmessage?.(message);
    else this.fail('it sent something that is no message of a runtime');
  }
}
