/** Loops that train: which they are, how they are counted, and what the page makes of it. */
import { fractionOf, loopText, remainingMs, remainingText } from '@page/training/progress';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  countLoops,
  trainingLoops as javaScriptLoops,
} from '../../web/runtime/javascript/loops.ts';
import type { LoopRecord, RuntimeName } from '../../web/runtime/protocol.ts';
import { loopPlaces, trainingLoops } from '../../web/runtime/python/loops.ts';
import { transform } from '../../web/runtime/python/transform.ts';
import { Source } from '../../web/runtime/python/tree.ts';
import { Snippets } from './snippets.ts';

describe('loops of a Python snippet', () => {
  const SNIPPET = `import torch
for word in "a b".split():
    print(word)
def train(model, loader):
    for i, (x, y) in enumerate(loader, 1):
        loss = model(x).sum()
        loss.backward()
        for p in model.parameters():
            p.grad.zero_()
for epoch in range(20):
    train(net, data)
    for x in test:
        net(x)
for a in 1, 2:
    opt.step()
`;

  test('are found where they take a step, also through functions', () => {
    const loops = trainingLoops(new Source(SNIPPET));
    expect(loops.map(({ label, parent, scope }) => [label, parent, scope >= 0])).toEqual([
      ['i', -1, true],
      ['epoch', -1, false],
    ]);
    expect(transform(new Source(SNIPPET), loops)).toBe(
      SNIPPET.replace('enumerate(loader', 'enumerate(_gb_loop(0, loader)').replace(
        'range(20)',
        '_gb_loop(1, range(20))',
      ),
    );
    expect(loopPlaces(loops, new Source(SNIPPET))).toEqual([
      [5, 31],
      [10, 13],
    ]);
  });

  test('know the loop around them', () => {
    const loops = trainingLoops(
      new Source('import torch\nfor _ in range(3):\n  for b in x:\n    y.backward()\n'),
    );
    expect(loops.map(({ label, parent }) => [label, parent])).toEqual([
      ['', -1],
      ['b', 0],
    ]);
  });

  test('are left alone where nothing trains', () => {
    expect(trainingLoops(new Source('import torch\nfor i in range(9):\n    x(i)\n'))).toEqual([]);
  });
});

/** Steps through a run and gives the loops at each step. */
async function loopsOf(
  snippets: Snippets,
  source: string,
  runtime: RuntimeName,
): Promise<{ stdout: string; at: Map<number, string> }> {
  const at = new Map<number, string>();
  snippets.control({ type: 'pause' });
  const language = runtime === 'javascript' ? 'javascript' : 'python';
  const { done, stdout } = await snippets.run(source, { runtime, language }, (message) => {
    if (message.type !== 'training' || !message.paused) return;
    at.set(message.iteration, loopText(message.loops));
    snippets.control({ type: 'step' });
  });
  expect(done.error).toBeUndefined();
  return { stdout, at };
}

const PYTHON = `import time
import torch
time.sleep(0.5)  # by then the run looks for messages at its next iteration
from torch.utils.data import DataLoader, TensorDataset
w = torch.ones(1, requires_grad=True)
opt = torch.optim.SGD([w], lr=0.1)
data = TensorDataset(torch.arange(6.0), torch.arange(6.0))
loader = DataLoader(data, batch_size=2)
def step():
    opt.zero_grad()
    (w * w).sum().backward()
    opt.step()
for n in range(50):  # until a pause is heard
    step()
for epoch in range(2):
    for i, (x, y) in enumerate(loader):
        step()
        if epoch == 0 and i == 1:
            break
    else:
        print("all of", epoch, x.tolist())
def fit(steps):
    for k in range(steps, 0, -1):
        step()
    for name in ["a", "b"]:
        step()
for _ in range(1):
    fit(3)
seen = (b for b in [1, 2, 3])
for b in seen:
    step()
    break
print(list(seen), n, k if "k" in globals() else None)
`;
const EXPECTED = [
  'epoch 1 of 2 · i 1 of 3',
  'epoch 1 of 2 · i 2 of 3',
  'epoch 2 of 2 · i 1 of 3',
  'epoch 2 of 2 · i 2 of 3',
  'epoch 2 of 2 · i 3 of 3',
  '1 of 1 · k 1 of 3',
  '1 of 1 · k 2 of 3',
  '1 of 1 · k 3 of 3',
  '1 of 1 · name 1 of 2',
  '1 of 1 · name 2 of 2',
];

describe.each(['micropython', 'cpython'] as const)('on %s', (runtime) => {
  let snippets: Snippets;
  beforeAll(() => {
    snippets = new Snippets(runtime, { records: true });
  });
  afterAll(() => snippets.close());

  test('loops are followed as they begin, end and are left', async () => {
    const { stdout, at } = await loopsOf(snippets, PYTHON, runtime);
    expect(stdout).toBe('all of 1 [4.0, 5.0]\n[2, 3] 49 None\n');
    const first = Math.min(...at.keys());
    expect(at.get(first)).toBe(`n ${first} of 50`);
    expect(EXPECTED.map((_, i) => at.get(51 + i))).toEqual(EXPECTED);
  }, 60_000);

  test('errors in what a loop goes through look as without counting', async () => {
    const source = `import torch
def items():
    yield 1
    raise ValueError("no more")
for x in 5 if False else items():
    torch.ones(1, requires_grad=True).backward()
`;
    const { done } = await snippets.run(source, { runtime });
    expect(done.error!.traceback).not.toContain('_gb_loop');
    expect(done.error!.traceback).not.toContain('_loops.py');
    expect(done.error!.message).toBe('no more');
    const number = await snippets.run('import torch\nfor x in 5:\n    x.backward()\n', { runtime });
    expect(number.done.error!.message).toBe("'int' object is not iterable");
    expect(number.done.error!.line).toBe(2);
  });
});

describe('on javascript', () => {
  test('loops are found by their form', () => {
    const source = `for (let i = 0; i < 10; i++) {
  opt.step();
}
const train = (n) => {
  for (let k = 1; k <= n.length; k += 1) { // each
    loss.backward();
  }
};
for (const [x, y] of batches) {
  train(x);
}
for (let i = 0; i < f(); i++) {
  opt.step();
}
for (let i = 0; i < 3; i++) { opt.step(); }
for (const row of rows) {
  console.log(row);
}
`;
    const loops = javaScriptLoops(source);
    expect(loops.map(({ label, done, total }) => [label, done, total])).toEqual([
      ['i', 'i-0+1', '10-0'],
      ['k', 'k-1+1', 'n.length-1+1'],
      ['', '0', 'batches.length'],
    ]);
    const counted = countLoops(source, loops, 'told');
    expect(counted.split('\n')[0]).toBe('for (let i = 0; i < 10; i++) {told(0,i-0+1,10-0);');
    expect(counted.split('\n')).toHaveLength(source.split('\n').length);
  });

  test('loops are followed as they begin, end and are left', async () => {
    const snippets = new Snippets('javascript', { records: true });
    const { stdout, at } = await loopsOf(
      snippets,
      `const w = torch.ones([1], { requires_grad: true });
const opt = new optim.SGD([w], { lr: 0.1 });
// By then the run looks for messages at its next iteration.
const begin = performance.now();
while (performance.now() - begin < 500);
const step = () => {
  opt.zero_grad();
  w.mul(w).sum().backward();
  opt.step();
};
for (let n = 0; n < 50; n++) {
  step();
}
const list = [1, 2, 3];
for (let epoch = 0; epoch < 2; epoch++) {
  for (const x of list) {
    step();
    if (epoch === 0 && x === 2) break;
  }
}
function fit(count) {
  for (let k = 1; k <= count; k++) {
    step();
  }
}
for (const _ of [7]) fit(2);
fit(1);
console.log(list.length);
`,
      'javascript',
    );
    await snippets.close();
    expect(stdout).toBe('3\n');
    const first = Math.min(...at.keys());
    expect(at.get(first)).toBe(`n ${first} of 50`);
    const expected = [
      'epoch 1 of 2 · x 1 of 3',
      'epoch 1 of 2 · x 2 of 3',
      'epoch 2 of 2 · x 1 of 3',
      'epoch 2 of 2 · x 2 of 3',
      'epoch 2 of 2 · x 3 of 3',
    ];
    expect(expected.map((_, i) => at.get(51 + i))).toEqual(expected);
    expect([56, 57, 58].map((i) => at.get(i)!.split(' · ').at(-1))).toEqual([
      'k 1 of 2',
      'k 2 of 2',
      'k 1 of 1',
    ]);
  }, 60_000);
});

describe('progress', () => {
  const loop = (done: number, total: number, label = ''): LoopRecord => ({ label, done, total });

  test('of nested loops is that of the outermost', () => {
    expect(fractionOf([])).toBe(0);
    expect(fractionOf([loop(5, 10)])).toBe(0.5);
    expect(fractionOf([loop(1, 2), loop(2, 4)])).toBe(0.25);
    expect(fractionOf([loop(2, 2), loop(4, 4)])).toBe(1);
    expect(fractionOf([loop(3, 0)])).toBe(1);
  });

  test('tells what is left, as soon as it can', () => {
    expect(remainingMs(0, 5000)).toBeNull();
    expect(remainingMs(0.1, 100)).toBeNull();
    expect(remainingMs(0.25, 10_000)).toBe(30_000);
    expect(remainingText(null)).toBe('');
    expect(remainingText(400)).toBe('less than a second left');
    expect(remainingText(30_000)).toBe('30 s left');
    expect(remainingText(125_000)).toBe('2 min 05 s left');
  });
});
