/** What the session tells of a snippet's variables when it ends. */
import { histogramOf, imageOf, isImage, matrixOf, statsOf } from '@page/variables/numbers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RuntimeName, VariableRecord } from '../../web/runtime/protocol.ts';
import { Snippets } from './snippets.ts';

let snippets: Snippets;
beforeAll(() => {
  snippets = new Snippets('micropython', { records: true });
});
afterAll(() => snippets.close());

async function variablesOf(source: string, runtime: RuntimeName): Promise<VariableRecord[]> {
  const language = runtime === 'javascript' ? 'javascript' : 'python';
  const { messages } = await snippets.run(source, { runtime, language });
  const message = messages.find(({ type }) => type === 'variables');
  return (message as { variables: VariableRecord[] } | undefined)?.variables ?? [];
}

const PYTHON = `import torch
from torch import nn
x = torch.tensor([1.0, -2.0], requires_grad=True)
y = x * 3
y.sum().backward()
net = nn.Linear(2, 1, bias=False).eval()
many = [torch.zeros(2), "text"]
named = {"a": torch.tensor([[True, False]])}
nets = [nn.Linear(1, 1, bias=False)]
big = torch.zeros(300000)
_private = x
number = 5
`;

const JAVASCRIPT = `
const x = torch.tensor([1, -2], { requires_grad: true });
const [y, { z }] = [x.mul(3), { z: 1 }];
y.sum().backward();
let net = new nn.Linear(2, 1, { bias: false });
net.eval();
const nets = { one: new nn.Linear(1, 1, { bias: false }) };
const many = [torch.zeros(2), 'text'], f = () => { const inner = torch.ones(1); return inner; };
// the end`;

describe.each([
  ['micropython', PYTHON],
  ['cpython', PYTHON],
  ['javascript', JAVASCRIPT],
] as const)('%s', (runtime, source) => {
  test('tensors and modules, with their gradients and parameters', async () => {
    const variables = await variablesOf(source, runtime);
    const names = variables.map(({ name }) => name);
    const inside = ['nets.one', 'nets.one.weight', 'many[0]'];
    const named = ['many[0]', "named['a']", 'nets[0]', 'nets[0].weight', 'big'];
    const rest = runtime === 'javascript' ? inside : named;
    expect(names).toEqual(['x', 'y', 'net', 'net.weight', ...rest]);
    const [x, y, net, weight] = variables;
    expect(x).toMatchObject({
      kind: 'tensor',
      type: 'Tensor',
      shape: [2],
      dtype: 'float32',
      bytes: 8,
      requiresGrad: true,
      gradFn: null,
    });
    const { values, grad } = x as Extract<VariableRecord, { kind: 'tensor' }>;
    expect([...values.elements!]).toEqual([1, -2]);
    expect([...grad!.elements!]).toEqual([3, 3]);
    expect(y).toMatchObject({ gradFn: 'MulBackward0', grad: null });
    expect(net).toEqual({ kind: 'module', name: 'net', type: 'Linear', training: false });
    expect(weight).toMatchObject({ type: 'Parameter', shape: [1, 2] });
    if (runtime === 'javascript') return;
    expect(variables.at(-4)).toMatchObject({ dtype: 'bool', bytes: 2 });
    // Too large to travel.
    expect(variables.at(-1)).toMatchObject({ values: { size: 300000, elements: null } });
  }, 120_000);
});

test('they are told after an error, too', async () => {
  const variables = await variablesOf(
    'import torch\nx = torch.ones(1)\nraise ValueError(1)\n',
    'micropython',
  );
  expect(variables.map(({ name }) => name)).toEqual(['x']);
});

test('listing them leaves no tensor behind', async () => {
  const { messages } = await snippets.run('import torch\nx = torch.ones(3)\n');
  const live = messages.filter(({ type }) => type === 'memory').at(-1);
  expect(live).toMatchObject({ tensors: 1 });
});

describe('numbers of the view', () => {
  test('statistics leave out what is no number', () => {
    const stats = statsOf(new Float32Array([1, Number.NaN, 3, Number.POSITIVE_INFINITY]));
    expect(stats).toEqual({ min: 1, max: 3, mean: 2, std: 1, nans: 1, infs: 1 });
    expect(statsOf(new Float32Array([])).mean).toBeNaN();
  });

  test('slices follow the last dimensions', () => {
    const elements = new Float32Array(Array.from({ length: 2 * 3 * 4 * 5 }, (_, i) => i));
    expect(matrixOf([2, 3, 4, 5], elements, 4)).toMatchObject({ height: 4, width: 5 });
    expect(matrixOf([2, 3, 4, 5], elements, 4).elements[0]).toBe(80);
    expect(isImage([2, 3, 4, 5])).toBe(true);
    expect(isImage([2, 2, 4, 5])).toBe(false);
    expect(imageOf([2, 3, 4, 5], elements, 1).elements[0]).toBe(60);
    expect(matrixOf([3], new Float32Array(3))).toMatchObject({ height: 1, width: 3 });
  });

  test('bins count every finite element once', () => {
    expect(histogramOf(new Float32Array([0, 0.1, 0.9, 1, Number.NaN]), 2)).toEqual([2, 2]);
    expect(histogramOf(new Float32Array([5, 5]), 3)).toEqual([2, 0, 0]);
  });
});
