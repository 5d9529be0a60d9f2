/**
 * The worker's side of the page: one worker a session, killed by Stop and replaced at once, so that
 * the next Run never waits for the last one.
 */

import type { DoneMessage, RunMessage, WorkerMessage } from '@runtime/protocol';

export type SessionState = 'loading' | 'ready' | 'running' | 'failed';

export interface SessionEvents {
  /** Every message of the worker but `done`, while its run is the current one. */
  onMessage: (message: WorkerMessage) => void;
  onState: (state: SessionState) => void;
  onDone: (message: DoneMessage) => void;
  /** The worker itself broke: out of memory, or its script did not load. */
  onBroken: (text: string) => void;
}

export type RunRequest = Omit<RunMessage, 'type' | 'id'>;

export class Session {
  private worker: Worker | null = null;
  private runId = 0;
  private current: SessionState = 'loading';

  constructor(private readonly events: SessionEvents) {
    this.start();
  }

  get state(): SessionState {
    return this.current;
  }

  run(request: RunRequest): void {
    if (this.current === 'running') return;
    // A worker that broke before is replaced; the reader need not reload the page.
    if (!this.worker) this.start();
    this.runId += 1;
    this.setState('running');
    const message: RunMessage = { type: 'run', id: this.runId, ...request };
    this.worker?.postMessage(message);
  }

  /** Kill whatever runs and have a fresh worker ready. */
  stop(): void {
    this.discard();
    this.start();
  }

  private start(): void {
    const worker = new Worker(new URL('../runtime/worker.ts', import.meta.url), { type: 'module' });
    this.worker = worker;
    this.setState('loading');
    worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => this.receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.discard();
      this.setState('failed');
      this.events.onBroken(event.message || 'its script could not be loaded');
    };
    worker.postMessage({
      type: 'init',
      base: new URL('./', document.baseURI).href,
      warm: 'micropython',
    });
  }

  private discard(): void {
    if (!this.worker) return;
    this.worker.onmessage = null;
    this.worker.onerror = null;
    this.worker.terminate();
    this.worker = null;
  }

  private setState(state: SessionState): void {
    this.current = state;
    this.events.onState(state);
  }

  private receive(message: WorkerMessage): void {
    if (message.type === 'done') {
      if (message.id !== this.runId) return;
      this.setState('ready');
      this.events.onDone(message);
      return;
    }
    if (message.type === 'ready' && this.current === 'loading') this.setState('ready');
    this.events.onMessage(message);
  }
}
