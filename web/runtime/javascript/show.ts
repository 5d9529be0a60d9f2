/** Values as `console.log` shows them: like Node, with tensors as PyTorch prints them. */

const MAX_ITEMS = 100;
const MAX_DEPTH = 4;
const WIDTH = 76;

/** A string at the top stands for itself. */
export function show(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, 0, new Set());
}

const source = (value: object) => Function.prototype.toString.call(value);

function inspect(value: unknown, depth: number, seen: Set<object>): string {
  switch (typeof value) {
    case 'string':
      return `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'").replace(/\n/g, '\\n')}'`;
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return value.toString();
    case 'function':
      // Modules are callable, and know how they print.
      if (value.toString !== Function.prototype.toString && !/^class\b/.test(source(value)))
        return value.toString();
      return `[${/^class\b/.test(source(value)) ? 'class' : 'Function'} ${value.name || '(anonymous)'}]`;
    case 'object':
      return value === null ? 'null' : object(value, depth, seen);
    default:
      return Object.is(value, -0) ? '-0' : String(value);
  }
}

function object(value: object, depth: number, seen: Set<object>): string {
  if (value instanceof Error) return value.stack?.split('\n')[0] ?? String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof RegExp) return String(value);
  // Tensors, modules and sizes know how they print.
  const own = value.toString;
  if (own !== Object.prototype.toString && !isCollection(value)) return own.call(value);
  if (seen.has(value)) return '[Circular]';
  if (depth > MAX_DEPTH) return Array.isArray(value) ? '[Array]' : '[Object]';
  seen.add(value);
  const text = collection(value, (item) => inspect(item, depth + 1, seen));
  seen.delete(value);
  return text;
}

const isCollection = (value: object) =>
  Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set;

function collection(value: object, text: (item: unknown) => string): string {
  if (Array.isArray(value)) return layOut('', '[', value.map(text), ']');
  if (ArrayBuffer.isView(value)) {
    const items = Array.from(value as unknown as ArrayLike<number>).map(String);
    return layOut(`${value.constructor.name}(${items.length}) `, '[', items, ']');
  }
  if (value instanceof Map) {
    const items = [...value].map(([key, item]) => `${text(key)} => ${text(item)}`);
    return layOut(`Map(${value.size}) `, '{', items, '}');
  }
  if (value instanceof Set) return layOut(`Set(${value.size}) `, '{', [...value].map(text), '}');
  const items = Object.entries(value).map(([key, item]) => {
    const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : inspect(key, 0, new Set());
    return `${name}: ${text(item)}`;
  });
  const type = value.constructor?.name;
  return layOut(type && type !== 'Object' ? `${type} ` : '', '{', items, '}');
}

function layOut(prefix: string, open: string, items: string[], close: string): string {
  if (items.length === 0) return `${prefix}${open}${close}`;
  const shown = items.slice(0, MAX_ITEMS);
  if (items.length > MAX_ITEMS) shown.push(`... ${items.length - MAX_ITEMS} more items`);
  const line = `${prefix}${open} ${shown.join(', ')} ${close}`;
  if (line.length <= WIDTH && !line.includes('\n')) return line;
  const lines = shown.map((item) => `  ${item.replace(/\n/g, '\n  ')}`);
  return `${prefix}${open}\n${lines.join(',\n')}\n${close}`;
}
