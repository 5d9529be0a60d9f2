/** The functions of a snippet and their parameters, for error messages that name them. */
import { children, type Source, type SyntaxNode, walk } from './tree.ts';

export interface Parameter {
  name: string;
  optional: boolean;
  kind: 'positional' | 'keyword' | 'rest' | 'keywords';
}

export interface Signature {
  /** `f`, `Class.method`, `outer.<locals>.inner`. */
  qualname: string;
  name: string;
  /** The class whose method it is. */
  owner: string | undefined;
  parameters: Parameter[];
}

export interface Call {
  /** What is called: `f`, or `method` of `x.method(...)`. */
  callee: string;
  keywords: string[];
  line: number;
}

export interface Signatures {
  functions: Signature[];
  calls: Call[];
}

function qualifiedName(node: SyntaxNode, source: Source, name: string): string {
  let text = name;
  for (let at = node.parent; at; at = at.parent) {
    const definition = at.name === 'FunctionDefinition' || at.name === 'ClassDefinition';
    const own = definition ? at.getChild('VariableName') : null;
    if (!own) continue;
    text = `${source.of(own)}.${at.name === 'FunctionDefinition' ? '<locals>.' : ''}${text}`;
  }
  return text;
}

function parametersOf(list: SyntaxNode, source: Source): Parameter[] {
  const found: Parameter[] = [];
  let keywordOnly = false;
  let star = '';
  const parts = children(list);
  parts.forEach((part, i) => {
    if (part.name === '*' || part.name === '**') {
      star = part.name;
      if (part.name === '*') keywordOnly = true;
    } else if (part.name === 'VariableName' && /^(AssignOp|:)?$/.test(parts[i - 1]?.name ?? '')) {
      // A default value: `=` stands before it.
      if (parts[i - 1]?.name !== 'AssignOp') add(part, i);
    } else if (part.name === 'VariableName' && parts[i - 1]?.name !== 'AssignOp') {
      add(part, i);
    } else if (part.name === ',') {
      star = '';
    }
  });
  return found;

  function add(part: SyntaxNode, i: number): void {
    let next = i + 1;
    if (parts[next]?.name === 'TypeDef') next++;
    const kind =
      star === '*' ? 'rest' : star === '**' ? 'keywords' : keywordOnly ? 'keyword' : 'positional';
    found.push({ name: source.of(part), optional: parts[next]?.name === 'AssignOp', kind });
    star = '';
  }
}

export function readSignatures(source: Source): Signatures {
  const functions: Signature[] = [];
  const calls: Call[] = [];
  for (const node of walk(source.root)) {
    if (node.name === 'CallExpression') {
      const line = source.text.slice(0, node.from).split('\n').length;
      const keywords = source.keywords(node).map(([name]) => source.of(name));
      calls.push({ callee: source.callee(node), keywords, line });
    }
    const lambda = node.name === 'LambdaExpression';
    if (node.name !== 'FunctionDefinition' && !lambda) continue;
    const own = lambda ? null : node.getChild('VariableName');
    const name = own ? source.of(own) : '<lambda>';
    const list = node.getChild('ParamList');
    let holder = node.parent;
    if (holder?.name === 'DecoratedStatement') holder = holder.parent;
    const type = holder?.name === 'Body' ? holder.parent : null;
    const owner = type?.name === 'ClassDefinition' ? type.getChild('VariableName') : null;
    functions.push({
      qualname: qualifiedName(node, source, name),
      name,
      owner: owner ? source.of(owner) : undefined,
      parameters: list ? parametersOf(list, source) : [],
    });
  }
  return { functions, calls };
}
