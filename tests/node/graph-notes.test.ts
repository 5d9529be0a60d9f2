/** What the recorder keeps about the graph: values, gradients, lines, module calls. */
import { accumulation, sendings } from '@page/graph/chain';
import { excerpt } from '@page/graph/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GraphRecord, RuntimeName } from '../../web/runtime/protocol.ts';
import { Snippets } from './snippets.ts';

let snippets: Snippets;
beforeAll(() => {
  snippets = new Snippets('micropython', { records: true });
});
afterAll(() => snippets.close());

async function graphOf(source: string, runtime: RuntimeName = 'micropython'): Promise<GraphRecord> {
  const language = runtime === 'javascript' ? 'javascript' : 'python';
  const { messages, done } = await snippets.run(source, { runtime, language });
  expect(done.error).toBeUndefined();
  const graph = messages.filter((message) => message.type === 'graph').at(-1);
  return (graph as { graph: GraphRecord }).graph;
}

const named = ({ nodes }: GraphRecord, name: string) =>
  nodes.find((node) => node.name === name || node.label === name)!;

function told(graph: GraphRecord, name: string) {
  const { nodes, edges } = excerpt(graph);
  const steps = new Map(nodes.map(({ id, step }) => [id, step ?? 0]));
  return sendings(named(graph, name), edges, steps);
}

const PYTHON = `import torch
from torch import nn

x = torch.tensor([1.0, 2.0], requires_grad=True)
w = torch.tensor([3.0, 4.0],
    requires_grad=True)

class Twice(nn.Module):
    def forward(self, v):
        v = v * 2
        return v

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.twice = Twice()

    def forward(self, v):
        return self.twice(v).tanh()

y = Net()(x) - w
y.pow(2).sum().backward()
`;

describe.each(['micropython', 'cpython'] as const)('on %s', (runtime) => {
  test('nodes know their line and the module call around them', async () => {
    const graph = await graphOf(PYTHON, runtime);
    const lines = Object.fromEntries(
      graph.nodes.map(({ name, id, line }) => [`${name}${id}`, line]),
    );
    expect(Object.values(lines).every((line) => line !== undefined)).toBe(true);
    expect(named(graph, 'MulBackward0').line).toBe(10);
    expect(named(graph, 'TanhBackward0').line).toBe(19);
    expect(named(graph, 'SubBackward0').line).toBe(21);
    expect(named(graph, 'PowBackward0').line).toBe(22);
    const leaves = graph.nodes.filter(({ kind }) => kind === 'leaf').map(({ line }) => line);
    expect(leaves.sort()).toEqual([4, 5]);
    const calls = new Map((graph.calls ?? []).map((call) => [call.id, call]));
    const inner = calls.get(named(graph, 'MulBackward0').call!)!;
    expect([inner.path, inner.class]).toEqual(['twice', 'Twice']);
    expect(calls.get(inner.parent!)!.class).toBe('Net');
    expect(named(graph, 'SubBackward0').call).toBeUndefined();
  }, 120_000);
});

test('in JavaScript nodes know their line, too', async () => {
  const graph = await graphOf(
    `const x = torch.tensor([2], { requires_grad: true });
const f = (v) =>
  v.mul(v);
f(x).sum().backward();`,
    'javascript',
  );
  expect(named(graph, 'MulBackward0').line).toBe(3);
  expect(named(graph, 'SumBackward0').line).toBe(4);
  expect(graph.nodes.find(({ kind }) => kind === 'leaf')!.line).toBe(1);
});

test('values, gradients and local derivatives are those of calculus', async () => {
  // L = (x * w)^3 with x = 2, w = 0.5: dL/dw = 3 (xw)^2 x = 6, dL/dx = 3 (xw)^2 w = 1.5
  const graph = await graphOf(
    `import torch
x = torch.tensor(2.0, requires_grad=True)
w = torch.tensor(0.5, requires_grad=True)
y = x * w
(y ** 3).backward()
`,
  );
  const product = named(graph, 'MulBackward0');
  expect(product.value!.values).toEqual([1]);
  expect(product.grads![0]!.values).toEqual([3]);
  expect(told(graph, 'MulBackward0').map(({ arg, products }) => [arg, products])).toEqual([
    ['self', ['3 × 0.5 = 1.5']],
    ['other', ['3 × 2 = 6']],
  ]);
  expect(told(graph, 'PowBackward0')[0]!.products).toEqual(['1 × 3 = 3']);
});

test('a value that is used twice adds what comes', async () => {
  const graph = await graphOf(
    `import torch
x = torch.tensor(3.0, requires_grad=True)
y = x * x
y.backward()
`,
  );
  const [first, second] = told(graph, 'MulBackward0');
  expect(first!.sum).toBe('');
  expect(second!.sum).toBe('3 + 3 = 6');
  expect(accumulation(graph.nodes.find(({ kind }) => kind === 'leaf')!)).toBe('None → 6');
});

test('.grad from before is told apart', async () => {
  const graph = await graphOf(
    `import torch
x = torch.tensor([1.0, 2.0], requires_grad=True)
for _ in range(2):
    (x * 10).sum().backward()
`,
  );
  expect(graph.run).toBe(2);
  const leaf = graph.nodes.find(({ kind }) => kind === 'leaf')!;
  expect(accumulation(leaf)).toBe('[10, 10] + [10, 10] = [20, 20]');
});

test('matrix products are spelled out by rows and columns', async () => {
  const graph = await graphOf(
    `import torch
a = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
b = torch.tensor([[5.0], [6.0]], requires_grad=True)
((a @ b) * torch.tensor([[1.0], [10.0]])).sum().backward()
`,
  );
  const [sent] = told(graph, 'MmBackward0');
  expect(sent!.products).toEqual(['[0, 0]: 1 × 1 + 3 × 10 = 31', '[1, 0]: 2 × 1 + 4 × 10 = 42']);
});

test('autograd.grad is a backward, too; nodes that it passed by have no step', async () => {
  const graph = await graphOf(
    `import torch
x = torch.tensor(1.0, requires_grad=True)
w = torch.tensor(2.0, requires_grad=True)
(g,) = torch.autograd.grad(x * w.exp(), x)
`,
  );
  expect(named(graph, 'MulBackward0').step).toBe(1);
  expect(named(graph, 'ExpBackward0').step).toBeUndefined();
});

test('large tensors are sampled, and numbers that JSON lacks have names', async () => {
  const graph = await graphOf(
    `import torch
x = torch.zeros(100, requires_grad=True)
(x / x).sum().backward()
`,
  );
  const leaf = graph.nodes.find(({ kind }) => kind === 'leaf')!;
  expect(leaf.value).toEqual({ shape: [100], values: [0, 0, 0] });
  expect(named(graph, 'DivBackward0').value!.values).toEqual(['nan', 'nan', 'nan']);
});

test('after a long loop the last backward is shown if it differs', async () => {
  const graph = await graphOf(
    `import torch
x = torch.tensor(0.5, requires_grad=True)
for i in range(300):
    (x * 2).backward()
x.exp().backward()
`,
  );
  expect(graph.run).toBe(301);
  expect(named(graph, 'ExpBackward0')).toMatchObject({ line: 5, step: 1 });
});
