// Exported models run in ONNX Runtime and give what the core gives, for another batch than the
// traced one.
import { createCore, load } from '@lib/load.ts';
import type { Tensor } from '@lib/tensor.ts';
import { nn, torch } from '@lib/torch.ts';
import * as ort from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import { cases } from './onnx/cases.mjs';
import { exportCase } from './onnx/export-case.mjs';

await load({ core: await createCore() });

const numbers = (t: Tensor): number[] => [t.tolist()].flat(10).map(Number);

function toOrt(t: Tensor): ort.Tensor {
  const dims = [...t.shape];
  const values = numbers(t);
  switch (t.dtype.name) {
    case 'int64':
      return new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);
    case 'bool':
      return new ort.Tensor('bool', Uint8Array.from(values), dims);
    default:
      return new ort.Tensor('float32', Float32Array.from(values), dims);
  }
}

async function run(bytes: Uint8Array, names: string[], inputs: Tensor[]): Promise<ort.Tensor[]> {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const feeds: Record<string, ort.Tensor> = {};
  names.forEach((name, i) => {
    feeds[name] = toOrt(inputs[i]!);
  });
  const results = await session.run(feeds);
  const outputs = session.outputNames.map((name) => results[name]!);
  await session.release();
  return outputs;
}

/** Largest difference, relative where numbers are large. */
function difference(ours: number[], theirs: number[]): number {
  return ours.reduce((worst, x, i) => {
    const y = theirs[i]!;
    if (x === y || (Number.isNaN(x) && Number.isNaN(y))) return worst;
    const d = Math.abs(x - y) / Math.max(1, Math.abs(x));
    return Number.isNaN(d) ? Infinity : Math.max(worst, d);
  }, 0);
}

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
});

const all = cases({ torch, nn });
for (const opset of [11, 13, 15, 17, 18]) {
  describe(`opset ${opset}`, () => {
    for (const c of all.filter((x) => opset >= (x.from ?? 0))) {
      it(c.name, async () => {
        for (const traced of c.traced ?? [2, 1]) {
          const { model, bytes, names } = exportCase(torch, c, opset, traced);
          model.eval();
          for (const n of [traced, 5]) {
            const inputs = c.inputs(n);
            const given = model(...inputs);
            const expected: Tensor[] = Array.isArray(given) ? given : [given];
            const outputs = await run(bytes, names, inputs);
            expect(outputs.length).toBe(expected.length);
            expected.forEach((want, i) => {
              expect(outputs[i]!.dims).toEqual([...want.shape]);
              const got = Array.from(outputs[i]!.data as Iterable<number>, Number);
              expect(difference(numbers(want), got)).toBeLessThan(1e-4);
            });
          }
        }
      });
    }
  });
}
