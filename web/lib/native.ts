// The call buffer seen from JavaScript (see wasm/buffer.h): arguments are written into wasm memory,
// results are read from it. Everything above this file is written in terms of it.
import type { CoreModule, Handle } from './core-module.ts';

/** In the order of CallbackKind in wasm/callbacks.h. */
export const callbackKinds = [
  'pre_forward',
  'forward',
  'forward_hook',
  'backward_pre',
  'backward_hook',
  'tensor_hook',
  'function_forward',
  'function_backward',
  'pack_saved',
  'unpack_saved',
] as const;
export type CallbackKind = (typeof callbackKinds)[number];

/** Result codes of an operator call that isn't one tensor (wasm/buffer.h). */
export const Result = {
  failed: 0,
  none: -1,
  list: -2,
  float: -3,
  int: -4,
  bool: -5,
  string: -6,
  numbers: -7,
  dtype: -8,
} as const;

const code = (letter: string) => letter.charCodeAt(0);
const encoder = new TextEncoder();

export class Native {
  private u8!: Uint8Array;
  private f64!: Float64Array;
  private slots = 0; // index into f64
  private tags = 0; // index into u8
  private text = 0; // index into u8
  private slotRoom = 256;
  private tagRoom = 64;
  private textRoom = 1024;
  private slotCount = 0;
  private tagCount = 0;
  private textCount = 0;

  constructor(readonly core: CoreModule) {
    this.refresh();
  }

  /** wasm memory as bytes. Growing the memory detaches the views: never keep one. */
  get bytes(): Uint8Array {
    if (this.u8.length === 0) this.refresh();
    return this.u8;
  }

  get memory(): ArrayBuffer {
    return this.bytes.buffer as ArrayBuffer;
  }

  private refresh(): void {
    const buffer = this.core.HEAP8.buffer;
    this.u8 = new Uint8Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.slots = this.core._gb_slots() >>> 3;
    this.tags = this.core._gb_tags() >>> 0;
    this.text = this.core._gb_text() >>> 0;
  }

  private reserve(slots: number, tags: number, text: number): void {
    if (slots > this.slotRoom) this.slotRoom = Math.max(slots, this.slotRoom * 2);
    if (tags > this.tagRoom) this.tagRoom = Math.max(tags, this.tagRoom * 2);
    if (text > this.textRoom) this.textRoom = Math.max(text, this.textRoom * 2);
    this.core._gb_reserve(this.slotRoom, this.tagRoom, this.textRoom);
    this.refresh();
  }

  // ---- arguments ----

  /** Starts a new list of arguments. */
  begin(): void {
    if (this.u8.length === 0) this.refresh();
    this.slotCount = 0;
    this.tagCount = 0;
    this.textCount = 0;
  }

  /** Number of tags written since `begin`. */
  get count(): number {
    return this.tagCount;
  }

  private tag(letter: number): void {
    if (this.tagCount === this.tagRoom) this.reserve(0, this.tagCount + 1, 0);
    this.u8[this.tags + this.tagCount++] = letter;
  }

  /** Writes a bare slot: handles of functions that take no tags, shapes. */
  slot(x: number): void {
    if (this.slotCount === this.slotRoom) this.reserve(this.slotCount + 1, 0, 0);
    this.f64[this.slots + this.slotCount++] = x;
  }

  none(): void {
    this.tag(110);
  }

  handle(h: Handle): void {
    this.tag(116);
    this.slot(h);
  }

  int(x: number): void {
    this.tag(105);
    this.slot(x);
  }

  float(x: number): void {
    this.tag(102);
    this.slot(x);
  }

  bool(x: boolean | number): void {
    this.tag(98);
    this.slot(x ? 1 : 0);
  }

  dtype(x: number): void {
    this.tag(100);
    this.slot(x);
  }

  private chars(s: string): void {
    const need = this.textCount + s.length * 3;
    if (need > this.textRoom) this.reserve(0, 0, need);
    const at = this.text + this.textCount;
    const { written } = encoder.encodeInto(s, this.u8.subarray(at, at + s.length * 3));
    this.textCount += written;
    this.slot(written);
  }

  string(s: string): void {
    this.tag(115);
    this.chars(s);
  }

  /** The value that follows is given by name. */
  keyword(name: string): void {
    this.tag(107);
    this.chars(name);
  }

  /** A list: `kind` is `I`, `F` or `T`, the items are written with `slot`. */
  list(kind: 'I' | 'F' | 'T', length: number): void {
    this.tag(code(kind));
    this.slot(length);
  }

  // ---- results ----

  /** Number `i` of the results that stand in out. */
  out(i: number): number {
    const out = this.core._gb_out() >>> 3;
    if (this.u8.length === 0) this.refresh();
    return this.f64[out + i]!;
  }

  outs(count: number, first = 0): number[] {
    const out = (this.core._gb_out() >>> 3) + first;
    if (this.u8.length === 0) this.refresh();
    const items = new Array<number>(count);
    for (let i = 0; i < count; i++) items[i] = this.f64[out + i]!;
    return items;
  }

  shape(h: Handle): number[] | undefined {
    const n = this.core._gb_shape(h);
    return n < 0 ? undefined : this.outs(n);
  }

  /** `[kind, message]` of the latest failure. */
  lastError(): [string, string] {
    const text = this.core.lastError();
    const line = text.indexOf('\n');
    return line < 0 ? ['RuntimeError', text] : [text.slice(0, line), text.slice(line + 1)];
  }
}
