/** What the rules ask of a snippet's syntax tree. */
import { Source, type SyntaxNode, walk } from '@runtime/python/tree';

const MODULE_BASE = /(?:^|\.)(?:Module|Sequential|ModuleList)$|^nn\./;

export class Program {
  readonly source: Source;
  readonly calls: SyntaxNode[] = [];
  readonly strings: SyntaxNode[] = [];
  /** Base classes, as written, by the name of a class of the snippet. */
  private readonly classes = new Map<string, string[]>();
  /** The values that are assigned to a plain name, in order. */
  private readonly values = new Map<string, SyntaxNode[]>();

  constructor(readonly text: string) {
    this.source = new Source(text);
    for (const node of walk(this.source.root)) {
      if (node.name === 'CallExpression') this.calls.push(node);
      else if (node.name === 'String') this.strings.push(node);
      else if (node.name === 'ClassDefinition') this.addClass(node);
      else if (node.name === 'AssignStatement') this.addAssignment(node);
    }
  }

  of(node: SyntaxNode): string {
    return this.source.of(node);
  }

  callee(call: SyntaxNode): string {
    return this.source.callee(call);
  }

  /** `model` of `model.forward(x)`. */
  receiver(call: SyntaxNode): SyntaxNode | null {
    const target = call.firstChild;
    return target?.name === 'MemberExpression' ? target.firstChild : null;
  }

  /** The positional arguments. */
  args(call: SyntaxNode): SyntaxNode[] {
    const found: SyntaxNode[] = [];
    const list = call.getChild('ArgList');
    for (let child = list?.firstChild; child; child = child.nextSibling) {
      if (/^[(),]$/.test(child.name) || child.name === 'Comment') continue;
      if (child.name === 'AssignOp' || child.nextSibling?.name === 'AssignOp') continue;
      if (child.prevSibling?.name === 'AssignOp') continue;
      found.push(child);
    }
    return found;
  }

  /** What was last assigned to the name before `at`. */
  valueOf(name: string, at: number): SyntaxNode | undefined {
    return this.values
      .get(name)
      ?.filter((value) => value.from < at)
      .at(-1);
  }

  hasClass(name: string): boolean {
    return this.classes.has(name);
  }

  /** Whether a class of the snippet comes from nn.Module. */
  isModule(name: string, depth = 0): boolean {
    return (this.classes.get(name) ?? []).some(
      (base) => MODULE_BASE.test(base) || (depth < 10 && this.isModule(base, depth + 1)),
    );
  }

  /** The nearest node of one of these kinds around this one. */
  around(node: SyntaxNode, ...kinds: string[]): SyntaxNode | null {
    for (let at = node.parent; at; at = at.parent) if (kinds.includes(at.name)) return at;
    return null;
  }

  within(node: SyntaxNode, outer: SyntaxNode): boolean {
    return node.from >= outer.from && node.to <= outer.to;
  }

  /** Where the statement's line begins, and its indentation. */
  line(node: SyntaxNode): { from: number; indent: string } {
    const from = this.text.lastIndexOf('\n', node.from - 1) + 1;
    return { from, indent: /^[ \t]*/.exec(this.text.slice(from))![0] };
  }

  private addClass(node: SyntaxNode): void {
    const name = node.getChild('VariableName');
    const list = node.getChild('ArgList');
    if (!name) return;
    const bases: string[] = [];
    for (let child = list?.firstChild; child; child = child.nextSibling) {
      if (child.name === 'VariableName' || child.name === 'MemberExpression') {
        bases.push(this.of(child));
      }
    }
    this.classes.set(this.of(name), bases);
  }

  private addAssignment(node: SyntaxNode): void {
    const target = node.firstChild;
    const value = node.lastChild;
    if (target?.name !== 'VariableName' || !value || target.nextSibling?.name !== 'AssignOp')
      return;
    const name = this.of(target);
    const list = this.values.get(name);
    if (list) list.push(value);
    else this.values.set(name, [value]);
  }
}
