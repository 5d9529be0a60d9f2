/** The recorder's hook events, as a session sends them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HookRecord, HooksMessage, RunMessage } from '../../web/runtime/protocol.ts';
import { Snippets } from './snippets.ts';

let snippets: Snippets;
beforeAll(() => {
  snippets = new Snippets('micropython', { records: true });
});
afterAll(() => snippets.close());

async function eventsOf(source: string, options: Partial<RunMessage> = {}) {
  const { messages, done } = await snippets.run(source, options);
  expect(done.error).toBeUndefined();
  const hooks = messages.filter(({ type }) => type === 'hooks') as HooksMessage[];
  const events: HookRecord[] = hooks.flatMap((message) => message.events);
  return { events, skipped: hooks.at(-1)?.skipped ?? 0 };
}

test('events are nested by the modules around them', async () => {
  const { events } = await eventsOf(`import torch
from torch import nn
net = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
net(torch.tensor([[1.0, 2.0]])).sum().backward()
`);
  expect(events.map(({ module, kind, depth }) => `${depth} ${module} ${kind}`)).toEqual([
    '0 Sequential pre_forward',
    '1 0 pre_forward',
    '1 0 forward',
    '1 1 pre_forward',
    '1 1 forward',
    '0 Sequential forward',
    '0 Sequential backward',
    '1 1 backward',
    '1 0 backward',
  ]);
});

test('statistics and histograms are of the numbers', async () => {
  const { events } = await eventsOf(`import torch
from torch import nn
nn.Identity()(torch.tensor([0.0, 1.0, 2.0, 12.0, float("nan"), float("-inf")]))
nn.Identity()(torch.arange(1000.0) * 1000 + 1e6)
nn.Identity()(torch.tensor([[1e8, 1e8 + 8]], dtype=torch.float64))
nn.Identity()(torch.tensor([float("nan")]))
`);
  const forward = events.filter(({ kind }) => kind === 'forward');
  expect(forward[0]).toMatchObject({ min: 0, max: 12, mean: 3.75, nans: 1, infs: 1 });
  // std of 0, 1, 2, 12 over the population.
  expect(forward[0]!.std).toBeCloseTo(4.81534, 5);
  expect(forward[0]!.bins).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  expect(forward[1]!.mean).toBe(1499500);
  expect(forward[1]!.std).toBeCloseTo(288674.99, 1);
  const sampled = forward[1]!.bins.reduce((sum, count) => sum + count, 0);
  expect(sampled).toBeGreaterThan(150);
  expect(sampled).toBeLessThanOrEqual(334);
  expect(forward[2]).toMatchObject({ min: 100000000, std: 4 });
  expect(forward[3]).toMatchObject({ min: null, mean: null, nans: 1, bins: [] });
});

const LOOP = `import torch
from torch import nn
net = nn.Linear(1, 1)
x = torch.ones(1, 1)
for i in range(100):
    net(x).sum().backward()
`;

test('a long loop is passed over in part, and says so', async () => {
  const { events, skipped } = await eventsOf(LOOP);
  const calls = events.filter(({ kind }) => kind === 'forward').length;
  expect(calls).toBeGreaterThanOrEqual(6);
  // Every call was either recorded or counted.
  expect(calls + skipped).toBe(100);
});

test('on request every call is recorded', async () => {
  const { events, skipped } = await eventsOf(LOOP, { everyCall: true });
  expect(events.filter(({ kind }) => kind === 'forward')).toHaveLength(100);
  expect(events.filter(({ kind }) => kind === 'backward')).toHaveLength(100);
  expect(skipped).toBe(0);
});
