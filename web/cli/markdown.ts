/** The fenced snippets of a Markdown file, each with the output that the text says it has. */
import type { Language, RuntimeChoice } from '@runtime/protocol.ts';

export interface Fenced {
  /** One-based line of its first line of code. */
  line: number;
  language: Language;
  source: string;
  /** What the block after it shows, or null. */
  expected: string | null;
  /** Snippets of the same name run one after the other, as one program. */
  session: string;
  runtime: RuntimeChoice | undefined;
  skip: boolean;
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

/** Words after the language: `skip`, `session`, `session=NAME`, `runtime=NAME`. */
export function fencedSnippets(markdown: string): Fenced[] {
  const { found, lines } = blocks(markdown);
  const snippets: Fenced[] = [];
  found.forEach((block, index) => {
    const [name = '', ...words] = block.info
      .replace(/[{}]/g, ' ')
      .trim()
      .split(/[\s,]+/);
    const language = LANGUAGES[name.replace(/^\./, '').toLowerCase()];
    if (!language) return;
    const next = found[index + 1];
    const between = next ? lines.slice(block.end + 1, next.line - 2) : [];
    const shows =
      next &&
      OUTPUT.has(next.info.split(/[\s{]/)[0]!.toLowerCase()) &&
      !between.some((l) => l.trim());
    const value = (key: string) =>
      words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
    snippets.push({
      line: block.line,
      language,
      source: block.text,
      expected: shows ? next.text : null,
      session: value('session') ?? (words.includes('session') ? language : `line ${block.line}`),
      runtime: value('runtime') as RuntimeChoice | undefined,
      skip: words.includes('skip'),
    });
  });
  return snippets;
}

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
