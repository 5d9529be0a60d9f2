/**
 * Reads zip archives out of a Blob, a slice at a time: the pickle of a checkpoint of many gigabytes
 * is looked at without reading the tensors. Sizes are checked before anything is read or inflated.
 */

export class ZipError extends Error {}

export interface ZipEntry {
  name: string;
  /** 0 stored, 8 deflated. */
  method: number;
  encrypted: boolean;
  /** Bytes in the archive, and once inflated. */
  packed: number;
  size: number;
  /** Where its local header begins. */
  at: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const WIDE = 0xffffffff;
/** A comment of 65535 bytes may follow the end record. */
const END_ROOM = 22 + 0xffff;
const LARGEST_DIRECTORY = 64 << 20;

async function slice(blob: Blob, start: number, end: number): Promise<DataView> {
  if (start < 0 || end > blob.size || start > end) {
    throw new ZipError('The archive is broken: it points outside of the file.');
  }
  return new DataView(await blob.slice(start, end).arrayBuffer());
}

const bytesOf = (view: DataView, at: number, length: number) =>
  new Uint8Array(view.buffer, view.byteOffset + at, length);

async function directoryOf(blob: Blob): Promise<{ at: number; size: number; count: number }> {
  const from = Math.max(0, blob.size - END_ROOM);
  const tail = await slice(blob, from, blob.size);
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== END) end--;
  if (end < 0) {
    throw new ZipError('The archive has no directory at its end: the file was cut off.');
  }
  const count = tail.getUint16(end + 10, true);
  const size = tail.getUint32(end + 12, true);
  const at = tail.getUint32(end + 16, true);
  const locator = end - 20;
  if (locator < 0 || tail.getUint32(locator, true) !== LOCATOR64) return { at, size, count };
  const start64 = Number(tail.getBigUint64(locator + 8, true));
  const end64 = await slice(blob, start64, start64 + 56);
  if (end64.getUint32(0, true) !== END64) throw new ZipError('The archive has a broken directory.');
  return {
    count: Number(end64.getBigUint64(32, true)),
    size: Number(end64.getBigUint64(40, true)),
    at: Number(end64.getBigUint64(48, true)),
  };
}

/** Sizes beyond 4 GB stand in an extra field. */
function widen(entry: ZipEntry, extra: DataView): void {
  let at = 0;
  while (at + 4 <= extra.byteLength) {
    const length = extra.getUint16(at + 2, true);
    if (extra.getUint16(at, true) === 1) {
      let next = at + 4;
      for (const field of ['size', 'packed', 'at'] as const) {
        if (entry[field] !== WIDE || next + 8 > extra.byteLength) continue;
        entry[field] = Number(extra.getBigUint64(next, true));
        next += 8;
      }
    }
    at += 4 + length;
  }
}

export async function zipEntries(blob: Blob): Promise<ZipEntry[]> {
  const directory = await directoryOf(blob);
  if (directory.size > LARGEST_DIRECTORY) throw new ZipError('The archive has too many entries.');
  const view = await slice(blob, directory.at, directory.at + directory.size);
  const entries: ZipEntry[] = [];
  const text = new TextDecoder();
  let at = 0;
  while (at + 46 <= view.byteLength && view.getUint32(at, true) === CENTRAL) {
    const name = view.getUint16(at + 28, true);
    const extra = view.getUint16(at + 30, true);
    const comment = view.getUint16(at + 32, true);
    if (at + 46 + name + extra + comment > view.byteLength) break;
    const entry: ZipEntry = {
      name: text.decode(bytesOf(view, at + 46, name)),
      method: view.getUint16(at + 10, true),
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    };
    widen(entry, new DataView(view.buffer, at + 46 + name, extra));
    entries.push(entry);
    at += 46 + name + extra + comment;
  }
  if (entries.length !== directory.count) {
    throw new ZipError(
      `The archive has a broken directory: of ${directory.count} entries, ${entries.length} could be read.`,
    );
  }
  return entries;
}

/** The contents of an entry, which may not have more than `limit` bytes. */
export async function readEntry(blob: Blob, entry: ZipEntry, limit: number): Promise<Uint8Array> {
  const called = `“${entry.name}” in the archive`;
  if (entry.encrypted) throw new ZipError(`${called} is encrypted.`);
  if (entry.size > limit)
    throw new ZipError(`${called} is too large to look at: ${entry.size} bytes.`);
  const head = await slice(blob, entry.at, entry.at + 30);
  if (head.getUint32(0, true) !== LOCAL) throw new ZipError(`${called} is not where it should be.`);
  const start = entry.at + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const packed = await slice(blob, start, start + entry.packed);
  const data = bytesOf(packed, 0, packed.byteLength);
  if (entry.method === 0) return data;
  if (entry.method !== 8) {
    throw new ZipError(`${called} is packed in a way that is not known (${entry.method}).`);
  }
  // An archive may lie about sizes: inflating ends where it said that it would.
  return inflate(data, 'deflate-raw', entry.size, called);
}

/** Inflates at most `limit` bytes; more, or broken data, is an error. */
export async function inflate(
  data: Uint8Array,
  format: 'deflate-raw' | 'deflate' | 'gzip',
  limit: number,
  called: string,
): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(data)]).stream();
  const reader = stream.pipeThrough(new DecompressionStream(format)).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > limit) throw new ZipError(`${called} inflates to more than ${limit} bytes.`);
      parts.push(value);
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    if (error instanceof ZipError) throw error;
    throw new ZipError(`${called} can't be inflated: its data is broken.`);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
