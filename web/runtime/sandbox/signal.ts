/**
 * How a worker that computes hears its page: a snippet runs without a break, so no event arrives, and
 * memory can't be shared with a page that is served without special headers. What a worker can do at
 * any time is to load an address synchronously. So the frame makes addresses of empty blobs (a *tape*)
 * and takes some of them back: the *bell* says that there are messages, the others are the bits of
 * the address of a blob that holds the messages and the next tape.
 *
 * It costs a look about a millisecond. The frame's half is in frame.js.
 */
import type { ControlMessage } from '../protocol.ts';
import type { ControlLine } from '../runtime.ts';
import type { Tape } from './messages.ts';

const DIGITS_A_BLOCK = [8, 4, 4, 4, 12];
const BITS_A_DIGIT = 4;

/** The address whose bits these are: a UUID after what stands before it in every address. */
export function addressOf(prefix: string, bits: readonly boolean[]): string {
  let at = 0;
  const digit = () => {
    let value = 0;
    for (let i = 0; i < BITS_A_DIGIT; i++) value = value * 2 + (bits[at++] ? 1 : 0);
    return value.toString(16);
  };
  return prefix + DIGITS_A_BLOCK.map((n) => Array.from({ length: n }, digit).join('')).join('-');
}

const UUID_LENGTH = 36;

export class Signal implements ControlLine {
  private tape: Tape | undefined;
  private readonly Request = XMLHttpRequest;
  private readonly waiting: Promise<boolean>;
  private resolve!: (works: boolean) => void;
  private asked = false;
  private readonly clock = nap();

  /** @param ask tells the frame that a tape is wanted, or that its messages were read */
  constructor(private readonly ask: (what: 'tape' | 'heard') => void) {
    this.waiting = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  ready(): Promise<boolean> {
    if (!this.asked) this.ask('tape');
    this.asked = true;
    return this.waiting;
  }

  /** The first tape has come. */
  receive(tape: Tape): void {
    if (this.tape) return;
    // Where such addresses can't be loaded, all bells would seem to ring.
    const works = this.load(tape.bell) !== null;
    if (works) this.tape = tape;
    this.resolve(works);
  }

  read(): ControlMessage[] {
    const all: ControlMessage[] = [];
    while (this.tape && this.load(this.tape.bell) === null) {
      const { bell, bits } = this.tape;
      const prefix = bell.slice(0, -UUID_LENGTH);
      const text = this.load(
        addressOf(
          prefix,
          bits.map((url) => this.load(url) === null),
        ),
      );
      this.tape = undefined;
      if (text === null) break;
      const { messages, tape } = JSON.parse(text) as { messages: ControlMessage[]; tape: Tape };
      all.push(...messages);
      this.tape = tape;
      this.ask('heard');
    }
    return all;
  }

  sleep(ms: number): void {
    this.clock(ms);
  }

  private load(url: string): string | null {
    const request = new this.Request();
    try {
      request.open('GET', url, false);
      request.send();
      return request.responseText;
    } catch {
      return null;
    }
  }
}

/** Sleeps on memory that only this worker has; without such memory it waits busily. */
function nap(): (ms: number) => void {
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const cell = new Int32Array(memory.buffer);
    const { wait } = Atomics;
    wait(cell, 0, 0, 0);
    return (ms) => {
      wait(cell, 0, 0, ms);
    };
  } catch {
    return (ms) => {
      const end = performance.now() + ms;
      while (performance.now() < end);
    };
  }
}
