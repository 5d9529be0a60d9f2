/** Floats as CPython writes them: correctly rounded, ties to even. */

/** Rounds half to even; JavaScript's own functions round a tie away from zero. */
function evenTie(text: string, at: number): string {
  const digit = text.charCodeAt(at) - 48;
  return digit & 1 ? text.slice(0, at) + String(digit - 1) + text.slice(at + 1) : text;
}

/** `x`, finite and not negative, with `digits` digits after the point. */
export function fixed(x: number, digits: number): string {
  if (x >= 1e21 || digits > 100) return exactFixed(x, digits);
  const text = x.toFixed(digits);
  // x * 10^digits ends in .5 if and only if this is odd.
  return (x * 2 ** (digits + 1)) % 2 === 1 ? evenTie(text, text.length - 1) : text;
}

/** The same by whole numbers, for what toFixed doesn't take. */
function exactFixed(x: number, digits: number): string {
  let power = 0;
  while (!Number.isInteger(x)) {
    x *= 2;
    power++;
  }
  const scaled = BigInt(x) * 10n ** BigInt(digits);
  const unit = 1n << BigInt(power);
  let whole = scaled / unit;
  const twice = 2n * (scaled % unit);
  if (twice > unit || (twice === unit && whole % 2n === 1n)) whole++;
  const text = whole.toString().padStart(digits + 1, '0');
  if (digits === 0) return text;
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Digits and exponent of d.ddd × 10^exponent, for a finite `x` that isn't negative. */
function scientific(x: number, digits: number): { text: string; exponent: number } {
  // A double has at most 767 significant digits; toExponential gives up to 101 of them.
  if (digits > 100) return exactScientific(x, digits);
  let text = x.toExponential(digits);
  const at = text.indexOf('e');
  const exponent = Number(text.slice(at + 1));
  text = text.slice(0, at);
  if (isTie(x, digits - exponent)) text = evenTie(text, text.length - 1);
  return { text: text.replace('.', ''), exponent };
}

function exactScientific(x: number, digits: number): { text: string; exponent: number } {
  const { exponent } = scientific(x, 100);
  const places = digits - exponent;
  const all = exactFixed(x, Math.max(places, 0)).replace('.', '').replace(/^0+/, '');
  return { text: all.slice(0, digits + 1).padEnd(digits + 1, '0'), exponent };
}

/** Whether x lies halfway between two numbers with so many places after the point. */
function isTie(x: number, places: number): boolean {
  if (places >= 0) return (x * 2 ** (places + 1)) % 2 === 1;
  if (!Number.isInteger(x)) return false;
  const twice = 2n * BigInt(x);
  const unit = 10n ** BigInt(-places);
  return twice % unit === 0n && (twice / unit) % 2n === 1n;
}

const point = (digits: string, places: number) =>
  places > 0 ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits;

const exponentText = (n: number) =>
  `e${n < 0 ? '-' : '+'}${Math.abs(n) < 10 ? '0' : ''}${Math.abs(n)}`;

/** `%g`; `dotZero` as format() without a type: a point is shown in any case. */
function general(x: number, precision: number, alternate: boolean, dotZero: boolean): string {
  const p = Math.max(precision, 1);
  let { text, exponent } = scientific(x, p - 1);
  const scientificForm = exponent < -4 || exponent >= p - (dotZero ? 1 : 0);
  if (!alternate) text = text.replace(/(?<=.)0+$/, '');
  if (scientificForm) {
    const mantissa = point(text, text.length - 1);
    return (
      (alternate && !mantissa.includes('.') ? `${mantissa}.` : mantissa) + exponentText(exponent)
    );
  }
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${text}`;
  const whole = text.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const rest = text.slice(exponent + 1);
  if (rest) return `${whole}.${rest}`;
  return dotZero ? `${whole}.0` : alternate ? `${whole}.` : whole;
}

/** repr(x) of a finite x that isn't negative. */
export function shortest(x: number): string {
  if (x >= 1e-4 && x < 1e16) {
    const text = String(x);
    return text.includes('.') ? text : `${text}.0`;
  }
  if (x === 0) return '0.0';
  const [mantissa, exponent] = x.toExponential().split('e');
  return mantissa + exponentText(Number(exponent));
}

/**
 * `x` without its sign. `type` is one of `efgnEFG%`, or empty for what format() does without one; for
 * `%`, x comes multiplied by 100. A negative precision stands for none.
 */
export function magnitude(x: number, type: string, precision: number, alternate = false): string {
  const upper = type === 'E' || type === 'F' || type === 'G';
  const kind = type.toLowerCase();
  let text: string;
  const size = Math.abs(x);
  if (!(size < Number.POSITIVE_INFINITY)) {
    text = Number.isNaN(size) ? 'nan' : 'inf';
  } else if (kind === '') {
    text = precision < 0 ? shortest(size) : general(size, precision, alternate, true);
  } else {
    const digits = precision < 0 ? 6 : precision;
    if (kind === 'g' || kind === 'n') {
      text = general(size, digits, alternate, false);
    } else if (kind === 'e') {
      const { text: all, exponent } = scientific(size, digits);
      text = point(all, digits) + (alternate && digits === 0 ? '.' : '') + exponentText(exponent);
    } else {
      text = fixed(size, digits) + (alternate && digits === 0 ? '.' : '');
    }
  }
  if (kind === '%') text += '%';
  return upper ? text.toUpperCase() : text;
}

const isNegative = (x: number) => x < 0 || Object.is(x, -0);

export type Align = '<' | '>' | '^' | '=';

export interface Layout {
  /** `-`, `+` or a space. */
  sign: string;
  align: Align;
  fill: string;
  width: number;
  /** `,`, `_` or nothing. */
  separator: string;
}

function grouped(digits: string, separator: string, size: number): string {
  let text = '';
  for (let end = digits.length; end > 0; end -= size) {
    text = digits.slice(Math.max(0, end - size), end) + (text && separator) + text;
  }
  return text;
}

/** Puts sign, separators and padding to a number; `head` is a sign with a prefix such as 0x. */
export function lay(head: string, body: string, layout: Layout, groupSize = 3): string {
  const { align, fill, width, separator } = layout;
  if (separator) {
    const whole = /^[0-9a-fA-F]*/.exec(body)![0];
    const rest = body.slice(whole.length);
    let text = grouped(whole, separator, groupSize);
    if (align === '=' && fill === '0' && whole) {
      // Zeros are grouped like other digits, and a separator never comes first.
      let digits = whole;
      while (head.length + text.length + rest.length < width) {
        digits = `0${digits}`;
        text = grouped(digits, separator, groupSize);
      }
    }
    body = text + rest;
  }
  return pad(head, body, align, fill, width);
}

/** Pads to a width that counts characters as Python does, not UTF-16 units. */
export function pad(head: string, body: string, align: Align, fill: string, width: number): string {
  const text = head + body;
  if (text.length >= width && width <= 0) return text;
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (align === '<') return text + fill.repeat(missing);
  if (align === '>') return fill.repeat(missing) + text;
  if (align === '=') return head + fill.repeat(missing) + body;
  const left = missing >> 1;
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

export function signOf(x: number, sign: string): string {
  return isNegative(x) ? '-' : sign === '-' ? '' : sign;
}

/** MicroPython's flags of mp_print_float; above them stands the separator's character. */
const LEFT = 1;
export const SHOW_SIGN = 2;
const SPACE_SIGN = 4;
const ALTERNATE = 8;
const AFTER_SIGN = 16;
const CENTER = 32;
const PERCENT = 64;
const ALWAYS_POINT = 256;
const SEPARATOR_SHIFT = 9;
/** The precision that stands for repr(). */
const REPR = 99;

/** What `mp_print_float` writes. */
export function printed(
  x: number,
  format: number,
  flags: number,
  fill: number,
  width: number,
  precision: number,
): string {
  let type = String.fromCharCode(format);
  const sign = flags & SHOW_SIGN ? '+' : flags & SPACE_SIGN ? ' ' : '-';
  const head = signOf(x, sign);
  if (type === 'g' && precision === REPR) {
    const text = magnitude(x, '', -1);
    return head + (flags & ALWAYS_POINT ? text : text.replace(/\.0$/, ''));
  }
  if (flags & PERCENT) type = '%';
  const body = magnitude(x, type, precision, (flags & ALTERNATE) !== 0);
  if (width <= 0 && flags >> SEPARATOR_SHIFT === 0) return head + body;
  const align = flags & LEFT ? '<' : flags & CENTER ? '^' : flags & AFTER_SIGN ? '=' : '>';
  const separator = flags >> SEPARATOR_SHIFT ? String.fromCharCode(flags >> SEPARATOR_SHIFT) : '';
  return lay(head, body, { sign, align, fill: String.fromCharCode(fill), width, separator });
}
