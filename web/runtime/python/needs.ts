/** What in a snippet only CPython can do, found before anything runs. */
import { Classes } from './classes.ts';
import {
  cpythonModules,
  microPythonModules,
  missingAttributes,
  missingBuiltins,
  missingMethods,
  missingSpecials,
} from './names.ts';
import { children, type Source, type SyntaxNode, walk } from './tree.ts';

/** Where a module that a snippet imports comes from. */
export interface Modules {
  /** The session's own files can be imported too. */
  files: ReadonlySet<string>;
  /** What the modules on MicroPython hold. */
  names: ReadonlyMap<string, ReadonlySet<string>>;
}

type Rule = (node: SyntaxNode, source: Source, context: Context) => string | undefined;

interface Context extends Modules {
  functions: ReadonlySet<string>;
  methods: ReadonlySet<string>;
  classes: Classes;
  /** Imported modules by the name that the snippet gives them. */
  aliases: ReadonlyMap<string, string>;
}

const rules: Record<string, Rule> = {
  ImportStatement: importedModule,
  String: escapeByName,
  MatchStatement: () => 'match statements',
  TypeParamList: () => 'type parameters',
  TypeDefinition: () => 'type statements',
  ForStatement: asynchronous,
  WithStatement: asynchronous,
  TryStatement: exceptionGroup,
  ClassDefinition: classFeatures,
  CallExpression: callFeatures,
  MemberExpression: attribute,
  AssignStatement: assigned,
  DecoratedStatement: decorated,
};

/** The reason why CPython is needed, as the object of "MicroPython lacks ...", or undefined. */
export function needsCPython(source: Source, modules: Modules): string | undefined {
  const functions = new Set<string>();
  const methods = new Set<string>();
  for (const node of walk(source.root)) {
    if (node.name !== 'FunctionDefinition') continue;
    const name = node.getChild('VariableName');
    if (!name) continue;
    const inClass = node.parent?.parent?.name === 'ClassDefinition';
    (inClass ? methods : functions).add(source.of(name));
    if (inClass && missingSpecials.has(source.of(name))) return `${source.of(name)}()`;
  }
  const classes = new Classes(source);
  if (/\b__slots__\b/.test(source.text) && /\b__dict__\b/.test(source.text)) {
    return '__slots__ without __dict__';
  }
  const context = { ...modules, functions, methods, classes, aliases: importedAs(source) };
  for (const node of walk(source.root)) {
    const reason = rules[node.name]?.(node, source, context);
    if (reason) return reason;
  }
  return undefined;
}

/** "\N{BULLET}" */
function escapeByName(node: SyntaxNode, source: Source): string | undefined {
  return /^(?![^'"]*[rRbB])[\s\S]*\\N\{/.test(source.of(node)) ? 'names of characters' : undefined;
}

/** Root modules that the statement imports: `a` for `import a.b`, `from a import b`. */
function importedModule(
  node: SyntaxNode,
  source: Source,
  { files, names }: Context,
): string | undefined {
  const text = source.of(node).replace(/\\\n/g, ' ');
  const from = /^from\s+(\.*)([\w.]*)\s+import\s+([\s\S]*)$/.exec(text);
  const paths = from
    ? from[1]
      ? []
      : [from[2]!]
    : text
        .replace(/^import\s+/, '')
        .split(',')
        .map((part) => part.trim().split(/\s/)[0]!);
  for (const path of paths) {
    const root = path.split('.')[0]!;
    if (files.has(root) || microPythonModules.has(root)) continue;
    if (cpythonModules.has(root)) return `the module ${root}`;
  }
  if (from && !from[1] && !files.has(from[2]!.split('.')[0]!)) {
    const known = names.get(from[2]!);
    for (const [, name] of from[3]!.matchAll(/(?:^|[,(])\s*(\w+)/g)) {
      if (known && !known.has(name!)) return `${name} of the module ${from[2]}`;
    }
  }
  return undefined;
}

function asynchronous(node: SyntaxNode): string | undefined {
  return node.firstChild?.name === 'async' ? 'async for and async with' : undefined;
}

function exceptionGroup(node: SyntaxNode): string | undefined {
  return children(node).some((part) => part.name === '*') ? 'except*' : undefined;
}

const BASES = new Set([
  'dict',
  'list',
  'tuple',
  'set',
  'str',
  'int',
  'float',
  'bytes',
  'frozenset',
]);

function classFeatures(node: SyntaxNode, source: Source, context: Context): string | undefined {
  const list = node.getChild('ArgList');
  if (!list) return undefined;
  const name = node.getChild('VariableName');
  if (name && context.classes.needsOrder(source.of(name)))
    return 'the order of several base classes';
  const values = new Set<number>();
  for (const [name, value] of source.keywords(node)) {
    if (source.of(name) !== 'metaclass') return 'keyword arguments of classes';
    if (!/\bABCMeta$/.test(source.of(value))) return 'metaclasses';
    values.add(name.from).add(value.from);
  }
  for (const base of children(list)) {
    if (values.has(base.from) || base.name !== 'VariableName') continue;
    if (BASES.has(source.of(base))) return `subclasses of ${source.of(base)}`;
    if (ABSTRACT_BASES.test(source.of(base)) && /\bcollections\.abc\b/.test(source.text)) {
      return `subclasses of ${source.of(base)}`;
    }
  }
  return undefined;
}

/** They bring methods of their own. */
const ABSTRACT_BASES = /^(Mutable)?(Sequence|Mapping|Set)$|^Collection$/;

/** Atomic and conditional groups, flags within a pattern, possessive repeats, patterns of bytes. */
const UNTRANSLATABLE = /^[rR]?[bB]|\(\?(>|\(|[aiLmsux]*-?[imsx]+:)|(?<!\\)[*+?}]\+/;

function callFeatures(node: SyntaxNode, source: Source, context: Context): string | undefined {
  const target = node.firstChild;
  const list = node.getChild('ArgList');
  if (!target || !list) return undefined;
  if (target.name === 'VariableName') {
    const name = source.of(target);
    if (missingBuiltins.has(name) && !context.functions.has(name)) return `${name}()`;
    if (name === 'isinstance' || name === 'issubclass') {
      const second = list.getChild('BinaryExpression');
      if (second && source.of(second).includes('|')) return 'X | Y in isinstance()';
      // A function there, see torch/_functions.py.
      const legacy = /\btorch\.[A-Z][a-z]+Tensor\b/.exec(source.of(list));
      if (legacy) return `${legacy[0]} in ${name}()`;
    }
    return undefined;
  }
  if (target.name !== 'MemberExpression') return undefined;
  const method = source.callee(node);
  const receiver = target.firstChild!;
  if (/^json\.loads?$/.test(source.of(target)) && source.keywords(node).length > 0) {
    return `keyword arguments of ${source.of(target)}()`;
  }
  const encoding = /^(en|de)code$/.test(method) ? children(list)[1] : undefined;
  if (encoding?.name === 'String' && !/^['"]utf-?8['"]$/i.test(source.of(encoding))) {
    return 'this encoding';
  }
  const pattern = source.of(receiver) === 're' ? list.getChild('String') : null;
  if (pattern && UNTRANSLATABLE.test(source.of(pattern))) return 'this regular expression';
  if (context.methods.has(method) || context.functions.has(method)) return undefined;
  for (const [type, names] of Object.entries(missingMethods)) {
    if (names.has(method)) return `${type}.${method}()`;
  }
  return undefined;
}

const LAZY_LAYER = /^Lazy(Linear|Conv|BatchNorm|InstanceNorm)/;

/** What files have on CPython only. */
const FILE_ATTRIBUTES = new Set(
  'closed mode encoding newlines readable writable seekable truncate isatty fileno'.split(' '),
);

function attribute(node: SyntaxNode, source: Source, context: Context): string | undefined {
  const last = node.lastChild;
  if (last?.name !== 'PropertyName') return undefined;
  const name = source.of(last);
  if (missingAttributes.has(name)) return `the attribute ${name}`;
  if (LAZY_LAYER.test(name)) return `objects that change their class, as nn.${name} does`;
  const object = node.firstChild!;
  const module =
    object.name === 'VariableName' ? context.aliases.get(source.of(object)) : undefined;
  const isFile = !module && FILE_ATTRIBUTES.has(name) && /\bopen\(/.test(source.text);
  if (isFile) return `the attribute ${name}`;
  const known = module && !context.files.has(module) ? context.names.get(module) : undefined;
  if (known && !known.has(name)) return `${module}.${name}`;
  return undefined;
}

/** `f.calls = 0` on a function of the snippet. */
function assigned(node: SyntaxNode, source: Source, context: Context): string | undefined {
  const target = node.firstChild;
  if (target?.name !== 'MemberExpression' || target.lastChild?.name !== 'PropertyName') {
    return undefined;
  }
  const object = target.firstChild!;
  const value = node.lastChild?.name;
  const shares = value !== 'DictionaryExpression' && value !== 'CallExpression';
  if (source.of(target.lastChild) === '__dict__' && shares) return 'a shared __dict__';
  const isFunction = object.name === 'VariableName' && context.functions.has(source.of(object));
  return isFunction ? 'attributes of functions' : undefined;
}

function decorated(node: SyntaxNode, source: Source): string | undefined {
  const type = node.getChild('ClassDefinition');
  if (type && /:\s*InitVar\b/.test(source.of(type))) return 'InitVar';
  // A registration by the annotation of the first parameter.
  const register = node
    .getChildren('Decorator')
    .some((decorator) => /^@\s*\w+\.register\s*$/.test(source.of(decorator)));
  return register ? 'annotations of functions' : undefined;
}

/** `import numpy as np` → np: numpy */
function importedAs(source: Source): Map<string, string> {
  const found = new Map<string, string>();
  for (const node of walk(source.root)) {
    if (node.name !== 'ImportStatement') continue;
    const text = /^import\s+([\s\S]+)$/.exec(source.of(node));
    for (const part of (text?.[1] ?? '').split(',')) {
      const [, module, alias] = /^\s*([\w.]+)(?:\s+as\s+(\w+))?/.exec(part) ?? [];
      if (module && (alias || !module.includes('.'))) found.set(alias ?? module, module);
    }
  }
  return found;
}
