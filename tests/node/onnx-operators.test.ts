// Operators with the attributes and opsets that ONNX's own test data doesn't cover give what they
// give in onnxruntime-web; those of real numbers have the right gradients.
import { createCore, load } from '@lib/load.ts';
import { onnx } from '@lib/onnx.ts';
import { OnnxTensor } from '@lib/onnx-session.ts';
import { torch } from '@lib/torch.ts';
import * as ort from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import { elements, model } from './onnx/model.mjs';
import { operators } from './onnx/operators.mjs';

await load({ core: await createCore() });

interface Entry {
  dtype: string;
  shape: number[];
  data: (number | bigint | string)[];
  constant?: boolean;
}

interface Case {
  name: string;
  op: string;
  opset: number;
  inputs: (Entry | null)[];
  attributes: Record<string, unknown>;
  outputs?: number;
}

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
});

/** f(name, tensor) of every input that a run is given. */
function feeds<T>(c: Case, f: (t: Entry) => T): Record<string, T> {
  const given = c.inputs.map((t, i) => [`x${i}`, t] as const);
  return Object.fromEntries(given.flatMap(([k, t]) => (t && !t.constant ? [[k, f(t)]] : [])));
}

const ortTensor = (t: Entry) =>
  t.dtype === 'string'
    ? new ort.Tensor('string', t.data as string[], t.shape)
    : new ort.Tensor(t.dtype as 'float32', elements(t) as Float32Array, t.shape);

const ourTensor = (t: Entry) =>
  t.dtype === 'string'
    ? { strings: t.data as string[], shape: t.shape }
    : new OnnxTensor(t.dtype, elements(t), t.shape);

/** The numbers behind an array; float16 comes as its bits. */
function numbers(data: ArrayLike<number | bigint>, type: string): number[] {
  const half = (h: number) => {
    const exponent = (h >> 10) & 31;
    const fraction = (h & 1023) / 1024;
    const size =
      exponent === 31
        ? fraction
          ? NaN
          : Infinity
        : exponent
          ? (1 + fraction) * 2 ** (exponent - 15)
          : fraction * 2 ** -14;
    return h >> 15 ? -size : size;
  };
  const bits = type === 'float16' && data instanceof Uint16Array;
  return Array.from(data, (v) => (bits ? half(Number(v)) : Number(v)));
}

function expectClose(got: number[], want: number[]): void {
  expect(got.length).toBe(want.length);
  got.forEach((a, i) => {
    const b = want[i]!;
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return;
    expect(Math.abs(a - b), `element ${i}: ${a}, not ${b}`).toBeLessThan(2e-5 * (1 + Math.abs(b)));
  });
}

const all = operators as unknown as Case[];

describe('agrees with onnxruntime', () => {
  it.each(all.map((c) => [c.name, c] as const))('%s', async (_, c) => {
    const bytes = model(c);
    const reference = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 });
    const want = await reference.run(feeds(c, ortTensor));
    const session = onnx.load(bytes);
    const got = session.runSync(feeds(c, ourTensor));
    for (const name of reference.outputNames) {
      const theirs = want[name]!;
      const ours = got[name];
      if (theirs.type === 'string') {
        expect(ours).toEqual({ strings: theirs.data, shape: [...theirs.dims] });
        continue;
      }
      expect(ours.dims).toEqual([...theirs.dims]);
      expect(ours.type).toBe(theirs.type);
      expectClose(
        numbers(ours.data, ours.type),
        numbers(theirs.data as ArrayLike<number | bigint>, theirs.type),
      );
    }
    session.delete();
    await reference.release();
  });
});

// Kinks, constants and whole numbers have no slope worth measuring.
const differentiable = new Set(
  `AffineGrid Attention AveragePool BatchNormalization BiasGelu Celu Clip Conv ConvTranspose CumSum
   DepthToSpace Einsum Elu Erf Expand FusedMatMul GRU Gather Gelu Gemm GlobalLpPool
   GroupNormalization InstanceNormalization LSTM LayerNormalization LogSoftmax LpPool MatMul Mish
   Mul MultiHeadAttention PRelu Pad RNN ReduceL2 ReduceLogSumExp ReduceMean ReduceProd ReduceSum
   Resize ReverseSequence STFT ScatterND Slice Softmax SoftmaxCrossEntropyLoss Softplus Tile
   Trilu`.split(/\s+/),
);

describe('has the gradient that differences show', () => {
  const seen = new Set<string>();
  const chosen = all.filter((c) => {
    if (!differentiable.has(c.op) || c.inputs[0]!.dtype !== 'float32' || seen.has(c.op)) {
      return false;
    }
    seen.add(c.op);
    return true;
  });

  it.each(chosen.map((c) => [c.name, c] as const))('%s', (_, c) => {
    const module = onnx.load(model(c)).toModule();
    const inputs = Object.values(feeds(c, (t) => (ourTensor(t) as OnnxTensor).tensor));
    const x = inputs[0]!;
    const y = (data: typeof x) => [module(data, ...inputs.slice(1))].flat()[0]!;
    x.requires_grad_();
    // The sum of the outputs, weighted so that softmax and its like have a slope.
    const loss = (data: typeof x) => {
      const out = y(data).flatten();
      return out.mul(torch.arange(1, out.numel() + 1).div(out.numel())).sum();
    };
    loss(x).backward();
    const slope = x.grad!.flatten().tolist() as number[];
    const values = x.detach().flatten().tolist() as number[];
    const step = 1e-2;
    const moved = (i: number, by: number) => {
      const data = values.map((v, k) => (k === i ? v + by : v));
      return Number(loss(torch.tensor(data).reshape([...x.shape])).item());
    };
    for (const i of [0, values.length >> 1, values.length - 1]) {
      const want = (moved(i, step) - moved(i, -step)) / (2 * step);
      expect(Math.abs(slope[i]! - want), `element ${i}: ${slope[i]}, not ${want}`).toBeLessThan(
        0.02 * (1 + Math.abs(want)),
      );
    }
  });
});
