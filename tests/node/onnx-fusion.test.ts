// Sessions run convolutions with what follows them in one pass. Asking for an output by name runs the
// model as it is: both must agree.
import { createCore, load } from '@lib/load.ts';
import { onnx } from '@lib/onnx.ts';
import { nn, torch } from '@lib/torch.ts';
import { expect, test } from 'vitest';

await load({ core: await createCore() });

class Residual extends nn.Module {
  a: any;
  b: any;
  c: any;
  constructor(readonly swap: boolean) {
    super();
    this.a = nn.Conv2d(6, 6, 3, { padding: 1 });
    this.b = nn.Conv2d(6, 6, 1);
    this.c = nn.BatchNorm2d(6);
  }
  override forward(x: any): any {
    const y = this.c(this.a(x));
    const z = this.b(x);
    return torch.relu(this.swap ? z.add(y) : y.add(z)).add(x);
  }
}

const conv = (...args: unknown[]) => (nn as any).Conv2d(...args);
const cases: [string, () => any, number][] = [
  ['ReLU', () => nn.Sequential(conv(3, 6, 3), nn.ReLU()), 1],
  ['ReLU6', () => nn.Sequential(conv(3, 20, 5, { stride: 2 }), nn.ReLU6()), 1],
  ['LeakyReLU', () => nn.Sequential(conv(3, 6, 1, { bias: false }), (nn as any).LeakyReLU(0.2)), 1],
  ['Hardswish', () => nn.Sequential(conv(3, 6, 3, { padding: 2 }), (nn as any).Hardswish()), 1],
  [
    'depthwise',
    () => nn.Sequential(conv(3, 3, 3, { groups: 3, padding: 1 }), (nn as any).Hardtanh(-0.2, 0.3)),
    1,
  ],
  [
    'depthwise, strided',
    () => nn.Sequential(conv(3, 3, 5, { groups: 3, padding: 2, stride: 2 }), nn.ReLU()),
    1,
  ],
  ['groups', () => nn.Sequential(conv(6, 9, 3, { groups: 3 }), nn.ReLU()), 1],
  ['one dimension', () => nn.Sequential((nn as any).Conv1d(3, 5, 3), nn.ReLU()), 1],
  ['sum', () => new Residual(false), 3],
  ['sum, the other way round', () => new Residual(true), 3],
];

test.each(cases)('%s', (name, make, nodes) => {
  const model = make();
  const channels = name === 'groups' || name.startsWith('sum') ? 6 : 3;
  const shape = name === 'one dimension' ? [2, channels, 23] : [2, channels, 13, 19];
  const x = torch.randn(shape) as any;
  const bytes = onnx.export(model.eval(), x, { input_names: ['x'], output_names: ['y'] });
  const session = onnx.load(bytes);
  const feed = { x: new onnx.Tensor(x) };
  const { results, times } = session.profile(feed);
  expect(times).toHaveLength(nodes);
  const [fused, plain] = [results.y, session.runSync(feed, ['y']).y].map(
    (y) => y.data as Float32Array,
  ) as [Float32Array, Float32Array];
  expect(fused.length).toBe(plain.length);
  fused.forEach((value, i) => {
    expect(Math.abs(value - plain[i]!)).toBeLessThan(1e-5);
  });
});
