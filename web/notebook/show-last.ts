/** A cell whose last line is an expression shows its value, as notebooks do. */
import { Source } from '@runtime/python/tree';

/** Keeps every line where it is, so that tracebacks stay right. A semicolon at the end shows nothing. */
export function showLast(source: string): string {
  const tree = new Source(source);
  let last = tree.root.lastChild;
  while (last?.name === 'Comment') last = last.prevSibling;
  if (last?.name !== 'ExpressionStatement') return source;
  const { from } = last;
  const to = last.lastChild?.to ?? last.to;
  const expression = source.slice(from, to).trimEnd();
  const after = source.slice(from + expression.length);
  if (/^\s*;/.test(after) || expression.endsWith(';')) return source;
  // A call of print has nothing else to show, and stays as readable as it was in a traceback.
  if (/^print\s*\(/.test(expression)) return source;
  const show = '(lambda _: None if _ is None else print(repr(_)))';
  return `${source.slice(0, from)}${show}((${expression}))${after}`;
}
