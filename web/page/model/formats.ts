/** Files that are no ONNX model, by how they begin, with what to do with them. */

import { ascii } from '../pickle/formats';

const EXPORT = 'a model must be exported with torch.onnx.export.';
const PICKLE = `it is a pickle, which the Pickle tab looks into; ${EXPORT}`;

/** Where a magic text stands, and what it says. */
const MAGIC: readonly [number, string, string][] = [
  [
    0,
    'version https://git-lfs',
    'it is a Git LFS pointer, a few lines that stand for the file. Fetch the file itself (git lfs pull).',
  ],
  [
    0,
    'PK\x03\x04',
    `it is a zip archive. If it is a checkpoint of PyTorch, the Pickle tab looks into it; ${EXPORT}`,
  ],
  ...['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'].map((magic): [number, string, string] => [
    0,
    magic,
    PICKLE,
  ]),
  [0, '\x1f\x8b', 'it is compressed by gzip: unpack it first (gunzip).'],
  [4, 'ORTM', 'it is in the ORT format of onnxruntime. Open the .onnx file that it was made from.'],
  [4, 'TFL3', 'it is a TensorFlow Lite model. Convert it with tf2onnx.'],
  [0, '\x89HDF\r\n', 'it is an HDF5 file. A Keras model becomes ONNX with tf2onnx.'],
  [0, 'GGUF', 'it is a GGUF file: weights without a graph.'],
  [0, '\x93NUMPY', 'it is an array of NumPy.'],
  [5, '\0\0\0{"', 'it is a safetensors file: weights without a graph.'],
];

/** Why this is no ONNX model, where its beginning tells. */
export function otherFormat(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return 'the file is empty.';
  for (const [at, magic, words] of MAGIC) {
    if (ascii(bytes, at, magic.length) === magic) return words;
  }
  const begin = ascii(bytes, 0, 512);
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(begin)) {
    return 'it is a web page: the download gave a page instead of the file.';
  }
  if (!/^[\t\r\n -~]+$/.test(begin)) return null;
  const first = begin.trimStart().split('\n', 1)[0] ?? '';
  return `it is a text file that begins with “${first.slice(0, 40).trim()}”.`;
}
