/** Short hands over the syntax tree of @lezer/python. */
import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/python';

export type { SyntaxNode, Tree };

export const parsePython = (source: string): Tree => parser.parse(source);

export function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}

/** Every node below `node`, itself included, parents first. */
export function* walk(node: SyntaxNode): Generator<SyntaxNode> {
  yield node;
  for (let child = node.firstChild; child; child = child.nextSibling) yield* walk(child);
}

export class Source {
  constructor(
    readonly text: string,
    readonly tree: Tree = parsePython(text),
  ) {}

  get root(): SyntaxNode {
    return this.tree.topNode;
  }

  of(node: SyntaxNode): string {
    return this.text.slice(node.from, node.to);
  }

  /** The called name: `print`, or the last part of `x.sort`. */
  callee(call: SyntaxNode): string {
    const target = call.firstChild;
    if (!target) return '';
    if (target.name === 'VariableName') return this.of(target);
    const last = target.lastChild;
    return target.name === 'MemberExpression' && last?.name === 'PropertyName' ? this.of(last) : '';
  }

  /** Keyword arguments of a call: name node and value node. */
  keywords(call: SyntaxNode): [name: SyntaxNode, value: SyntaxNode][] {
    const list = call.getChild('ArgList');
    if (!list) return [];
    const found: [SyntaxNode, SyntaxNode][] = [];
    for (const sign of list.getChildren('AssignOp')) {
      const name = sign.prevSibling;
      const value = sign.nextSibling;
      if (name && value) found.push([name, value]);
    }
    return found;
  }
}
