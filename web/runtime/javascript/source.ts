/** From a snippet written as an ES module to the body of an async function. */
import { parser } from '@lezer/javascript';

export interface JavaScriptProblem {
  message: string;
  line: number;
  column: number;
}

/** The engine's own message has no line number where a snippet is compiled as a function. */
export function findSyntaxError(source: string): JavaScriptProblem | undefined {
  let at = -1;
  parser.parse(source).iterate({
    enter: (node) => {
      if (at < 0 && node.type.isError) at = node.from;
    },
  });
  if (at < 0) return undefined;
  let message = 'Invalid or unexpected token';
  try {
    // Compiles without running; the grammar may know less than the engine.
    new AsyncFunction(toFunctionBody(source));
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) message = error.message;
  }
  const before = source.slice(0, at).split('\n');
  return { message, line: before.length, column: before.at(-1)!.length + 1 };
}

const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => unknown;

/**
 * Imports become constants, exports plain declarations; every line stays where it is. The block
 * lets a snippet declare `torch` itself although it is there already.
 * @param told a function that is called at the end with the snippet's variables
 */
export function toFunctionBody(source: string, told = ''): string {
  let out = '';
  let at = 0;
  parser.parse(source).iterate({
    enter: ({ name, from, to, node }) => {
      const text = source.slice(from, to);
      let replacement: string | undefined;
      if (name === 'ImportDeclaration') replacement = importAsConst(text);
      else if (name === 'ExportDeclaration')
        replacement = text.replace(/^export\s+(default\s+)?/, '');
      else if (name === 'DynamicImport') replacement = '(async (name) => _gb_import(name))';
      else if (name === 'import' && node.parent?.name !== 'ImportDeclaration') {
        replacement = '(async (name) => _gb_import(name))';
      }
      if (replacement === undefined) return true;
      out += source.slice(at, from) + replacement;
      at = to;
      return false;
    },
  });
  const end = told ? `;${told}({${variablesOf(source).join()}})` : '';
  return `{${out}${source.slice(at)}\n${end}}`;
}

/** `x: () => x` for each variable that the snippet declares outside of functions and blocks. */
function variablesOf(source: string): string[] {
  const names = new Set<string>();
  const { topNode } = parser.parse(source);
  for (const statement of topNode.getChildren('VariableDeclaration')) {
    for (let part = statement.firstChild; part; part = part.nextSibling) {
      // What a variable is set to may declare variables of its own.
      if (!/^(VariableDefinition|ArrayPattern|ObjectPattern)$/.test(part.name)) continue;
      part.cursor().iterate(({ name, from, to }) => {
        if (/Definition$/.test(name) && name !== 'PropertyDefinition')
          names.add(source.slice(from, to));
      });
    }
  }
  return [...names].map((name) => `${name}: () => ${name}`);
}

function importAsConst(text: string): string {
  const lines = '\n'.repeat(text.split('\n').length - 1);
  const match = /^import\s+([\s\S]*?)\s*from\s*(['"])(.*?)\2\s*;?$/.exec(text);
  if (!match) {
    const bare = /^import\s*(['"])(.*?)\1/.exec(text);
    return bare ? `_gb_import(${JSON.stringify(bare[2])});` : text;
  }
  const [, what, , module] = match;
  const source = `_gb_import(${JSON.stringify(module)})`;
  const declarations: string[] = [];
  const named = /\{([\s\S]*)\}/.exec(what!);
  if (named) {
    const list = named[1]!.replace(/(\w+)\s+as\s+(\w+)/g, '$1: $2').replace(/\s+/g, ' ');
    declarations.push(`{${list}} = ${source}`);
  }
  const rest = what!.replace(/\{[\s\S]*\}/, '');
  const all = /\*\s+as\s+(\w+)/.exec(rest);
  if (all) declarations.push(`${all[1]} = ${source}`);
  const fallback = /^\s*([A-Za-z_$][\w$]*)/.exec(rest);
  if (fallback) declarations.push(`${fallback[1]} = ${source}.default`);
  return `const ${declarations.join(', ')};${lines}`;
}
