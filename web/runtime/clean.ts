/**
 * Pasted code as a careful person would retype it: without prompts, line numbers, fences and the
 * typography that web pages and chat windows put in. Text that is code already stays as it is.
 */
import type { Language } from './protocol.ts';

export interface Cleaned {
  text: string;
  /** What was done, each as the part of a sentence: "prompts removed". */
  reasons: string[];
}

type Step = [reason: string, clean: (text: string, language: Language) => string];

const steps: Step[] = [
  ['invisible characters removed', removeInvisible],
  ['code fence removed', removeFence],
  ['typographic quotes and spaces replaced', replaceTypography],
  ['line numbers removed', removeLineNumbers],
  ['prompts and output removed', removePrompts],
  ['common indentation removed', dedent],
];

/** The cleaned text, or null when there is nothing to clean. */
export function cleanSource(text: string, language: Language): Cleaned | null {
  let current = text.replace(/\r\n?|\u2028|\u2029/g, '\n');
  const reasons: string[] = [];
  for (const [reason, clean] of steps) {
    const next = clean(current, language);
    if (next === current) continue;
    reasons.push(reason);
    current = next;
  }
  return reasons.length > 0 ? { text: current, reasons } : null;
}

/** Zero-width characters and byte order marks. Joiners between emoji and letters have a meaning. */
function removeInvisible(text: string): string {
  return text
    .replace(/[\u200b\u2060\ufeff\u00ad\u200e\u200f]/g, '')
    .replace(/(?<![^\0-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\0-\x7f])/g, '');
}

/** A Markdown fence around the whole text, or the caption of a "Copy code" button above it. */
function removeFence(text: string): string {
  const caption = /^\s*(?:(?:python|py|javascript|js)?\s*copy(?: code)?)[ \t]*\n/i;
  const plain = text.replace(caption, '');
  const match = /^\s*(```+|~~~+)[ \t]*[\w+.-]*[ \t]*\n([\s\S]*?)\n?[ \t]*\1[ \t]*\s*$/.exec(plain);
  if (match && !match[2]!.includes(match[1]!)) return match[2]!;
  return plain;
}

const SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/;
const DOUBLE = /[\u201c\u201d\u201e\u201f\u2033]/;
const SINGLE = /[\u2018\u2019\u201a\u201b\u2032]/;

/** Quotes, spaces, minus signs and ellipses of typography, outside of real strings and comments. */
function replaceTypography(text: string, language: Language): string {
  if (!/[^\0-\x7f]/.test(text)) return text;
  let out = '';
  let i = 0;
  while (i < text.length) {
    const char = text[i]!;
    if (char === '"' || char === "'" || char === '`') {
      const end = stringEnd(text, i, language);
      out += text.slice(i, end);
      i = end;
    } else if (isComment(text, i, language)) {
      const end = text.indexOf('\n', i);
      out += text.slice(i, end < 0 ? text.length : end);
      i = end < 0 ? text.length : end;
    } else if (DOUBLE.test(char) || SINGLE.test(char)) {
      const [piece, end] = typographicString(text, i);
      out += piece;
      i = end;
    } else {
      if (SPACES.test(char)) out += ' ';
      else if (char === '\u2212' || char === '\u2013') out += '-';
      else if (char === '\u2026') out += '...';
      else out += char;
      i++;
    }
  }
  return out;
}

function isComment(text: string, at: number, language: Language): boolean {
  return language === 'python' ? text[at] === '#' : text.startsWith('//', at);
}

/** Where the string that begins at `from` ends; an unterminated one ends with its line. */
function stringEnd(text: string, from: number, language: Language): number {
  const quote = text[from]!;
  const long = language === 'python' && text.startsWith(quote.repeat(3), from);
  const close = long ? quote.repeat(3) : quote;
  let i = from + close.length;
  while (i < text.length) {
    if (text[i] === '\\') i += 2;
    else if (text.startsWith(close, i)) return i + close.length;
    else if (text[i] === '\n' && !long && quote !== '`') return i;
    else i++;
  }
  return text.length;
}

/** A string between typographic quotes, with straight ones; what stands inside stays. */
function typographicString(text: string, from: number): [piece: string, end: number] {
  const kind = DOUBLE.test(text[from]!) ? DOUBLE : SINGLE;
  const straight = kind === DOUBLE ? '"' : "'";
  const quoteAt = (i: number) =>
    i < text.length && (kind.test(text[i]!) || text[i] === straight) ? 1 : 0;
  const long = quoteAt(from) + quoteAt(from + 1) + quoteAt(from + 2) === 3;
  const width = long ? 3 : 1;
  let i = from + width;
  while (i < text.length) {
    const closes = long ? quoteAt(i) + quoteAt(i + 1) + quoteAt(i + 2) === 3 : quoteAt(i) === 1;
    // An apostrophe inside a word isn't the end of a string in single quotes.
    const apostrophe =
      kind === SINGLE && /\w/.test(text[i - 1] ?? '') && /\w/.test(text[i + 1] ?? '');
    if (closes && !apostrophe) {
      const inner = text.slice(from + width, i);
      return [straight.repeat(width) + inner + straight.repeat(width), i + width];
    }
    if (text[i] === '\n' && !long) break;
    i++;
  }
  return [straight, from + 1];
}

const consecutive = (numbers: number[]) =>
  numbers.length > 1 && numbers.every((n, i) => i === 0 || n === numbers[i - 1]! + 1);

/** Line numbers before or after the lines, between them, or in a column of their own. */
function removeLineNumbers(text: string): string {
  const lines = text.split('\n');
  return (
    numbersInFront(lines) ??
    numbersBehind(lines) ??
    numberColumn(lines) ??
    alternating(lines) ??
    text
  );
}

function numbersInFront(lines: string[]): string | undefined {
  const pattern = /^[ \t]*(\d+)(?:[.:|)]|[ \t]*[|\u2502])?(?=[ \t]|$)/;
  const matches = lines.map((line) => (line.trim() === '' ? null : pattern.exec(line)));
  const used = lines.filter((line) => line.trim() !== '');
  if (used.length < 2 || matches.some((match, i) => !match && lines[i]!.trim() !== '')) {
    return undefined;
  }
  const numbers = matches.flatMap((match) => (match ? [Number(match[1])] : []));
  if (!consecutive(numbers)) return undefined;
  const rest = lines.map((line, i) => line.slice(matches[i]?.[0].length ?? 0));
  if (rest.every((line) => line.trim() === '')) return undefined;
  return dedent(rest.join('\n'), 'python');
}

function numbersBehind(lines: string[]): string | undefined {
  const used = lines.filter((line) => line.trim() !== '');
  const matches = used.map((line) => /[ \t]+(\d+)[ \t]*$/.exec(line));
  if (used.length < 3 || matches.some((match) => !match)) return undefined;
  if (!consecutive(matches.map((match) => Number(match![1])))) return undefined;
  return lines.map((line) => line.replace(/[ \t]+\d+[ \t]*$/, '')).join('\n');
}

const isNumber = (line: string) => /^[ \t]*\d+[ \t]*$/.test(line);

/** All the numbers above all the code, or below it. */
function numberColumn(lines: string[]): string | undefined {
  for (const [from, step] of [
    [0, 1],
    [lines.length - 1, -1],
  ] as const) {
    const numbers: number[] = [];
    let i = from;
    while (i >= 0 && i < lines.length && (isNumber(lines[i]!) || lines[i]!.trim() === '')) {
      if (isNumber(lines[i]!)) numbers.push(Number(lines[i]));
      i += step;
    }
    if (step < 0) numbers.reverse();
    const rest = step > 0 ? lines.slice(i) : lines.slice(0, i + 1);
    if (numbers.length < 3 || numbers[0] !== 1 || !consecutive(numbers)) continue;
    if (rest.length > 0 && rest.length <= numbers.length) return rest.join('\n');
  }
  return undefined;
}

/** A number, its line, the next number, its line. */
function alternating(lines: string[]): string | undefined {
  if (lines.length < 6) return undefined;
  const numbers = lines.filter((_, i) => i % 2 === 0);
  if (numbers.at(-1)?.trim() === '') numbers.pop();
  if (!numbers.every(isNumber) || !consecutive(numbers.map(Number))) return undefined;
  return lines.filter((_, i) => i % 2 === 1).join('\n');
}

/** A copied Python or IPython session: the input stays, its prompts and the output go. */
function removePrompts(text: string, language: Language): string {
  if (language !== 'python') return text;
  const lines = text.split('\n');
  const first = lines.find((line) => line.trim() !== '')?.trimStart() ?? '';
  const plain = /^\s*(?:>>>|\.\.\.)(?: |$)/;
  const notebook = /^\s*(?:In \[\d*\]:|\.\.\.:)(?: |$)/;
  const prompt = /^>>>( |$)/.test(first)
    ? plain
    : /^In \[\d*\]:/.test(first)
      ? notebook
      : undefined;
  if (!prompt) return text;
  const kept: string[] = [];
  for (const line of lines) {
    const match = prompt.exec(line);
    if (match) kept.push(line.slice(match[0].length));
    else if (line.trim() === '' && kept.length > 0 && kept.at(-1) !== '') kept.push('');
  }
  return kept.join('\n');
}

function dedent(text: string, _language: Language): string {
  const lines = text.split('\n');
  const used = lines.filter((line) => line.trim() !== '');
  if (used.length < 2) return text;
  let common = /^[ \t]*/.exec(used[0]!)![0];
  for (const line of used) {
    while (!line.startsWith(common)) common = common.slice(0, -1);
  }
  if (common === '') return text;
  return lines.map((line) => (line.startsWith(common) ? line.slice(common.length) : '')).join('\n');
}
