/** The Variables tab: the list, and a tensor as numbers and pictures. */

import { expect, test } from 'vitest';
import { useBrowser, withPage } from './harness';

useBrowser();

const SNIPPET = `import torch
from torch import nn
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))
curve = torch.linspace(0, 6, 50).sin()
image = torch.rand(2, 3, 16, 16)
places = torch.randn(40, 2)
net(torch.randn(4, 3)).sum().backward()
scalar = torch.tensor(7)
`;

test.each([
  ['desktop', { width: 1280, height: 800 }],
  ['phone', { width: 360, height: 740, dark: true }],
] as const)('variables are listed and shown on a %s', async (_, size) => {
  await withPage(size, async (playground) => {
    const { page } = playground;
    await playground.showTab('variables');
    expect(await page.textContent('#panel-variables .empty')).toContain('No variables yet');
    await playground.type(SNIPPET);
    await playground.run();
    await page.waitForSelector('.tv-row');
    const names = () => page.locator('.tv-name').allTextContents();
    expect(await names()).toEqual(['net', 'curve', 'image', 'places', 'scalar']);
    expect(await page.textContent('#panel-variables .panel-note')).toContain('8 tensors');

    await page.click('[data-name="net"]');
    expect(await names()).toContain('0.weight');
    await page.click('[data-name="net.0.weight"]');
    const views = () => page.inputValue('.tv select[aria-label="View"]');
    expect(await views()).toBe('heat');
    const drawn = () =>
      page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('.tv-canvas')!;
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        return { width: canvas.width, colours: new Set(new Uint32Array(data.buffer)).size };
      });
    expect((await drawn()).width).toBe(3);
    expect((await drawn()).colours).toBeGreaterThan(10);
    const before = await page.textContent('.tv-stats');
    await page.selectOption('.tv select[aria-label="Value or gradient"]', 'grad');
    expect(await page.textContent('.tv-stats')).not.toBe(before);
    await page.hover('.tv-canvas');
    expect(await page.textContent('.tv-at')).toMatch(/^\[\d, \d\] = /);

    await page.click('[data-name="image"]');
    expect(await views()).toBe('image');
    expect((await drawn()).colours).toBeGreaterThan(50);
    await page.fill('.tv .g-slider', '1');
    expect(await page.textContent('.tv-at')).toBe('slice 2 of 2');
    await page.click('[data-name="curve"]');
    expect(await views()).toBe('line');
    expect((await drawn()).colours).toBeGreaterThan(1);
    await page.selectOption('.tv select[aria-label="View"]', 'bars');
    expect((await drawn()).colours).toBeGreaterThan(1);
    await page.click('[data-name="places"]');
    expect(await views()).toBe('points');
    expect((await drawn()).colours).toBeGreaterThan(2);
    await page.click('[data-name="scalar"]');
    expect(await page.textContent('.tv-text')).toBe('7');

    await page.fill('#panel-variables input[type=search]', 'bias');
    await page.waitForFunction(() => document.querySelectorAll('.tv-row').length === 3);
    expect(await names()).toEqual(['net', '0.bias', '2.bias']);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wide).toBe(false);
  });
});
