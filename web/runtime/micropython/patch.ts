/**
 * Changes to the pinned MicroPython build, made to its bytes before they are compiled: each is
 * found by its shape, and a build in which it isn't found exactly once stays as it is.
 */

import { number, typeKey, WasmModule } from './wasm-module.ts';

/** `mp_map_init`: it ends by storing 1 (no flag but "all keys are names"). */
const MAP_INIT = [
  0x20, 0x00, 0x41, 0x01, 0x36, 0x02, 0x00, 0x20, 0x00, 0x20, 0x01, 0x36, 0x02, 0x08, 0x0b,
];
const FLAGS_AT = 3;
const ORDERED = 1 | 4;

/**
 * Makes every dict keep its insertion order, as Python guarantees and MicroPython's hash tables
 * don't: the maps that MicroPython makes are flagged like those of its OrderedDict.
 */
export function orderDicts(wasm: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(wasm);
  let at = -1;
  for (let i = bytes.indexOf(MAP_INIT[0]!); i >= 0; i = bytes.indexOf(MAP_INIT[0]!, i + 1)) {
    if (!MAP_INIT.every((byte, k) => bytes[i + k] === byte)) continue;
    if (at >= 0) return new Uint8Array(wasm);
    at = i;
  }
  if (at >= 0) bytes[at + FLAGS_AT] = ORDERED;
  return bytes;
}

const hex = (text: string) =>
  text
    .trim()
    .split(/\s+/)
    .map((byte) => Number.parseInt(byte, 16));

/** Code put in front of functions of the pinned build, which are known by how they begin. */
const PREFIXES = [
  {
    // mp_set_init(set, n): a set that is written out gets more than twice its elements, a small
    // one 8; what is a size already comes from a set that is copied.
    // if (n < 32768 && !(popcnt(n) == 1 && n > 7)) n = n < 5 ? 8 : 1 << (32 - clz(n << 1))
    body: hex('00 20 00 41 00 36 02 04 20 00 20 01 36 02 00 20 00 20 01 41 02 74 10'),
    code: hex(`20 01 41 80 80 02 49 20 01 69 41 01 46 20 01 41 07 4b 71 45 71 04 40
      41 08 41 01 41 20 20 01 41 01 74 67 6b 74 20 01 41 05 49 1b 21 01 0b`),
  },
  {
    // mp_set_lookup(set, key, kind): grows when CPython would.
    // if ((kind & 1) & ((set->used + 1) * 5 >= (set->alloc - 1) * 3)) mp_set_rehash(set)
    body: hex('01 08 7f 20 02 41 01 71 21 03 02 40 02 40 02 40 20 00 28 02 00 45 0d 00 20 03 45'),
    code: hex(`20 02 41 01 71 20 00 28 02 04 41 01 6a 41 05 6c 20 00 28 02 00 41 01 6b 41 03 6c 4e 71
      04 40 20 00 10 c6 03 0b`),
  },
  {
    // mp_map_lookup(map, key, kind): an ordered map would take keys that have no hash.
    // if (kind == 1 && (key & 3) == 0 && key != 0) mp_unary_op(HASH, key)
    body: hex('01 09 7f 02 40 02 40 02 40 20 02 41 02 46 0d 00 20 00 28 02 04 22 03 45 0d 00'),
    code: hex(
      '20 02 41 01 46 20 01 41 03 71 45 71 20 01 41 00 47 71 04 40 41 06 20 01 10 85 03 1a 0b',
    ),
  },
];

/** mp_set_rehash(set) looks for a size above alloc + 1; CPython's sets grow to four times their size. */
const REHASH = {
  from: hex('01 05 7f 20 00 28 02 00 22 01 41 01 6a 21 02'),
  to: hex('01 05 7f 20 00 28 02 00 22 01 41 02 74 21 02'),
};

/** Sizes of hash tables, which only sets still use; and those that CPython gives to sets. */
const SIZES = [0, 2, 4, 6, 8, 10, 12, 17, 23, 29, 37, 47, 59, 73, 97, 127, 167, 223, 293, 389, 521];
const CPYTHON_SIZES = [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384];

const words = (sizes: number[]) => sizes.flatMap((size) => [size & 255, size >> 8]);

/**
 * Makes sets of small whole numbers iterate, and so print, in CPython's order: by the lowest bits of
 * the number, in a table of the same size.
 */
function orderSets(module: WasmModule): void {
  const found = PREFIXES.map(({ body }) => module.startingWith(body));
  const sizes = module.find(words(SIZES));
  const rehash = module.find(REHASH.from);
  if (found.some((index) => index < 0) || sizes < 0 || rehash < 0) return;
  module.overwrite(rehash, REHASH.to);
  PREFIXES.forEach(({ code }, i) => {
    module.prepend(found[i]!, code);
  });
  // The rest of the interpreter's list of sizes is longer, and rising: it may stay.
  const larger = Array<number>(SIZES.length - CPYTHON_SIZES.length).fill(32768);
  module.overwrite(sizes, words([...CPYTHON_SIZES, ...larger]));
}

const I32 = 0x7f;
const F64 = 0x7c;

/** A function of the interpreter that JavaScript takes over. */
interface Hook {
  parameters: number[];
  results: number[];
  /** It is the only one that uses this text; without it, the only one of its type. */
  text?: string;
  /**
   * JavaScript is asked before the function, and says by 1 that it has done the work. Without it,
   * it stands for the function.
   */
  before?: true;
  /** JavaScript is asked only if the parameter of this number is 1. */
  when?: number;
}

const HOOKS = {
  /** `mp_format_float(x, buffer, size, format, precision, sign)` */
  formatFloat: { parameters: [F64, I32, I32, I32, I32, I32], results: [I32] },
  /** `mp_print_float(print, x, format, flags, fill, width, precision)` */
  printFloat: { parameters: [I32, F64, I32, I32, I32, I32, I32], results: [I32] },
  /** `str_print(print, text, kind)`, for kind 1: repr */
  printText: { parameters: [I32, I32, I32], results: [], text: '\\U%08x', before: true, when: 2 },
  /** `mp_obj_exception_print(print, exception, kind)` */
  printException: { parameters: [I32, I32, I32], results: [], text: '[Errno %d] %q', before: true },
  /** `type_print(print, type, kind)` */
  printType: { parameters: [I32, I32, I32], results: [], text: "<class '%q'>", before: true },
} satisfies Record<string, Hook>;

/** Not the interpreter's: `write(data, text, length)` of a printer whose output JavaScript takes. */
const CAPTURE = { parameters: [I32, I32, I32], results: [] };

export type HookName = keyof typeof HOOKS;
const NAMES = Object.keys(HOOKS) as HookName[];

/** Where things stand in the function table of a module that was changed. */
export interface Slots {
  first: number;
  /** The interpreter's own functions. */
  printText: number;
  printException: number;
}

export interface Implementations extends Record<HookName, (...args: number[]) => number> {
  capture(data: number, text: number, length: number): void;
}

/** i32.const, call_indirect */
const call = (slot: number, type: number) => [0x41, ...number(slot), 0x11, ...number(type), 0];

/**
 * Sends the functions of HOOKS to JavaScript (and orders sets), through new entries at the end of the function table
 * that `installHooks` fills. Undefined if that isn't possible.
 */
export function hookFunctions(
  wasm: Uint8Array<ArrayBuffer>,
): { bytes: Uint8Array<ArrayBuffer>; slots: Slots } | undefined {
  const module = new WasmModule(wasm);
  orderSets(module);
  const first = module.tableSize;
  const slots: Slots = { first, printText: -1, printException: -1 };
  for (const [i, name] of NAMES.entries()) {
    const { parameters, results, text, before, when }: Hook = HOOKS[name];
    const own = typeKey(parameters, results);
    const index = text === undefined ? module.ofType(own) : module.using(text);
    if (index < 0 || module.types[module.functions[index]!] !== own) return undefined;
    if (name === 'printText' || name === 'printException') slots[name] = module.slotOf(index);
    const asked = module.types.indexOf(before ? typeKey(parameters, [I32]) : own);
    if (asked < 0) return undefined;
    const arguments_ = parameters.flatMap((_, k) => [0x20, k]); // local.get
    let code = [...arguments_, ...call(first + i, asked)];
    if (!before) {
      module.setBody(index, [0, ...code, 0x0b]);
      continue;
    }
    code.push(0x04, 0x40, 0x0f, 0x0b); // if: return
    if (when !== undefined) code = [0x20, when, 0x41, 1, 0x46, 0x04, 0x40, ...code, 0x0b];
    module.prepend(index, code);
  }
  if (slots.printText < 0 || slots.printException < 0) return undefined;
  module.tableSize += NAMES.length + 1;
  return { bytes: module.write(), slots };
}

/** A table takes only functions of WebAssembly: a module of its own wraps each of ours. */
function wrap(work: (...args: number[]) => unknown, parameters: number[], results: number[]) {
  const type = [0x60, parameters.length, ...parameters, results.length, ...results];
  const section = (id: number, content: number[]) => [id, content.length, ...content];
  const bytes = new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, ...type]),
    ...section(2, [1, 1, 0x65, 1, 0x66, 0, 0]), // import "e" "f"
    ...section(7, [1, 1, 0x66, 0, 0]), // export "f"
  ]);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { e: { f: work } });
  return instance.exports.f as () => void;
}

/** Fills the table's new entries. */
export function installHooks(table: WebAssembly.Table, slots: Slots, work: Implementations): void {
  NAMES.forEach((name, i) => {
    const { parameters, results, before }: Hook = HOOKS[name];
    table.set(slots.first + i, wrap(work[name], parameters, before ? [I32] : results));
  });
  const { parameters, results } = CAPTURE;
  table.set(slots.first + NAMES.length, wrap(work.capture, parameters, results));
}

export const captureSlot = (slots: Slots) => slots.first + NAMES.length;
