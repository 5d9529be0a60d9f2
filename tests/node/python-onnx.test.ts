// The tutorial's way from a module to ONNX Runtime and back, on both Python runtimes.
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { Snippets } from './snippets.ts';

const snippets = { micropython: new Snippets(), cpython: new Snippets('cpython') };
afterAll(() => Promise.all(Object.values(snippets).map((s) => s.close())));

const source = readFileSync(new URL('./files/onnx_tutorial.py', import.meta.url), 'utf8');

test.each(['micropython', 'cpython'] as const)(
  'export, check and run, on %s',
  {
    timeout: 60_000,
  },
  async (runtime) => {
    const ran = await snippets[runtime].run(source, { runtime });
    expect(ran.done.error?.traceback).toBeUndefined();
    expect(ran.done.runtime).toBe(runtime);
    expect(ran.stdout.trim().split('\n')).toEqual([
      "['Conv', 'Relu', 'MaxPool', 'Gemm']",
      "[('', 13)]",
      "[('input', ['batch_size', 1, 8, 8])]",
      "[('classifier.bias', [3]), ('classifier.weight', [3, 64]), " +
        "('features.0.bias', [4]), ('features.0.weight', [4, 1, 3, 3])]",
      "[('kernel_shape', [3, 3]), ('pads', [1, 1, 1, 1])]",
      "[('input', 'tensor(float)', ['batch_size', 1, 8, 8])]",
      "output tensor(float) ['batch_size']",
      "['CPUExecutionProvider']",
      'gradbox',
      '1 (2, 3)',
      'output',
      'the same bytes: True',
      "Input 'input' (tensor(float)) is missing.",
      "The model has no input 'x'. Its inputs: 'input'.",
      "Input 'input': dimension 2 must be 8, but is 4 (shape [2, 1, 4, 8])",
      "Input 'input': the model wants tensor(float), but got tensor(double)",
      'Not a valid ONNX model: the file is cut short or damaged',
      'Not a valid ONNX model: the file is cut short or damaged',
      'imported: True',
    ]);
    expect(ran.files['copy.onnx']).toEqual(ran.files['net.onnx']);
  },
);
