/**
 * What runs the cells: one session, one cell after the other. With the runtime left open it starts on
 * MicroPython; when a cell needs CPython, the cells that ran before are run again there, for their names.
 */
import { Session } from '@page/session';
import type { DoneMessage, RuntimeChoice, RuntimeName, WorkerMessage } from '@runtime/protocol';
import type { Hub } from '@runtime/sandbox/client';

export interface Job {
  source: string;
  filename: string;
  /** It is about to run; perhaps once more. */
  onStart(): void;
  onMessage(message: WorkerMessage): void;
}

/** How a job ended: the worker's word, or why there is none. */
export type End = DoneMessage | { ended: string };

export class Kernel {
  readonly files: Record<string, Uint8Array> = {};
  private readonly session: Session;
  private choice: RuntimeChoice = 'auto';
  private used: RuntimeName | undefined;
  private history: Job[] = [];
  private last: Promise<unknown> = Promise.resolve();
  private running: { job: Job; settle: (end: End) => void } | undefined;
  /** Jobs that were asked for before this many restarts aren't run any more. */
  private era = 0;

  constructor(hub: Hub, onReady: () => void) {
    const end = (text: string) => {
      this.forget();
      this.running?.settle({ ended: text });
    };
    this.session = new Session(hub, {
      onMessage: (message) => this.receive(message),
      onState: (state) => {
        if (state === 'ready') onReady();
      },
      onDone: (message) => this.running?.settle(message),
      onBroken: (text) => end(`The runtime broke: ${text}. Variables are lost.`),
      onLimit: (reason) => end(`Stopped: ${reason}. Variables are lost.`),
    });
  }

  /** Takes effect with what runs next, in a new session. */
  set runtime(choice: RuntimeChoice) {
    if (choice !== this.choice) this.restart();
    this.choice = choice;
  }

  /** The runtime of the session, once it is known. */
  get current(): RuntimeName | undefined {
    return this.used;
  }

  /** Runs it when those before it have ended; undefined when it was called off before. */
  run(job: Job): Promise<End | undefined> {
    const { era } = this;
    const turn = this.last.then(() => (era === this.era ? this.turn(job, era) : undefined));
    this.last = turn;
    return turn;
  }

  /** Ends what runs; names and files of the session are gone. */
  restart(): void {
    const { running } = this;
    this.forget();
    this.session.stop();
    running?.settle({ ended: 'Stopped. Variables are lost.' });
  }

  private forget(): void {
    this.era++;
    this.history = [];
    this.used = undefined;
  }

  private async turn(job: Job, era: number): Promise<End | undefined> {
    let end = await this.exec(job, this.used === 'cpython' ? 'cpython' : this.choice);
    const moved = this.used === 'micropython' && 'runtime' in end && end.runtime === 'cpython';
    if (moved && era === this.era) {
      const before = this.history;
      this.history = [];
      for (const earlier of before) {
        const again = await this.exec(earlier, 'cpython');
        if (!('ok' in again) || era !== this.era) return again;
        this.history.push(earlier);
      }
      end = await this.exec(job, 'cpython');
    }
    if ('runtime' in end && era === this.era) {
      this.used = end.runtime;
      this.history.push(job);
    }
    return end;
  }

  private exec(job: Job, runtime: RuntimeChoice): Promise<End> {
    job.onStart();
    return new Promise((resolve) => {
      this.running = {
        job,
        settle: (end) => {
          this.running = undefined;
          resolve(end);
        },
      };
      this.session.run({
        source: job.source,
        runtime,
        language: 'python',
        filename: job.filename,
        files: this.files,
        env: {},
        keep: this.history.length === 0 ? 'begin' : 'on',
      });
    });
  }

  private receive(message: WorkerMessage): void {
    if (message.type === 'files') {
      Object.assign(this.files, message.changed);
      for (const path of message.deleted) delete this.files[path];
    }
    this.running?.job.onMessage(message);
  }
}
