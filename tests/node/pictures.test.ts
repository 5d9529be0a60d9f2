/** What the recorder makes of a model's data while it trains: planes, lines, images. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PictureRecord, RuntimeName, WorkerMessage } from '../../web/runtime/protocol.ts';
import { checkMessage } from '../../web/runtime/sandbox/check.ts';
import { Snippets } from './snippets.ts';

let snippets: Snippets;
beforeAll(() => {
  snippets = new Snippets('micropython', { records: true });
});
afterAll(() => snippets.close());

type Picture<K> = Extract<PictureRecord, { kind: K }>;

async function run(source: string, runtime: RuntimeName = 'micropython') {
  const language = runtime === 'javascript' ? 'javascript' : 'python';
  const { messages, done, stdout } = await snippets.run(source, { runtime, language });
  expect(done.error).toBeUndefined();
  const sent = messages.filter(({ type }) => type === 'pictures');
  for (const message of sent) expect(checkMessage(message)).toBe(message);
  return { stdout, pictures: lastOf(sent) };
}

/** The latest of each model: those of the last message, which comes at the end of the run. */
function lastOf(sent: WorkerMessage[]): PictureRecord[] {
  const last = sent.at(-1);
  return last?.type === 'pictures' ? last.pictures : [];
}

async function picture<K extends PictureRecord['kind']>(
  kind: K,
  source: string,
  runtime?: RuntimeName,
): Promise<Picture<K>> {
  const { pictures } = await run(source, runtime);
  expect(pictures.map((p) => p.kind)).toEqual([kind]);
  return pictures[0] as Picture<K>;
}

const CLASSES = `import torch
from torch import nn
torch.manual_seed(0)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(2, 16)
        self.norm = nn.BatchNorm1d(16)
        self.drop = nn.Dropout(0.5)
        self.out = nn.Linear(16, 3)
        self.calls = 0
    def forward(self, x):
        self.calls += 1
        h = torch.relu(self.norm(self.hidden(x)))
        return self.out(self.drop(h))
centres = torch.tensor([[0.0, 2.0], [-2.0, -1.0], [2.0, -1.0]])
y = torch.arange(60) % 3
x = centres[y] + 0.3 * torch.randn(60, 2)
net = Net()
opt = torch.optim.Adam(net.parameters(), lr=0.05)
for _ in range(40):
    opt.zero_grad()
    nn.functional.cross_entropy(net(x), y).backward()
    opt.step()
print(net.calls, torch.rand(1).item(), net.norm.running_mean.sum().item(), net.training)
`;

/** What the cell around a point says. */
function cellAt({ x, y, columns, rows, cells }: Picture<'plane'>, px: number, py: number) {
  const place = (v: number, [low = 0, high = 0]: number[], n: number) =>
    Math.round(((v - low) / (high - low)) * (n - 1));
  return cells[place(py, y, rows) * columns + place(px, x, columns)];
}

describe('two features', () => {
  for (const runtime of ['micropython', 'cpython'] as const) {
    test(`of a class in Python, on ${runtime}: regions of classes around the data`, async () => {
      const plane = await picture('plane', CLASSES, runtime);
      expect(plane).toMatchObject({ model: 'Net', shows: 'class', classes: 3 });
      expect(plane.cells).toHaveLength(plane.columns * plane.rows);
      expect(plane.sure).toHaveLength(plane.cells.length);
      // The net learned it; what it says at the centres is what the plane shows there.
      expect(cellAt(plane, 0, 2)).toBe(0);
      expect(cellAt(plane, -2, -1)).toBe(1);
      expect(cellAt(plane, 2, -1)).toBe(2);
      expect(plane.points.x).toHaveLength(60);
      expect(new Set(plane.points.target)).toEqual(new Set([0, 1, 2]));
      expect(Math.min(...plane.points.x)).toBeGreaterThan(plane.x[0]!);
    });
  }

  test('drawing it changes nothing that the snippet sees', async () => {
    const { stdout } = await run(CLASSES);
    const quiet = new Snippets('micropython', { records: false });
    try {
      expect((await quiet.run(CLASSES, { runtime: 'micropython' })).stdout).toBe(stdout);
    } finally {
      await quiet.close();
    }
  });

  test('of JavaScript: the probability of one class', async () => {
    const plane = await picture(
      'plane',
      `torch.manual_seed(0);
const X = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]]), Y = torch.tensor([[0], [1], [1], [0]]).float();
const net = new nn.Sequential(new nn.Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 1));
const opt = new optim.Adam(net.parameters(), { lr: 0.1 });
for (let i = 0; i < 200; i++) {
  opt.zero_grad();
  F.binary_cross_entropy_with_logits(net(X.float()), Y).backward();
  opt.step();
}`,
      'javascript',
    );
    expect(plane).toMatchObject({ model: 'Sequential', shows: 'probability' });
    expect(cellAt(plane, 0, 1)).toBeGreaterThan(0.9);
    expect(cellAt(plane, 1, 1)).toBeLessThan(0.1);
    expect(plane.points.target).toEqual([0, 1, 1, 0]);
  });

  test('of a model that is written for one size of batch', async () => {
    const plane = await picture(
      'plane',
      `import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 1)
    def forward(self, x):
        return self.layer(x.view(7, 2) + torch.zeros(7, 1)).view(7)
net = Net()
with torch.no_grad():
    net.layer.weight.copy_(torch.tensor([[1.0, 10.0]]))
    net.layer.bias.zero_()
x = torch.rand(7, 2)
((net(x) - x[:, 0]) ** 2).mean().backward()
`,
    );
    expect(plane).toMatchObject({ shows: 'value' });
    const [left, right] = plane.x as [number, number];
    const [low, high] = plane.y as [number, number];
    expect(plane.cells[0]).toBeCloseTo(left + 10 * low, 1);
    expect(plane.cells[plane.columns - 1]).toBeCloseTo(right + 10 * low, 1);
    expect(plane.cells.at(-1)).toBeCloseTo(right + 10 * high, 1);
  });

  test('of logistic regression that is written out, without modules', async () => {
    const plane = await picture(
      'plane',
      `import torch
torch.manual_seed(0)
x = torch.randn(40, 2)
y = (x[:, 0] > 0).float()
w = torch.zeros(2, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for _ in range(60):
    p = torch.sigmoid(x @ w + b)
    loss = -((1 - y) * torch.log(1 - p) + y * torch.log(p)).mean()
    loss.backward()
    with torch.no_grad():
        for t in (w, b):
            t -= 1.0 * t.grad
            t.grad.zero_()
`,
    );
    expect(plane).toMatchObject({ model: '', shows: 'probability' });
    expect(cellAt(plane, 1.5, 0)).toBeGreaterThan(0.9);
    expect(cellAt(plane, -1.5, 0)).toBeLessThan(0.1);
    expect(new Set(plane.points.target)).toEqual(new Set([0, 1]));
  });

  test('several models have a picture each', async () => {
    const { pictures } = await run(`import torch
from torch import nn
x, y = torch.rand(8, 2), torch.ones(8)
for i in range(2):
    net = nn.Linear(2, 1)
    keep = net if i == 0 else None
    nn.functional.mse_loss(net(x).squeeze(), y).backward()
`);
    expect(pictures.map((p) => p.kind)).toEqual(['plane', 'plane']);
  });
});

describe('one feature', () => {
  test('without modules: the line through the data', async () => {
    const line = await picture(
      'line',
      `import torch
x = torch.linspace(0, 4, 9).unsqueeze(1)
y = 3 * x - 1
w = torch.zeros(1, 1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for _ in range(400):
    loss = ((x @ w + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.05 * w.grad
        b -= 0.05 * b.grad
    w.grad = None
    b.grad = None
`,
    );
    expect(line).toMatchObject({ model: '', shows: 'value' });
    const [output] = line.outputs;
    expect(output![0]).toBeCloseTo(3 * line.x[0]! - 1, 1);
    expect(output!.at(-1)).toBeCloseTo(3 * line.x.at(-1)! - 1, 1);
    expect(line.points.target.slice(0, 2)).toEqual([-1, 0.5]);
  });

  test('gradient descent on flat tensors, with a name for nothing', async () => {
    const line = await picture(
      'line',
      `import torch
x = torch.tensor([1.0, 2.0, 3.0])
y = torch.tensor([2.0, 4.0, 6.0])
w = torch.tensor(2.0, requires_grad=True)
((w * x - y) ** 2).sum().backward()
`,
    );
    expect(line.outputs[0]![0]).toBeCloseTo(2 * line.x[0]!, 3);
    expect(line.points).toEqual({ x: [1, 2, 3], target: [2, 4, 6] });
  });
});

const IMAGES = (forward: string, layers: string) => `import torch
from torch import nn
torch.manual_seed(0)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
${layers}
    def forward(self, x):
${forward}
x = torch.rand(6, 1, 8, 8)
y = torch.arange(6) % 3
net = Net()
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(3):
    opt.zero_grad()
    nn.functional.cross_entropy(net(x), y).backward()
    opt.step()
print(net.conv1.weight.min().item() if hasattr(net, "conv1") else 0)
`;

describe('images', () => {
  test('filters of the first convolution, feature maps of all', async () => {
    const { pictures, stdout } = await run(
      IMAGES(
        `        x = torch.relu(self.conv1(x))
        x = torch.relu(self.conv2(x))
        return self.fc(x.flatten(1))`,
        `        self.conv1 = nn.Conv2d(1, 4, 3)
        self.conv2 = nn.Conv2d(4, 20, 3)
        self.fc = nn.Linear(20 * 16, 3)`,
      ),
    );
    const [image] = pictures as [Picture<'image'>];
    expect(image).toMatchObject({ kind: 'image', model: 'Net', target: 0 });
    expect([0, 1, 2]).toContain(image.predicted);
    expect(image.image).toMatchObject({ count: 1, channels: 1, height: 8, width: 8 });
    const [first, second] = image.layers;
    expect(first!.name).toBe('conv1');
    expect(first!.filters).toMatchObject({ count: 4, of: 4, height: 3, width: 3 });
    expect(first!.filters!.pixels).toHaveLength(4 * 9);
    expect(first!.filters!.low).toBeCloseTo(Number(stdout), 5);
    expect(first!.maps).toMatchObject({ count: 4, height: 6, width: 6 });
    expect(second).toMatchObject({
      name: 'conv2',
      filters: null,
      maps: { count: 8, of: 20, height: 4 },
    });
  });

  test('without convolutions: the weights of the layer that sees all pixels', async () => {
    const { pictures } = await run(
      IMAGES('        return self.fc(x.flatten(1))', '        self.fc = nn.Linear(64, 3)'),
    );
    const [image] = pictures as [Picture<'image'>];
    expect(image.layers).toEqual([
      { name: 'fc', maps: null, filters: expect.objectContaining({ count: 3, height: 8 }) },
    ]);
  });
});

describe('no picture', () => {
  const LINEAR = `import torch
from torch import nn
x, y = torch.rand(4, 2), torch.rand(4, 1)
net = nn.Linear(2, 1)
`;
  test('of more features than two', async () => {
    const { pictures } = await run(`import torch
net = torch.nn.Linear(3, 1)
torch.nn.functional.mse_loss(net(torch.rand(4, 3)), torch.rand(4, 1)).backward()
`);
    expect(pictures).toEqual([]);
  });

  test('when a part of the way from the data to the loss was not seen', async () => {
    const { pictures } = await run(`${LINEAR}class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a):
        return a * 2
    @staticmethod
    def backward(ctx, g):
        return g * 2
nn.functional.mse_loss(Double.apply(net(x)), y).backward()
`);
    expect(pictures).toEqual([]);
  });

  test('when an output was written into memory from outside', async () => {
    const { pictures } = await run(`${LINEAR}out = torch.zeros(4, 1)
out[:] = net(x)
nn.functional.mse_loss(out, y).backward()
`);
    expect(pictures).toEqual([]);
  });
});

test('a detached part is followed', async () => {
  const plane = await picture(
    'plane',
    `import torch
from torch import nn
x, y = torch.rand(5, 2), torch.rand(5, 1)
body, head = nn.Linear(2, 3), nn.Linear(3, 1)
nn.functional.mse_loss(head(body(x).detach()), y).backward()
`,
  );
  expect(plane.points.x).toHaveLength(5);
});
