/** Python's errors as a learner knows them: CPython's words, the snippet's own lines. */
import type { RunError } from './protocol.ts';

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
  const words = inCPythonsWords(type, message, snippet);
  const last = frames.at(-1);
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

const OPERATORS: Record<string, string> = {
  __add__: '+',
  __sub__: '-',
  __mul__: '*',
  __truediv__: '/',
  __floordiv__: '//',
  __mod__: '%',
  __pow__: '** or pow()',
  __matmul__: '@',
  __and__: '&',
  __or__: '|',
  __xor__: '^',
  __lshift__: '<<',
  __rshift__: '>>',
  __iadd__: '+=',
  __isub__: '-=',
  __imul__: '*=',
  __itruediv__: '/=',
};
const COMPARISONS: Record<string, string> = {
  __lt__: '<',
  __le__: '<=',
  __gt__: '>',
  __ge__: '>=',
};
const UNARY: Record<string, string> = { __neg__: '-', __pos__: '+', __invert__: '~' };

type Words = { type: string; message: string };
type Rule = [pattern: RegExp, words: (match: RegExpExecArray, snippet: Snippet) => Partial<Words>];

const rules: Record<string, Rule[]> = {
  NameError: [
    [/^name '(.*)' isn't defined$/, ([, name]) => ({ message: `name '${name}' is not defined` })],
    [/^local variable referenced before assignment$/, () => ({ type: 'UnboundLocalError' })],
  ],
  ZeroDivisionError: [[/^divide by zero$/, () => ({ message: 'division by zero' })]],
  ImportError: [
    [
      /^no module named '(.*)'$/,
      ([, name]) => ({ type: 'ModuleNotFoundError', message: `No module named '${name}'` }),
    ],
    [/^can't import name (\w+)$/, ([, name]) => ({ message: `cannot import name '${name}'` })],
  ],
  RuntimeError: [[/^maximum recursion depth exceeded/, () => ({ type: 'RecursionError' })]],
  ValueError: [
    [
      /^invalid syntax for integer with base (\d+): (.*)$/,
      ([, base, text]) => ({ message: `invalid literal for int() with base ${base}: ${text}` }),
    ],
    [/^invalid syntax for number$/, () => ({ message: 'could not convert string to float' })],
    [
      /^need more than (\d+) values to unpack$/,
      ([, got]) => ({ message: `not enough values to unpack (got ${got})` }),
    ],
  ],
  TypeError: [
    [/^unsupported types for (__\w+__): '(.*)', '(.*)'$/, ([, op, a, b]) => operands(op!, a!, b!)],
    [
      /^unsupported type for __hash__: '(.*)'$/,
      ([, type]) => ({ message: `unhashable type: '${type}'` }),
    ],
    [
      /^unsupported type for (__\w+__): '(.*)'$/,
      ([, op, type]) => ({
        message: `bad operand type for unary ${UNARY[op!] ?? op}: '${type}'`,
      }),
    ],
    [
      /^(.*) object isn't (callable|iterable|subscriptable|an iterator)$/,
      ([, what, how]) => ({ message: `${what} object is not ${how}` }),
    ],
    [
      /^(\S+)\(\) takes (\d+) positional arguments but (\d+) were given$/,
      ([, name, takes, given], snippet) => ({
        message: argumentCount(name!, Number(takes), Number(given), snippet.source),
      }),
    ],
    [
      /^unexpected keyword argument '(.*)'$/,
      ([, name]) => ({ message: `got an unexpected keyword argument '${name}'` }),
    ],
    [
      /^function missing (\d+) required positional arguments$/,
      ([, n]) => ({ message: `missing ${n} required positional argument${n === '1' ? '' : 's'}` }),
    ],
  ],
};

/** MicroPython's message in CPython's words, where they differ. */
export function inCPythonsWords(type: string, message: string, snippet: Snippet): Words {
  for (const [pattern, words] of rules[type] ?? []) {
    const match = pattern.exec(message);
    if (match) return { type, message, ...words(match, snippet) };
  }
  return { type, message };
}

function operands(op: string, a: string, b: string): Partial<Words> {
  if (op in COMPARISONS) {
    const sign = COMPARISONS[op];
    return { message: `'${sign}' not supported between instances of '${a}' and '${b}'` };
  }
  if (op === '__add__' && a === 'str') {
    return { message: `can only concatenate str (not "${b}") to str` };
  }
  if (op === '__add__' && a === 'list') {
    return { message: `can only concatenate list (not "${b}") to list` };
  }
  const sign = OPERATORS[op] ?? op;
  return { message: `unsupported operand type(s) for ${sign}: '${a}' and '${b}'` };
}

/** CPython names the arguments that are missing; they stand in the snippet. */
function argumentCount(name: string, takes: number, given: number, source: string): string {
  if (given < takes) {
    const definition = new RegExp(`\\bdef\\s+${name.replace(/\W/g, '')}\\s*\\(([^)]*)\\)`);
    const parameters = (definition.exec(source)?.[1] ?? '')
      .split(',')
      .map((part) => part.split(/[:=]/)[0]!.trim())
      .filter((part) => /^\w+$/.test(part));
    const missing = parameters.slice(given, takes).map((text) => `'${text}'`);
    const n = takes - given;
    const last = missing.pop();
    const names = missing.length ? `${missing.join(', ')} and ${last}` : last;
    const list = last && missing.length + 1 === n ? `: ${names}` : '';
    return `${name}() missing ${n} required positional argument${n === 1 ? '' : 's'}${list}`;
  }
  const plural = takes === 1 ? '' : 's';
  const were = given === 1 ? 'was' : 'were';
  return `${name}() takes ${takes} positional argument${plural} but ${given} ${were} given`;
}
