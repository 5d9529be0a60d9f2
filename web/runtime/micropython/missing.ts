/** Errors that say what MicroPython lacks, rather than what the snippet does wrong. */
import type { RunError } from '../protocol.ts';
import { cpythonModules, missingAttributes, missingMethods } from '../python/names.ts';

/** Syntax errors of the compiler that CPython has as well. */
const REAL_SYNTAX =
  /outside (function|loop|async)|before global|before nonlocal|nonlocal|can't assign|can't delete|argument|default 'except' must be last|redefined/;

const NATIVE =
  /^(function|closure|generator|bound_method|module|type|str|bytes|int|float|list|dict|tuple|set|frozenset|range|map|zip|filter|property|deque|FileIO|TextIOWrapper|re|match|.*Error)$/;

/** The reason to try CPython, as the object of "MicroPython lacks ...", or undefined. */
export function missingOnMicroPython(error: RunError, message: string): string | undefined {
  switch (error.type) {
    case 'SyntaxError':
      return REAL_SYNTAX.test(message) ? undefined : `the syntax in line ${error.line ?? 1}`;
    case 'ModuleNotFoundError': {
      const name = /'([^'.]*)/.exec(error.message)?.[1] ?? '';
      return cpythonModules.has(name) ? `the module ${name}` : undefined;
    }
    case 'ImportError': {
      const name = /^can't import name (\w+)$/.exec(message)?.[1];
      return name && !/torch/.test(error.traceback) ? name : undefined;
    }
    case 'AttributeError':
      return missingAttribute(message);
    case 'NotImplementedError':
      return /only slices with step=1|not supported|unsupported/.test(message)
        ? 'an operation in this snippet'
        : undefined;
    case 'TypeError':
      return /^(extra (keyword|positional) arguments given|function doesn't take keyword arguments|function (takes|expected) .*)$/.test(
        message,
      )
        ? 'an argument of a builtin function'
        : undefined;
    default:
      return undefined;
  }
}

function missingAttribute(message: string): string | undefined {
  const match = /^'(.*)' object has no attribute '(.*)'$/.exec(message);
  if (!match) return undefined;
  const [, type, name] = match as unknown as [string, string, string];
  if (missingMethods[type]?.has(name)) return `${type}.${name}()`;
  if (missingAttributes.has(name)) return `the attribute ${name}`;
  // Functions and modules of MicroPython have fewer attributes; plain data types are in the table.
  if (
    /^(function|closure|generator|bound_method|module|FileIO|TextIOWrapper|re|match)$/.test(type)
  ) {
    return `the attribute ${name}`;
  }
  return NATIVE.test(type) && /^__\w+__$/.test(name) ? `the attribute ${name}` : undefined;
}
