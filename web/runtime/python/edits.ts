/** Changes to a snippet's text, and what the rules of transform.ts ask of its tree. */
import type { Source, SyntaxNode } from './tree.ts';

interface Edit {
  from: number;
  to: number;
  text: string;
  /** 0 ends something, 1 begins something, 2 replaces: the order at one place. */
  kind: 0 | 1 | 2;
  order: number;
}

export class Edits {
  private readonly list: Edit[] = [];

  before(at: number, text: string): void {
    this.add(at, at, text, 1, this.list.length);
  }

  after(at: number, text: string): void {
    // Nodes are visited parents first, so a child's end comes before its parent's.
    this.add(at, at, text, 0, -this.list.length);
  }

  replace(from: number, to: number, text: string): void {
    this.add(from, to, text, 2, this.list.length);
  }

  private add(from: number, to: number, text: string, kind: Edit['kind'], order: number): void {
    this.list.push({ from, to, text, kind, order });
  }

  apply(source: string): string {
    if (this.list.length === 0) return source;
    const sorted = this.list.sort(
      (a, b) => a.from - b.from || a.kind - b.kind || a.order - b.order,
    );
    let out = '';
    let at = 0;
    for (const { from, to, text } of sorted) {
      // Inside something that was replaced as a whole.
      if (from < at) continue;
      if (from > at) out += source.slice(at, from);
      out += text;
      at = Math.max(at, to);
    }
    return out + source.slice(at);
  }
}

export type Rule = (node: SyntaxNode, source: Source, edits: Edits) => void;

export function isInside(node: SyntaxNode, name: string): boolean {
  for (let at: SyntaxNode | null = node; at; at = at.parent) if (at.name === name) return true;
  return false;
}

/** The parts of `receiver.method(arguments)`, or undefined for another kind of call. */
export function methodCall(call: SyntaxNode, source: Source, name: string) {
  const target = call.firstChild;
  const list = call.getChild('ArgList');
  if (target?.name !== 'MemberExpression' || !list || source.callee(call) !== name)
    return undefined;
  const receiver = target.firstChild;
  return receiver ? { receiver, list } : undefined;
}

/** `x.name(a)` → `replacement(x, a)` */
export function makeFunction(
  parts: { receiver: SyntaxNode; list: SyntaxNode },
  replacement: string,
  edits: Edits,
): void {
  const { receiver, list } = parts;
  edits.before(receiver.from, `${replacement}(`);
  const empty = list.firstChild?.nextSibling?.name === ')';
  edits.replace(receiver.to, list.from + 1, empty ? '' : ', ');
}

export const isName = (node: SyntaxNode | null, source: Source, name: string) =>
  node?.name === 'VariableName' && source.of(node) === name;

/** What stands left of `=`, or between `for` and `in`, or after `del`. */
export function isTarget(node: SyntaxNode): boolean {
  const parent = node.parent;
  if (!parent) return false;
  if (parent.name === 'DeleteStatement') return true;
  if (parent.name === 'UpdateStatement') return parent.firstChild?.from === node.from;
  const ends =
    parent.name === 'AssignStatement'
      ? ['AssignOp']
      : parent.name === 'ForStatement' || parent.name.endsWith('ComprehensionExpression')
        ? ['in']
        : undefined;
  if (!ends) return isTargetList(parent) && isTarget(parent);
  if (parent.name !== 'AssignStatement' && !follows(node, 'for')) return false;
  for (let next = node.nextSibling; next; next = next.nextSibling) {
    if (ends.includes(next.name)) return true;
    if (next.name === 'TypeDef') return true;
  }
  return false;
}

const isTargetList = (node: SyntaxNode) =>
  node.name === 'ArrayExpression' || node.name === 'TupleExpression';

export function follows(node: SyntaxNode, name: string): boolean {
  for (let previous = node.prevSibling; previous; previous = previous.prevSibling) {
    if (previous.name === name) return true;
    if (previous.name === 'in') return false;
  }
  return false;
}
