// Writes the TypeScript types of the registry's operators and of the native layers:
//   node web/tools/gen-types.mjs        build/wasm/gradbox_core.* -> build/lib/ops.d.ts
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { at, isMain, main } from './common.mjs';

const scalarTypes = {
  Tensor: 'Tensor',
  'Tensor|Scalar': 'Tensor | number | boolean | bigint',
  Scalar: 'number | boolean | bigint',
  int: 'number',
  float: 'number',
  bool: 'boolean',
  str: 'string',
  ScalarType: 'DType',
};

/** The TypeScript type of a schema's type. */
export function typeOf(text) {
  const list = /^(\w+)(\??)\[(\d*)\](\??)$/.exec(text);
  if (list) {
    const [, item, nullable, size, optional] = list;
    const one = item === 'SymInt' ? 'number' : scalarTypes[item];
    const items = nullable ? `readonly (${one} | null)[]` : `readonly ${one}[]`;
    return items + (size ? ` | ${one}` : '') + (optional ? ' | null' : '');
  }
  const optional = text.endsWith('?');
  const plain = scalarTypes[optional ? text.slice(0, -1) : text];
  if (!plain) throw new Error(`no TypeScript type for '${text}'`);
  return plain + (optional ? ' | null' : '');
}

const reserved = new Set(['in', 'default', 'function', 'new', 'var', 'with', 'case']);
const safe = (name) => (reserved.has(name) ? `${name}_` : name);

const result = (returns) => {
  if (returns[0]?.includes('|')) return 'Tensor | Tensor[]';
  const types = returns.map((r) => typeOf(r.split(' ')[0]));
  if (types.length === 0) return 'void';
  return types.length === 1 ? types[0].replace('readonly ', '') : `[${types.join(', ')}]`;
};

/** Signatures of one overload, as a method (without self) or as a function. */
function signatures(op, asMethod) {
  const args = asMethod ? op.args.slice(1) : op.args;
  const options = args.filter((a) => a.name !== 'self');
  const creation = !op.args.some((a) => a.type.startsWith('Tensor'));
  const names = options.map((a) => `${a.name}?: ${typeOf(a.type)}`);
  if (creation) names.push('requires_grad?: boolean');
  const bag = names.length ? `{ ${names.join('; ')} }` : '';
  const positional = args.filter((a) => !a.kwarg_only);
  const optionalFrom = positional.findIndex((_, i) =>
    positional.slice(i).every((a) => 'default' in a),
  );
  const parts = positional.map((a, i) => {
    const free = optionalFrom >= 0 && i >= optionalFrom;
    // From here on everything may be given by name instead.
    const byName = bag && a.name !== 'self';
    const type = typeOf(a.type) + (byName ? ` | ${bag}` : '');
    return `${safe(a.name)}${free ? '?' : ''}: ${type}`;
  });
  if (bag) parts.push(`options?: ${bag}`);
  const out = result(op.returns);
  const lines = [`(${parts.join(', ')}): ${out}`];
  // x.view(2, 3): sizes may stand one by one.
  if (positional[0] && /^int\[\]$/.test(positional[0].type)) {
    lines.push(`(...${safe(positional[0].name)}: number[]): ${out}`);
    if (bag) lines.push(`(...sizesAndOptions: (number | ${bag})[]): ${out}`);
  }
  return lines;
}

function members(ops, asMethod, except) {
  const out = [];
  for (const op of ops) {
    if (except.has(op.shown)) continue;
    if (op.doc) out.push(`  /** ${op.doc.replaceAll('*/', '* /').replaceAll('\n', '\n   * ')} */`);
    for (const s of signatures(op, asMethod)) out.push(`  ${op.shown}${s};`);
  }
  return out.join('\n');
}

/** TypeScript's types of a layer argument's types. */
const layerTypes = { str: 'string', dtype: 'DType' };

function layerType(text) {
  const plain = text.replace('?', '');
  const nullable = text.endsWith('?') ? ' | null' : '';
  return (layerTypes[plain] ?? typeOf(plain)) + nullable;
}

/** Constructors of the core's layers; they may be called without `new`. */
function layerMembers(layers) {
  const lines = [];
  for (const { name, args, doc } of layers) {
    if (name === 'Sequential') continue;
    const names = args.map((a) => `${a.name}?: ${layerType(a.type)}`);
    const bag = names.length ? `{ ${names.join('; ')} }` : '';
    const parts = args.map(
      (a) => `${safe(a.name)}${'default' in a ? '?' : ''}: ${layerType(a.type)} | ${bag}`,
    );
    if (bag) parts.push(`options?: ${bag}`);
    if (doc) lines.push(`  /** ${doc} */`);
    lines.push(`  ${name}: LayerConstructor<[${parts.join(', ')}]>;`);
  }
  return lines.join('\n');
}

/** As shownName in web/lib/op-index.ts. */
function shownName(space, name) {
  if (space === 'linalg' || space === 'special') return name.replace(`${space}_`, '');
  return space === 'functional' && name === 'im2col' ? 'unfold' : name;
}

/** The text of ops.d.ts. `own` are the names that the hand-written class Tensor has itself. */
export function typesText(ops, layers, own) {
  const none = new Set();
  const spaces = [
    ['OpMethods', 'method', true, own],
    ['TorchFunctions', 'torch', false, none],
    ['FunctionalFunctions', 'functional', false, none],
    ['LinalgFunctions', 'linalg', false, none],
    ['SpecialFunctions', 'special', false, none],
  ];
  const blocks = spaces.map(([name, flag, asMethod, except]) => {
    const chosen = ops
      .filter((op) => op[flag] === 1)
      .map((op) => ({
        ...op,
        shown: shownName(flag, op.name),
      }));
    return `export interface ${name} {\n${members(chosen, asMethod, except)}\n}\n`;
  });
  return [
    '// Written by web/tools/gen-types.mjs from the operator registry.',
    "import type { DType } from '@lib/dtypes.ts';",
    "import type { Module } from '@lib/nn/module.ts';",
    "import type { Tensor } from '@lib/tensor.ts';",
    '',
    ...blocks,
    'export interface LayerConstructor<A extends unknown[]> {',
    '  new (...args: A): Module;',
    '  (...args: A): Module;',
    '}',
    `export interface Layers {\n${layerMembers(layers)}\n}\n`,
  ].join('\n');
}

/** Names of the members that a class body declares. */
function ownNames(source) {
  return new Set([...source.matchAll(/^ {2}(?:get |set |\*)?(\w+)\(/gm)].map((m) => m[1]));
}

/** Writes build/lib/ops.d.ts unless it is newer than what it is made from. */
export async function generateTypes() {
  const glue = at('build', 'wasm', 'gradbox_core.mjs');
  const sources = [glue, at('web', 'lib', 'tensor.ts'), at('web', 'tools', 'gen-types.mjs')];
  const target = at('build', 'lib', 'ops.d.ts');
  const age = (file) => statSync(file).mtimeMs;
  if (existsSync(target) && sources.every((file) => age(file) < age(target))) return;
  const { default: create } = await import(pathToFileURL(glue).href);
  const core = await create({ wasmBinary: readFileSync(glue.replace(/mjs$/, 'wasm')) });
  const own = ownNames(readFileSync(at('web', 'lib', 'tensor.ts'), 'utf8'));
  mkdirSync(at('build', 'lib'), { recursive: true });
  writeFileSync(target, typesText(JSON.parse(core.opsJson()), JSON.parse(core.layersJson()), own));
}

if (isMain(import.meta)) await main(generateTypes);
