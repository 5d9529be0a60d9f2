/** Syntax errors, found and worded as CPython does, without loading it. */
import { type Source, walk } from './tree.ts';

export interface SyntaxProblem {
  type: 'SyntaxError' | 'IndentationError';
  message: string;
  /** One-based. */
  line: number;
  column: number;
  /**
   * Whether it certainly is one. What only our parser doubts may be Python that it doesn't know,
   * and is tried first.
   */
  certain: boolean;
}

type Problem = Omit<SyntaxProblem, 'line' | 'column'> & { at: number };

const CLOSING: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** The first problem of a snippet, or undefined. */
export function syntaxProblem(source: Source): SyntaxProblem | undefined {
  const scan = scanTokens(source.text);
  const error = firstError(source);
  const problem =
    scan.problem ?? (error === undefined ? undefined : refine(source, error, scan.text));
  if (!problem) return undefined;
  const before = source.text.slice(0, problem.at);
  const line = before.split('\n').length;
  return {
    type: problem.type,
    message: problem.message,
    certain: problem.certain,
    line,
    column: problem.at - (before.lastIndexOf('\n') + 1) + 1,
  };
}

function firstError(source: Source): number | undefined {
  for (const node of walk(source.root)) {
    if (node.type.isError) return node.from;
    if (node.name === 'PrintStatement') return node.from;
  }
  return undefined;
}

const syntax = (at: number, message: string, certain = true): Problem => ({
  type: 'SyntaxError',
  message,
  at,
  certain,
});

/** Stands for a line break inside a string in blanked text. */
const INNER_BREAK = '\v';

/**
 * Brackets and strings. Gives the first thing wrong with them, and the text with the insides of
 * strings and comments blanked out.
 */
function scanTokens(text: string): { problem?: Problem; text: string } {
  const open: { char: string; at: number }[] = [];
  const blank = text.split('');
  const hide = (from: number, to: number) => {
    for (let i = from; i < to; i++) blank[i] = blank[i] === '\n' ? INNER_BREAK : ' ';
  };
  const lineOf = (at: number) => text.slice(0, at).split('\n').length;
  let i = 0;
  while (i < text.length) {
    const char = text[i]!;
    if (char === '#') {
      const end = text.indexOf('\n', i);
      hide(i, end < 0 ? text.length : end);
      i = end < 0 ? text.length : end;
    } else if (char === '"' || char === "'") {
      const long = text.startsWith(char.repeat(3), i);
      const quote = long ? char.repeat(3) : char;
      let end = i + quote.length;
      while (end < text.length && !text.startsWith(quote, end)) {
        if (text[end] === '\\') end++;
        else if (text[end] === '\n' && !long) break;
        end++;
      }
      if (end >= text.length || !text.startsWith(quote, end)) {
        const kind = long ? 'triple-quoted string' : 'string';
        const last = long ? lineOf(text.length) : lineOf(i);
        const message = `unterminated ${kind} literal (detected at line ${last})`;
        return { problem: syntax(i, message), text: blank.join('') };
      }
      hide(i + quote.length, end);
      i = end + quote.length;
    } else {
      if ('([{'.includes(char)) open.push({ char, at: i });
      const wanted = CLOSING[char];
      if (wanted) {
        const last = open.pop();
        if (!last) return { problem: syntax(i, `unmatched '${char}'`), text: blank.join('') };
        if (last.char !== wanted) {
          const line = lineOf(last.at);
          const where = line === lineOf(i) ? '' : ` on line ${line}`;
          const message = `closing parenthesis '${char}' does not match opening parenthesis '${last.char}'${where}`;
          return { problem: syntax(i, message), text: blank.join('') };
        }
      }
      i++;
    }
  }
  const last = open.at(-1);
  const problem = last && syntax(last.at, `'${last.char}' was never closed`);
  return problem ? { problem, text: blank.join('') } : { text: blank.join('') };
}

const BLOCKS =
  /^(async\s+)?(if|elif|else|for|while|def|class|try|except|finally|with|match|case)\b/;
const NAMES: Record<string, string> = {
  def: 'function definition',
  class: 'class definition',
  match: "'match' statement",
  case: "'case' statement",
};

interface Line {
  text: string;
  indent: string;
  at: number;
  number: number;
}

/** Logical lines: brackets, backslashes and long strings join, empty ones are left out. */
function logicalLines(blank: string): Line[] {
  const lines: Line[] = [];
  let depth = 0;
  let joined = false;
  let at = 0;
  blank.split(/[\n\v]/).forEach((text, index) => {
    const fresh = depth === 0 && !joined && blank[at - 1] !== INNER_BREAK;
    if (fresh && text.trim() !== '') {
      lines.push({ text: text.trim(), indent: /^\s*/.exec(text)![0], at, number: index + 1 });
    } else if (!fresh) {
      const last = lines.at(-1);
      if (last) last.text += ` ${text.trim()}`;
    }
    for (const char of text) {
      if ('([{'.includes(char)) depth++;
      if (')]}'.includes(char)) depth = Math.max(0, depth - 1);
    }
    joined = text.trimEnd().endsWith('\\');
    at += text.length + 1;
  });
  return lines;
}

/** The best wording for an error that the parser met at `error`. */
function refine(source: Source, error: number, blank: string): Problem {
  const indentation = indentationProblem(blank);
  if (indentation) return indentation;
  for (const { text, at, indent } of logicalLines(blank)) {
    const end = at + indent.length + text.length;
    if (/^print\s+[^=(.,[\s]/.test(text) && at + indent.length <= error && error <= end) {
      return syntax(
        at + indent.length,
        "Missing parentheses in call to 'print'. Did you mean print(...)?",
      );
    }
    if (end < error - 1 && !(BLOCKS.test(text) && !text.includes(':'))) continue;
    if (BLOCKS.test(text) && !hasColon(text)) {
      const equals = /^(if|elif|while)\b[^=!<>:]*[^=!<>:]=[^=]/.test(text);
      if (!equals) return syntax(endOfStatement(source.text, at), "expected ':'");
    }
    if (/^(if|elif|while)\b[^=!<>:]*[^=!<>:]=[^=]/.test(text)) {
      const column = text.search(/[^=!<>:]=[^=]/);
      return syntax(
        at + indent.length + Math.max(0, text.slice(0, column).search(/\S+\s*$/)),
        "invalid syntax. Maybe you meant '==' or ':=' instead of '='?",
      );
    }
    if (end >= error) break;
  }
  return syntax(tokenAt(source, error), 'invalid syntax', false);
}

function hasColon(text: string): boolean {
  let depth = 0;
  let inLambda = 0;
  for (const token of text.match(/\w+|[^\s\w]/g) ?? []) {
    if ('([{'.includes(token)) depth++;
    else if (')]}'.includes(token)) depth--;
    else if (token === 'lambda' && depth === 0) inLambda++;
    else if (token === ':' && depth === 0 && inLambda-- <= 0) return true;
  }
  return false;
}

function endOfStatement(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  const line = text.slice(at, end < 0 ? text.length : end);
  return at + line.replace(/\s*(#.*)?$/, '').length;
}

/** Where the text goes on that the parser couldn't place. */
function tokenAt(source: Source, error: number): number {
  const node = source.tree.resolve(error, 1);
  let at = error;
  if (node.type.isError && node.from < node.to) return node.from;
  while (at < source.text.length && /[ \t]/.test(source.text[at]!)) at++;
  return Math.min(at, Math.max(0, source.text.length - 1));
}

function indentationProblem(blank: string): Problem | undefined {
  const lines = logicalLines(blank);
  const stack = [''];
  const indentation = (at: number, message: string): Problem => ({
    type: 'IndentationError',
    message,
    at,
    certain: true,
  });
  let header: Line | undefined;
  let previous: Line | undefined;
  for (const line of lines) {
    const top = stack.at(-1)!;
    const start = line.at + line.indent.length;
    if (header) {
      if (line.indent.length <= top.length) {
        return indentation(start, `expected an indented block after ${describe(header)}`);
      }
      stack.push(line.indent);
    } else if (line.indent.length > top.length) {
      // A block whose colon was forgotten: that is the mistake to name.
      if (previous && BLOCKS.test(previous.text) && !hasColon(previous.text)) return undefined;
      return indentation(start, 'unexpected indent');
    } else {
      while (stack.length > 1 && line.indent.length < stack.at(-1)!.length) stack.pop();
      if (stack.at(-1)!.length !== line.indent.length) {
        return indentation(start, 'unindent does not match any outer indentation level');
      }
    }
    previous = line;
    header = line.text.endsWith(':') && BLOCKS.test(line.text) ? line : undefined;
  }
  if (!header) return undefined;
  return indentation(blank.length, `expected an indented block after ${describe(header)}`);
}

function describe({ text, number }: Line): string {
  const word = BLOCKS.exec(text)![2]!;
  return `${NAMES[word] ?? `'${word}' statement`} on line ${number}`;
}
