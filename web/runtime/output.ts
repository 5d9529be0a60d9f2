/** Output on its way to the page: decoded, gathered for a few milliseconds, and bounded. */
import type { Send } from './protocol.ts';

type Stream = 'stdout' | 'stderr';

/** Output that comes fast is gathered for so long. */
export const BATCH_MS = 25;
const BATCH_CHARS = 1 << 16;
/**
 * Output that comes slowly is sent line by line, because a snippet that then computes for a minute
 * gives us no occasion to send it later: so many messages may go at once in each period.
 */
const PERIOD_MS = 250;
const MESSAGES_A_PERIOD = 40;

export const MAX_CHARS = 5_000_000;
export const MAX_LINES = 50_000;

export class Output {
  /** Milliseconds from the start of the run to its first output; null before. */
  firstMs: number | null = null;
  /** The limit was passed; what follows is dropped. */
  full = false;
  private text = '';
  private stream: Stream = 'stdout';
  private chars = 0;
  private lines = 0;
  private last = 0;
  private period = 0;
  private sent = 0;

  constructor(
    private readonly send: Send,
    /** Milliseconds since the run began. */
    private readonly elapsed: () => number,
    private readonly onFull: () => void,
  ) {}

  write(text: string, stream: Stream): void {
    if (text === '' || this.full) return;
    if (stream !== this.stream) this.flush();
    this.stream = stream;
    this.text += text;
    this.chars += text.length;
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) this.lines++;
    if (this.chars > MAX_CHARS || this.lines > MAX_LINES) {
      this.flush();
      this.full = true;
      this.onFull();
    } else if (this.text.length > BATCH_CHARS) {
      this.flush();
    } else {
      const now = performance.now();
      if (now - this.period >= PERIOD_MS) {
        this.period = now;
        this.sent = 0;
      }
      if (this.sent < MESSAGES_A_PERIOD) this.flush(now);
      else this.tick(now);
    }
  }

  /** Sends what has waited long enough. */
  tick(now = performance.now()): void {
    if (this.text !== '' && now - this.last >= BATCH_MS) this.flush(now);
  }

  flush(now = performance.now()): void {
    if (this.text === '') return;
    this.firstMs ??= this.elapsed();
    this.last = now;
    this.sent++;
    this.send({ type: 'stdout', text: this.text, stream: this.stream });
    this.text = '';
  }

  /** Whether anything was written. */
  get touched(): boolean {
    return this.chars > 0;
  }
}

/** Bytes of UTF-8, one or many at a time, as text. */
export class Bytes {
  private readonly decoder = new TextDecoder();
  private readonly buffer = new Uint8Array(1024);
  private length = 0;

  constructor(private readonly out: (text: string) => void) {}

  byte(byte: number): void {
    this.buffer[this.length++] = byte;
    if (byte === 10 || this.length === this.buffer.length) this.flush();
  }

  /** Passes on what has come; an unfinished character waits for its rest. */
  flush(): void {
    if (this.length === 0) return;
    const text = this.decoder.decode(this.buffer.subarray(0, this.length), { stream: true });
    this.length = 0;
    this.out(text);
  }
}
