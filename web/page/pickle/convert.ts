/** Weights of a checkpoint as safetensors, by torch.load, which runs no code of a file. */

import type { Background } from '../background';
import source from './convert.py?raw';

export interface Converted {
  bytes: Uint8Array;
  tensors: number;
  /** Numbers and texts, which went into the metadata. */
  plain: number;
  /** Paths of what safetensors can't hold. */
  leftOut: string[];
}

export async function toSafetensors(file: Blob, run: Background): Promise<Converted> {
  const checkpoint = new Uint8Array(await file.arrayBuffer());
  const { stdout, files } = await run({
    source,
    language: 'python',
    files: { 'checkpoint.pt': checkpoint },
  });
  const bytes = files['weights.safetensors'];
  if (!bytes) throw new Error('nothing was written');
  return { bytes, ...JSON.parse(stdout) };
}
