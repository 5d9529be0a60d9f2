// Layers whose arguments and outputs are nested, from JavaScript. The figures are real PyTorch's.
import { load } from '@lib/load.ts';
import { torch } from '@lib/torch.ts';
import { beforeAll, expect, it } from 'vitest';

const { nn } = torch as unknown as { nn: Record<string, (...args: unknown[]) => any> };

beforeAll(() => load());

const shapes = (x: any): unknown => (Array.isArray(x) ? x.map(shapes) : x && [...x.shape]);

it('gives an LSTM its state and gets it back', () => {
  const lstm = nn.LSTM!(3, 4, { num_layers: 2, batch_first: true });
  const x = torch.randn([2, 5, 3]);
  const [out, state] = lstm(x);
  expect(shapes([out, state])).toEqual([
    [2, 5, 4],
    [
      [2, 2, 4],
      [2, 2, 4],
    ],
  ]);
  const [again] = lstm(x, state);
  expect(again.shape).toEqual(out.shape);
  expect(torch.equal(again, out)).toBe(false);
  expect(lstm.parameters()).toHaveLength(8);
});

it('takes options of attention by name, and None for what is not wanted', () => {
  const attention = nn.MultiheadAttention!(8, 2, { batch_first: true });
  const x = torch.randn([2, 4, 8]);
  expect(shapes(attention(x, x, x))).toEqual([
    [2, 4, 8],
    [2, 4, 4],
  ]);
  expect(attention(x, x, x, { need_weights: false })[1]).toBeNull();
  expect([...attention.named_parameters()].map(([name]: [string]) => name)).toEqual([
    'in_proj_weight',
    'in_proj_bias',
    'out_proj.weight',
    'out_proj.bias',
  ]);
  expect(() => attention(x, x, x, { weights: true })).toThrow(
    "forward() got an unexpected keyword argument 'weights'",
  );
});

it('trains what a Transformer layer holds inside', () => {
  const layer = nn.TransformerEncoderLayer!(8, 2, 16, { dropout: 0, batch_first: true });
  const optimizer = new (torch.optim as any).SGD(layer.parameters(), { lr: 0.1 });
  const x = torch.randn([2, 4, 8]);
  const loss = () => (layer(x) as any).pow(4).mean();
  const before = loss();
  before.backward();
  optimizer.step();
  expect(loss().item()).toBeLessThan(before.item());
  expect(layer.parameters().every((p: any) => p.grad !== null)).toBe(true);
});

it('tells the core of a new value of an argument', () => {
  const dropout = nn.Dropout!(0.5);
  const x = torch.ones([1000]);
  dropout.p = 1;
  expect(dropout(x).sum().item()).toBe(0);
  dropout.p = 0;
  expect(dropout(x).sum().item()).toBe(1000);
  expect(String(dropout)).toBe('Dropout(p=0, inplace=False)');
  dropout.p = 2;
  expect(() => dropout(x)).toThrow('dropout probability has to be between 0 and 1, but got 2');
  const pool = nn.MaxPool1d!(2);
  pool.stride = 1;
  expect(pool(torch.ones([1, 4])).shape).toEqual([1, 3]);
});
