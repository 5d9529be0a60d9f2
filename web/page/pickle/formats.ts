/** Files that are something else than a pickle, by how they begin. */

export const ascii = (bytes: Uint8Array, start: number, length: number) =>
  String.fromCharCode(...bytes.subarray(start, start + length));

const COMPRESSED: readonly [string, string, string][] = [
  ['BZh', 'bzip2', 'bunzip2'],
  ['\xfd7zXZ\0', 'xz', 'unxz'],
  ['\x5d\0\0\x80\0', 'LZMA', 'unlzma'],
  ['\x28\xb5\x2f\xfd', 'Zstandard', 'unzstd'],
  ['\x04\x22\x4d\x18', 'LZ4', 'unlz4'],
  ['7z\xbc\xaf\x27\x1c', '7-Zip', '7z x'],
];

/** The tensors in the header of a safetensors file, if this is one. */
async function safetensors(blob: Blob, head: Uint8Array): Promise<number | null> {
  if (head.length < 10 || head[8] !== 0x7b) return null;
  const size = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
  if (size > 100_000_000n || BigInt(blob.size) < 8n + size) return null;
  try {
    const header = JSON.parse(await blob.slice(8, 8 + Number(size)).text());
    return Object.keys(header).filter((name) => name !== '__metadata__').length;
  } catch {
    return null;
  }
}

/** What the file is and why it isn't looked into; null if it may be a pickle. */
export async function otherFormat(blob: Blob, head: Uint8Array): Promise<string | null> {
  const begin = ascii(head, 0, 64);
  if (begin.startsWith('version https://git-lfs')) {
    return 'This is a Git LFS pointer, a few lines that stand for the file. Fetch the file itself (git lfs pull).';
  }
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(begin)) {
    return 'This is a web page, not a pickle: the download gave a page instead of the file.';
  }
  for (const [magic, name, tool] of COMPRESSED) {
    if (begin.startsWith(magic)) {
      return `This is compressed by ${name}, which browsers can't undo: unpack it (${tool}), then open what comes out.`;
    }
  }
  if (begin.startsWith('\x89HDF\r\n')) return 'This is an HDF5 file, not a pickle.';
  if (begin.startsWith('GGUF')) return 'This is a GGUF file, not a pickle: it holds no code.';
  if (begin.startsWith('%PDF')) return 'This is a PDF, not a pickle.';
  if (begin.startsWith('\x89PNG') || begin.startsWith('\xff\xd8\xff')) {
    return 'This is a picture, not a pickle.';
  }
  if (ascii(head, 257, 5) === 'ustar') {
    return 'This is a tar archive. PyTorch before 0.1.10 wrote checkpoints so; unpack it and look at the file “pickle” in it.';
  }
  // An ONNX model begins with its IR version and the name of what made it.
  if (head[0] === 0x08 && head[2] === 0x12 && /^[ -~]+$/.test(ascii(head, 4, head[3] ?? 0))) {
    return 'This looks like an ONNX model, which holds no code: open it in the Model tab.';
  }
  const tensors = await safetensors(blob, head);
  if (tensors !== null) {
    return `This is a safetensors file of ${tensors} ${tensors === 1 ? 'tensor' : 'tensors'}, not a pickle: it can run nothing.`;
  }
  return null;
}

/** Whatever isn't clearly a kind of number or text, or records of such, may hold objects. */
const KIND = "'[<>|=]?[?biufcmMSUV]\\d*(?:\\[\\w+\\])?'";
const FIELD = `\\('[^'\\\\]*', ${KIND}(?:, \\([\\d, ]*\\))?\\)`;
const PLAIN = new RegExp(`^(?:${KIND}|\\[${FIELD}(?:, ${FIELD})*\\])$`);

export interface NumpyArray {
  /** As numpy writes it: `<f8`, `|O`. */
  dtype: string;
  shape: string;
  /** Where the elements begin. */
  data: number;
  /** The elements are objects: a pickle. */
  objects: boolean;
}

/** The header of a `.npy` file; null if it is none. */
export function numpyArray(bytes: Uint8Array): NumpyArray | null {
  if (!ascii(bytes, 0, 6).startsWith('\x93NUMPY') || bytes.length < 12) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begin = (bytes[6] ?? 1) > 1 ? 12 : 10;
  const size = begin === 12 ? view.getUint32(8, true) : view.getUint16(8, true);
  if (begin + size > bytes.length) return null;
  const header = new TextDecoder('latin1').decode(bytes.subarray(begin, begin + size));
  const dtype = /'descr':\s*(.*?),\s*'fortran_order'/s.exec(header)?.[1] ?? '';
  const shape = /'shape':\s*(\([^)]*\))/.exec(header)?.[1] ?? '?';
  const objects = !PLAIN.test(dtype);
  return { dtype: dtype.replace(/^'(.*)'$/, '$1'), shape, data: begin + size, objects };
}
