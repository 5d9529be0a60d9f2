/** Weights of a checkpoint in a format that holds no code, by torch.load, which runs none. */

import type { Background } from '../background';
import source from './convert.py?raw';

/** safetensors; or an ONNX model without nodes, whose initializers and outputs are the weights. */
export type WeightsFormat = 'safetensors' | 'onnx';

export interface Converted {
  bytes: Uint8Array;
  tensors: number;
  /** Numbers and texts, which went into the metadata. */
  plain: number;
  /** Paths of what neither format can hold. */
  leftOut: string[];
}

/** The snippet that converts, and the files that it is given. */
export const conversion = (checkpoint: Uint8Array, format: WeightsFormat) => ({
  source,
  language: 'python' as const,
  files: { 'checkpoint.pt': checkpoint, 'format.txt': new TextEncoder().encode(format) },
});

/** What the snippet printed and wrote. */
export function converted(stdout: string, files: Record<string, Uint8Array>): Converted {
  const bytes = files.weights;
  if (!bytes) throw new Error('nothing was written');
  return { bytes, ...JSON.parse(stdout) };
}

export async function convertWeights(
  file: Blob,
  format: WeightsFormat,
  run: Background,
): Promise<Converted> {
  const checkpoint = new Uint8Array(await file.arrayBuffer());
  const { stdout, files } = await run(conversion(checkpoint, format));
  return converted(stdout, files);
}
