/**
 * Garbage collection in the middle of a run.
 *
 * MicroPython's WebAssembly build collects only when the last call from JavaScript has returned,
 * because pointers may stand in WebAssembly locals, which nobody can scan. A training loop would
 * keep the tensors of all its turns. But most calls hold no pointer that isn't also on the Python
 * stack, which is scanned. So:
 *
 * 1. At start, a Python program (`_gb_calibrate.py`) calls us through every such kind of call, and
 *    we learn their call sites from the stack traces: function number and offset.
 * 2. `collect()` looks at the stack. If every WebAssembly frame stands at a known site, it copies
 *    the C stack into a block that the collector scans, tells MicroPython that no call from
 *    JavaScript is under way, and asks it once to collect: leaving again, MicroPython does so.
 * 3. Otherwise it does nothing; a later call will come from a better place. Inside `sorted(key=f)`,
 *    for instance, only C code knows the list being sorted.
 *
 * Where the engine's stack traces lack offsets (Safari), no site is ever known and memory comes
 * back at the end of the run.
 */
import type { MicroPython } from './load.ts';

/** `wasm-function[397]:0x134ed`, as V8 and SpiderMonkey write it. */
const SITE = /wasm-function\[\d+\]:0x[0-9a-f]+/g;
/** Any frame of WebAssembly, with or without an offset. */
const FRAME = /wasm-function\[\d+\]/g;
/** SpiderMonkey's traces end at 128 frames. */
const MAX_FRAMES = 120;

const ROOTS_SIZE = 1 << 16;
const PATTERN_LENGTH = 64;
const pattern = (i: number) => (i * 37 + 11) & 255;

/** The Python side: `_nest` for finding the depth counter, a block whose content is scanned. */
const SETUP = `
import gc, _gb_collector
def _gb_nest(n): _gb_collector.nest(n)
def _gb_nop(): gc.collect()
_gb_roots = bytearray(${ROOTS_SIZE})
for _i in range(${PATTERN_LENGTH}): _gb_roots[_i] = (_i * 37 + 11) & 255
del _i
`;

export class Collector {
  collected = 0;
  skipped = 0;
  private readonly sites = new Set<string>();
  /** Index, in words, of the counter of nested calls from JavaScript; -1 when it wasn't found. */
  private depth = -1;
  private roots = 0;
  private used = 0;
  private enter: (() => void) | undefined;

  constructor(
    private readonly python: MicroPython,
    calibration: string,
  ) {
    const counts: Int32Array[] = [];
    const snap = () => counts.push(this.words().slice(0, 1 << 17));
    let nest: (n: number) => void = () => {};
    python.registerJsModule('_gb_collector', {
      nest: (n: number) => {
        snap();
        if (n > 0) nest(n - 1);
      },
      site: () => this.learn(),
    });
    python.runPython(SETUP);
    nest = python.globals.get('_gb_nest');
    snap();
    nest(2);
    snap();
    this.depth = findCounter(counts);
    this.roots = this.findRoots();
    if (this.depth < 0 || this.roots === 0) return;
    python.runPython(calibration);
    this.enter = python.globals.get('_gb_nop');
    this.check();
  }

  /** Whether collecting works here at all. */
  get ready(): boolean {
    return this.enter !== undefined && this.sites.size > 0;
  }

  /** Collects if the stack allows it, and says whether it did. */
  collect(): boolean {
    if (!this.ready || !this.safe()) {
      this.skipped++;
      return false;
    }
    const from = this.python.exports.emscripten_stack_get_current();
    const length = this.python.stackTop - from;
    if (length < 0 || length > ROOTS_SIZE) {
      this.skipped++;
      return false;
    }
    const bytes = new Uint8Array(this.python.exports.memory.buffer);
    bytes.copyWithin(this.roots, from, from + length);
    if (this.used > length) bytes.fill(0, this.roots + length, this.roots + this.used);
    this.used = length;
    const depth = this.words()[this.depth]!;
    this.words()[this.depth] = 0;
    try {
      this.enter!();
    } finally {
      this.words()[this.depth] = depth;
    }
    this.collected++;
    return true;
  }

  private words(): Int32Array {
    return new Int32Array(this.python.exports.memory.buffer);
  }

  private learn(): number {
    for (const [site] of stack().matchAll(SITE)) this.sites.add(site);
    return 1;
  }

  private safe(): boolean {
    const trace = stack();
    let sites = 0;
    for (const [site] of trace.matchAll(SITE)) {
      if (!this.sites.has(site)) return false;
      sites++;
    }
    return trace.match(FRAME)?.length === sites && trace.split('\n').length < MAX_FRAMES;
  }

  private findRoots(): number {
    const words = this.words();
    const bytes = new Uint8Array(words.buffer);
    const first = pattern(0) | (pattern(1) << 8) | (pattern(2) << 16) | (pattern(3) << 24);
    for (let i = words.indexOf(first); i >= 0; i = words.indexOf(first, i + 1)) {
      let k = 0;
      while (k < PATTERN_LENGTH && bytes[i * 4 + k] === pattern(k)) k++;
      if (k === PATTERN_LENGTH) {
        bytes.fill(0, i * 4, i * 4 + PATTERN_LENGTH);
        return i * 4;
      }
    }
    return 0;
  }

  /** Collecting must bring objects back and must leave what is in use; else it is switched off. */
  private check(): void {
    const { python } = this;
    const before = python.proxies.size;
    let middle = 0;
    python.registerJsModule('_gb_check', {
      make: () => ({}),
      collect: () => {
        this.collect();
        middle = python.proxies.size;
        return 1;
      },
    });
    python.runPython(`
import _gb_check
def _gb_checking():
    kept = [_gb_check.make() for i in range(3)]
    for i in range(50): lost = [_gb_check.make(), i]
    _gb_check.collect()
    return kept
_gb_kept = len(_gb_checking())
`);
    if (this.collected === 0 || middle - before > 20) this.enter = undefined;
  }
}

function stack(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = MAX_FRAMES;
  const text = new Error().stack ?? '';
  Error.stackTraceLimit = limit;
  return text;
}

/** The one word that was 0, 1, 2, 3 and 0 again at these depths. */
function findCounter(counts: Int32Array[]): number {
  const [a, b, c, d, e] = counts as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
  let found = -1;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== 0 || b[i] !== 1 || c[i] !== 2 || d[i] !== 3 || e[i] !== 0) continue;
    if (found >= 0) return -1;
    found = i;
  }
  return found;
}
