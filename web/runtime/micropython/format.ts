/** format(value, spec) of strings and numbers, as CPython's, for what MicroPython's own can't do. */
import { type Align, type Layout, lay, magnitude, pad, signOf } from './floats.ts';

interface Spec extends Layout {
  align: Align;
  hasSign: boolean;
  negativeZero: boolean;
  alternate: boolean;
  /** -1 for none. */
  precision: number;
  type: string;
}

const SPEC = /^(?:(.)?([<>^=]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_]*)(?:\.(\d+))?(.*)$/su;

class FormatError extends Error {}

function parse(text: string, of: string): Spec {
  const [, fill, align, sign, z, alternate, zero, width, separator, precision, type] = SPEC.exec(
    text,
  ) as (string | undefined)[] as string[];
  if (separator!.length > 1) {
    const same = separator![0] === separator![1];
    throw new FormatError(
      same
        ? `Cannot specify '${separator![0]}' with '${separator![0]}'.`
        : "Cannot specify both ',' and '_'.",
    );
  }
  if (type!.length > 1 || (type === '.' && precision === undefined)) {
    if (type!.startsWith('.')) throw new FormatError('Format specifier missing precision');
    throw new FormatError(`Invalid format specifier '${text}' for object of type '${of}'`);
  }
  return {
    fill: fill ?? (zero ? '0' : ' '),
    align: (align ?? (of === 'str' ? '<' : zero ? '=' : '>')) as Align,
    sign: sign ?? '-',
    hasSign: sign !== undefined,
    negativeZero: z !== undefined,
    alternate: alternate !== undefined,
    width: Number(width ?? 0),
    separator: separator!,
    precision: precision === undefined ? -1 : Number(precision),
    type: type!,
  };
}

const unknown = (type: string, of: string) =>
  new FormatError(`Unknown format code '${type}' for object of type '${of}'`);

function formatString(value: string, text: string): string {
  const spec = parse(text, 'str');
  if (spec.type && spec.type !== 's') throw unknown(spec.type, 'str');
  if (spec.hasSign) throw new FormatError('Sign not allowed in string format specifier');
  if (spec.negativeZero) {
    throw new FormatError('Negative zero coercion (z) not allowed in string format specifier');
  }
  if (spec.alternate) {
    throw new FormatError('Alternate form (#) not allowed in string format specifier');
  }
  if (spec.align === '=') {
    throw new FormatError("'=' alignment not allowed in string format specifier");
  }
  if (spec.separator) throw new FormatError(`Cannot specify '${spec.separator}' with 's'.`);
  const shown = spec.precision < 0 ? value : [...value].slice(0, spec.precision).join('');
  return pad('', shown, spec.align, spec.fill, spec.width);
}

function formatFloat(x: number, text: string, spec = parse(text, 'float')): string {
  if (spec.type && !'eEfFgGn%'.includes(spec.type)) throw unknown(spec.type, 'float');
  if (spec.separator && spec.type === 'n') {
    throw new FormatError(`Cannot specify '${spec.separator}' with 'n'.`);
  }
  const value = spec.type === '%' ? x * 100 : x;
  const body = magnitude(value, spec.type, spec.precision, spec.alternate);
  let head = signOf(x, spec.sign);
  if (spec.negativeZero && head === '-' && !/[1-9in]/.test(body.split('e')[0]!)) {
    head = signOf(0, spec.sign);
  }
  return lay(head, body, spec);
}

const RADIX: Record<string, number> = { b: 2, o: 8, x: 16, X: 16 };

/** @param digits the number in decimal. */
function formatInt(digits: string, text: string): string {
  const spec = parse(text, 'int');
  const { type, separator } = spec;
  if (type && 'eEfFgG%'.includes(type)) return formatFloat(Number(digits), text, spec);
  if (type && !'dnbcoxX'.includes(type)) throw unknown(type, 'int');
  if (spec.precision >= 0) {
    throw new FormatError('Precision not allowed in integer format specifier');
  }
  if (spec.negativeZero) {
    throw new FormatError('Negative zero coercion (z) not allowed in integer format specifier');
  }
  if (separator === ',' && type && type !== 'd') {
    throw new FormatError(`Cannot specify ',' with '${type}'.`);
  }
  if (separator && 'cn'.includes(type || '-')) {
    throw new FormatError(`Cannot specify '${separator}' with '${type}'.`);
  }
  if (type === 'c') {
    if (spec.hasSign) throw new FormatError("Sign not allowed with integer format specifier 'c'");
    return pad('', String.fromCodePoint(Number(digits)), spec.align, spec.fill, spec.width);
  }
  const n = BigInt(digits);
  const radix = RADIX[type] ?? 10;
  let body = (n < 0n ? -n : n).toString(radix);
  if (type === 'X') body = body.toUpperCase();
  const prefix = spec.alternate && radix !== 10 ? `0${type}` : '';
  const head = (n < 0n ? '-' : spec.sign === '-' ? '' : spec.sign) + prefix;
  return lay(head, body, spec, radix === 10 ? 3 : 4);
}

/** Specs that MicroPython's own format() does as CPython's, for each type. */
const NATIVE: Record<string, RegExp> = {
  float: /^(?:[ -;@-\]_-z]?[<>^=])?[-+ ]?0?\d*[,_]?(?:\.\d+)?[eEfFgG]$/,
  int: /^(?:[ -;@-\]_-z]?[<>^])?0?\d*d?$/,
  str: /^(?:[ -;@-\]_-z]?[<>^])?(?:[1-9]\d*)?s?$/,
};

/**
 * The functions of the module `_gb_format`. One that fails gives false, and `error()` the message:
 * exceptions don't cross into MicroPython well.
 */
export function formatModule() {
  let message = '';
  const guarded = (work: () => string): string | false => {
    try {
      return work();
    } catch (error) {
      message = error instanceof FormatError ? error.message : String(error);
      return false;
    }
  };
  return {
    native: (type: string, spec: string) => (NATIVE[type]?.test(spec) ? 1 : 0),
    string: (value: string, spec: string) => guarded(() => formatString(value, spec)),
    float: (value: number, spec: string) => guarded(() => formatFloat(value, spec)),
    int: (digits: string, spec: string) => guarded(() => formatInt(digits, spec)),
    error: () => message,
    /** round(x, digits), as text: a whole number would arrive as an int. */
    round: (x: number, digits: number) => roundedText(x, digits),
  };
}

function roundedText(x: number, digits: number): string {
  const size = Math.abs(x);
  if (digits > 323 || !Number.isFinite(x)) return String(x);
  const head = signOf(x, '-');
  if (digits >= 0) return head + magnitude(size, 'f', digits);
  const unit = 10n ** BigInt(-digits);
  // The part after the point matters only for a tie.
  const whole = BigInt(Math.floor(size));
  const rest = 2n * (whole % unit);
  const fraction = size !== Math.floor(size);
  let quotient = whole / unit;
  if (rest > unit || (rest === unit && (fraction || quotient % 2n === 1n))) quotient++;
  return head + (quotient * unit).toString();
}
