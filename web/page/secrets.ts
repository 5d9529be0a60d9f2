/**
 * Keys for snippets, as names and values. They stay in memory unless the reader asks to remember
 * them; they travel to the worker with a run and nowhere else, and are blotted out where they are
 * printed.
 */
import { forget, recall, remember } from './storage';

export interface Secret {
  name: string;
  value: string;
}

/** Shorter values are words like `true` or `8000`, and hide nothing. */
const SHORTEST = 6;
const BLOT = '••••••';
const NAME = /^[A-Za-z_]\w*$/;

export function validName(name: string): boolean {
  return NAME.test(name);
}

export class Secrets {
  private list: Secret[] = [];
  private kept = false;

  constructor() {
    try {
      const saved = JSON.parse(recall('secrets') ?? 'null') as Secret[] | null;
      if (Array.isArray(saved)) {
        this.kept = true;
        this.list = saved.filter(
          ({ name, value }) => typeof value === 'string' && validName(String(name)),
        );
      }
    } catch {
      // Not ours; it is replaced when secrets are next remembered.
    }
  }

  get all(): readonly Secret[] {
    return this.list;
  }

  /** Whether they are kept in this browser. */
  get remembered(): boolean {
    return this.kept;
  }

  set(list: Secret[], keep: boolean): void {
    this.list = list.filter(({ name }) => validName(name));
    this.kept = keep;
    if (keep) remember('secrets', JSON.stringify(this.list));
    else forget('secrets');
  }

  /** What a run gets as its environment. */
  env(): Record<string, string> {
    return Object.fromEntries(this.list.map(({ name, value }) => [name, value]));
  }

  /** The same as the text of a `.env` file, for `load_dotenv()`. */
  file(): Uint8Array | null {
    if (this.list.length === 0) return null;
    const quoted = (value: string) => `'${value.replace(/[\\']/g, '\\$&')}'`;
    const text = this.list.map(({ name, value }) => `${name}=${quoted(value)}\n`).join('');
    return new TextEncoder().encode(text);
  }
}

/** Blots values out of a text that comes in pieces. */
export class Redactor {
  private held = '';

  constructor(private readonly values: readonly string[]) {
    this.values = values.filter((value) => value.length >= SHORTEST);
  }

  /** What can be shown of the text so far; the beginning of a value waits for its rest. */
  push(text: string): string {
    if (this.values.length === 0) return text;
    let all = this.held + text;
    for (const value of this.values) all = all.replaceAll(value, BLOT);
    let hold = 0;
    for (const value of this.values) {
      for (let size = Math.min(value.length - 1, all.length); size > hold; size--) {
        if (all.endsWith(value.slice(0, size))) hold = size;
      }
    }
    this.held = all.slice(all.length - hold);
    return all.slice(0, all.length - hold);
  }

  /** The rest, at the end of the text. */
  flush(): string {
    const rest = this.held;
    this.held = '';
    return rest;
  }
}
