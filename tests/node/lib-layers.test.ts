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
