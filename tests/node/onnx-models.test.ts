// Models that real PyTorch exported load, agree with it, can be fine-tuned and written again.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { createCore, load } from '@lib/load.ts';
import { onnx } from '@lib/onnx.ts';
import { OnnxTensor } from '@lib/onnx-session.ts';
import type { Tensor } from '@lib/tensor.ts';
import { nn, optim, torch } from '@lib/torch.ts';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { elements } from './onnx/model.mjs';

await load({ core: await createCore() });

const root = new URL('../../', import.meta.url).pathname;
const folder = path.join(root, 'build/onnx-models');
const scripts = ['make_models.py', 'architectures.py'].map((f) => path.join(root, 'tests/onnx', f));

// Real PyTorch takes a while to make them: once for each state of the scripts.
const stamp = path.join(folder, 'graph-attention.json');
const changed = Math.max(...scripts.map((script) => statSync(script).mtimeMs));
if (!existsSync(stamp) || statSync(stamp).mtimeMs < changed) {
  execFileSync('/usr/bin/python3', [scripts[0]!, folder], { stdio: 'pipe' });
}

interface Entry {
  name: string;
  shape: number[];
  dtype: string;
  data: number[];
}
interface Case {
  sets: { inputs: Entry[]; outputs: Entry[] }[];
}

const names = readdirSync(folder)
  .filter((file) => file.endsWith('.onnx'))
  .map((file) => file.slice(0, -'.onnx'.length));
const read = (name: string) => new Uint8Array(readFileSync(path.join(folder, `${name}.onnx`)));
const caseOf = (name: string): Case =>
  JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'));

const feedsOf = (inputs: Entry[]) =>
  Object.fromEntries(inputs.map((e) => [e.name, new OnnxTensor(e.dtype, e.data, e.shape)]));

const ortTensor = (e: Entry) =>
  new ort.Tensor(e.dtype as 'float32', elements(e) as Float32Array, e.shape);

function expectClose(got: ArrayLike<number | bigint>, want: ArrayLike<number | bigint>): void {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++) {
    const [a, b] = [Number(got[i]), Number(want[i])];
    expect(Math.abs(a - b), `element ${i}: ${a}, not ${b}`).toBeLessThan(1e-4 * (1 + Math.abs(b)));
  }
}

describe('models exported by PyTorch 1.13', () => {
  it('are of at least 15 kinds', () => {
    expect(names.length).toBeGreaterThan(40);
  });

  it.each(names)('%s runs as a session and agrees', (name) => {
    const session = onnx.load(read(name));
    for (const { inputs, outputs } of caseOf(name).sets) {
      const results = session.runSync(feedsOf(inputs));
      for (const want of outputs) {
        const got = results[want.name] as OnnxTensor;
        expect(got.dims).toEqual(want.shape);
        expect(got.type).toBe(want.dtype);
        expectClose(got.data as Float32Array, want.data);
      }
    }
    session.delete();
  });

  it.each(names)('%s runs as a module and agrees', (name) => {
    const module = onnx.load(read(name)).toModule();
    for (const { inputs, outputs } of caseOf(name).sets) {
      const results = [module(...Object.values(feedsOf(inputs)).map((t) => t.tensor))].flat();
      outputs.forEach((want, i) => {
        expectClose(new OnnxTensor(results[i] as Tensor).data as Float32Array, want.data);
      });
    }
  });

  // The sizes and values of the other sets tell what became a constant.
  it.each(names)('%s is exported again, with its dynamic dimensions', async (name) => {
    const session = onnx.load(read(name));
    const { sets } = caseOf(name);
    const open = session.inputs.map(({ name, shape }) => {
      const dims = shape!.flatMap((d, i) => (typeof d === 'string' ? [[i, d] as const] : []));
      return [name, Object.fromEntries(dims)] as const;
    });
    const bytes = onnx.export(
      session.toModule(),
      Object.values(feedsOf(sets[0]!.inputs)).map((t) => t.tensor),
      {
        input_names: session.inputNames,
        output_names: session.outputNames,
        dynamic_axes: Object.fromEntries(open),
      },
    );
    const again = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
    for (const { inputs, outputs } of sets) {
      const results = await again.run(
        Object.fromEntries(inputs.map((e) => [e.name, ortTensor(e)])),
      );
      for (const want of outputs) {
        expect([...results[want.name]!.dims]).toEqual(want.shape);
        expectClose(results[want.name]!.data as Float32Array, want.data);
      }
    }
    await again.release();
  });
});

describe('an imported model', () => {
  it('has the parameters and modules of the exported one', () => {
    const model = onnx.load(read('mlp')).toModule();
    const parameters = Array.from(model.named_parameters(), ([name]) => name);
    expect(parameters).toEqual(['0.weight', '0.bias', '2.weight', '2.bias']);
    expect(model.training).toBe(false);
  });

  it('shows its nodes to hooks, and takes what they return', () => {
    const model = onnx.load(read('mlp')).toModule();
    const [, gemm] = Array.from(model.named_modules()).find(([, m]) =>
      String(m).startsWith('Gemm'),
    )!;
    const shapes: number[][] = [];
    const hook = gemm.register_forward_hook((_m, args, output) => {
      shapes.push([...args[0].shape], [...output.shape]);
      return output.mul(0);
    });
    const x = torch.ones([2, 4]);
    const other = model(x).tolist();
    hook.remove();
    expect(shapes).toEqual([
      [2, 4],
      [2, 8],
    ]);
    expect(model(x).tolist()).not.toEqual(other);
  });

  it('lets a node be replaced', () => {
    const model = onnx.load(read('mlp')).toModule();
    const [path_] = Array.from(model.named_modules()).find(([, m]) =>
      String(m).startsWith('Relu'),
    )!;
    const parent = model.get_submodule(path_.split('.').slice(0, -1).join('.'));
    const before = model(torch.ones([1, 4])).tolist();
    parent[path_.split('.').at(-1)!] = nn.Tanh();
    expect(model(torch.ones([1, 4])).tolist()).not.toEqual(before);
  });

  it.each(['mlp', 'cnn-17', 'resnet-block', 'lstm', 'u-net'])(
    '%s learns, and the file written afterwards agrees in ONNX Runtime',
    async (name) => {
      const { inputs } = caseOf(name).sets[0]!;
      const model = onnx.load(read(name)).toModule();
      const x = feedsOf(inputs).in0!.tensor;
      const target = torch.zeros([...model(x).shape]);
      const optimizer = optim.SGD(model.parameters(), { lr: 0.01 });
      const losses: number[] = [];
      model.train();
      for (let i = 0; i < 5; i++) {
        optimizer.zero_grad();
        const loss = nn.functional.mse_loss(model(x), target);
        loss.backward();
        optimizer.step();
        losses.push(Number(loss.item()));
      }
      expect(losses.at(-1)).toBeLessThan(losses[0]!);
      model.eval();
      const bytes = onnx.export(model, x, { input_names: ['in0'], output_names: ['out0'] });
      const want = new OnnxTensor(model(x)).data as Float32Array;
      const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
      const feed = new ort.Tensor('float32', Float32Array.from(inputs[0]!.data), inputs[0]!.shape);
      const results = await session.run({ in0: feed });
      expectClose(results.out0!.data as Float32Array, want);
      await session.release();
      expectClose(
        (onnx.load(bytes).runSync({ in0: x }).out0 as OnnxTensor).data as Float32Array,
        want,
      );
    },
  );
});

describe('sessions', () => {
  const session = onnx.load(read('mlp'));

  it('tell what they take and are', () => {
    expect(session.inputNames).toEqual(['in0']);
    expect(session.outputNames).toEqual(['out0']);
    expect(session.inputs[0]).toMatchObject({ type: 'tensor(float)', shape: ['batch', 4] });
    const about = session.describe();
    expect(about.ops).toMatchObject({ Gemm: 2, Relu: 1, Softmax: 1 });
    expect(about.parameters).toBe(4 * 8 + 8 + 8 * 3 + 3);
    expect(about.opsets).toEqual([{ domain: '', version: 15 }]);
  });

  it('take arrays and give intermediate values and times', async () => {
    const results = await session.run({ in0: [[1, 2, 3, 4]] });
    expect(results.out0.dims).toEqual([1, 3]);
    const inside = session.graph().nodes[0].outputs[0];
    expect((await session.run({ in0: [[1, 2, 3, 4]] }, [inside]))[inside].dims).toEqual([1, 8]);
    expect(session.profile({ in0: [[1, 2, 3, 4]] }).times.map((t) => t.op_type)).toContain('Gemm');
  });

  it('say what is wrong with inputs', () => {
    const run = (feeds: Record<string, any>) => () => session.runSync(feeds);
    expect(run({})).toThrow("Input 'in0' (tensor(float)) is missing.");
    expect(run({ x: [1] })).toThrow("The model has no input 'x'. Its inputs: 'in0'.");
    expect(run({ in0: [[1, 2]] })).toThrow("Input 'in0': dimension 1 must be 4, but is 2");
    expect(run({ in0: [1, 2] })).toThrow('the model wants 2 dimensions, but got 1');
    expect(run({ in0: torch.ones([1, 4], { dtype: torch.int64 }) })).toThrow(
      'the model wants tensor(float), but got tensor(int64)',
    );
  });

  it('refuse what is no model', () => {
    expect(() => onnx.load(new Uint8Array([1, 2, 3]))).toThrow('Not a valid ONNX model');
    expect(() => onnx.load(new Uint8Array())).toThrow('the model has no graph');
  });
});
