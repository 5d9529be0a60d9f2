// Tensors from JavaScript: creation, text, operators, indexing, autograd, errors.
import { inspect } from 'node:util';
import { createCore, load } from '@lib/load.ts';
import { Size, type Tensor } from '@lib/tensor.ts';
import { torch } from '@lib/torch.ts';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(async () => {
  await load({ core: await createCore() });
});

const message = (fn: () => unknown): string => {
  try {
    fn();
  } catch (error) {
    return String(error);
  }
  return 'nothing was thrown';
};

describe('creation', () => {
  it('takes numbers as floats, BigInts as ints, booleans as bools', () => {
    expect(torch.tensor([1, 2]).dtype).toBe(torch.float32);
    expect(torch.tensor([1n, 2n]).dtype).toBe(torch.int64);
    expect(torch.tensor([[true], [false]]).dtype).toBe(torch.bool);
    expect(torch.tensor([1n, 2.5]).dtype).toBe(torch.float32);
    expect(torch.tensor([]).dtype).toBe(torch.float32);
    expect(torch.tensor([1, 2], { dtype: torch.long }).dtype).toBe(torch.int64);
  });

  it('takes a typed array with its own element type', () => {
    expect(torch.tensor(new Float64Array([1, 2])).dtype).toBe(torch.float64);
    expect(torch.tensor(new Int32Array([1, 2])).dtype).toBe(torch.int32);
    expect(torch.tensor(new BigInt64Array([1n])).dtype).toBe(torch.int64);
    expect(torch.tensor(new Uint8Array([1, 255])).tolist()).toEqual([1, 255]);
    expect(torch.from_array(new Float32Array(6), [2, 3]).shape).toEqual(Size.make([2, 3]));
  });

  it('nests and gives back nested', () => {
    const data = [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ];
    expect(torch.tensor(data).tolist()).toEqual(data);
    expect(torch.tensor([9007199254740993n]).tolist()).toEqual([9007199254740993n]);
    expect([...torch.tensor([[1], [2]]).to_array()]).toEqual([1, 2]);
  });

  it("refuses ragged lists in PyTorch's words", () => {
    expect(message(() => torch.tensor([[1, 2], [3]]))).toBe(
      'ValueError: expected sequence of length 2 at dim 1 (got 1)',
    );
    expect(message(() => torch.tensor('text' as never))).toBe(
      "TypeError: new(): invalid data type 'string'",
    );
  });
});

describe('text', () => {
  it('prints like PyTorch, also through console.log', () => {
    const w = torch.tensor(0.5, { requires_grad: true });
    expect(String(w)).toBe('tensor(0.5000, requires_grad=True)');
    expect(inspect(w.mul(2))).toBe('tensor(1., grad_fn=<MulBackward0>)');
    expect(`${torch.tensor([[1, 2.5]]).shape}`).toBe('torch.Size([1, 2])');
    expect(inspect(torch.tensor([[1, 2.5]]).shape)).toBe('torch.Size([1, 2])');
    expect(inspect(torch.float32)).toBe('torch.float32');
  });
});

describe('operators', () => {
  it('are methods and functions', () => {
    const a = torch.tensor([1, 2, 3]);
    expect(a.add(1).tolist()).toEqual([2, 3, 4]);
    expect(a.mul(a).tolist()).toEqual([1, 4, 9]);
    expect(torch.sub(a, 0.5).tolist()).toEqual([0.5, 1.5, 2.5]);
    expect(a.neg().tolist()).toEqual([-1, -2, -3]);
  });

  it('take keywords as a trailing object', () => {
    const a = torch.tensor([1, 2]);
    expect(a.add(a, { alpha: 3 }).tolist()).toEqual([4, 8]);
    expect(torch.add(a, { other: 5 }).tolist()).toEqual([6, 7]);
  });

  it('work in place', () => {
    const a = torch.tensor([1, 2]);
    expect(a.add_(1).tolist()).toEqual([2, 3]);
    expect(a.tolist()).toEqual([2, 3]);
    expect(a._version).toBe(1);
  });

  it('take sizes one by one or as a list', () => {
    const a = torch.tensor([1, 2, 3, 4]);
    expect(a.view(2, 2).tolist()).toEqual(a.view([2, 2]).tolist());
    expect(a.reshape(-1, 1).shape).toEqual(Size.make([4, 1]));
  });

  it("raise PyTorch's errors", () => {
    const a = torch.tensor([1, 2]);
    expect(message(() => a.add(torch.tensor([1, 2, 3])))).toBe(
      'RuntimeError: The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0',
    );
    expect(message(() => (a as any).add('x'))).toMatch(/^TypeError: add\(\)/);
    expect(message(() => (a as any).add(() => 1))).toBe(
      "TypeError: a function can't be an argument of an operator",
    );
    expect(message(() => (a as any).add(1, { beta: 2 }))).toBe(
      "TypeError: add() got an unexpected keyword argument 'beta'",
    );
  });
});

describe('names', () => {
  it('names the closest known names for an unknown one', () => {
    expect(message(() => (torch as any).tensr)).toBe(
      "AttributeError: module 'torch' has no attribute 'tensr'. Did you mean: 'tensor' or 'Tensor'?",
    );
    expect(message(() => (torch as any).nosuch)).toMatch(
      /^AttributeError: module 'torch' has no attribute 'nosuch'/,
    );
    expect(message(() => (torch as any).nn.Modul)).toMatch(/module 'torch.nn'.*'Module'/);
    expect(message(() => (torch as any).optim.Sgd)).toMatch(/'SGD'/);
  });

  it('does not stand in the way of await, JSON and inspection', async () => {
    expect(await (async () => torch)()).toBe(torch);
    expect('mul' in torch).toBe(true);
    expect('nosuch' in torch).toBe(false);
    expect(Object.keys(torch)).toContain('mul');
  });
});

describe('autograd', () => {
  it("gives the first concept's gradients", () => {
    const x = torch.tensor(2);
    const y = torch.tensor(5);
    const w = torch.tensor(0.5, { requires_grad: true });
    const b = torch.tensor(0.1, { requires_grad: true });
    w.mul(x).add(b).sub(y).pow(2).backward();
    expect((w.grad!.item() as number).toFixed(4)).toBe('-15.6000');
    expect((b.grad!.item() as number).toFixed(4)).toBe('-7.8000');
  });

  it('shows the graph', () => {
    const w = torch.tensor(2, { requires_grad: true });
    const y = w.mul(w).neg();
    expect(y.grad_fn!.name()).toBe('NegBackward0');
    const [[mul]] = y.grad_fn!.next_functions as any;
    expect(inspect(mul)).toBe('<MulBackward0>');
    expect(mul.next_functions.map(([n]: any) => n.name())).toEqual([
      'AccumulateGrad',
      'AccumulateGrad',
    ]);
    expect(w.grad_fn).toBe(null);
    expect([w.is_leaf, y.is_leaf]).toEqual([true, false]);
  });

  it('stops recording in no_grad, also after an exception', () => {
    const w = torch.tensor(2, { requires_grad: true });
    expect(torch.no_grad(() => w.mul(2).requires_grad)).toBe(false);
    expect(() =>
      torch.no_grad(() => {
        throw new Error('mine');
      }),
    ).toThrow('mine');
    expect(torch.is_grad_enabled()).toBe(true);
    expect(torch.no_grad(() => torch.enable_grad(() => w.mul(2).requires_grad))).toBe(true);
    const off = torch.no_grad();
    expect(torch.is_grad_enabled()).toBe(false);
    off[Symbol.dispose]();
    expect(torch.is_grad_enabled()).toBe(true);
  });

  it('differentiates twice', () => {
    const x = torch.tensor(3, { requires_grad: true });
    const [first] = torch.autograd.grad(x.pow(3), x, { create_graph: true });
    expect(first!.item()).toBe(27);
    const [second] = torch.autograd.grad(first!, x);
    expect(second!.item()).toBe(18);
    expect(x.grad).toBe(null);
  });

  it('runs tensor hooks until they are removed', () => {
    const x = torch.tensor(1, { requires_grad: true });
    const seen: unknown[] = [];
    const hook = x.register_hook((g) => {
      seen.push(g.item());
      return g.mul(10);
    });
    x.mul(2).backward();
    expect(x.grad!.item()).toBe(20);
    hook.remove();
    x.mul(2).backward();
    expect(x.grad!.item()).toBe(22);
    expect(seen).toEqual([2]);
  });

  it("passes a hook's exception through as it is", () => {
    const x = torch.tensor(1, { requires_grad: true });
    const mine = new RangeError('from the hook');
    x.register_hook(() => {
      throw mine;
    });
    expect(() => x.mul(2).backward()).toThrow(mine);
  });

  it('takes custom functions', () => {
    class Cube extends torch.autograd.Function {
      static override forward(ctx: any, x: Tensor, scale: number) {
        ctx.save_for_backward(x);
        ctx.scale = scale;
        return x.pow(3).mul(scale);
      }
      static override backward(ctx: any, g: Tensor) {
        const [x] = ctx.saved_tensors;
        return [g.mul(x.pow(2)).mul(3 * ctx.scale), null];
      }
    }
    const x = torch.tensor(2, { requires_grad: true });
    const y = Cube.apply(x, 5);
    expect(String(y)).toBe('tensor(40., grad_fn=<CubeBackward>)');
    y.backward();
    expect(x.grad!.item()).toBe(60);
    class Lazy extends torch.autograd.Function {}
    expect(message(() => Lazy.apply(x))).toMatch(/^NotImplementedError: You must implement/);
  });

  it("raises PyTorch's errors", () => {
    const x = torch.tensor([1, 2], { requires_grad: true });
    expect(message(() => x.mul(2).backward())).toBe(
      'RuntimeError: grad can be implicitly created only for scalar outputs',
    );
    expect(message(() => torch.tensor(1).backward())).toBe(
      'RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn',
    );
    expect(message(() => x.add_(1))).toMatch(/a leaf Variable that requires grad/);
  });

  it('accepts a gradient and retains the graph on request', () => {
    const x = torch.tensor([1, 2], { requires_grad: true });
    const y = x.mul(x);
    y.backward(torch.tensor([1, 10]), { retain_graph: true });
    expect(x.grad!.tolist()).toEqual([2, 40]);
    y.backward({ gradient: torch.tensor([1, 1]) });
    expect(x.grad!.tolist()).toEqual([4, 44]);
  });
});
