/** The Training tab: learning rate, smoothing, hover, and parameters over time. */

import { expect, test } from 'vitest';
import { useBrowser, withPage } from './harness';

useBrowser();

const SNIPPET = `import torch
from torch import nn
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
opt = torch.optim.Adam(net.parameters(), lr=0.05)
x = torch.randn(32, 2)
for _ in range(60):
    opt.zero_grad()
    loss = nn.functional.mse_loss(net(x), x.sum(1, keepdim=True))
    loss.backward()
    opt.step()
`;

test.each([
  ['desktop', { width: 1280, height: 800 }],
  ['phone', { width: 360, height: 740, dark: true }],
] as const)('parameters are shown over time on a %s', async (_, size) => {
  await withPage(size, async (playground) => {
    const { page } = playground;
    await playground.type(SNIPPET);
    await playground.run();
    await playground.showTab('training');
    await page.waitForSelector('#panel-training .u-over');
    expect(await page.textContent('#panel-training [title="Learning rate"]')).toContain('0.05');
    expect(await page.locator('.ly-row').count()).toBe(0);
    await page.click('#panel-training [aria-label="Layers: show parameters over time"]');
    await page.waitForSelector('.ly-row');
    const names = await page.locator('.ly-name strong').allTextContents();
    expect(names).toEqual(['0.weight', '0.bias', '2.weight', '2.bias']);
    const colours = await page.$$eval('.ly-row canvas', (canvases) =>
      canvases.map((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const context = (canvas as HTMLCanvasElement).getContext('2d')!;
        const { data } = context.getImageData(0, 0, width, height);
        return new Set(new Uint32Array(data.buffer)).size;
      }),
    );
    expect(colours).toHaveLength(12);
    expect(Math.min(...colours)).toBeGreaterThan(2);
    const title = await page.getAttribute('.ly-row canvas >> nth=1', 'title');
    expect(title).toMatch(/^weights of 0\.weight: from -\d\.\d+ to \d/);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wide).toBe(false);
  });
});

test('hover tells the values, Smooth draws another curve', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.type(SNIPPET);
    await playground.run();
    await playground.showTab('training');
    const over = await page.waitForSelector('#panel-training .u-over');
    await over.hover();
    await page.waitForFunction(() =>
      /^step \d+: [\d.e-]+$/.test(
        document.querySelector('#panel-training .panel-note')!.textContent!,
      ),
    );
    const pixels = () =>
      page.$eval('#panel-training canvas', (canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const before = await pixels();
    await page.click('#panel-training [aria-label="Smooth the curve"]');
    await page.waitForFunction(
      (old) =>
        document.querySelector<HTMLCanvasElement>('#panel-training canvas')!.toDataURL() !== old,
      before,
    );
  });
});
