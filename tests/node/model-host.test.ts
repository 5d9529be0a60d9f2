// What the Model tab's worker answers, with models of real PyTorch.
import { execFileSync } from 'node:child_process';
import { createCore } from '@lib/load.ts';
import { expect, test } from 'vitest';
import { viewGraph } from '../../web/page/model/graph.ts';
import { timesOf } from '../../web/page/model/times.ts';
import { ModelHost } from '../../web/runtime/model/host.ts';
import {
  type ModelAnswer,
  type ModelQuestion,
  missingFile,
} from '../../web/runtime/model/messages.ts';
import type { Host } from '../../web/runtime/runtime.ts';

const script = new URL('./files/make_models.py', import.meta.url).pathname;
const made = JSON.parse(
  execFileSync('/usr/bin/python3', [script], { encoding: 'utf8', maxBuffer: 1 << 26 }),
);
const model = (name: string) => new Uint8Array(Buffer.from(made.models[name], 'base64'));

const host = new ModelHost({ createCore } as unknown as Host);
async function ask<Q extends ModelQuestion>(question: Q) {
  const { answer, error } = await host.reply(1, question);
  if (!answer) throw new Error(error);
  return answer as Extract<ModelAnswer, { ask: Q['ask'] }>;
}
const open = (bytes: Uint8Array) => ask({ ask: 'open', bytes });

test('a model of PyTorch is described, drawn, run and timed', async () => {
  const { description, graph, problem } = await open(model('net.onnx'));
  expect(problem).toBeNull();
  expect(description.inputs).toEqual([
    { name: 'image', type: 'tensor(float)', dtype: 'float32', shape: ['batch', 3, 10, 10] },
  ]);
  const view = viewGraph(graph);
  const conv = view.nodes.find(({ title }) => title === 'Conv')!;
  expect(conv.weights.map(({ role, tensor }) => [role, tensor.shape])).toEqual([
    ['W', [4, 3, 3, 3]],
    ['B', [4]],
  ]);
  const data = new Float32Array(made.input);
  const run = await ask({
    ask: 'run',
    inputs: [{ name: 'image', dtype: 'float32', shape: [2, 3, 10, 10], data }],
  });
  const [scores] = run.outputs;
  expect(scores).toMatchObject({ name: 'scores', dtype: 'float32', shape: [2, 12] });
  const numbers = scores!.data as Float32Array;
  made.output.forEach((want: number, i: number) => {
    expect(Math.abs(numbers[i]! - want)).toBeLessThan(1e-4);
  });
  const times = timesOf(view, run.times);
  const op = (index: number) => view.nodes[index]!.title;
  expect([...times.keys()].map(op).sort()).toEqual(run.times.map(({ op_type }) => op_type).sort());
});

test('the distribution of weights', async () => {
  const { graph } = await open(model('net.onnx'));
  const conv = viewGraph(graph).nodes.find(({ title }) => title === 'Conv')!;
  const { histogram } = await ask({ ask: 'weights', name: conv.weights[0]!.name! });
  expect(histogram.bins.reduce((a, b) => a + b, 0)).toBe(made.weight.count);
  // Folded with the batch normalisation, whose scale is nearly 1.
  for (const key of ['min', 'max', 'mean', 'std'] as const) {
    expect(histogram[key]).toBeCloseTo(made.weight[key], 4);
  }
});

test('what cannot be run can be looked at', async () => {
  const { graph, problem, description } = await open(model('strange.onnx'));
  expect(problem).toContain('Levitate');
  expect(description.ops).toEqual({ Abs: 1, 'example.Levitate': 1 });
  expect(viewGraph(graph).nodes).toHaveLength(4);
  await expect(ask({ ask: 'run', inputs: [] })).rejects.toThrow('Levitate');
});

test('a file that is no model leaves the one before in place', async () => {
  await open(model('net.onnx'));
  await expect(open(model('net.onnx').slice(0, 3000))).rejects.toThrow();
  await expect(open(new TextEncoder().encode('no model at all'))).rejects.toThrow();
  await expect(ask({ ask: 'run', inputs: [] })).rejects.toThrow("'image'");
});

test('a model whose weights are in another file is joined with it', async () => {
  const external = new URL('./files/make_external.py', import.meta.url).pathname;
  const { model: text, data } = JSON.parse(
    execFileSync('/usr/bin/python3', [external], { encoding: 'utf8' }),
  );
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  const refusal = await open(bytes).catch((error: Error) => error.message);
  expect(missingFile(String(refusal))).toBe('weights.bin');
  const files = { 'weights.bin': new Uint8Array(Buffer.from(data, 'base64')) };
  const { bytes: whole } = await ask({ ask: 'join', bytes, external: files });
  const { description, problem } = await open(whole);
  expect(problem).toBeNull();
  expect(description.parameters).toBe(1500);
});
