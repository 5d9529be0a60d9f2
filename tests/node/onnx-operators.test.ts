// Operators with the attributes and opsets that ONNX's own test data doesn't cover give what they
// give in onnxruntime-web; those of real numbers have the right gradients.
import { createCore, load } from '@lib/load.ts';
import { onnx } from '@lib/onnx.ts';
import { OnnxTensor } from '@lib/onnx-session.ts';
import { torch } from '@lib/torch.ts';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { type Case, type Entry, expectClose, feeds, numbers, ortTensor } from './onnx/compare.ts';
import { elements, model } from './onnx/model.mjs';
import { operators } from './onnx/operators.mjs';

await load({ core: await createCore() });

const ourTensor = (t: Entry) =>
  t.dtype === 'string'
    ? { strings: t.data as string[], shape: t.shape }
    : new OnnxTensor(t.dtype, elements(t), t.shape);

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

describe('products of bytes', () => {
  // 700 products of up to 255 * 255: more than float32 counts one by one.
  const bytes = (shape: number[], seed: number) => ({
    dtype: 'uint8',
    shape,
    data: Array.from(
      { length: shape.reduce((a, b) => a * b, 1) },
      (_, i) => 255 - ((i * seed) % 7),
    ),
  });

  it('are exact in MatMulInteger', () => {
    const [a, b] = [bytes([2, 700], 3), bytes([700, 3], 5)];
    const session = onnx.load(model({ op: 'MatMulInteger', opset: 10, inputs: [a, b] }));
    const got = session.runSync({ x0: ourTensor(a), x1: ourTensor(b) }).y0;
    const want = [0, 1].flatMap((i) =>
      [0, 1, 2].map((j) => {
        let sum = 0;
        for (let k = 0; k < 700; k++) sum += a.data[i * 700 + k]! * b.data[k * 3 + j]!;
        return sum;
      }),
    );
    expect(Array.from(got.data as Int32Array)).toEqual(want);
  });

  it('are exact in ConvInteger', () => {
    const [x, w] = [bytes([1, 700, 1, 2], 3), bytes([2, 700, 1, 1], 5)];
    const session = onnx.load(model({ op: 'ConvInteger', opset: 10, inputs: [x, w] }));
    const got = session.runSync({ x0: ourTensor(x), x1: ourTensor(w) }).y0;
    const want = [0, 1].flatMap((o) =>
      [0, 1].map((j) => {
        let sum = 0;
        for (let k = 0; k < 700; k++) sum += x.data[k * 2 + j]! * w.data[o * 700 + k]!;
        return sum;
      }),
    );
    expect(Array.from(got.data as Int32Array)).toEqual(want);
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
