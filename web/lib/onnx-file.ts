// Bringing an ONNX file into wasm memory (wasm/opening.cpp): its small parts first, then each large
// tensor to where the core wants it. Weights are copied once.

/** What a module of ours offers for files. */
export interface FileCalls {
  HEAPU8: Uint8Array;
  _gb_file(size: number): number;
  _gb_external_file(locationSize: number): number;
  _gb_file_parts(count: number): number;
  _gb_open_file(): number;
  _gb_wanted_parts(): number;
}

/** Tensors of fewer bytes cross with the file's small parts. */
const leastPart = 1 << 16;

// Field numbers and data types of onnx.proto.
const modelGraph = 7;
const graphInitializer = 5;
const tensorType = 2;
const tensorRaw = 9;
const boolType = 9;

/** A reader of protocol buffers that only looks for fields. @throws RangeError on damage */
class Fields {
  field = 0;
  /** Of a field with a length: where it begins, and its length; of a number: its value in `size`. */
  first = 0;
  size = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
    private readonly end: number,
  ) {}

  private varint(): number {
    let value = 0;
    for (let shift = 0; shift < 64; shift += 7) {
      if (this.at >= this.end) throw new RangeError('cut short');
      const byte = this.bytes[this.at++]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new RangeError('a number that never ends');
  }

  next(): boolean {
    if (this.at >= this.end) return false;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.first = -1;
    switch (tag % 8) {
      case 0:
        this.size = this.varint();
        break;
      case 1:
        this.at += 8;
        break;
      case 2:
        this.size = this.varint();
        this.first = this.at;
        this.at += this.size;
        break;
      case 5:
        this.at += 4;
        break;
      default:
        throw new RangeError('a wire type of old');
    }
    if (this.at > this.end) throw new RangeError('cut short');
    return true;
  }

  inside(): Fields {
    return new Fields(this.bytes, this.first, this.first + this.size);
  }
}

/** Where the large tensors of the main graph stand, in order; none in a damaged file. */
export function largeParts(bytes: Uint8Array): [first: number, size: number][] {
  const parts: [number, number][] = [];
  try {
    for (const model = new Fields(bytes, 0, bytes.length); model.next(); ) {
      if (model.field !== modelGraph || model.first < 0) continue;
      for (const graph = model.inside(); graph.next(); ) {
        if (graph.field !== graphInitializer || graph.size < leastPart || graph.first < 0) continue;
        let type = boolType; // until it is told: bools are looked at when they are read
        for (const tensor = graph.inside(); tensor.next(); ) {
          if (tensor.field === tensorType && tensor.first < 0) type = tensor.size;
          const large = tensor.field === tensorRaw && tensor.first >= 0 && tensor.size >= leastPart;
          if (large && type !== boolType) parts.push([tensor.first, tensor.size]);
        }
      }
    }
  } catch {
    return []; // the core says what is wrong with it
  }
  return parts;
}

/** A file that holds external data of the model that is opened next. False: the core refused. */
function giveExternal(core: FileCalls, location: string, data: Uint8Array): boolean {
  const name = new TextEncoder().encode(location);
  const room = core._gb_file(data.length + name.length) >>> 0;
  if (room === 0) return false;
  core.HEAPU8.set(data, room);
  core.HEAPU8.set(name, room + data.length);
  return core._gb_external_file(name.length) !== 0;
}

/**
 * Reads a model. False when the core refused; its error is kept. What is done with the model, the
 * next call says.
 */
export function openFile(
  core: FileCalls,
  bytes: Uint8Array,
  external: Record<string, Uint8Array> = {},
): boolean {
  for (const [location, data] of Object.entries(external)) {
    if (!giveExternal(core, location, data)) return false;
  }
  const room = core._gb_file(bytes.length) >>> 0;
  if (room === 0) return false;
  const absent = largeParts(bytes);
  let at = 0;
  for (const [first, size] of absent) {
    core.HEAPU8.set(bytes.subarray(at, first), room + at);
    at = first + size;
  }
  core.HEAPU8.set(bytes.subarray(at), room + at);
  const list = core._gb_file_parts(2 * absent.length);
  new Uint32Array(core.HEAPU8.buffer, list, 2 * absent.length).set(absent.flat());
  const count = core._gb_open_file();
  if (count < 0) return false;
  const wanted = new Uint32Array(core.HEAPU8.buffer, core._gb_wanted_parts(), 3 * count);
  for (let i = 0; i < 3 * count; i += 3) {
    const [first, to, size] = [wanted[i]!, wanted[i + 1]!, wanted[i + 2]!];
    core.HEAPU8.set(bytes.subarray(first, first + size), to);
  }
  return true;
}
