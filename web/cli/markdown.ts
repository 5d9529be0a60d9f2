/** The fenced snippets of a Markdown file, each with the output that the text says it has. */
import type { Language, RuntimeChoice } from '@runtime/protocol.ts';

export interface Fenced {
  /** One-based line of its first line of code. */
  line: number;
  /** One-based line after its last one, with the block of output: what a page may put a box for. */
  end: number;
  language: Language;
  source: string;
  /** What the block after it shows, or null. */
  expected: string | null;
  /** Snippets of the same name run one after the other, as one program. */
  session: string;
  runtime: RuntimeChoice | undefined;
  skip: boolean;
  /** An exercise prints something else as it stands; its solution prints what it asks for. */
  role: 'snippet' | 'exercise' | 'solution';
  /** Code that runs before it and isn't shown. */
  setup: string;
  /** Files beside it, by name. */
  files: Record<string, string>;
  /** It shows what only Gradbox does. */
  only: boolean;
}

/** A block that stands for something else than a snippet, where a page may hide or name it. */
export interface Aside {
  line: number;
  end: number;
  /** Name of hidden code, or of a file. */
  name: string;
  kind: 'hidden' | 'file';
  /** The first word on its fence. */
  language: string;
  text: string;
}

export interface Text {
  snippets: Fenced[];
  asides: Aside[];
}

const LANGUAGES: Record<string, Language> = {
  python: 'python',
  py: 'python',
  python3: 'python',
  js: 'javascript',
  javascript: 'javascript',
};
/** What may stand on the fence of a block of output. */
const OUTPUT = new Set(['', 'output', 'text', 'console', 'none']);
const FENCE = /^( {0,3})(`{3,}|~{3,})\s*(.*)$/;

interface Block {
  line: number;
  end: number;
  info: string;
  text: string;
}

function blocks(markdown: string): { found: Block[]; lines: string[] } {
  const lines = markdown.split(/\r?\n/);
  const found: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const open = FENCE.exec(lines[at]!);
    if (!open) continue;
    const [, indent, fence, info] = open;
    const body: string[] = [];
    let end = at + 1;
    for (; end < lines.length; end++) {
      const close = FENCE.exec(lines[end]!);
      if (close && close[3] === '' && close[2]!.startsWith(fence!)) break;
      body.push(lines[end]!.replace(new RegExp(`^ {0,${indent!.length}}`), ''));
    }
    found.push({ line: at + 2, end, info: info!.trim(), text: body.join('\n') });
    at = end;
  }
  return { found, lines };
}

/** The words of a fence: `{.python .x}` and `python x, y` alike. */
const wordsOf = (info: string) =>
  info
    .replace(/[{}]/g, ' ')
    .trim()
    .split(/[\s,]+/)
    .map((word) => word.replace(/^\./, ''));

/**
 * The snippets of a text. Words after the language: `skip`, `session`, `session=NAME`,
 * `runtime=NAME`, `exercise`, `solution`, `hidden=NAME`, `after=NAME`, `file=NAME`, `with=NAME`,
 * `gradbox`; web/docs/CHECK.md says what they mean.
 *
 * @throws Error when a name is used that no block before it has, or a solution has no exercise.
 */
export function readText(markdown: string): Text {
  const { found, lines } = blocks(markdown);
  const snippets: Fenced[] = [];
  const asides: Aside[] = [];
  const named = (kind: Aside['kind'], name: string, line: number): string => {
    const aside = asides.filter((aside) => aside.kind === kind && aside.name === name).at(-1);
    if (!aside) {
      const what = kind === 'file' ? 'file' : 'hidden block';
      throw new Error(`line ${line}: no ${what} ${name} before it`);
    }
    return aside.text;
  };
  found.forEach((block, index) => {
    const [name = '', ...words] = wordsOf(block.info);
    const values = (key: string) =>
      words.filter((word) => word.startsWith(`${key}=`)).map((word) => word.slice(key.length + 1));
    const value = (key: string) => values(key)[0];
    const { line, text } = block;
    for (const kind of ['hidden', 'file'] as const) {
      const own = value(kind);
      if (own) asides.push({ line, end: block.end + 2, name: own, kind, language: name, text });
    }
    const language = LANGUAGES[name.toLowerCase()];
    if (!language || value('hidden') || value('file')) return;
    const next = found[index + 1];
    const between = next ? lines.slice(block.end + 1, next.line - 2) : [];
    const shows =
      next &&
      OUTPUT.has(next.info.split(/[\s{]/)[0]!.toLowerCase()) &&
      !/\bfile=/.test(next.info) &&
      !between.some((l) => l.trim());
    const snippet: Fenced = {
      line,
      end: (shows ? next.end : block.end) + 2,
      language,
      source: text,
      expected: shows ? next.text : null,
      session: value('session') ?? (words.includes('session') ? language : `line ${line}`),
      runtime: value('runtime') as RuntimeChoice | undefined,
      skip: words.includes('skip'),
      role: 'snippet',
      setup: values('after')
        .map((name) => named('hidden', name, line))
        .join('\n'),
      files: Object.fromEntries(values('with').map((name) => [name, named('file', name, line)])),
      only: words.includes('gradbox'),
    };
    if (words.includes('exercise')) snippet.role = 'exercise';
    if (words.includes('solution')) {
      const exercise = snippets.filter(({ role }) => role === 'exercise').at(-1);
      if (!exercise) throw new Error(`line ${line}: a solution without an exercise before it`);
      const { expected, setup, files, runtime, only } = exercise;
      Object.assign(snippet, { role: 'solution', expected, setup, files, runtime, only });
    }
    snippets.push(snippet);
  });
  return { snippets, asides };
}

export const fencedSnippets = (markdown: string): Fenced[] => readText(markdown).snippets;

/** Lines without their trailing blanks, without empty ones at the ends. */
const lines = (text: string) =>
  text
    .replace(/^\s*\n/, '')
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());

/**
 * Whether the output is as expected. A line of three dots stands for any lines, and what a
 * traceback says between its first and its last line doesn't count.
 */
export function matches(expected: string, printed: string): boolean {
  const pattern = withoutFrames(lines(expected))
    .map((line) => (line.trim() === '...' ? '(?:.*\n)*?' : `${escaped(line)}\n`))
    .join('');
  return new RegExp(`^${pattern}$`).test(`${withoutFrames(lines(printed)).join('\n')}\n`);
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

function withoutFrames(all: string[]): string[] {
  const at = all.indexOf('Traceback (most recent call last):');
  return at < 0 ? all : all.filter((line, i) => i <= at || !/^ |^\.\.\.$/.test(line));
}
