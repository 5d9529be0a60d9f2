/** The Training tab's pictures of a model: decision regions, a curve, filters and activations. */

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser, withPage } from './harness';

useBrowser();

const AXE = readFileSync(
  new URL('../../node_modules/axe-core/axe.min.js', import.meta.url),
  'utf8',
);

const DATA = `import torch
from torch import nn
torch.manual_seed(0)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        LAYERS
    def forward(self, x):
        return FORWARD
`;

const TRAIN = `
net = Net()
opt = torch.optim.Adam(net.parameters(), lr=0.05)
for _ in range(60):
    opt.zero_grad()
    LOSS.backward()
    opt.step()
`;

const snippet = (layers: string, forward: string, data: string, loss: string) =>
  DATA.replace('LAYERS', layers).replace('FORWARD', forward) + data + TRAIN.replace('LOSS', loss);

const CLASSES = snippet(
  'self.a, self.b = nn.Linear(2, 16), nn.Linear(16, 3)',
  'self.b(torch.tanh(self.a(x)))',
  `y = torch.arange(90) % 3
x = torch.tensor([[0.0, 2.0], [-2.0, -1.0], [2.0, -1.0]])[y] + 0.5 * torch.randn(90, 2)`,
  'nn.functional.cross_entropy(net(x), y)',
);
const CURVE = snippet(
  'self.a, self.b = nn.Linear(1, 32), nn.Linear(32, 1)',
  'self.b(torch.tanh(self.a(x)))',
  'x = torch.linspace(-3, 3, 50).unsqueeze(1)\ny = torch.sin(2 * x)',
  'nn.functional.mse_loss(net(x), y)',
);
const IMAGES = snippet(
  'self.conv1, self.conv2, self.fc = nn.Conv2d(1, 6, 3), nn.Conv2d(6, 8, 3), nn.Linear(128, 2)',
  'self.fc(torch.relu(self.conv2(torch.relu(self.conv1(x)))).flatten(1))',
  `y = torch.arange(12) % 2
x = torch.rand(12, 1, 8, 8) * 0.3
x[y == 1, :, 2:6, 2:6] += 1`,
  'nn.functional.cross_entropy(net(x), y)',
);

/** How many colours each canvas shows. */
const colours = (page: Page) =>
  page.$$eval('.pv-stage canvas', (canvases) =>
    canvases.map((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const context = (canvas as HTMLCanvasElement).getContext('2d')!;
      const { data } = context.getImageData(0, 0, width, height);
      return new Set(new Uint32Array(data.buffer)).size;
    }),
  );

async function checked(page: Page): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(wide).toBe(false);
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { violations } = await (
      window as unknown as {
        axe: { run: (at: string) => Promise<{ violations: { id: string }[] }> };
      }
    ).axe.run('#panel-training');
    return violations.map(({ id }) => id);
  });
  expect(found).toEqual([]);
}

const SIZES = [
  ['desktop', { width: 1280, height: 800 }],
  ['phone', { width: 360, height: 740, dark: true }],
] as const;

test.each(SIZES)('the regions of classes are drawn, on a %s', async (_, size) => {
  await withPage(size, async (playground) => {
    const { page } = playground;
    await playground.type(CLASSES);
    await playground.run();
    await playground.showTab('training');
    const canvas = await page.waitForSelector('.pv-canvas.is-plane');
    await page.waitForFunction(() =>
      /90 points/.test(document.querySelector('.pv-canvas')?.getAttribute('aria-label') ?? ''),
    );
    expect(await page.textContent('.pv-card figcaption')).toBe('Netregions of 3 classes');
    expect(await page.getAttribute('.pv-canvas', 'aria-label')).toMatch(
      /^Regions of classes over the first feature from -[\d.]+ to [\d.]+ and the second from .*: class 0 \d+%, class 1 \d+%, class 2 \d+%; 90 points of data$/,
    );
    expect(await page.locator('.pv-key').allTextContents()).toEqual([
      'class 0',
      'class 1',
      'class 2',
    ]);
    expect((await colours(page))[0]).toBeGreaterThan(20);
    await canvas.hover();
    await page.waitForFunction(() =>
      /^\(.*\): class \d, \d+%$/.test(document.querySelector('.pv-note')!.textContent!),
    );
    await checked(page);
    await page.click('#panel-training [aria-label="Model: show what it makes of the data"]');
    await page.waitForSelector('.pv', { state: 'hidden' });
  });
});

test.each(SIZES)(
  'the curve of one input, and filters and activations, on a %s',
  async (_, size) => {
    await withPage(size, async (playground) => {
      const { page } = playground;
      await playground.type(CURVE);
      await playground.run();
      await playground.showTab('training');
      await page.waitForSelector('.pv-canvas.is-line[aria-label*="50 points of data"]');
      expect((await colours(page))[0]).toBeGreaterThan(4);
      await checked(page);

      await playground.type(IMAGES);
      await playground.run();
      await page.waitForSelector('.pv-tiles');
      await page.waitForFunction(() =>
        /image of class 0, taken for class [01]$/.test(
          document.querySelector('.pv-note')!.textContent!,
        ),
      );
      const labels = await page.$$eval('.pv-tiles', (canvases) =>
        canvases.map((canvas) => canvas.getAttribute('aria-label')!.replace(/, values.*/, '')),
      );
      expect(labels).toEqual([
        'The image: 1 of 1, 8 by 8',
        'Filters of conv1: 6 of 6, 3 by 3',
        'Activations of conv1: 6 of 6, 6 by 6',
        'Activations of conv2: 8 of 8, 4 by 4',
      ]);
      expect(Math.min(...(await colours(page)))).toBeGreaterThan(5);
      await checked(page);
    });
  },
);

test('the boundary moves while the run goes on, and goes with the next run', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.showTab('training');
    await playground.type(
      CLASSES.replace('range(60)', 'range(10**9)').replace('lr=0.05', 'lr=0.002'),
    );
    await playground.start();
    await page.waitForSelector('.pv-canvas.is-plane');
    const pixels = () =>
      page.$eval('.pv-canvas', (canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const before = await pixels();
    await page.waitForFunction(
      (old) => document.querySelector<HTMLCanvasElement>('.pv-canvas')!.toDataURL() !== old,
      before,
    );
    await page.click('#run-button[data-state="running"]');
    await page.waitForSelector('#run-button[data-state="idle"]');
    await playground.type('print("nothing to see")');
    await playground.run();
    expect(await page.locator('.pv-card').count()).toBe(0);
  });
});
