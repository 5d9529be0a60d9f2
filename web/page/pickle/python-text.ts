/** Values as Python's repr() writes them. */

const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

function quoteOf(text: string): string {
  return text.includes("'") && !text.includes('"') ? '"' : "'";
}

function escaped(char: string, quote: string): string {
  if (char === quote) return `\\${char}`;
  const named = NAMED[char];
  if (named) return named;
  if (char === ' ' || !/[\p{C}\p{Z}]/u.test(char)) return char;
  const code = char.codePointAt(0) as number;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

export function reprText(text: string): string {
  const quote = quoteOf(text);
  return quote + Array.from(text, (char) => escaped(char, quote)).join('') + quote;
}

export function reprBytes(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes);
  const quote = quoteOf(text);
  const inner = Array.from(text, (char) =>
    char > '~' ? `\\x${char.charCodeAt(0).toString(16)}` : escaped(char, quote),
  );
  return `b${quote}${inner.join('')}${quote}`;
}

export function reprFloat(x: number): string {
  if (Number.isNaN(x)) return 'nan';
  if (!Number.isFinite(x)) return x > 0 ? 'inf' : '-inf';
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    return x.toExponential().replace(/e([-+])(\d)$/, 'e$10$2');
  }
  const text = Object.is(x, -0) ? '-0' : String(x);
  return Number.isInteger(x) ? `${text}.0` : text;
}
