/** `gradbox convert`: the weights of a checkpoint in a format that holds no code. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { conversion, converted, type WeightsFormat } from '@page/pickle/convert.ts';
import type { WorkerMessage } from '@runtime/protocol.ts';
import { SnippetWorker } from './snippet-worker.ts';

const TIME_LIMIT = 600_000;

/** Writes the file and says what is in it; gives the exit code. */
export async function convert(file: string, format: WeightsFormat, out?: string): Promise<number> {
  const worker = new SnippetWorker();
  const files: Record<string, Uint8Array> = {};
  const hear = (message: WorkerMessage) => {
    if (message.type === 'files') Object.assign(files, message.changed);
  };
  try {
    const request = conversion(new Uint8Array(readFileSync(file)), format);
    const { printed, error } = await worker.run(
      { ...request, runtime: 'auto', filename: 'convert.py', env: {} },
      TIME_LIMIT,
      hear,
    );
    if (error) {
      process.stderr.write(`gradbox: ${file}: ${error.trim().split('\n').at(-1)}\n`);
      return 1;
    }
    const { bytes, tensors, plain, leftOut } = converted(printed, files);
    const { dir, name } = path.parse(file);
    const target = out ?? path.join(dir, `${name}.${format}`);
    writeFileSync(target, bytes);
    process.stdout.write(
      `${target}: ${tensors} tensors, ${bytes.length} bytes; plain values in its metadata: ${plain}\n`,
    );
    if (leftOut.length > 0) process.stderr.write(`left out: ${leftOut.join(', ')}\n`);
    return 0;
  } finally {
    worker.end();
  }
}
