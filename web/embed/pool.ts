/**
 * The workers of a page's boxes: all share one hub, and with it one compiled core, and as many
 * sessions as there are boxes running at a time, up to a limit; the others wait for their turn.
 */
import type { RunRequest } from '@page/session';
import { Session } from '@page/session';
import type { ControlMessage, DoneMessage, WorkerMessage } from '@runtime/protocol';
import { Hub } from '@runtime/sandbox/client';

const MOST = 2;

/** Who wants to run something. */
export interface Client {
  readonly timeLimit: number;
  onMessage(message: WorkerMessage): void;
  onDone(message: DoneMessage): void;
  /** The run ended otherwise: broken, or over a limit. */
  onEnded(text: string): void;
}

interface Slot {
  session: Session;
  client: Client | undefined;
  last: Client | undefined;
}

export class Pool {
  private readonly hub: Hub;
  private readonly slots: Slot[] = [];
  private readonly waiting: { client: Client; request: RunRequest }[] = [];

  /** @param hub of a page that has one of its own */
  constructor(base: string, hub?: Hub) {
    this.hub = hub ?? Pool.hubAt(base);
    this.add();
  }

  private static hubAt(base: string): Hub {
    const frame = document.createElement('iframe');
    frame.src = `${base}hub.html`;
    frame.title = 'Runs snippets';
    frame.hidden = true;
    frame.style.display = 'none';
    document.body.append(frame);
    return new Hub(frame);
  }

  /** Runs it now, or when a worker is free; says which. */
  run(client: Client, request: RunRequest): 'now' | 'later' {
    const slot =
      this.slots.find((slot) => !slot.client && slot.last === client) ??
      this.slots.find((slot) => !slot.client) ??
      (this.slots.length < MOST ? this.add() : undefined);
    if (!slot) {
      this.waiting.push({ client, request });
      return 'later';
    }
    // What another box's code left in the worker must not be met by this one's.
    if (slot.last && slot.last !== client) slot.session.leave();
    slot.client = client;
    slot.last = client;
    slot.session.timeLimit = client.timeLimit;
    slot.session.run(request);
    return 'now';
  }

  stop(client: Client): void {
    const at = this.waiting.findIndex((entry) => entry.client === client);
    if (at >= 0) this.waiting.splice(at, 1);
    const slot = this.slots.find((slot) => slot.client === client);
    if (!slot) return;
    slot.session.stop();
    this.free(slot);
  }

  control(client: Client, message: ControlMessage): void {
    this.slots.find((slot) => slot.client === client)?.session.control(message);
  }

  private add(): Slot {
    const slot: Slot = { client: undefined, last: undefined } as Slot;
    const ended = (text: string) => {
      const { client } = slot;
      this.free(slot);
      client?.onEnded(text);
    };
    slot.session = new Session(this.hub, {
      onMessage: (message) => slot.client?.onMessage(message),
      onState: () => {},
      onDone: (message) => {
        const { client } = slot;
        this.free(slot);
        client?.onDone(message);
      },
      onBroken: (text) => ended(`The runtime broke: ${text}`),
      onLimit: (reason) => ended(`Stopped: ${reason}.`),
    });
    this.slots.push(slot);
    return slot;
  }

  private free(slot: Slot): void {
    slot.client = undefined;
    const next = this.waiting.shift();
    if (next) queueMicrotask(() => this.run(next.client, next.request));
  }
}
