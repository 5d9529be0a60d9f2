/**
 * The worker's side of the page: one worker a session, killed by Stop and replaced at once, so that
 * the next Run never waits for the last one. A worker serves one snippet: what another one left
 * behind, or changed in the worker's own globals, must not be met by the next.
 */

import type { ModelMessage } from '@runtime/model/messages';
import { MAX_CHARS, MAX_LINES } from '@runtime/output';
import type { ControlMessage, DoneMessage, RunMessage, WorkerMessage } from '@runtime/protocol';
import { type Hub, SandboxWorker } from '@runtime/sandbox/client';
import { formatDuration } from './dom';

export type SessionState = 'loading' | 'ready' | 'running' | 'failed';

export interface SessionEvents {
  /** Every message of the worker but `done`, while its run is the current one. */
  onMessage: (message: WorkerMessage) => void;
  onState: (state: SessionState) => void;
  onDone: (message: DoneMessage) => void;
  /** The worker itself broke: out of memory, or its script did not load. */
  onBroken: (text: string) => void;
  /** A run passed one of the limits and was ended. */
  onLimit: (text: string) => void;
}

export type RunRequest = Omit<RunMessage, 'type' | 'id'>;

/** Long enough for any training loop that someone watches. */
const TIME_LIMIT = 30 * 60_000;
/** The worker keeps to its own limits of output; one that a snippet has changed may not. */
const SLACK = 1.2;
/** Of one message's files. */
const FILES_LIMIT = 512 << 20;

/** Python reaches the worker's globals through these names. */
const TOUCHES_GLOBALS = /\b(?:js|jsffi|pyodide\w*|_gradbox|_gb_\w+|constructor)\b/;

export class Session {
  private worker: SandboxWorker | null = null;
  /** Waits to take the worker's place. */
  private spare: SandboxWorker | null = null;
  private runId = 0;
  private current: SessionState = 'loading';
  /** The worker has run something. */
  private used = false;
  /** The next run needs another worker. */
  private stale = false;
  private chars = 0;
  private lines = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Of the time limit: what is left, and since when it has been running down. */
  private left = 0;
  private since = 0;
  /** The reader asked for a pause. Only then does the clock stop: a snippet could claim one. */
  private pausing = false;
  /** Workers that have loaded; before that, a run has not begun. */
  private readonly loaded = new WeakSet<SandboxWorker>();

  constructor(
    private readonly hub: Hub,
    private readonly events: SessionEvents,
    /** Milliseconds that a run may take. */
    public timeLimit = TIME_LIMIT,
  ) {
    this.start();
  }

  get state(): SessionState {
    return this.current;
  }

  run(request: RunRequest): void {
    if (this.current === 'running') return;
    if (this.stale) this.replace();
    // A worker that broke before is replaced; the reader need not reload the page.
    if (!this.worker) this.start();
    this.runId += 1;
    this.used = true;
    // The cells of a notebook are one snippet, whatever they do to their worker.
    this.stale =
      !request.keep && (request.language === 'javascript' || TOUCHES_GLOBALS.test(request.source));
    this.chars = 0;
    this.lines = 0;
    this.pausing = false;
    this.left = this.timeLimit;
    this.setState('running');
    this.worker?.postMessage({ type: 'run', id: this.runId, ...request });
    if (this.worker && this.loaded.has(this.worker)) this.startClock();
  }

  /** Pause, resume, step, or set a learning rate of the run under way. */
  control(message: ControlMessage): void {
    if (this.current !== 'running' || !this.worker) return;
    this.worker.control(message);
    if (message.type === 'lr') return;
    this.pausing = message.type !== 'resume';
    // Until the worker says that it paused.
    this.startClock();
  }

  private startClock(): void {
    this.stopClock();
    this.since = performance.now();
    this.timer = setTimeout(() => {
      this.limit(`the run took longer than ${formatDuration(this.timeLimit)}`);
    }, this.left);
  }

  private stopClock(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.left -= performance.now() - this.since;
  }

  /** Ask for something that is no run; the reply is a message like any other. */
  send(message: ModelMessage): void {
    if (!this.worker) this.start();
    this.worker?.postMessage(message);
  }

  /** Kill whatever runs and have a fresh worker ready. */
  stop(): void {
    this.discard();
    this.start();
  }

  /** What runs next is another snippet. */
  leave(): void {
    if (!this.used || this.current === 'running') return;
    this.stale = true;
    this.spare ??= this.create();
  }

  /** The end of the session: nothing runs any more. */
  close(): void {
    this.discard();
    this.spare?.terminate();
    this.spare = null;
  }

  private start(): void {
    this.setState('loading');
    this.adopt(this.spare ?? this.create());
  }

  private create(): SandboxWorker {
    const worker = new SandboxWorker(this.hub);
    worker.onmessage = () => this.loaded.add(worker);
    worker.onerror = () => {
      if (this.spare === worker) this.spare = null;
    };
    worker.postMessage({ type: 'init', warm: 'micropython' });
    return worker;
  }

  private adopt(worker: SandboxWorker): void {
    this.worker = worker;
    this.spare = null;
    this.used = false;
    this.stale = false;
    worker.onmessage = (message) => this.receive(message);
    worker.onerror = (text) => {
      this.discard();
      this.setState('failed');
      this.events.onBroken(text);
    };
  }

  /** Puts the spare worker, or a new one, in the place of the one that ran. */
  private replace(): void {
    const next = this.spare ?? this.create();
    this.discard();
    this.adopt(next);
  }

  private limit(reason: string): void {
    this.stop();
    this.events.onLimit(reason);
  }

  private discard(): void {
    this.stopClock();
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
    switch (message.type) {
      case 'done':
        if (message.id !== this.runId || this.current !== 'running') return;
        this.stopClock();
        if (this.stale) this.spare ??= this.create();
        this.setState('ready');
        this.events.onDone(message);
        return;
      case 'ready':
        if (this.worker) this.loaded.add(this.worker);
        if (this.current === 'running') this.startClock();
        if (this.current !== 'loading') return;
        this.setState('ready');
        break;
      case 'training':
        if (message.paused && this.pausing) this.stopClock();
        break;
      case 'stdout':
        this.chars += message.text.length;
        for (const char of message.text) if (char === '\n') this.lines++;
        if (this.chars > MAX_CHARS * SLACK || this.lines > MAX_LINES * SLACK) {
          this.limit('the snippet printed more than the page can show');
          return;
        }
        break;
      case 'files': {
        const sizes = Object.values(message.changed).map((bytes) => bytes.length);
        if (sizes.reduce((sum, size) => sum + size, 0) > FILES_LIMIT) {
          this.limit(`the snippet wrote more than ${FILES_LIMIT >> 20} MB of files`);
          return;
        }
      }
    }
    this.events.onMessage(message);
  }
}
