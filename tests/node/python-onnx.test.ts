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

test('a model read by its indices is exported again with its input, not with the sample', async () => {
  const ran = await snippets.micropython.run(
    `import onnxruntime
import torch
from torch import nn

class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(10, 4)
        self.out = nn.Linear(4, 3)

    def forward(self, ids):
        return self.out(self.table(ids))

torch.manual_seed(0)
net = Words().eval()
axes = {"ids": {0: "batch", 1: "length"}, "y": {0: "batch", 1: "length"}}
for options in ({"dynamic_axes": axes}, {}):
    names = {"input_names": ["ids"], "output_names": ["y"]}
    names.update(options)
    torch.onnx.export(net, torch.randint(0, 10, (1, 5)), "a.onnx", **names)
    torch.onnx.export(torch.onnx.load("a.onnx"), torch.randint(0, 10, (1, 5)), "b.onnx", **names)
    ids = torch.arange(14).reshape(2, 7) % 10 if options else torch.arange(5).reshape(1, 5)
    (y,) = onnxruntime.InferenceSession("b.onnx").run(None, {"ids": ids})
    print(tuple(y.shape), torch.allclose(torch.tensor(y), net(ids), atol=1e-6))
`,
    { runtime: 'micropython' },
  );
  expect(ran.done.error?.traceback).toBeUndefined();
  expect(ran.stdout).toBe('(2, 7, 3) True\n(1, 5, 3) True\n');
});
