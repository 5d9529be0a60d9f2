// A training loop leaves behind what it began with: the tensors of its turns are freed while it runs.
import { afterAll, describe, expect, test } from 'vitest';
import type { MemoryMessage, RuntimeName } from '../../web/runtime/protocol.ts';
import { type Ran, Snippets } from './snippets.ts';

const snippets = new Snippets();
afterAll(() => snippets.close());

const TURNS = 100_000;
/** What may wait for the next collection: MicroPython's comes after some thousands of handles. */
const TENSORS = 5_000;

const python = `
import torch
x, y = torch.tensor(2.0), torch.tensor(5.0)
w = torch.tensor(0.5, requires_grad=True)
b = torch.tensor(0.1, requires_grad=True)
def memory():
    return torch._memory()
for i in range(1000):
    loss = (w * x + b - y) ** 2
    loss.backward()
    w.grad = b.grad = None
before = memory()
most = 0
for i in range(${TURNS}):
    loss = (w * x + b - y) ** 2
    loss.backward()
    w.grad = None
    b.grad = None
    if i % 500 == 0:
        most = max(most, memory()[0])
after = memory()
print(before[0], before[1], after[0], after[1], most, loss.item())
`;

const javascript = `
const x = torch.tensor(2), y = torch.tensor(5);
const w = torch.tensor(0.5, { requires_grad: true });
const b = torch.tensor(0.1, { requires_grad: true });
let last = 0;
const step = () => torch.tidy(() => {
  const loss = w.mul(x).add(b).sub(y).pow(2);
  loss.backward();
  w.grad = null;
  b.grad = null;
  last = loss.item();
});
for (let i = 0; i < 1000; i++) step();
const before = torch.memory();
let most = 0;
for (let i = 0; i < ${TURNS}; i++) {
  step();
  if (i % 500 === 0) most = Math.max(most, torch.memory().tensors);
}
const after = torch.memory();
console.log([before.tensors, before.bytes, after.tensors, after.bytes, most, last].join(' '));
`;

async function run(runtime: RuntimeName): Promise<Ran> {
  const language = runtime === 'javascript' ? 'javascript' : 'python';
  return snippets.run(language === 'python' ? python : javascript, { runtime, language });
}

describe.each<RuntimeName>(['micropython', 'cpython', 'javascript'])('%s', (runtime) => {
  test('100,000 turns end with what they began with', { timeout: 120_000 }, async () => {
    const ran = await run(runtime);
    expect(ran.done.error?.traceback).toBeUndefined();
    const [tensors, bytes, tensorsAfter, bytesAfter, most, loss] = ran.stdout
      .split(' ')
      .map(Number);
    expect(loss).toBeCloseTo((0.5 * 2 + 0.1 - 5) ** 2, 4);
    expect(Math.abs(tensorsAfter! - tensors!)).toBeLessThanOrEqual(TENSORS);
    expect(Math.abs(bytesAfter! - bytes!)).toBeLessThanOrEqual(TENSORS * 8);
    // Not only at the end: a run that collects when it is over would hold half a million.
    expect(most).toBeLessThan(3 * TENSORS);
    const reported = ran.messages.filter((m): m is MemoryMessage => m.type === 'memory').at(-1);
    expect(reported?.tensors).toBeLessThanOrEqual(TENSORS);
  });
});
