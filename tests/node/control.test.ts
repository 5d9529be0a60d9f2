/** Pause, step, resume and other learning rates while a snippet runs, on all three runtimes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  ControlMessage,
  RuntimeName,
  TrainingMessage,
  WorkerMessage,
} from '../../web/runtime/protocol.ts';
import { addressOf } from '../../web/runtime/sandbox/signal.ts';
import { type Ran, Snippets } from './snippets.ts';

/** Trains until the learning rate is another one, then prints which it is. */
const LOOPS: Record<RuntimeName, string> = {
  micropython: '',
  cpython: '',
  javascript: `const w = torch.ones([2], { requires_grad: true });
const opt = new optim.SGD([w], { lr: 0.1 });
let n = 0;
while (opt.param_groups[0].lr === 0.1 && n < 1e6) {
  opt.zero_grad();
  w.mul(w).sum().backward();
  opt.step();
  n++;
}
console.log(opt.param_groups[0].lr);
`,
};
LOOPS.micropython = LOOPS.cpython = `import torch
w = torch.ones(2, requires_grad=True)
opt = torch.optim.SGD([w], lr=0.1)
n = 0
while opt.param_groups[0]["lr"] == 0.1 and n < 1000000:
    opt.zero_grad()
    (w * w).sum().backward()
    opt.step()
    n += 1
print(opt.param_groups[0]["lr"])
`;

/** Plays a reader who does `next` each time that the run pauses. */
async function play(
  snippets: Snippets,
  source: string,
  next: (paused: TrainingMessage) => ControlMessage[],
  options = {},
): Promise<{ ran: Ran; states: TrainingMessage[] }> {
  const states: TrainingMessage[] = [];
  let begun = false;
  const hear = (message: WorkerMessage) => {
    if (message.type !== 'training') return;
    states.push(message);
    if (!begun) snippets.control({ type: 'pause' });
    begun = true;
    if (message.paused) for (const control of next(message)) snippets.control(control);
  };
  const ran = await snippets.run(source, options, hear);
  expect(ran.done.error).toBeUndefined();
  return { ran, states };
}

describe.each(['micropython', 'cpython', 'javascript'] as const)('on %s', (runtime) => {
  let snippets: Snippets;
  const options = {
    runtime,
    language: runtime === 'javascript' ? ('javascript' as const) : ('python' as const),
  };
  beforeAll(() => {
    snippets = new Snippets(runtime, { records: true });
  });
  afterAll(() => snippets.close());

  test('a run pauses, goes on for an iteration, and takes a learning rate', async () => {
    const pauses: number[] = [];
    const { ran, states } = await play(
      snippets,
      LOOPS[runtime],
      ({ iteration, groups }) => {
        pauses.push(iteration);
        expect(groups).toEqual([
          { optimizer: groups[0]!.optimizer, name: 'SGD', group: 0, lr: 0.1 },
        ]);
        if (pauses.length < 4) return [{ type: 'step' }];
        const { optimizer } = groups[0]!;
        return [{ type: 'lr', optimizer, group: 0, lr: 0.025 }, { type: 'resume' }];
      },
      options,
    );
    expect(ran.stdout).toBe('0.025\n');
    const [first] = pauses;
    expect(pauses).toEqual([first, first! + 1, first! + 2, first! + 3]);
    const changed = states.flatMap(({ changes }) => changes);
    expect(changed.map(({ lr }) => lr)).toEqual([0.025]);
    expect(states.at(-1)!.groups.map(({ lr }) => lr)).toEqual([0.025]);
    // Nothing ran on while it was paused, and what it had gathered was sent before.
    const at = ran.messages.findIndex((message) => message.type === 'training' && message.paused);
    const losses = ran.messages.slice(0, at).flatMap((m) => (m.type === 'losses' ? m.series : []));
    expect(losses.reduce((sum, { values }) => sum + values.length, 0)).toBe(first);
  }, 60_000);

  test('the time of a pause is not the time of the run', async () => {
    let waited = 0;
    const { ran } = await play(
      snippets,
      LOOPS[runtime],
      ({ groups }) => {
        const began = performance.now();
        const { optimizer } = groups[0]!;
        setTimeout(() => {
          waited = performance.now() - began;
          snippets.control({ type: 'lr', optimizer, group: 0, lr: 1 });
          snippets.control({ type: 'resume' });
        }, 1500);
        return [];
      },
      options,
    );
    expect(waited).toBeGreaterThan(1400);
    expect(ran.done.ms).toBeLessThan(waited);
  }, 60_000);
});

describe('without an optimizer of the core', () => {
  let snippets: Snippets;
  beforeAll(() => {
    snippets = new Snippets('micropython', { records: true });
  });
  afterAll(() => snippets.close());

  test('an iteration ends with a backward', async () => {
    const pauses: number[] = [];
    const { ran } = await play(
      snippets,
      `import torch
w = torch.ones(2, requires_grad=True)
for n in range(20000):
    (w * w).sum().backward()
    with torch.no_grad():
        w -= 0.001 * w.grad
    w.grad = None
print(n)
`,
      ({ iteration, groups }) => {
        expect(groups).toEqual([]);
        pauses.push(iteration);
        return [{ type: pauses.length < 2 ? 'step' : 'resume' }];
      },
    );
    expect(ran.stdout).toBe('19999\n');
    expect(pauses).toEqual([pauses[0], pauses[0]! + 1]);
  }, 60_000);
});

/** The rates of a schedule, to be halved at the fifth iteration by the reader. */
const scheduled = (scheduler: string) => `import time
import torch
from torch.optim import lr_scheduler
w = torch.ones(1, requires_grad=True)
opt = torch.optim.SGD([w], lr=0.4)
plan = lr_scheduler.${scheduler}
time.sleep(0.5)  # by then the run looks for messages at its next iteration
for i in range(12):
    opt.zero_grad()
    (w * w).sum().backward()
    opt.step()
    print(i, round(opt.param_groups[0]["lr"], 6))
    plan.step()
`;

describe('schedules go on from the rate that was set', () => {
  let snippets: Snippets;
  beforeAll(() => {
    snippets = new Snippets('micropython', { records: true });
  });
  afterAll(() => snippets.close());

  const HALVED_AT = 4;
  test.each([
    'ExponentialLR(opt, 0.9)',
    'StepLR(opt, 3, 0.5)',
    'LambdaLR(opt, lambda n: 1 / (1 + n))',
    'OneCycleLR(opt, 0.8, total_steps=20, cycle_momentum=False)',
    'PolynomialLR(opt, total_iters=12, power=2.0)',
  ])(
    '%s',
    async (scheduler) => {
      const rates = ({ stdout }: Ran) =>
        stdout
          .trim()
          .split('\n')
          .map((line) => Number(line.split(' ')[1]));
      const plain = rates(await snippets.run(scheduled(scheduler)));
      snippets.control({ type: 'pause' });
      let lr = 0;
      const ran = await snippets.run(scheduled(scheduler), {}, (message) => {
        if (message.type !== 'training' || !message.paused) return;
        const [group] = message.groups;
        if (message.iteration <= HALVED_AT) {
          snippets.control({ type: 'step' });
        } else {
          lr = group!.lr / 2;
          snippets.control({ type: 'lr', optimizer: group!.optimizer, group: 0, lr });
          snippets.control({ type: 'resume' });
        }
      });
      expect(lr).toBeCloseTo(plain[HALVED_AT]! / 2, 6);
      const expected = plain.map((rate, i) => (i < HALVED_AT ? rate : rate / 2));
      expect(rates(ran).map((x) => x.toFixed(5))).toEqual(expected.map((x) => x.toFixed(5)));
    },
    30_000,
  );
});

test('the address of a blob comes back from its bits', () => {
  const uuid = '01234567-89ab-4cde-8f01-fedcba987654';
  const bits = uuid
    .replaceAll('-', '')
    .split('')
    .flatMap((digit) => [8, 4, 2, 1].map((bit) => (Number.parseInt(digit, 16) & bit) !== 0));
  expect(bits).toHaveLength(128);
  expect(addressOf('blob:null/', bits)).toBe(`blob:null/${uuid}`);
});
