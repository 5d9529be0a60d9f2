/** Fills a model's inputs: random, zeros, ones, JSON, a picture or CSV. Pure; pixels come decoded. */

import { typedArrays } from '@lib/dtypes';
import type { ModelFeed, ModelNumbers, ModelTensor, ValueInfo } from '@runtime/model/messages';

export type Fill = 'normal' | 'uniform' | 'zeros' | 'ones' | 'json' | 'image' | 'csv';

/** Elements of one input; more would not be given by hand. */
const LARGEST = 100_000_000;

/** The page fills 16-bit floats as float32; the worker rounds them. */
const ARRAYS: Record<string, new (length: number) => ModelNumbers> = {
  ...typedArrays,
  float16: Float32Array,
  bfloat16: Float32Array,
};

export class InputError extends Error {}

export function isFloat(dtype: string | undefined): boolean {
  return dtype === undefined || dtype.includes('float');
}

/** The tensors in a sequence: `seq(tensor(float))`. */
export function sequenceOf({ name, type }: ValueInfo): ValueInfo | null {
  const element = /^seq\(tensor\((\w+)\)\)$/.exec(type)?.[1];
  if (!element) return null;
  const dtype = { float: 'float32', double: 'float64' }[element] ?? element;
  return { name, type: `tensor(${element})`, dtype };
}

/** A size that makes sense where the model leaves it open: one sample, a small picture, a few words. */
export function likelySize(info: ValueInfo, place: number): number {
  const { shape = [] } = info;
  if (place === 0) return 1;
  const layout = imageLayout(shape);
  const sides = layout?.channelsFirst ? [-2, -1] : [-3, -2];
  if (layout && sides.some((side) => shape.length + side === place)) return 64;
  const name = String(shape[place] ?? '');
  return /seq|len|time|token|word|step/i.test(name) ? 8 : 1;
}

/** Names of sizes that the model leaves open, with a place for those that have none. */
export function openSizes(info: ValueInfo): { name: string; place: number }[] {
  return (info.shape ?? []).flatMap((size, place) =>
    typeof size === 'number' && size > 0 ? [] : [{ name: sizeName(info, size, place), place }],
  );
}

function sizeName(info: ValueInfo, size: number | string | null, place: number): string {
  return typeof size === 'string' && size !== '' ? size : `${info.name}[${place}]`;
}

/** The shape with its open sizes filled in, 1 where nothing is said. */
export function shapeWith(info: ValueInfo, sizes: ReadonlyMap<string, number>): number[] {
  return (info.shape ?? []).map((size, i) => {
    if (typeof size === 'number' && size > 0) return size;
    return sizes.get(sizeName(info, size, i)) ?? 1;
  });
}

/** How the channels of a picture lie in an input's shape; null for an input that takes none. */
export function imageLayout(
  shape: readonly (number | string | null)[],
): { channels: number; channelsFirst: boolean } | null {
  const rank = shape.length;
  if (rank !== 3 && rank !== 4) return null;
  const [a, , c] = shape.slice(rank - 3);
  const fits = (n: unknown): n is number => n === 1 || n === 3 || n === 4;
  if (rank === 4 && typeof shape[0] === 'number' && shape[0] > 1) return null;
  // Four rows of RGB are likelier than four channels of a picture three pixels wide.
  if (fits(a) && !(a === 4 && fits(c) && c < 4)) return { channels: a, channelsFirst: true };
  if (fits(c)) return { channels: c, channelsFirst: false };
  return null;
}

export function fillsFor(info: ValueInfo): Fill[] {
  if (info.dtype === 'string' || sequenceOf(info)) return ['json'];
  const fills: Fill[] = ['normal', 'uniform', 'zeros', 'ones', 'json'];
  if (info.shape && imageLayout(info.shape)) fills.push('image');
  if (info.shape && info.shape.length <= 2) fills.push('csv');
  // Random ints are uniform.
  return isFloat(info.dtype) ? fills : fills.filter((fill) => fill !== 'normal');
}

function countOf(shape: readonly number[], name: string): number {
  const count = shape.reduce((product, n) => product * n, 1);
  if (count > LARGEST) {
    throw new InputError(`Input “${name}”: ${shape.join('×')} is more than can be filled here.`);
  }
  return count;
}

function arrayOf(info: ValueInfo, count: number): ModelNumbers {
  const type = ARRAYS[info.dtype ?? 'float32'];
  if (!type) throw new InputError(`Input “${info.name}”: ${info.type} can't be filled here.`);
  return new type(count);
}

function set(data: ModelNumbers, i: number, x: number): void {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    data[i] = BigInt(Math.trunc(x));
  } else data[i] = x;
}

/** Box and Muller's way from uniform to normal numbers. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** @param below random ints are from 0 to before this */
export function filled(
  info: ValueInfo,
  shape: readonly number[],
  fill: 'normal' | 'uniform' | 'zeros' | 'ones',
  { below = 10, random = Math.random }: { below?: number; random?: () => number } = {},
): ModelTensor {
  const count = countOf(shape, info.name);
  const data = arrayOf(info, count);
  const float = isFloat(info.dtype);
  const top = info.dtype === 'bool' ? 2 : below;
  if (fill !== 'zeros') {
    for (let i = 0; i < count; i++) {
      if (fill === 'ones') set(data, i, 1);
      else if (!float) set(data, i, Math.floor(random() * top));
      else set(data, i, fill === 'normal' ? normal(random) : random());
    }
  }
  return { name: info.name, dtype: info.dtype ?? 'float32', shape: [...shape], data };
}

type Nested = number | string | boolean | null | Nested[];

/** The shape of nested lists; an error where their lengths differ. */
function nestedShape(value: Nested, name: string): number[] {
  if (!Array.isArray(value)) return [];
  const [first] = value;
  const inner = first === undefined ? [] : nestedShape(first, name);
  for (const item of value) {
    if (nestedShape(item, name).join() !== inner.join()) {
      throw new InputError(`Input “${name}”: lists beside each other differ in length.`);
    }
  }
  return [value.length, ...inner];
}

function numberOf(x: Nested, name: string): number {
  if (typeof x === 'number') return x;
  if (typeof x === 'boolean') return Number(x);
  if (x === 'NaN') return Number.NaN;
  if (x === 'Infinity') return Number.POSITIVE_INFINITY;
  if (x === '-Infinity') return Number.NEGATIVE_INFINITY;
  throw new InputError(`Input “${name}”: ${JSON.stringify(x)} is no number.`);
}

/** `shape`, if its sizes fit `count` elements; else the sizes left open are worked out. */
function fitShape(info: ValueInfo, shape: readonly number[], count: number): number[] {
  const product = shape.reduce((a, b) => a * b, 1);
  if (product === count) return [...shape];
  const declared = info.shape ?? [];
  const open = declared.flatMap((size, i) => (typeof size === 'number' && size > 0 ? [] : [i]));
  const [first] = open;
  if (first !== undefined) {
    const rest = shape.reduce((a, b, i) => (i === first ? a : a * b), 1);
    if (rest > 0 && count % rest === 0) {
      return shape.map((size, i) => (i === first ? count / rest : size));
    }
  }
  throw new InputError(
    `Input “${info.name}” needs ${product} elements (${shape.join('×')}), but ${count} were given.`,
  );
}

function ofItems(info: ValueInfo, shape: number[], items: readonly Nested[]): ModelTensor {
  const { name } = info;
  if (info.dtype === 'string') {
    return { name, dtype: 'string', shape, data: items.map(String) };
  }
  const data = arrayOf(info, items.length);
  items.forEach((item, i) => {
    const x = numberOf(item, name);
    if (!isFloat(info.dtype) && !Number.isInteger(x)) {
      throw new InputError(`Input “${name}” takes ${info.dtype}: ${x} is no whole number.`);
    }
    set(data, i, x);
  });
  return { name, dtype: info.dtype ?? 'float32', shape, data };
}

const flatten = (value: Nested): Nested[] =>
  Array.isArray(value) ? value.flatMap(flatten) : [value];

function parsed(info: ValueInfo, text: string): Nested {
  if (text.trim() === '') {
    throw new InputError(`Input “${info.name}” needs values, such as ${sampleOf(info)}.`);
  }
  try {
    return JSON.parse(text) as Nested;
  } catch (error) {
    throw new InputError(`Input “${info.name}”: this is no JSON. ${(error as Error).message}`);
  }
}

/** What one may write for an input as JSON. */
export function sampleOf(info: ValueInfo): string {
  if (sequenceOf(info)) return '[[[1, 2]], [[3, 4], [5, 6]]]';
  const rank = info.shape?.length ?? 2;
  const [a, b, c] = info.dtype === 'string' ? ['"a"', '"b"', '"c"'] : ['1', '2', '3'];
  if (rank === 0) return a;
  const row = `[${a}, ${b}, ${c}]`;
  return `${'['.repeat(rank - 1)}${row}${']'.repeat(rank - 1)}`;
}

/** A list of the tensors of a sequence. */
export function sequenceFromJson(info: ValueInfo, element: ValueInfo, text: string): ModelFeed {
  const value = parsed(info, text);
  if (!Array.isArray(value)) {
    throw new InputError(`Input “${info.name}” is a sequence: write a list of tensors.`);
  }
  const sequence = value.map((item) => {
    return ofItems(element, nestedShape(item, info.name), flatten(item));
  });
  return { name: info.name, sequence };
}

/** Nested lists, which have a shape, or a flat one for the shape asked for. */
export function fromJson(info: ValueInfo, shape: readonly number[], text: string): ModelTensor {
  const value = parsed(info, text);
  const own = nestedShape(value, info.name);
  const items = flatten(value);
  const isNested = own.length === shape.length;
  return ofItems(info, isNested ? own : fitShape(info, shape, items.length), items);
}

/** Rows of numbers; a first row of words is a header. */
export function fromCsv(info: ValueInfo, shape: readonly number[], text: string): ModelTensor {
  const rows = text
    .split(/\r?\n/)
    .map((line) => line.split(/[,;\t]/).map((cell) => cell.trim()))
    .filter((cells) => cells.some((cell) => cell !== ''));
  const isHeader = rows[0]?.some((cell) => cell !== '' && Number.isNaN(Number(cell)));
  const body = isHeader ? rows.slice(1) : rows;
  if (body.length === 0) throw new InputError(`Input “${info.name}”: the file has no rows.`);
  const columns = body[0]?.length ?? 0;
  const headed = isHeader ? 2 : 1;
  const items = body.flatMap((cells, row) => {
    if (cells.length !== columns) {
      throw new InputError(
        `Input “${info.name}”: line ${row + headed} has ${cells.length} cells, the first has ${columns}.`,
      );
    }
    return cells.map((cell) => {
      const x = Number(cell);
      if (cell === '' || Number.isNaN(x)) {
        throw new InputError(
          `Input “${info.name}”: line ${row + headed} has “${cell}”, no number.`,
        );
      }
      return x;
    });
  });
  const own = [body.length, columns];
  const width = info.shape?.[1];
  const fits = shape.length === 2 && (typeof width !== 'number' || width === columns);
  return ofItems(info, fits ? own : fitShape(info, shape, items.length), items);
}

/** What pixels from 0 to 255 become. */
export type Scale = 'unit' | 'symmetric' | 'imagenet' | 'bytes';

const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];

function scaled(pixel: number, channel: number, scale: Scale): number {
  switch (scale) {
    case 'bytes':
      return pixel;
    case 'unit':
      return pixel / 255;
    case 'symmetric':
      return pixel / 127.5 - 1;
    case 'imagenet':
      return (pixel / 255 - (MEAN[channel] ?? 0)) / (STD[channel] ?? 1);
  }
}

/** Pixels as a canvas gives them (RGBA, row-major) in the order that the input wants. */
export function fromPixels(
  info: ValueInfo,
  shape: readonly number[],
  pixels: Uint8ClampedArray,
  scale: Scale,
): ModelTensor {
  const layout = imageLayout(info.shape ?? shape);
  if (!layout) throw new InputError(`Input “${info.name}” takes no picture.`);
  const { channels, channelsFirst } = layout;
  const area = pixels.length / 4;
  const data = arrayOf(info, area * channels);
  for (let i = 0; i < area; i++) {
    for (let channel = 0; channel < channels; channel++) {
      const at = i * 4;
      // One channel is the picture in grey, by the weights of ITU-R BT.601.
      const pixel =
        channels === 1
          ? 0.299 * (pixels[at] as number) +
            0.587 * (pixels[at + 1] as number) +
            0.114 * (pixels[at + 2] as number)
          : (pixels[at + channel] as number);
      set(
        data,
        channelsFirst ? channel * area + i : i * channels + channel,
        scaled(pixel, channel, scale),
      );
    }
  }
  return { name: info.name, dtype: info.dtype ?? 'float32', shape: [...shape], data };
}

/** Height and width of the picture that an input of this shape takes. */
export function imageSize(
  declared: readonly (number | string | null)[],
  shape: readonly number[],
): { height: number; width: number } {
  const first = imageLayout(declared)?.channelsFirst ?? true;
  const [a = 1, b = 1, c = 1] = shape.slice(shape.length - 3);
  return first ? { height: b, width: c } : { height: a, width: b };
}
