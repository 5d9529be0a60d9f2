// The tutorial's way from a module to ONNX Runtime and back, on both Python runtimes.
import { execFileSync } from 'node:child_process';
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

test('indices are followed when a model is exported again', async () => {
  const made = JSON.parse(
    execFileSync('/usr/bin/python3', ['-c', INDEXED], { encoding: 'utf8' }),
  ) as Record<string, string>;
  const files = Object.fromEntries(
    Object.entries(made).map(([name, text]) => [name, new Uint8Array(Buffer.from(text, 'base64'))]),
  );
  const ran = await snippets.micropython.run(
    `import onnxruntime
import torch

for name, sample, other in (
    ("onehot.onnx", torch.tensor([1, 2]), torch.tensor([4, -5, 3])),
    ("gathernd.onnx", torch.tensor([[0, 1], [2, 2]]), torch.tensor([[4, 0], [-1, 2], [1, 1]])),
    ("scatternd.onnx", torch.tensor([[0], [1]]), torch.tensor([[4], [-3]])),
):
    axes = {} if name == "scatternd.onnx" else {"dynamic_axes": {"i": {0: "N"}, "y": {0: "N"}}}
    model = torch.onnx.load(name)
    torch.onnx.export(model, sample, "again.onnx", input_names=["i"], output_names=["y"], **axes)
    first, again = [onnxruntime.InferenceSession(n).run(None, {"i": other})[0] for n in (name, "again.onnx")]
    print(name, torch.equal(torch.tensor(first), torch.tensor(again)))
`,
    { runtime: 'micropython', files },
  );
  expect(ran.done.error?.traceback).toBeUndefined();
  expect(ran.stdout).toBe('onehot.onnx True\ngathernd.onnx True\nscatternd.onnx True\n');
});

const INDEXED = `
import base64, json
import numpy as np
from onnx import TensorProto as T, helper as h, numpy_helper as nh

info, out = h.make_tensor_value_info, {}
weights = nh.from_array(np.random.RandomState(0).randn(5, 3).astype("f"), "w")

def add(name, nodes, i, y, more=()):
    graph = h.make_graph(nodes, name, [info("i", T.INT64, i)], [info("y", T.FLOAT, y)], [weights, *more])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 15)])
    model.ir_version = 8
    out[name + ".onnx"] = base64.b64encode(model.SerializeToString()).decode()

depth, values = nh.from_array(np.int64(5), "d"), nh.from_array(np.array([0, 1], "f"), "v")
one_hot = [h.make_node("OneHot", ["i", "d", "v"], ["h"]), h.make_node("MatMul", ["h", "w"], ["y"])]
add("onehot", one_hot, ["N"], ["N", 3], [depth, values])
add("gathernd", [h.make_node("GatherND", ["w", "i"], ["y"])], ["N", 2], ["N"])
updates = nh.from_array(np.ones((2, 3), "f"), "u")
add("scatternd", [h.make_node("ScatterND", ["w", "i", "u"], ["y"])], [2, 1], [5, 3], [updates])
print(json.dumps(out))
`;
