// web/inference, the runtime for ONNX models alone: gives what onnxruntime-web gives, to code that
// was written for it.
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import { env, InferenceSession, OnnxError, Tensor } from '../../web/inference/index.ts';
import { largeParts } from '../../web/lib/onnx-file.ts';
import { type Case, expectClose, feeds, numbers, ortTensor } from './onnx/compare.ts';
import { elements, model } from './onnx/model.mjs';
import { operators } from './onnx/operators.mjs';

beforeAll(() => {
  const file = new URL('../../build/wasm/gradbox_inference.wasm', import.meta.url);
  env.wasm.wasmBinary = readFileSync(file);
  env.wasm.numThreads = 1; // of onnxruntime-web; nothing here
});

const all = operators as unknown as Case[];

describe('agrees with onnxruntime', () => {
  it.each(all.map((c) => [c.name, c] as const))('%s', async (_, c) => {
    const bytes = model(c);
    const reference = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 });
    const want = await reference.run(feeds(c, ortTensor));
    const session = await InferenceSession.create(bytes);
    expect(session.inputNames).toEqual(reference.inputNames);
    expect(session.outputNames).toEqual(reference.outputNames);
    const got = await session.run(
      feeds(c, (t) => new Tensor(t.dtype as 'float32', elements(t), t.shape)),
    );
    for (const name of reference.outputNames) {
      const theirs = want[name]!;
      const ours = got[name];
      expect(ours.dims).toEqual([...theirs.dims]);
      expect(ours.type).toBe(theirs.type);
      if (theirs.type === 'string') expect(ours.data).toEqual(theirs.data);
      else {
        expectClose(
          numbers(ours.data, ours.type),
          numbers(theirs.data as ArrayLike<number | bigint>, theirs.type),
        );
      }
    }
    await session.release();
    await reference.release();
  });
});

/** y = relu(x w), with w of 4 rows. */
const product = (columns: number) =>
  model({
    op: 'MatMul',
    opset: 17,
    inputs: [
      { dtype: 'float32', shape: [2, 4], data: [1, 2, 3, 4, 5, 6, 7, 8] },
      {
        dtype: 'float32',
        shape: [4, columns],
        data: Array.from({ length: 4 * columns }, (_, i) => (i % 7) - 3),
        constant: true,
      },
    ],
    attributes: {},
  } as never) as Uint8Array;

const x = () => new Tensor('float32', [1, 2, 3, 4, 5, 6, 7, 8], [2, 4]);

describe('a session', () => {
  it('tells of its inputs and outputs', async () => {
    const session = await InferenceSession.create(product(3));
    expect(session.inputMetadata).toEqual([
      { name: 'x0', isTensor: true, type: 'float32', shape: [2, 4] },
    ]);
    expect(session.outputNames).toEqual(['y0']);
  });

  it('takes a part of a buffer, and names of outputs as onnxruntime does', async () => {
    const bytes = product(3);
    const buffer = new Uint8Array(bytes.length + 24);
    buffer.set(bytes, 16);
    const session = await InferenceSession.create(buffer.buffer, 16, bytes.length);
    const one = await session.run({ x0: x() }, ['y0']);
    const other = await session.run({ x0: x() }, { y0: null });
    expect(one.y0.data).toEqual(other.y0.data);
    expect([...one.y0.data].slice(0, 3)).toEqual([2, -9, 1]);
  });

  it('loads tensors that cross on their own', async () => {
    const columns = 20_000;
    const bytes = product(columns);
    expect(largeParts(bytes).map(([, size]) => size)).toEqual([16 * columns]);
    const session = await InferenceSession.create(bytes);
    const { y0 } = await session.run({ x0: x() });
    const w = (row: number, i: number) => ((row * columns + i) % 7) - 3;
    for (const i of [0, 1, 777, columns - 1]) {
      expect(y0.data[i]).toBe(w(0, i) + 2 * w(1, i) + 3 * w(2, i) + 4 * w(3, i));
    }
  });

  it('gives the time of each node', async () => {
    const session = await InferenceSession.create(product(3));
    const { results, times } = await session.profile({ x0: x() });
    expect(results.y0.dims).toEqual([2, 3]);
    expect(times.map(({ op_type }) => op_type)).toEqual(['MatMul']);
  });

  it('names what is wrong and stays usable', async () => {
    const session = await InferenceSession.create(product(3));
    await expect(session.run({})).rejects.toThrow("Input 'x0' (tensor(float)) is missing.");
    await expect(session.run({ z: x() })).rejects.toThrow("The model has no input 'z'");
    await expect(session.run({ x0: new Tensor(new Float32Array(2)) })).rejects.toThrow(
      "Input 'x0': the model wants 2 dimensions, but got 1",
    );
    await expect(session.run({ x0: [1, 2] as never })).rejects.toThrow(
      "Input 'x0': a Tensor is wanted, not number",
    );
    const error = await InferenceSession.create(product(3).slice(0, 60)).catch((e) => e);
    expect(error).toBeInstanceOf(OnnxError);
    expect(error.message).toMatch(/^Not a valid ONNX model: /);
    expect(error.kind).toBe('RuntimeError');
    await expect(InferenceSession.create(7 as never)).rejects.toThrow(
      'a model is given as bytes or as an address',
    );
    expect((await session.run({ x0: x() })).y0.dims).toEqual([2, 3]);
    await session.release();
    await expect(session.run({ x0: x() })).rejects.toThrow('this session was deleted');
  });

  it('refuses operators of training', async () => {
    const bytes = model({
      op: 'Adam',
      domain: 'ai.onnx.preview.training',
      opset: 17,
      inputs: [{ dtype: 'float32', shape: [], data: [1] }],
      attributes: {},
    } as never) as Uint8Array;
    await expect(InferenceSession.create(bytes)).rejects.toThrow(/Adam/);
  });
});

describe('a tensor', () => {
  it('has the type of its array, or the one that is named', () => {
    expect(new Tensor(new Float32Array(3)).type).toBe('float32');
    expect(new Tensor(new BigInt64Array(3)).type).toBe('int64');
    expect(new Tensor(['a', 'b']).type).toBe('string');
    expect(new Tensor('int64', [1, 2, 3]).data).toEqual(BigInt64Array.of(1n, 2n, 3n));
    expect(new Tensor('bool', [true, false], [2, 1]).data).toEqual(Uint8Array.of(1, 0));
    expect(new Tensor('float64', [1, 2]).reshape([2, 1]).dims).toEqual([2, 1]);
  });

  it('refuses what does not fit', () => {
    expect(() => new Tensor('float32', [1, 2, 3], [2, 2])).toThrow(
      "a tensor of shape [2,2] can't hold 3 elements",
    );
    expect(() => new Tensor('complex' as never, [1])).toThrow('no type complex');
    expect(() => new Tensor(7 as never)).toThrow('a tensor needs a typed array');
  });
});

describe('the parts of a file that cross on their own', () => {
  it('are none in damaged files', () => {
    const bytes = product(20_000);
    for (const cut of [1, 40, bytes.length - 5])
      expect(largeParts(bytes.slice(0, cut))).toEqual([]);
    expect(largeParts(new Uint8Array(100).fill(255))).toEqual([]);
    expect(largeParts(new Uint8Array(0))).toEqual([]);
  });
});
