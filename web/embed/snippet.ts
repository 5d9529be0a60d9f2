/** What a `<grad-box>` is asked to be: its attributes and its text, or an address's parameters. */
import type { Language, RuntimeChoice } from '@runtime/protocol';

export interface Snippet {
  source: string;
  lang: Language;
  runtime: RuntimeChoice;
  /** Views of the full page to show as well, as `graph,hooks`. */
  panels: string;
  autorun: boolean;
  readonly: boolean;
  /** CSS height of the editor at most; it is as high as its text otherwise. */
  height: string;
  theme: 'light' | 'dark' | 'auto';
  /** Code that runs before the snippet and isn't shown. */
  setup: string;
  /** What the snippet should print, for exercises; null without such a check. */
  expected: string | null;
  /** Files beside the snippet when it runs, by name. */
  files: Record<string, string>;
  /** Seconds. */
  timeLimit: number;
}

const RUNTIMES = ['micropython', 'cpython', 'javascript'];
const flag = (value: string | null) => value !== null && value !== 'false' && value !== '0';

/** @param get gives the value of an attribute or parameter, null when it is absent. */
export function readSnippet(
  get: (name: string) => string | null,
  source: string,
  files: Record<string, string> = {},
): Snippet {
  const runtime = get('runtime') ?? 'auto';
  const theme = get('theme');
  const lang = get('lang') ?? '';
  return {
    source: dedent(source),
    lang: /^(?:js|javascript)$/i.test(lang) || runtime === 'javascript' ? 'javascript' : 'python',
    runtime: (RUNTIMES.includes(runtime) ? runtime : 'auto') as RuntimeChoice,
    panels: get('panels') ?? '',
    autorun: flag(get('autorun')),
    readonly: flag(get('readonly')),
    height: get('height') ?? '',
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
    setup: dedent(get('setup') ?? ''),
    expected: get('expected'),
    files,
    timeLimit: Number(get('time-limit')) || 120,
  };
}

/** Without the blank lines around it and the indentation that all of its lines share. */
export function dedent(text: string): string {
  const lines = text
    .replace(/^(?:[ \t]*\r?\n)+/, '')
    .trimEnd()
    .split(/\r?\n/);
  const indents = lines
    .filter((line) => line.trim())
    .map((line) => /^[ \t]*/.exec(line)![0].length);
  const shared = indents.length > 0 ? Math.min(...indents) : 0;
  return lines
    .map((line) => line.slice(Math.min(shared, /^[ \t]*/.exec(line)![0].length)))
    .join('\n');
}
