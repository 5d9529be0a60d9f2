/**
 * Rewrites what MicroPython doesn't understand, or understands otherwise, into what it does. Every
 * line keeps its number: text is only put in or taken out within a line. The names that begin with
 * `_gb_` are defined in web/python/stdlib/_gb_boot.py.
 */
import { Edits, isName, isTarget, makeFunction, methodCall, type Rule } from './edits.ts';
import { countLoops, type TrainingLoop } from './loops.ts';
import { formatCall, formatField, nestedFormatString, percentFormat } from './transform-formats.ts';
import { children, type Source, type SyntaxNode, walk } from './tree.ts';

const rules: Record<string, Rule[]> = {
  FormatString: [nestedFormatString],
  FormatReplacement: [formatField],
  CallExpression: [
    orderedViews,
    formatCall,
    stableSort,
    printFlush,
    floatCall,
    indexCall,
    textMethod,
    keywords,
    dunderCall,
    abstractCheck,
  ],
  BinaryExpression: [percentFormat, numberFirst, dictViews],
  DictionaryExpression: [dictDisplay],
  ArrayExpression: [starredDisplay('_gb_list')],
  TupleExpression: [starredDisplay('_gb_tuple')],
  SetExpression: [starredDisplay('_gb_set')],
  MemberExpression: [
    stepSlice,
    unboundMethod,
    tensorMethod,
    causeOf,
    nameOf,
    membersChanged,
    subscriptedType,
  ],
  AssignStatement: [setSlice],
  DeleteStatement: [deleteSlice],
  ParamList: [positionalOnly],
  RaiseStatement: [raiseFrom],
  DecoratedStatement: [dataclassFields],
  ClassDefinition: [abstractMetaclass],
};

/** The snippet as MicroPython takes it. A text without anything to rewrite comes back as it is. */
export function transform(source: Source, loops: readonly TrainingLoop[] = []): string {
  const edits = new Edits();
  countLoops(loops, edits);
  for (const node of walk(source.root)) {
    for (const rule of rules[node.name] ?? []) rule(node, source, edits);
  }
  return edits.apply(source.text);
}

/** Methods of str and int that MicroPython lacks, or that know ASCII only. */
const TEXT_METHODS = new Set(
  `casefold title capitalize swapcase isalnum isdecimal isnumeric isidentifier isprintable istitle
  upper lower isalpha isdigit isspace islower isupper ljust rjust center zfill expandtabs
  removeprefix removesuffix isascii format_map maketrans translate
  bit_length bit_count as_integer_ratio is_integer conjugate writelines`.split(/\s+/),
);

/** `x.title()` → `_gb_method("title", x)`, and `x.split(sep=",")`, whose keywords MicroPython lacks. */
function textMethod(node: SyntaxNode, source: Source, edits: Edits): void {
  const name = source.callee(node);
  const split = /^r?split$/.test(name) && source.keywords(node).length > 0;
  if (!TEXT_METHODS.has(name) && !split) return;
  const parts = methodCall(node, source, name);
  if (!parts || isName(parts.receiver, source, 'str')) return;
  const { receiver, list } = parts;
  edits.before(receiver.from, `_gb_method("${name}", `);
  const empty = list.firstChild?.nextSibling?.name === ')';
  edits.replace(receiver.to, list.from + 1, empty ? '' : ', ');
}

/** `str.title` → `_gb_unbound("title")` */
function unboundMethod(node: SyntaxNode, source: Source, edits: Edits): void {
  if (!isName(node.firstChild, source, 'str') || node.lastChild?.name !== 'PropertyName') return;
  const name = source.of(node.lastChild);
  if (TEXT_METHODS.has(name)) edits.replace(node.from, node.to, `_gb_unbound("${name}")`);
}

/**
 * `torch.Tensor.add` → `_gb_of_class(torch.Tensor, "add")`: most of its methods are made when a tensor
 * is first asked for them, and MicroPython asks no class.
 */
function tensorMethod(node: SyntaxNode, source: Source, edits: Edits): void {
  const last = node.lastChild;
  if (last?.name !== 'PropertyName' || source.of(last).startsWith('_') || isTarget(node)) return;
  const object = node.firstChild!;
  const text = source.of(object);
  const imported = () => /^\s*from torch import .*\bTensor\b/m.test(source.text);
  if (text !== 'torch.Tensor' && !(text === 'Tensor' && imported())) return;
  edits.before(object.from, '_gb_of_class(');
  edits.replace(object.to, node.to, `, "${source.of(last)}")`);
}

/** `f.__name__` → `_gb_name(f)`, `type(e).__name__` → `_gb_type_name(e)` */
function nameOf(node: SyntaxNode, source: Source, edits: Edits): void {
  const last = node.lastChild;
  if (last?.name !== 'PropertyName' || source.of(last) !== '__name__' || isTarget(node)) return;
  const object = node.firstChild!;
  const open = object.getChild('ArgList');
  if (object.name === 'CallExpression' && isName(object.firstChild, source, 'type') && open) {
    edits.replace(object.from, open.from, '_gb_type_name');
    edits.replace(object.to, node.to, '');
    return;
  }
  if (object.name === 'MemberExpression' && object.lastChild?.name === 'PropertyName') {
    if (source.of(object.lastChild) === '__class__') {
      edits.before(node.from, '_gb_type_name(');
      edits.replace(object.firstChild!.to, node.to, ')');
      return;
    }
  }
  edits.before(node.from, '_gb_name(');
  edits.replace(object.to, node.to, ')');
}

/**
 * `x.__dict__.update(d)` → `_gb_members(x).update(d)`, as MicroPython's `__dict__` is a copy, and
 * `x.__dict__ = d` → `_gb_members(x)[...] = d`.
 */
function membersChanged(node: SyntaxNode, source: Source, edits: Edits): void {
  const last = node.lastChild;
  if (last?.name !== 'PropertyName' || source.of(last) !== '__dict__') return;
  const whole = isTarget(node);
  const { parent } = node;
  const inside = parent?.name === 'MemberExpression' && parent.firstChild?.from === node.from;
  const changed =
    inside && (isTarget(parent) || CHANGES.test(source.of(parent.lastChild ?? parent)));
  if (!whole && !changed) return;
  const object = node.firstChild!;
  edits.before(object.from, '_gb_members(');
  edits.replace(object.to, node.to, whole ? ')[...]' : ')');
}

const CHANGES = /^(update|pop|popitem|setdefault|clear)$/;

const GENERIC_TYPES = new Set(['list', 'dict', 'tuple', 'set', 'frozenset', 'type']);

/** `list[int]` → `list`, and `Stack[int]` → `Stack` for a generic class of the snippet. */
function subscriptedType(node: SyntaxNode, source: Source, edits: Edits): void {
  const object = node.firstChild;
  if (object?.name !== 'VariableName' || object.nextSibling?.name !== '[' || isTarget(node)) return;
  const name = source.of(object);
  const generic = new RegExp(
    `^[ \\t]*class\\s+${name}\\s*\\([^)\\n]*\\b(Generic|Protocol)\\[`,
    'm',
  );
  if (GENERIC_TYPES.has(name) || generic.test(source.text)) edits.replace(object.to, node.to, '');
}

/** `isinstance(x, Iterable)` looks at methods, where abstract classes are in sight; and bools are ints. */
function abstractCheck(node: SyntaxNode, source: Source, edits: Edits): void {
  const target = node.firstChild;
  if (!isName(target, source, 'isinstance')) return;
  // bool is no kind of int to MicroPython.
  const int = /\bint\b/.test(source.of(node.getChild('ArgList')!));
  // np.float64 is a kind of float, to MicroPython only by name.
  const float =
    /\bfloat\b/.test(source.of(node.getChild('ArgList')!)) && /\bnumpy\b/.test(source.text);
  // torch.Size is a kind of tuple, and torch.FloatTensor one of tensors, which MicroPython's own can't see.
  const torch =
    /\btuple\b|\b[A-Z]\w+Tensor\b/.test(source.of(node.getChild('ArgList')!)) &&
    /\btorch\b/.test(source.text);
  if (!int && !float && !torch && !/\bcollections\.abc\b/.test(source.text)) return;
  edits.replace(target!.from, target!.to, '_gb_isinstance');
}

/** Keywords that builtins of MicroPython don't take. */
function keywords(node: SyntaxNode, source: Source, edits: Edits): void {
  const target = node.firstChild;
  if (target?.name !== 'VariableName') return;
  const name = source.of(target);
  const given = source.keywords(node);
  if (name === 'zip' && given.length > 0) edits.replace(target.from, target.to, '_gb_zip');
  const only = name === 'sum' ? 'start' : name === 'int' ? 'base' : '';
  for (const [keyword, value] of given) {
    if (only && source.of(keyword) === only) edits.replace(keyword.from, value.from, '');
  }
  const list = node.getChild('ArgList');
  const two = list && children(list).filter((part) => part.name === ',').length === 1;
  if (name === 'iter' && two) edits.replace(target.from, target.to, '_gb_iter');
}

/** `a[i:j:k]` as `a, i, j, k`, or undefined. */
function stepSliceParts(node: SyntaxNode, source: Source): string | undefined {
  const parts = children(node);
  if (node.name !== 'MemberExpression' || parts[1]?.name !== '[') return undefined;
  const inner = parts.slice(2, -1);
  if (inner.filter((part) => part.name === ':').length !== 2) return undefined;
  if (inner.some((part) => part.name === ',')) return undefined;
  const bounds = ['', '', ''];
  let at = 0;
  for (const part of inner) {
    if (part.name === ':') at++;
    else bounds[at] = source.of(part);
  }
  return [source.of(parts[0]!), ...bounds.map((text) => text || 'None')].join(', ');
}

/** `a[::2] = x` → `_gb_setslice(a, None, None, 2, x)` */
function setSlice(node: SyntaxNode, source: Source, edits: Edits): void {
  const [target, sign, value, ...more] = children(node);
  if (!target || !value || sign?.name !== 'AssignOp' || more.length > 0) return;
  const parts = stepSliceParts(target, source);
  if (!parts) return;
  edits.replace(target.from, value.from, `_gb_setslice(${parts}, `);
  edits.after(value.to, ')');
}

/** `del a[::2]` → `_gb_delslice(a, None, None, 2)` */
function deleteSlice(node: SyntaxNode, source: Source, edits: Edits): void {
  const [, target, ...more] = children(node);
  const parts = target && more.length === 0 ? stepSliceParts(target, source) : undefined;
  if (parts) edits.replace(node.from, node.to, `_gb_delslice(${parts})`);
}

/** `x.index(a)` → `_gb_index(x, a)`, `x.update(a)` → `_gb_update(x, a)` */
function indexCall(node: SyntaxNode, source: Source, edits: Edits): void {
  for (const name of ['index', 'update']) {
    const parts = methodCall(node, source, name);
    if (parts) makeFunction(parts, `_gb_${name}`, edits);
  }
}

function stableSort(node: SyntaxNode, source: Source, edits: Edits): void {
  const parts = methodCall(node, source, 'sort');
  if (!parts) return;
  const names = source.keywords(node).map(([name]) => source.of(name));
  if (names.includes('key') || names.includes('reverse')) makeFunction(parts, '_gb_sort', edits);
}

/**
 * `float(x)` → `_gb_float(x)`, and others of MicroPython's that know builtin types only. Tensors have no `__float__` here: MicroPython would ask it of `x` in
 * `2.0 * x` as well, and the product would be a number instead of a tensor.
 */
function floatCall(node: SyntaxNode, source: Source, edits: Edits): void {
  const target = node.firstChild;
  if (target?.name === 'VariableName' && /^(float|dict|reversed|slice)$/.test(source.of(target))) {
    edits.replace(target.from, target.to, `_gb_${source.of(target)}`);
  }
}

/** `x.__len__()` → `_gb_dunder("__len__", x)` */
function dunderCall(node: SyntaxNode, source: Source, edits: Edits): void {
  const name = source.callee(node);
  if (!/^__(?!init|new|class|dict|name|enter|exit)\w+__$/.test(name)) return;
  const parts = methodCall(node, source, name);
  // super().__add__(x), and A.__add__(self, x), are what they say.
  if (!parts || parts.receiver.name === 'CallExpression') return;
  if (/^[A-Z]|^object$/.test(source.of(parts.receiver))) return;
  const empty = parts.list.firstChild?.nextSibling?.name === ')';
  edits.before(parts.receiver.from, `_gb_dunder("${name}", `);
  edits.replace(parts.receiver.to, parts.list.from + 1, empty ? '' : ', ');
}

/** `a.keys() & b` → `_gb_view(a.keys()) & b` */
function dictViews(node: SyntaxNode, source: Source, edits: Edits): void {
  const [left, operator, right] = children(node);
  if (!left || !operator || !right || !/^([&|^-]|[=!]=)$/.test(source.of(operator))) return;
  for (const side of [left, right]) {
    if (side.name !== 'CallExpression' || !/^(keys|items)$/.test(source.callee(side))) continue;
    if (side.firstChild?.name !== 'MemberExpression') continue;
    edits.before(side.from, '_gb_view(');
    edits.after(side.to, ')');
  }
}

const ORDER = /^[<>]=?$/;

/** Whether the node is `a < b` or its like. */
function isOrder(node: SyntaxNode | null, source: Source): boolean {
  const operator = node?.name === 'BinaryExpression' ? children(node)[1] : undefined;
  return operator !== undefined && ORDER.test(source.of(operator));
}

/**
 * `0 < x` → `_gb_compare("<", 0, x)`: MicroPython doesn't ask the right side's `__gt__`. Where the
 * left side may be a number and the right side a tensor, likewise with `_gb_order`.
 */
function numberFirst(node: SyntaxNode, source: Source, edits: Edits): void {
  const [left, operator, right, ...more] = children(node);
  if (!left || !operator || !right || more.length > 0 || !isOrder(node, source)) return;
  if (isOrder(left, source)) {
    // 0 < x < 1 → (_gb_compare("<", 0, x) and x < 1)
    const [first, sign, middle] = children(left) as [SyntaxNode, SyntaxNode, SyntaxNode];
    if (first.name !== 'Number' || middle.name !== 'VariableName') return;
    if (isOrder(node.parent, source) || !/\b(torch|numpy)\b/.test(source.text)) return;
    edits.before(first.from, `(_gb_compare("${source.of(sign)}", `);
    edits.replace(sign.from, sign.to, ',');
    edits.after(middle.to, `) and ${source.of(middle)}`);
    edits.after(right.to, ')');
    return;
  }
  if ([node.parent, right].some((part) => isOrder(part, source))) return;
  const surely = left.name === 'Number';
  if (!surely && !(MAYBE_NUMBER.has(left.name) && MAYBE_TENSOR.has(right.name))) return;
  if (!surely && !(/\b(torch|numpy)\b/.test(source.text) && ![left, right].some(isLength))) return;
  edits.before(left.from, `${surely ? '_gb_compare' : '_gb_order'}("${source.of(operator)}", `);
  edits.replace(operator.from, operator.to, ',');
  edits.after(right.to, ')');

  function isLength(part: SyntaxNode): boolean {
    return part.name === 'CallExpression' && /^(len|range)$/.test(source.callee(part));
  }
}

const MAYBE_NUMBER = new Set(['VariableName', 'MemberExpression']);
const MAYBE_TENSOR = new Set([
  ...['VariableName', 'MemberExpression', 'CallExpression'],
  ...['ParenthesizedExpression', 'BinaryExpression'],
]);

/** `print(d.keys())` → `print(_gb_ordered_view(d, "keys"))`: an OrderedDict's view has a name of its own. */
function orderedViews(node: SyntaxNode, source: Source, edits: Edits): void {
  if (source.callee(node) !== 'print') return;
  for (const argument of children(node.getChild('ArgList')!)) {
    const target = argument.name === 'CallExpression' ? argument.firstChild : undefined;
    const name = source.callee(argument);
    if (target?.name !== 'MemberExpression' || !/^(keys|values|items)$/.test(name)) continue;
    if (children(argument.getChild('ArgList')!).length > 2) continue;
    const owner = target.firstChild!;
    edits.before(owner.from, '_gb_ordered_view(');
    edits.replace(owner.to, argument.to, `, "${name}")`);
  }
}

/** `print(..., flush=True)`: nothing is kept back for long here anyway. */
function printFlush(node: SyntaxNode, source: Source, edits: Edits): void {
  if (source.callee(node) !== 'print') return;
  for (const [name, value] of source.keywords(node)) {
    if (source.of(name) !== 'flush') continue;
    const previous = name.prevSibling;
    const next = value.nextSibling;
    if (previous?.name === ',') edits.replace(previous.from, value.to, '');
    else edits.replace(name.from, next?.name === ',' ? next.to : value.to, '');
  }
}

/** `{**a, "b": 1}` → `_gb_merge(a, {"b": 1})` */
function dictDisplay(node: SyntaxNode, _source: Source, edits: Edits): void {
  const parts = children(node);
  if (!parts.some((part) => part.name === '**')) return;
  const open = parts[0]!;
  const close = parts[parts.length - 1]!;
  edits.replace(open.from, open.to, '_gb_merge(');
  edits.replace(close.from, close.to, ')');
  let run: SyntaxNode | undefined;
  let last: SyntaxNode | undefined;
  const endRun = () => {
    if (run && last) {
      edits.before(run.from, '{');
      edits.after(last.to, '}');
    }
    run = undefined;
  };
  for (let i = 1; i < parts.length - 1; i++) {
    const part = parts[i]!;
    if (part.name === '**') {
      endRun();
      edits.replace(part.from, part.to, '');
      i++;
    } else if (part.name !== ',') {
      run ??= part;
      last = part;
    }
  }
  endRun();
}

/** `[*a, 1]` → `_gb_list(*a, 1)`, unless it takes values apart. */
function starredDisplay(name: string): Rule {
  return (node, _source, edits) => {
    const parts = children(node);
    if (!parts.some((part) => part.name === '*') || isTarget(node)) return;
    const open = parts[0]!;
    const close = parts[parts.length - 1]!;
    if (!/^[[({]$/.test(open.name)) return;
    edits.replace(open.from, open.to, `${name}(`);
    edits.replace(close.from, close.to, ')');
  };
}

/** `s[::-1]` → `_gb_step(s)[::-1]`: strings take no steps. */
function stepSlice(node: SyntaxNode, source: Source, edits: Edits): void {
  const parts = children(node);
  if (parts[1]?.name !== '[' || parts.filter((part) => part.name === ':').length < 2) return;
  if (parts.at(-2)?.name === ':' || isTarget(node)) return;
  const receiver = parts[0]!;
  if (source.of(receiver).includes('\n')) return;
  edits.before(receiver.from, '_gb_step(');
  edits.after(receiver.to, ')');
}

/** `def f(a, /, b)` → `def f(a, b)` */
function positionalOnly(node: SyntaxNode, source: Source, edits: Edits): void {
  let end = node.from;
  for (const part of [...children(node), undefined]) {
    const gap = source.text.slice(end, part ? part.from : node.to);
    const slash = gap.indexOf('/');
    if (slash >= 0 && !gap.slice(0, slash).includes('#')) {
      const from = end + slash;
      if (part?.name === ',') edits.replace(from, part.to, '');
      else {
        const comma = source.text.lastIndexOf(',', from);
        edits.replace(comma, from + 1, '');
      }
      return;
    }
    if (part) end = part.to;
  }
}

/** `raise A from B` → `raise _gb_from(A, B)`: MicroPython chains nothing, and would print a warning. */
function raiseFrom(node: SyntaxNode, _source: Source, edits: Edits): void {
  const from = node.getChild('from');
  if (!from) return;
  edits.before(node.firstChild!.nextSibling!.from, '_gb_from(');
  edits.replace(from.prevSibling!.to, from.nextSibling!.from, ', ');
  edits.replace(node.to, node.to, ')');
}

/** `e.__cause__` → `_gb_cause(e, "__cause__")` */
function causeOf(node: SyntaxNode, source: Source, edits: Edits): void {
  const last = node.lastChild;
  const name = last?.name === 'PropertyName' ? source.of(last) : '';
  if (!/^__(cause|context|suppress_context)__$/.test(name) || isTarget(node)) return;
  edits.before(node.firstChild!.from, '_gb_cause(');
  edits.replace(node.firstChild!.to, node.to, `, "${name}")`);
}

/** Annotations are forgotten at run time, so `@dataclass` is told the names of the fields. */
function dataclassFields(node: SyntaxNode, source: Source, edits: Edits): void {
  const body = node.getChild('ClassDefinition')?.getChild('Body');
  if (!body) return;
  for (const decorator of node.getChildren('Decorator')) {
    const name = decorator.getChildren('VariableName').at(-1);
    if (!name || source.of(name) !== 'dataclass') continue;
    const names: string[] = [];
    for (const statement of body.getChildren('AssignStatement')) {
      const type = statement.getChild('TypeDef');
      const target = statement.firstChild;
      if (!type || target?.name !== 'VariableName') continue;
      if (/\bClassVar\b/.test(source.of(type))) continue;
      names.push(`"${source.of(target)}"`);
    }
    const argument = `_fields=(${names.map((text) => `${text},`).join('')})`;
    const list = decorator.getChild('ArgList');
    if (list) edits.before(list.from + 1, `${argument}, `);
    else edits.before(name.to, `(${argument})`);
  }
}

/** `class A(metaclass=ABCMeta)` → `class A(_gb_ABC)` */
function abstractMetaclass(node: SyntaxNode, source: Source, edits: Edits): void {
  for (const [name, value] of source.keywords(node)) {
    if (source.of(name) !== 'metaclass' || !/\bABCMeta$/.test(source.of(value))) continue;
    edits.replace(name.from, value.to, '_gb_ABC');
  }
}
