/** What the recorder tells of optimizer steps, and what the page keeps of it. */
import { smoothed } from '@page/loss-series';
import { LayerHistory, rangeOf, ratioVerdict } from '@page/training/layer-history';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StepRecord, StepsMessage } from '../../web/runtime/protocol.ts';
import { Snippets } from './snippets.ts';

let snippets: Snippets;
beforeAll(() => {
  snippets = new Snippets('micropython', { records: true });
});
afterAll(() => snippets.close());

async function stepsOf(source: string): Promise<StepRecord[]> {
  const { messages, done } = await snippets.run(source);
  expect(done.error).toBeUndefined();
  const steps = messages.filter(({ type }) => type === 'steps') as StepsMessage[];
  return steps.flatMap((message) => message.steps);
}

test('a step tells the size of its update, and how weights and gradients are spread', async () => {
  // |update| / |weight| = 0.1 * |(6, 8)| / |(3, 4)| = 0.2
  const [first, second] = await stepsOf(`import torch
w = torch.tensor([3.0, 4.0], requires_grad=True)
opt = torch.optim.SGD([w], lr=0.1)
for _ in range(2):
    opt.zero_grad()
    (w * w).sum().backward()
    opt.step()
`);
  expect(first).toMatchObject({ step: 1, lr: 0.1 });
  const [w] = first!.params;
  expect(w!.name).toBe('param 0');
  expect(w!.ratio).toBeCloseTo(0.2, 6);
  expect(w!.grad).toMatchObject({ min: 6, max: 8, mean: 7, std: 1 });
  expect(w!.weight!.max).toBeCloseTo(3.2, 6);
  expect(w!.weight!.bins).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  expect(second!.step).toBe(2);
});

test('parameters have the names of their modules, zeros have no ratio', async () => {
  const steps = await stepsOf(`import torch
from torch import nn
net = nn.Sequential(nn.Linear(1, 1))
nn.init.zeros_(net[0].weight)
opt = torch.optim.Adam(net.parameters(), lr=0.5)
for _ in range(60):
    net(torch.ones(1, 1)).sum().backward()
    opt.step()
`);
  expect(steps[0]!.params.map(({ name }) => name)).toEqual(['0.weight', '0.bias']);
  expect(steps[0]!.params[0]!.ratio).toBeNull();
  expect(steps.slice(0, 6).map(({ step }) => step)).toEqual(
    Array.from({ length: 6 }, (_, i) => i + 1),
  );
});

describe('the history of parameters', () => {
  const distribution = (min: number, max: number) => ({ min, max, mean: 0, std: 0, bins: [1] });

  test('halves what it keeps when it grows, and spans all of it', () => {
    const history = new LayerHistory();
    history.add(
      Array.from({ length: 300 }, (_, i) => ({
        step: i + 1,
        lr: 1 / (i + 1),
        params: [{ name: 'w', ratio: 0.1, weight: distribution(-i, i), grad: null }],
      })),
    );
    const moments = history.layers.get('w')!;
    expect(moments.length).toBeLessThanOrEqual(128);
    expect(moments.at(-1)!.step).toBeGreaterThan(290);
    expect(history.learningRate).toBe(1 / 300);
    const [low, high] = rangeOf(moments, 'weight');
    expect(low).toBe(-high);
    expect(high).toBeGreaterThan(290);
    expect(rangeOf(moments, 'grad')).toEqual([0, 0]);
  });

  test('says what is unusual', () => {
    expect([null, 0, 1e-6, 1e-3, 0.5].map(ratioVerdict)).toEqual([
      '',
      'does not move',
      'barely moves',
      '',
      'moves a lot',
    ]);
  });
});

test('a smoothed curve begins where the curve does and keeps a constant', () => {
  expect(smoothed([2, 2, Number.NaN, 2])).toEqual([2, 2, Number.NaN, 2]);
  const noisy = smoothed([0, 1, 0, 1, 0, 1, 0, 1]);
  expect(noisy[0]).toBe(0);
  expect(noisy.at(-1)!).toBeGreaterThan(0.4);
  expect(noisy.at(-1)!).toBeLessThan(0.7);
});
