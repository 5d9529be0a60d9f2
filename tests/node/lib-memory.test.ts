// Who frees a tensor: delete, tidy, steps, `using`, and what must survive them.
import { createCore, load } from '@lib/load.ts';
import { Parameter } from '@lib/nn/parameter.ts';
import { state } from '@lib/state.ts';
import { torch } from '@lib/torch.ts';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

let before: { tensors: number; bytes: number };

beforeAll(async () => {
  await load({ core: await createCore() });
});
beforeEach(() => {
  before = torch.memory();
});

describe('delete', () => {
  it('gives tensor and bytes back', () => {
    const x = torch.tensor([1, 2, 3]);
    expect(torch.memory()).toEqual({ tensors: before.tensors + 1, bytes: before.bytes + 12 });
    x.delete();
    expect(torch.memory()).toEqual(before);
    x.delete();
    expect(torch.memory()).toEqual(before);
  });

  it('leaves a clear error behind', () => {
    const x = torch.tensor([1, 2, 3]);
    x.delete();
    expect(x.is_deleted).toBe(true);
    expect(() => x.mul(2)).toThrow(/tensor was deleted/);
    expect(() => x.shape).toThrow(/tensor was deleted/);
    expect(String(x)).toBe('<deleted tensor>');
  });

  it('does not mistake a new tensor for a deleted one', () => {
    const x = torch.tensor(1);
    const { handle } = x;
    x.delete();
    const y = torch.tensor(2);
    expect(y.handle).not.toBe(handle);
    expect(state().core._gb_valid(handle)).toBe(0);
    y.delete();
  });

  it('keeps memory that the graph needs', () => {
    const w = torch.tensor(3, { requires_grad: true });
    const square = w.mul(w);
    const loss = square.mul(2);
    square.delete();
    loss.backward();
    expect(w.grad?.item()).toBe(12);
  });
});

describe('tidy', () => {
  it('frees what the function made and did not return', () => {
    const kept = torch.tidy(() => {
      const a = torch.tensor([1, 2]);
      const b = a.mul(3);
      return { sum: [b.add(a)] };
    });
    expect(torch.memory().tensors).toBe(before.tensors + 1);
    expect(kept.sum[0]!.tolist()).toEqual([4, 8]);
    kept.sum[0]!.delete();
    expect(torch.memory()).toEqual(before);
  });

  it('nests: the inner result belongs to the outer scope', () => {
    torch.tidy(() => {
      const inner = torch.tidy(() => torch.tensor(1).add(1));
      expect(inner.item()).toBe(2);
    });
    expect(torch.memory()).toEqual(before);
  });

  it('frees when the function throws', () => {
    expect(() =>
      torch.tidy(() => {
        torch.tensor([1, 2]);
        throw new Error('mine');
      }),
    ).toThrow('mine');
    expect(torch.memory()).toEqual(before);
  });

  it('leaves parameters and kept tensors alone', () => {
    const outside: { p?: Parameter; t?: InstanceType<typeof torch.Tensor> } = {};
    torch.tidy(() => {
      outside.p = new Parameter(torch.tensor(1));
      outside.t = torch.keep(torch.tensor(2));
    });
    expect(outside.p!.item()).toBe(1);
    expect(outside.t!.item()).toBe(2);
    outside.p!.delete();
    outside.t!.delete();
    expect(torch.memory()).toEqual(before);
  });

  it('refuses an asynchronous function', () => {
    expect(() => torch.tidy(async () => 1)).toThrow(TypeError);
  });
});

describe('steps', () => {
  it('frees each turn when the next begins, and the last at the end', () => {
    const counts: number[] = [];
    for (const i of torch.steps(3)) {
      counts.push(torch.memory().tensors - before.tensors);
      torch.tensor(i).add(1);
    }
    expect(counts).toEqual([0, 0, 0]);
    expect(torch.memory()).toEqual(before);
  });

  it('closes its scope on break and on an exception', () => {
    for (const i of torch.steps(5)) {
      torch.tensor(i);
      if (i === 1) break;
    }
    expect(torch.memory()).toEqual(before);
    expect(() => {
      for (const i of torch.steps(5)) {
        torch.tensor(i);
        throw new Error('mine');
      }
    }).toThrow('mine');
    expect(torch.memory()).toEqual(before);
  });
});

it('disposes with using-style blocks', () => {
  const x = torch.tensor([1]);
  x[Symbol.dispose]();
  expect(torch.memory()).toEqual(before);
});

it('runs 100,000 steps of the line fit without leaking', { timeout: 60_000 }, () => {
  const w = torch.tensor(0.5, { requires_grad: true });
  const b = torch.tensor(0.1, { requires_grad: true });
  const x = torch.tensor(2);
  const y = torch.tensor(5);
  const step = () => w.mul(x).add(b).sub(y).pow(2).backward();
  torch.tidy(step);
  const settled = torch.memory();
  for (const _ of torch.steps(100_000)) step();
  expect(torch.memory()).toEqual(settled);
  for (const t of [w, b, x, y]) t.delete();
});
