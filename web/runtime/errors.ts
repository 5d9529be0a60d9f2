/** Python's errors as a learner knows them: CPython's words, the snippet's own lines. */
import type { RunError } from './protocol.ts';
import { readSignatures } from './python/signatures.ts';
import { Source } from './python/tree.ts';
import { inCPythonsWords } from './python/words.ts';

interface Snippet {
  source: string;
  filename: string;
  files: Record<string, Uint8Array>;
}

interface Frame {
  file: string;
  line: number;
  name: string;
}

const FRAME = /^ {2}File "([^"]*)", line (\d+)(?:, in (.*))?$/;

/** Frames of a Python traceback, outermost first. */
export function readFrames(trace: string): Frame[] {
  const frames: Frame[] = [];
  for (const text of trace.split('\n')) {
    const match = FRAME.exec(text);
    if (match) frames.push({ file: match[1]!, line: Number(match[2]), name: match[3] ?? '' });
  }
  return frames;
}

function lineOf(file: string, line: number, snippet: Snippet): string | undefined {
  let text: string | undefined;
  if (file === snippet.filename) text = snippet.source;
  else if (snippet.files[file]) text = new TextDecoder().decode(snippet.files[file]);
  return text?.split('\n')[line - 1];
}

const own = (file: string, snippet: Snippet) => file === snippet.filename || file in snippet.files;

/**
 * The error that MicroPython reported. Frames of our own Python files are left out: the reader
 * knows the line that called them.
 */
export function pythonError(
  type: string,
  message: string,
  trace: string,
  snippet: Snippet,
): RunError {
  const frames = readFrames(trace).filter(({ file }) => own(file, snippet));
  const last = frames.at(-1);
  const words = inCPythonsWords(type, message, {
    signatures: () => readSignatures(new Source(snippet.source)),
    line: last ? lineOf(last.file, last.line, snippet) : undefined,
    lines: snippet.source.split('\n'),
    number: last?.line,
  });
  if (words.type === 'SyntaxError' || words.type === 'IndentationError') {
    return syntaxError(words.type, words.message, last?.line ?? 1, undefined, snippet);
  }
  const summary = words.message === '' ? words.type : `${words.type}: ${words.message}`;
  const lines = ['Traceback (most recent call last):', ...showFrames(frames, snippet), summary];
  const error: RunError = { ...words, traceback: lines.join('\n') };
  const mark = frames.filter(({ file }) => file === snippet.filename).at(-1);
  if (mark) error.line = mark.line;
  return error;
}

function showFrames(frames: Frame[], snippet: Snippet): string[] {
  const shown: string[] = [];
  let repeated = 0;
  const endRepeat = () => {
    if (repeated > 3) shown.push(`  [Previous line repeated ${repeated - 3} more times]`);
    repeated = 0;
  };
  frames.forEach(({ file, line, name }, i) => {
    const before = frames[i - 1];
    const same = before?.file === file && before.line === line && before.name === name;
    if (!same) endRepeat();
    repeated++;
    if (repeated > 3) return;
    shown.push(`  File "${file}", line ${line}, in ${name || '<module>'}`);
    const text = lineOf(file, line, snippet)?.trim();
    if (text) shown.push(`    ${text}`);
  });
  endRepeat();
  return shown;
}

/** A syntax error as CPython prints it, with a caret where the column is known. */
export function syntaxError(
  type: string,
  message: string,
  line: number,
  column: number | undefined,
  snippet: Snippet,
): RunError {
  const text = lineOf(snippet.filename, line, snippet) ?? '';
  const shown = text.trim();
  const lines = [`  File "${snippet.filename}", line ${line}`];
  if (shown) {
    lines.push(`    ${shown}`);
    if (column !== undefined) {
      const at = Math.max(0, column - 1 - (text.length - text.trimStart().length));
      lines.push(`    ${' '.repeat(at)}^`);
    }
  }
  lines.push(`${type}: ${message}`);
  const error: RunError = { type, message, traceback: lines.join('\n'), line };
  if (column !== undefined) error.column = column;
  return error;
}
