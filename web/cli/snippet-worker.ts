/** A worker of the command line that runs one snippet after the other. */
import { Worker } from 'node:worker_threads';
import type { RunMessage, WorkerMessage } from '@runtime/protocol.ts';

export interface Ran {
  /** What went to stdout. */
  printed: string;
  /** The error's whole text, or that it took too long. */
  error?: string;
}

export class SnippetWorker {
  private worker: Worker | undefined;
  private id = 0;

  /**
   * @param limit milliseconds after which the run is ended
   * @param other is told of every message
   */
  run(
    request: Omit<RunMessage, 'type' | 'id'>,
    limit: number,
    other: (message: WorkerMessage) => void = () => {},
  ): Promise<Ran> {
    const id = ++this.id;
    const worker = this.start();
    let printed = '';
    return new Promise((resolve) => {
      const end = (error?: string) => {
        clearTimeout(timer);
        worker.off('message', hear);
        worker.off('error', broke);
        resolve(error === undefined ? { printed } : { printed, error });
      };
      const broke = (error: Error) => {
        this.end();
        end(`The runtime broke: ${error.message}`);
      };
      const hear = (message: WorkerMessage) => {
        other(message);
        if (message.type === 'stdout' && message.stream === 'stdout') printed += message.text;
        if (message.type !== 'done' || message.id !== id) return;
        const { error, exitCode } = message;
        end(error ? error.traceback : exitCode ? `it exits with code ${exitCode}` : undefined);
      };
      const timer = setTimeout(() => {
        this.end();
        end(`it takes longer than ${limit / 1000} s`);
      }, limit);
      worker.on('message', hear);
      worker.on('error', broke);
      worker.postMessage({ type: 'run', id, ...request });
    });
  }

  end(): void {
    void this.worker?.terminate();
    this.worker = undefined;
  }

  private start(): Worker {
    if (!this.worker) {
      this.worker = new Worker(new URL('./worker.mjs', import.meta.url));
      this.worker.postMessage({ type: 'init', warm: 'micropython' });
    }
    return this.worker;
  }
}
