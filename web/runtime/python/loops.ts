/**
 * The loops of a snippet that train: those whose body takes a step or a backward, itself or in a
 * function of the snippet. What they go through is counted (web/python/torch/_loops.py), which costs
 * a fraction of a microsecond an item; other loops, which may be tight, are left alone.
 */
import type { Edits } from './edits.ts';
import { children, type Source, type SyntaxNode, walk } from './tree.ts';

export interface TrainingLoop {
  /** The loop's variable, or empty. */
  label: string;
  /** The expression that is counted: of `enumerate(x)`, x. */
  items: SyntaxNode;
  /** The loop around it in the same function, as an index, or -1. */
  parent: number;
  /** The function it stands in, by its place; -1 outside of functions. */
  scope: number;
}

const TRAINS = ['backward', 'step'];
/** They have no length, but what they are given has. */
const WRAPPERS = new Set(['enumerate', 'tqdm']);

export function trainingLoops(source: Source): TrainingLoop[] {
  if (!/\btorch\b/.test(source.text) || !/\.(?:backward|step)\s*\(/.test(source.text)) return [];
  const names = trainingNames(source);
  const found: TrainingLoop[] = [];
  const indices = new Map<number, number>();
  for (const node of walk(source.root)) {
    if (node.name !== 'ForStatement' || node.firstChild?.name === 'async') continue;
    const items = itemsOf(node, source);
    if (!items || !calls(node, source, names)) continue;
    const { parent, scope } = surroundings(node, indices);
    indices.set(node.from, found.length);
    found.push({ label: labelOf(node, source), items, parent, scope });
  }
  return found;
}

/** Puts the counting into the text. */
export function countLoops(loops: readonly TrainingLoop[], edits: Edits): void {
  loops.forEach(({ items }, k) => {
    edits.before(items.from, `_gb_loop(${k}, `);
    edits.after(items.to, ')');
  });
}

/** For `_loops.start()`, as source text. */
export function loopTables(loops: readonly TrainingLoop[]): string {
  const list = (key: 'parent' | 'scope') => `[${loops.map((loop) => loop[key]).join()}]`;
  return `${list('parent')}, ${list('scope')}`;
}

/** Line and column, in bytes, of what is counted: how Python's syntax tree knows it. */
export function loopPlaces(loops: readonly TrainingLoop[], { text }: Source): [number, number][] {
  const encoder = new TextEncoder();
  return loops.map(({ items }) => {
    const before = text.slice(0, items.from).split('\n');
    return [before.length, encoder.encode(before.at(-1)).length];
  });
}

function calls(node: SyntaxNode, source: Source, names: ReadonlySet<string>): boolean {
  for (const part of walk(node)) {
    if (part.name === 'CallExpression' && names.has(source.callee(part))) return true;
  }
  return false;
}

/** Functions that train, as what they call is known to. */
function trainingNames(source: Source): Set<string> {
  const names = new Set(TRAINS);
  const functions = [...walk(source.root)].filter(({ name }) => name === 'FunctionDefinition');
  for (let before = 0; before < names.size; ) {
    before = names.size;
    for (const node of functions) {
      const name = node.getChild('VariableName');
      if (name && !names.has(source.of(name)) && calls(node, source, names)) {
        names.add(source.of(name));
      }
    }
  }
  return names;
}

function itemsOf(node: SyntaxNode, source: Source): SyntaxNode | undefined {
  const parts = children(node);
  const at = parts.findIndex(({ name }) => name === 'in');
  const items = parts[at + 1];
  // `for x in 1, 2:` has no single expression.
  if (at < 0 || !items || parts[at + 2]?.name !== 'Body') return undefined;
  if (items.name !== 'CallExpression' || !WRAPPERS.has(source.callee(items))) return items;
  const first = items.getChild('ArgList')?.firstChild?.nextSibling;
  const plain = first && /Expression$|^VariableName$|^String$/.test(first.name);
  return plain && first.nextSibling?.name !== 'AssignOp' ? first : undefined;
}

function labelOf(node: SyntaxNode, source: Source): string {
  const name = node.getChild('VariableName');
  const text = name ? source.of(name) : '';
  return text === '_' || node.firstChild?.nextSibling?.name !== 'VariableName' ? '' : text;
}

function surroundings(node: SyntaxNode, indices: ReadonlyMap<number, number>) {
  let parent = -1;
  for (let at = node.parent; at; at = at.parent) {
    if (/^(FunctionDefinition|LambdaExpression)$/.test(at.name)) return { parent, scope: at.from };
    if (parent < 0 && at.name === 'ForStatement') parent = indices.get(at.from) ?? -1;
  }
  return { parent, scope: -1 };
}
