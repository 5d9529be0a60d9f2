/** MicroPython's error messages in CPython's words. */
import type { Signature, Signatures } from './signatures.ts';

export interface Words {
  type: string;
  message: string;
}

export interface WordsContext {
  /** Read when a message names a function. */
  signatures(): Signatures;
  /** The line of the snippet that failed, where it is known. */
  line?: string;
  /** The snippet's lines, and the number of that line, counted from one. */
  lines?: string[];
  number?: number;
}

type Change = Partial<Words> | undefined;
type Rule = [pattern: RegExp, words: (match: RegExpExecArray, context: WordsContext) => Change];

const OPERATORS: Record<string, string> = {
  add: '+',
  sub: '-',
  mul: '*',
  truediv: '/',
  floordiv: '//',
  mod: '%',
  pow: '** or pow()',
  matmul: '@',
  and: '&',
  or: '|',
  xor: '^',
  lshift: '<<',
  rshift: '>>',
};
const COMPARISONS: Record<string, string> = {
  __lt__: '<',
  __le__: '<=',
  __gt__: '>',
  __ge__: '>=',
};
const UNARY: Record<string, string> = {
  __neg__: 'unary -',
  __pos__: 'unary +',
  __invert__: 'unary ~',
  __abs__: 'abs()',
};
const SEQUENCES = new Set(['str', 'list', 'tuple', 'bytes']);

const said = (message: string): Change => ({ message });

const rules: Record<string, Rule[]> = {
  NameError: [
    [/^name '(.*)' isn't defined$/, ([, name]) => said(`name '${name}' is not defined`)],
    [
      /^local variable referenced before assignment$/,
      (_, context) => ({ type: 'UnboundLocalError', message: unbound(context) }),
    ],
  ],
  ZeroDivisionError: [[/^divide by zero$/, (_, { line }) => said(zeroDivision(line))]],
  ImportError: [
    [
      /^no module named '(.*)'$/,
      ([, name]) => ({ type: 'ModuleNotFoundError', message: `No module named '${name}'` }),
    ],
    [/^can't import name (\w+)$/, ([, name]) => said(`cannot import name '${name}'`)],
  ],
  RuntimeError: [[/^maximum recursion depth exceeded/, () => ({ type: 'RecursionError' })]],
  IndexError: [
    [/^bytes index out of range$/, () => said('index out of range')],
    [
      /^list index out of range$/,
      (_, { line = '' }) =>
        /\.pop\(/.test(line) ? said('pop index out of range') : setting(line, 'list'),
    ],
  ],
  ValueError: [
    [
      /^invalid syntax for integer with base (\d+): ([\s\S]*)$/,
      ([, base, text]) => said(`invalid literal for int() with base ${base}: ${text}`),
    ],
    [
      /^need more than (\d+) values to unpack$/,
      ([, got], { line }) => said(`not enough values to unpack (${expected(line)}got ${got})`),
    ],
    [
      /^arg is an empty sequence$/,
      (_, { line = '' }) =>
        said(`${/\bmin\(/.test(line) ? 'min' : 'max'}() arg is an empty sequence`),
    ],
    [/^can't convert NaN to int$/, () => said('cannot convert float NaN to integer')],
    [/^zero step$/, () => said('range() arg 3 must not be zero')],
    [/^slice step can't be zero$/, () => said('slice step cannot be zero')],
    [/^object not in sequence$/, () => said('list.remove(x): x not in list')],
  ],
  OverflowError: [
    [
      /^can't convert (.*) to int$/,
      ([, what]) => said(`cannot convert float ${what === 'inf' ? 'infinity' : what} to integer`),
    ],
  ],
  TypeError: [
    [/^unsupported types for (__\w+__): '(.*)', '(.*)'$/, ([, op, a, b]) => operands(op!, a!, b!)],
    [/^unsupported type for __hash__: '(.*)'$/, ([, type]) => said(`unhashable type: '${type}'`)],
    [
      /^unsupported type for __len__: '(.*)'$/,
      ([, type]) => said(`object of type '${type}' has no len()`),
    ],
    [
      /^unsupported type for (__\w+__): '(.*)'$/,
      ([, op, type]) => said(`bad operand type for ${UNARY[op!] ?? op}: '${type}'`),
    ],
    [
      /^(.*) object isn't (callable|iterable|subscriptable|an iterator)$/,
      ([, what, how], { line }) => said(notSo(what!, how!, line)),
    ],
    [
      /^'(\w+)' object doesn't support item (assignment|deletion)$/,
      ([, type, what]) => said(`'${type}' object does not support item ${what}`),
    ],
    [
      /^(list|tuple) indices must be integers, not (\w+)$/,
      ([, of, type]) => said(`${of} indices must be integers or slices, not ${type}`),
    ],
    [
      /^(string|str|bytes) indices must be integers, not (\w+)$/,
      ([, , type]) => said(`string indices must be integers, not '${type}'`),
    ],
    [
      /^can't convert (\w+) to (int|float)$/,
      ([, type, to], { line }) => said(notNumber(type!, to!, line)),
    ],
    [
      /^can't convert '?(\w+)'? object to str implicitly$/,
      ([, type]) => said(`can only concatenate str (not "${type}") to str`),
    ],
    [
      /^join expects a list of str\/bytes objects/,
      () => said('sequence item 0: expected str instance, int found'),
    ],
    [
      /^format string needs more arguments$|^not enough arguments for format string$/,
      () => said('not enough arguments for format string'),
    ],
    [
      /^format string didn't convert all arguments$/,
      () => said('not all arguments converted during string formatting'),
    ],
    [
      /^issubclass\(\) arg 2 must be/,
      () => said('isinstance() arg 2 must be a type, a tuple of types, or a union'),
    ],
    [
      /^(\S+)\(\) takes (\d+) positional arguments but (\d+) were given$/,
      ([, name, takes, given], { signatures }) =>
        said(argumentCount(name!, Number(takes), Number(given), signatures())),
    ],
    [
      /^function takes (\d+) positional arguments but (\d+) were given$/,
      ([, takes, given], { line }) => said(builtinCount(Number(takes), Number(given), line)),
    ],
    [
      /^unexpected keyword argument '(.*)'$/,
      ([, keyword], { signatures }) => {
        const name = unexpected(keyword!, signatures());
        return said(`${name ? `${name}() ` : ''}got an unexpected keyword argument '${keyword}'`);
      },
    ],
    [
      /^function got multiple values for argument '(.*)'$/,
      ([, keyword], { signatures }) => {
        const { functions, calls } = signatures();
        const found = functions.filter(
          ({ name, owner, parameters }) =>
            parameters.some((p) => p.name === keyword) &&
            calls.some((call) => called(name, owner) === call.callee),
        );
        const name = found.length > 0 ? `${found[0]!.qualname}() ` : '';
        return said(`${name}got multiple values for argument '${keyword}'`);
      },
    ],
    [
      /^function missing keyword-only argument$/,
      (_, { signatures }) => said(missingKeyword(signatures())),
    ],
    [
      /^function missing required (?:positional|keyword) argument '?#?(\w+)'?$/,
      ([, name], { signatures }) => said(missingKeyword(signatures(), name)),
    ],
    [
      /^function missing (\d+) required positional arguments$/,
      ([, n]) => said(`missing ${n} required positional argument${n === '1' ? '' : 's'}`),
    ],
  ],
};

/** The message in CPython's words, where they differ. */
export function inCPythonsWords(type: string, message: string, context: WordsContext): Words {
  for (const [pattern, words] of rules[type] ?? []) {
    const match = pattern.exec(message);
    if (match) return { type, message, ...words(match, context) };
  }
  return { type, message };
}

function zeroDivision(line: string | undefined): string {
  const code = (line ?? '').replace(/(['"]).*?\1|#.*/g, '');
  const float = /\d\.\d*|\bfloat\(/.test(code);
  const kinds = new Set((code.match(/\/\/|\/|%|divmod|\*\*/g) ?? []).map(String));
  if (kinds.size === 1) {
    if (kinds.has('//') || kinds.has('divmod')) {
      return float ? 'float floor division by zero' : 'integer division or modulo by zero';
    }
    if (kinds.has('%')) return float ? 'float modulo' : 'integer modulo by zero';
    if (kinds.has('**')) return '0.0 cannot be raised to a negative power';
  }
  return float ? 'float division by zero' : 'division by zero';
}

function operands(name: string, a: string, b: string): Change {
  if (name in COMPARISONS) {
    return said(`'${COMPARISONS[name]}' not supported between instances of '${a}' and '${b}'`);
  }
  const inPlace = /^__i(?!nvert)(\w+)__$/.exec(name)?.[1];
  const op = inPlace ?? name.slice(2, -2);
  if (op === 'add' && SEQUENCES.has(a) && a !== 'bytes') {
    return said(`can only concatenate ${a} (not "${b}") to ${a}`);
  }
  if (op === 'mul' && (SEQUENCES.has(a) || SEQUENCES.has(b))) {
    return said(`can't multiply sequence by non-int of type '${SEQUENCES.has(a) ? b : a}'`);
  }
  if (op === 'contains') return said(`argument of type '${a}' is not iterable`);
  const sign = OPERATORS[op];
  if (!sign) return undefined;
  const shown = inPlace ? `${op === 'pow' ? '**' : sign}=` : sign;
  return said(`unsupported operand type(s) for ${shown}: '${a}' and '${b}'`);
}

/** `expected 2, ` from the targets on the left. */
function expected(line = ''): string {
  const left =
    /^\s*for\s+(.+?)\s+in\b/.exec(line)?.[1] ?? /^(.*?)(?<![=!<>])=(?!=)/.exec(line)?.[1];
  if (!left) return '';
  let depth = 0;
  let targets = 1;
  const text = left
    .trim()
    .replace(/^[([](.*)[)\]]$/, '$1')
    .replace(/,\s*$/, '');
  for (const char of text) {
    if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    else if (char === ',' && depth === 0) targets++;
  }
  if (targets === 1) return '';
  return /(^|,)\s*\*/.test(text) ? `expected at least ${targets - 1}, ` : `expected ${targets}, `;
}

const setting = (line: string, type: string): Change =>
  /^\s*[\w.]+\[[^=]*\]\s*[-+*/%]?=(?!=)/.test(line)
    ? said(`${type} assignment index out of range`)
    : undefined;

/** The variable that the line reads and its function assigns. */
function unbound({ line = '', lines = [], number = 0 }: WordsContext): string {
  let first = number - 1;
  while (first > 0 && !/^\s*(async\s+)?def\b/.test(lines[first]!)) first--;
  const indent = /^\s*/.exec(lines[first] ?? '')![0].length;
  let end = first + 1;
  while (
    end < lines.length &&
    (!lines[end]!.trim() || /^\s*/.exec(lines[end]!)![0].length > indent)
  ) {
    end++;
  }
  const body = lines.slice(first + 1, end).join('\n');
  for (const [name] of line.replace(/(['"]).*?\1/g, '').matchAll(/(?<![.\w])[A-Za-z_]\w*/g)) {
    const assigned = new RegExp(
      `(?<![.\\w])${name}\\s*(,[^=\\n]*)?([-+*/%&|^@]|//|\\*\\*|<<|>>)?=(?!=)|\\bfor\\b[^\\n]*\\b${name}\\b[^\\n]*\\bin\\b|\\bas\\s+${name}\\b`,
    );
    if (assigned.test(body)) {
      return `cannot access local variable '${name}' where it is not associated with a value`;
    }
  }
  return 'cannot access local variable where it is not associated with a value';
}

const LIST_METHODS = new Set(['append', 'extend', 'remove', 'count']);
const TEXT_METHODS = new Set([
  'upper',
  'lower',
  'isdigit',
  'isalpha',
  'isspace',
  'isupper',
  'islower',
]);

/** A method counts its object too. */
function builtinCount(takes: number, given: number, line = ''): string {
  const method = /\.(\w+)\(/.exec(line)?.[1] ?? '';
  if (LIST_METHODS.has(method)) {
    return `list.${method}() takes exactly one argument (${given - 1} given)`;
  }
  if (TEXT_METHODS.has(method)) return `str.${method}() takes no arguments (${given - 1} given)`;
  const n = method ? takes - 1 : takes;
  return `expected ${n} argument${n === 1 ? '' : 's'}, got ${method ? given - 1 : given}`;
}

function notSo(what: string, how: string, line = ''): string {
  if (how === 'iterable') {
    const type = what.replace(/'/g, '');
    if (/^\s*(?:for\s+)?[\w([][^=]*,[^=]*(?:=(?!=)|\bin\b)/.test(line)) {
      return `cannot unpack non-iterable ${type} object`;
    }
    if (/\bin\b/.test(line) && !/\bfor\b/.test(line)) {
      return `argument of type '${type}' is not iterable`;
    }
  }
  return `${what} object is not ${how}`;
}

function notNumber(type: string, to: string, line = ''): string {
  if (new RegExp(`\\b${to}\\(`).test(line) || line === '') {
    return to === 'int'
      ? `int() argument must be a string, a bytes-like object or a real number, not '${type}'`
      : `float() argument must be a string or a real number, not '${type}'`;
  }
  if (/%[-+ #0-9.]*d/.test(line)) return `%d format: a real number is required, not ${type}`;
  return to === 'int'
    ? `'${type}' object cannot be interpreted as an integer`
    : `must be real number, not ${type}`;
}

/** By what name a function is called: a constructor by its class's. */
const called = (name: string, owner: string | undefined) => (name === '__init__' ? owner : name);

function list(names: string[]): string {
  const quoted = names.map((name) => `'${name}'`);
  const last = quoted.pop()!;
  if (quoted.length === 0) return last;
  return quoted.length === 1 ? `${quoted[0]} and ${last}` : `${quoted.join(', ')}, and ${last}`;
}

/** CPython names the function in full and the arguments that are missing. */
function argumentCount(
  name: string,
  takes: number,
  given: number,
  { functions, calls }: Signatures,
) {
  const positional = (f: Signature) => f.parameters.filter((p) => p.kind === 'positional');
  const required = (f: Signature) => positional(f).filter((p) => !p.optional).length;
  const candidates = functions.filter((f) => {
    if (f.name !== name) return false;
    return given < takes
      ? required(f) === takes || positional(f).length === takes
      : positional(f).length === takes;
  });
  const found =
    candidates.find((f) => calls.some((call) => call.callee === called(f.name, f.owner))) ??
    candidates[0];
  if (!found) return plainCount(name, takes, takes, given);
  const all = positional(found);
  if (given < required(found)) {
    const missing = all
      .slice(given)
      .filter((p) => !p.optional)
      .map((p) => p.name);
    const plural = missing.length === 1 ? '' : 's';
    return `${found.qualname}() missing ${missing.length} required positional argument${plural}: ${list(missing)}`;
  }
  return plainCount(found.qualname, required(found), all.length, given);
}

function plainCount(name: string, least: number, most: number, given: number): string {
  const range = least < most ? `from ${least} to ${most}` : String(most);
  const plural = most === 1 && least === most ? '' : 's';
  const were = given === 1 ? 'was' : 'were';
  return `${name}() takes ${range} positional argument${plural} but ${given} ${were} given`;
}

function unexpected(keyword: string, { functions, calls }: Signatures): string | undefined {
  for (const call of calls) {
    if (!call.keywords.includes(keyword)) continue;
    const found = functions.find(
      ({ name, owner, parameters }) =>
        called(name, owner) === call.callee &&
        !parameters.some((p) => p.name === keyword || p.kind === 'keywords'),
    );
    if (found) return found.qualname;
  }
  return undefined;
}

function missingKeyword({ functions, calls }: Signatures, name?: string): string {
  for (const f of functions) {
    const needed = f.parameters.filter((p) => p.kind === 'keyword' && !p.optional);
    if (needed.length === 0) continue;
    for (const call of calls) {
      if (call.callee !== called(f.name, f.owner)) continue;
      const missing = needed.map((p) => p.name).filter((text) => !call.keywords.includes(text));
      if (missing.length === 0 || (name && !missing.includes(name))) continue;
      const plural = missing.length === 1 ? '' : 's';
      return `${f.qualname}() missing ${missing.length} required keyword-only argument${plural}: ${list(missing)}`;
    }
  }
  return `missing a required keyword-only argument${name ? `: '${name}'` : ''}`;
}
