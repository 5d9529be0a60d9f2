/**
 * The loops of a JavaScript snippet that train, as in python/loops.ts: `for (let i = 0; i < n; i++)`
 * and `for (const x of list)` over something that a name stands for. A call at the start of the body
 * tells where the loop is; a body that begins on the loop's own line is left alone, since the columns
 * of errors there would change.
 */
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/javascript';
import type { LoopCounter } from '../runtime.ts';

export interface TrainingLoop {
  label: string;
  /** The loop around it in the same function, as an index, or -1. */
  parent: number;
  /** The function it stands in, by its place; -1 outside of functions. */
  scope: number;
  /** Where the body begins, and the arguments of the call that stands there. */
  body: number;
  /** Items taken, or 0 where calls are to be counted; items there are. */
  done: string;
  total: string;
}

const TRAINS = ['backward', 'step'];
const FUNCTIONS = /^(FunctionDeclaration|FunctionExpression|ArrowFunction|MethodDeclaration)$/;
/** What can be read again at each iteration without any effect. */
const PLAIN = /^(?:[\w$]+(?:\.[\w$]+)*|\d+(?:\.\d+)?(?:e\d+)?)$/;

export function trainingLoops(source: string): TrainingLoop[] {
  if (!/\.(?:backward|step)\s*\(/.test(source)) return [];
  const nodes: SyntaxNode[] = [];
  parser.parse(source).iterate({ enter: ({ node }) => void nodes.push(node) });
  const names = trainingNames(nodes, source);
  const found: TrainingLoop[] = [];
  const indices = new Map<number, number>();
  for (const node of nodes) {
    if (node.name !== 'ForStatement' || !trains(node, source, names)) continue;
    const block = node.getChild('Block');
    const range = rangeOf(node, source);
    if (!block || !range || !/^\s*(?:\/\/.*)?(?:\n|$)/.test(source.slice(block.from + 1))) continue;
    const { parent, scope } = surroundings(node, indices);
    indices.set(node.from, found.length);
    found.push({ ...range, parent, scope, body: block.from + 1 });
  }
  return found;
}

/** The snippet with the calls `name(k, done, total)`. */
export function countLoops(source: string, loops: readonly TrainingLoop[], name: string): string {
  let out = source;
  const inside = loops.map((loop, k) => ({ ...loop, k })).sort((a, b) => b.body - a.body);
  for (const { k, body, done, total } of inside) {
    out = `${out.slice(0, body)}${name}(${k},${done},${total});${out.slice(body)}`;
  }
  return out;
}

function calleeOf(call: SyntaxNode, source: string): string {
  const target = call.firstChild;
  const last = target?.name === 'MemberExpression' ? target.lastChild : target;
  return last && /^(VariableName|PropertyName)$/.test(last.name)
    ? source.slice(last.from, last.to)
    : '';
}

function trains(node: SyntaxNode, source: string, names: ReadonlySet<string>): boolean {
  let found = false;
  node.cursor().iterate(({ name, node: part }) => {
    if (name === 'CallExpression' && names.has(calleeOf(part, source))) found = true;
    return !found;
  });
  return found;
}

/** `function train`, `const train = () =>`, and methods. */
function nameOf(node: SyntaxNode, source: string): string {
  const own = node.getChild('VariableDefinition') ?? node.getChild('PropertyDefinition');
  const given = node.prevSibling?.name === 'Equals' ? node.prevSibling.prevSibling : null;
  const name = own ?? (given?.name === 'VariableDefinition' ? given : null);
  return name ? source.slice(name.from, name.to) : '';
}

function trainingNames(nodes: readonly SyntaxNode[], source: string): Set<string> {
  const names = new Set(TRAINS);
  const functions = nodes.filter(({ name }) => FUNCTIONS.test(name));
  for (let before = 0; before < names.size; ) {
    before = names.size;
    for (const node of functions) {
      const name = nameOf(node, source);
      if (name && !names.has(name) && trains(node, source, names)) names.add(name);
    }
  }
  return names;
}

function rangeOf(node: SyntaxNode, source: string) {
  const of = node.getChild('ForOfSpec');
  const spec = of ?? node.getChild('ForSpec');
  const text = spec ? source.slice(spec.from + 1, spec.to - 1) : '';
  if (of) {
    const match = /^\s*(?:const|let|var)\s+(.+?)\s+of\s+([\w$.]+)\s*$/s.exec(text);
    if (!match || !PLAIN.test(match[2]!)) return undefined;
    const label = PLAIN.test(match[1]!) && match[1] !== '_' ? match[1]! : '';
    return { label, done: '0', total: `${match[2]}.length` };
  }
  const match =
    /^\s*(?:let|var)\s+([\w$]+)\s*=\s*(\d+)\s*;\s*([\w$]+)\s*(<=?)\s*(.+?)\s*;\s*(.+?)\s*$/s.exec(
      text,
    );
  if (!match) return undefined;
  const [, name, from, tested, sign, end, update] = match;
  const steps = [`${name}++`, `++${name}`, `${name}+=1`].includes(update!.replace(/\s/g, ''));
  if (tested !== name || !steps || !PLAIN.test(end!)) return undefined;
  const more = sign === '<=' ? '+1' : '';
  return { label: name!, done: `${name}-${from}+1`, total: `${end}-${from}${more}` };
}

function surroundings(node: SyntaxNode, indices: ReadonlyMap<number, number>) {
  let parent = -1;
  for (let at = node.parent; at; at = at.parent) {
    if (FUNCTIONS.test(at.name)) return { parent, scope: at.from };
    if (parent < 0 && at.name === 'ForStatement') parent = indices.get(at.from) ?? -1;
  }
  return { parent, scope: -1 };
}

interface Entry {
  k: number;
  begun: number;
  done: number;
  total: number;
}

/** The loops under way; the same as web/python/torch/_loops.py. */
export class LoopStack implements LoopCounter {
  readonly labels: string[];
  private stack: Entry[] = [];
  private begun = 0;

  constructor(private readonly loops: readonly TrainingLoop[]) {
    this.labels = loops.map(({ label }) => label);
  }

  /** The k-th loop begins an iteration. */
  at(k: number, done: number, total: number): void {
    let entry = this.stack.at(-1);
    if (entry?.k !== k) {
      const i = this.stack.findIndex((other) => other.k === k);
      entry = i < 0 ? undefined : this.stack[i];
      // What was inside of it has ended.
      if (entry) this.stack.length = i + 1;
    }
    const next = done || (entry?.done ?? 0) + 1;
    // Not there yet, or it began anew, without a loop around it that would have told.
    if (!entry || next <= entry.done || next > entry.total) {
      entry = { k, begun: ++this.begun, done: done || 1, total };
      this.begin(entry);
    } else {
      entry.done = next;
    }
    entry.total = total;
  }

  private begin(entry: Entry): void {
    const { parent, scope } = this.loops[entry.k]!;
    const around = new Set<number>();
    for (let at = parent; at >= 0; at = this.loops[at]!.parent) around.add(at);
    const other = this.stack.findIndex(({ k }) => this.loops[k]!.scope === scope && !around.has(k));
    if (other >= 0) this.stack.length = other;
    const nearest = this.stack.findIndex(({ k }) => k === parent);
    if (nearest >= 0) this.stack.length = nearest + 1;
    this.stack.push(entry);
  }

  state(): string {
    const [outer] = this.stack;
    if (!outer) return '';
    const parts = this.stack
      .filter(({ total }) => Number.isFinite(total))
      .map(({ k, done, total }) => `${k},${done},${total}`);
    return [outer.begun, ...parts].join(';');
  }
}
