/** Fields of f-strings, str.format() and %: they ask the values' `__format__`. */
import { type Edits, isInside, makeFunction, methodCall } from './edits.ts';
import { children, type Source, type SyntaxNode, walk } from './tree.ts';

/**
 * An f-string inside another's field, or one with a field that MicroPython would end too early:
 * `"a{}".format(...)`.
 */
export function nestedFormatString(node: SyntaxNode, source: Source, edits: Edits): void {
  const inside = node.parent && isInside(node.parent, 'FormatReplacement');
  const fields = node.getChildren('FormatReplacement');
  const plain = !fields.some((field) => field.getChild('FormatSelfDoc'));
  if (inside || (plain && fields.some((field) => endsEarly(field, source)))) {
    edits.replace(node.from, node.to, asFormatCall(node, source));
  }
}

/** Whether a colon or brace stands in a string, or a colon in parentheses, of the field's expression. */
function endsEarly(field: SyntaxNode, source: Source): boolean {
  if (field.parent?.parent && isInside(field.parent.parent, 'FormatReplacement')) return false;
  const expression = field.firstChild?.nextSibling;
  if (!expression) return false;
  for (const part of walk(expression)) {
    if (part.name === 'String' && /[{}]/.test(source.of(part))) return true;
  }
  return source
    .of(expression)
    .replace(/\[[^[\]]*\]|\{[^{}]*\}/g, '')
    .includes(':');
}

function asFormatCall(node: SyntaxNode, source: Source): string {
  const head = /^[a-zA-Z]*/.exec(source.of(node))![0];
  let text = head.replace(/f/gi, '');
  let at = node.from + head.length;
  const values: string[] = [];
  for (const field of node.getChildren('FormatReplacement')) {
    const spec = field.getChild('FormatSpec');
    const conversion = field.getChild('FormatConversion');
    const expression = field.firstChild?.nextSibling;
    text += source.text.slice(at, field.from);
    at = field.to;
    if (!expression) continue;
    const end = conversion?.from ?? spec?.from ?? field.to - 1;
    let value = source.text.slice(expression.from, end);
    if (expression.name === 'FormatString') value = asFormatCall(expression, source);
    const parts = spec?.getChildren('FormatReplacement') ?? [];
    const how = conversion && spec && parts.length === 0 ? source.of(spec) : '';
    text += `{${conversion ? source.of(conversion) : ''}${how}}`;
    const argument = spec && !conversion ? `, ${specText(spec, parts, source)}` : '';
    values.push(conversion ? `(${value})` : `_gbf((${value})${argument})`);
  }
  text += source.text.slice(at, node.to);
  return `${text}.format(${values.join(', ')})`;
}

/** What follows the colon, as a string: `".{}f".format((n))` for `.{n}f`. */
function specText(spec: SyntaxNode, fields: readonly SyntaxNode[], source: Source): string {
  if (fields.length === 0) return JSON.stringify(source.of(spec).slice(1));
  let text = '';
  let at = spec.from + 1;
  for (const field of fields) {
    text += `${source.text.slice(at, field.from)}{}`;
    at = field.to;
  }
  text += source.text.slice(at, spec.to);
  const values = fields.map((field) => `(${source.text.slice(field.from + 1, field.to - 1)})`);
  return `${JSON.stringify(text)}.format(${values.join(', ')})`;
}

/** `{x:.2f}` → `{_gbf((x), ".2f")}`: a value's `__format__` is asked. */
export function formatField(node: SyntaxNode, source: Source, edits: Edits): void {
  if (node.parent?.name === 'FormatSpec') return;
  if (node.getChild('FormatSelfDoc')) selfDocumenting(node, source, edits);
  if (node.getChild('FormatSelfDoc') || node.getChild('FormatConversion')) return;
  const expression = node.firstChild?.nextSibling;
  if (!expression || expression.name === '}' || expression.type.isError) return;
  const spec = node.getChild('FormatSpec');
  // The expression may be a bare tuple: it ends where the field does.
  const end = spec ? spec.from : node.to - 1;
  if (source.text.slice(expression.from, end).includes('\n')) return;
  const quote = outerQuote(node, source) === '"' ? "'" : '"';
  let argument = '';
  if (spec) {
    const pieces: string[] = [];
    let text = '';
    let at = spec.from + 1;
    for (const field of spec.getChildren('FormatReplacement')) {
      text += source.text.slice(at, field.from).replace(/[{}]/g, '$&$&');
      text += '{}';
      pieces.push(`(${source.text.slice(field.from + 1, field.to - 1)})`);
      at = field.to;
    }
    const rest = source.text.slice(at, spec.to);
    text += pieces.length > 0 ? rest.replace(/[{}]/g, '$&$&') : rest;
    if (/['"\\\n]/.test(text)) return;
    argument = `, ${quote}${text}${quote}`;
    if (pieces.length > 0) argument += `.format(${pieces.join(', ')})`;
    edits.replace(spec.from, spec.to, '');
  }
  edits.before(expression.from, '_gbf((');
  edits.after(end, `)${argument})`);
}

/** `{x = :.2f}` → `x = {_gbf((x), ".2f")}` */
function selfDocumenting(node: SyntaxNode, source: Source, edits: Edits): void {
  const sign = node.getChild('FormatSelfDoc')!;
  const spec = node.getChild('FormatSpec');
  const conversion = node.getChild('FormatConversion');
  const expression = source.text.slice(node.from + 1, sign.from);
  const end = spec?.from ?? conversion?.from ?? node.to - 1;
  const shown = source.text.slice(node.from + 1, conversion ? conversion.from : end);
  if (/[\\\n]/.test(expression) || isInside(node.parent!.parent!, 'FormatReplacement')) return;
  const quote = outerQuote(node, source) === '"' ? "'" : '"';
  const how = conversion ? source.of(conversion) : spec ? '' : '!r';
  const text = spec ? source.of(spec).slice(1) : '';
  if (/['"\\\n{}]/.test(text)) return;
  const function_ = /r|a/.test(how) ? 'repr' : how ? 'str' : '';
  const argument = text ? `, ${quote}${text}${quote}` : '';
  edits.replace(
    node.from,
    node.to,
    `${shown.replace(/[{}]/g, '$&$&')}{_gbf(${function_}(${expression.trim()})${argument})}`,
  );
}

function outerQuote(node: SyntaxNode, source: Source): string {
  let at: SyntaxNode | null = node;
  while (at && at.name !== 'FormatString') at = at.parent;
  return /['"]/.exec(at ? source.of(at) : '"')?.[0] ?? '"';
}

export function formatCall(node: SyntaxNode, source: Source, edits: Edits): void {
  const parts = methodCall(node, source, 'format');
  if (parts) makeFunction(parts, '_gb_fmt', edits);
}

/** `"%.2f" % x` → `_gb_percent("%.2f", x)`, for the same reason. */
export function percentFormat(node: SyntaxNode, source: Source, edits: Edits): void {
  const [left, operator, right] = children(node);
  if (!left || !operator || !right || source.of(operator) !== '%') return;
  if (left.name !== 'String' && left.name !== 'ContinuedString') return;
  edits.before(left.from, '_gb_percent(');
  edits.replace(operator.from, operator.to, ',');
  edits.after(right.to, ')');
}
