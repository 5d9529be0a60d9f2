/** The Graph tab: stepping through backward, folding, tips, lines, and export. */

import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Playground, useBrowser, withPage } from './harness';

useBrowser();

const SNIPPET = `import torch
from torch import nn

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
x = torch.tensor([[1.0, 2.0]])
loss = (net(x) - 1).pow(2).sum()
loss.backward()
`;

const CHAIN = `import torch
x = torch.tensor(2.0, requires_grad=True)
w = torch.tensor(0.5, requires_grad=True)
y = x * w
loss = y ** 3
loss.backward()
`;

async function graphOf(playground: Playground, source: string): Promise<void> {
  await playground.type(source);
  await playground.run();
  await playground.showTab('graph');
  await playground.page.waitForSelector('.g-node.is-root');
}

const SIZES = [
  ['desktop', { width: 1280, height: 800 }],
  ['phone', { width: 360, height: 740 }],
] as const;

test.each(SIZES)('backward is stepped through by keys on a %s', async (_, size) => {
  await withPage(size, async (playground) => {
    await graphOf(playground, CHAIN);
    const { page } = playground;
    const story = () => page.textContent('.g-story');
    await page.focus('.g-surface');
    await page.keyboard.press(' ');
    await page.keyboard.press(' ');
    expect(await page.textContent('.g-where')).toBe('Start');
    await page.keyboard.press('ArrowRight');
    expect(await page.textContent('.g-where')).toBe('Forward 1 of 2');
    expect(await story()).toContain('out = self · other');
    expect(await page.textContent('.cm-shownLine')).toBe('y = x * w');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await page.textContent('.g-where')).toBe('Backward 1 of 4');
    expect(await story()).toContain('1 × 3 = 3');
    expect(await page.locator('.g-node.is-root.is-gradient.is-now').count()).toBe(1);
    await page.keyboard.press('ArrowRight');
    expect(await story()).toContain('3 × 0.5 = 1.5');
    expect(await story()).toContain('3 × 2 = 6');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await story()).toContain('.grad: None → ');
    const leaves = await page.locator('.g-node.is-leaf .g-shape').allTextContents();
    expect(leaves.sort()).toEqual(['∇ 1.5', '∇ 6']);
    await page.keyboard.press('ArrowLeft');
    expect(await page.textContent('.g-where')).toBe('Backward 3 of 4');
    await page.keyboard.press('Escape');
    expect(await page.isVisible('.g-story')).toBe(false);
    expect(await page.locator('.g-node.is-gradient').count()).toBe(0);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wide).toBe(false);
  });
});

test('playing goes on by itself to the end and stops there', async () => {
  await withPage({}, async (playground) => {
    await graphOf(playground, CHAIN);
    const { page } = playground;
    await page.click('text=Step through');
    await page.selectOption('.g-player select', '10');
    await page.waitForFunction(
      () => document.querySelector('.g-where')!.textContent === 'Backward 4 of 4',
    );
    await page.waitForSelector('.g-player button[aria-label="Play (Space)"]');
    await page.click('.g-player button[aria-label="Step back (Left)"]');
    expect(await page.textContent('.g-where')).toBe('Backward 3 of 4');
    await page.fill('.g-slider', '1');
    expect(await page.textContent('.g-where')).toBe('Forward 1 of 2');
    await page.click('.g-player button[aria-label^="Leave"]');
    expect(await page.isVisible('text=Step through')).toBe(true);
  });
});

test('modules fold and open, by button, double click and key', async () => {
  await withPage({}, async (playground) => {
    await graphOf(playground, SNIPPET);
    const { page } = playground;
    const groups = () => page.locator('.g-node.is-group .g-name').allTextContents();
    expect(await groups()).toEqual([]);
    await page.click('text=Fold modules');
    await page.waitForSelector('.g-node.is-group');
    expect((await groups()).sort()).toEqual(['0', '1', '2']);
    await page.dblclick('.g-node.is-group >> nth=0');
    await page.waitForFunction(() => document.querySelectorAll('.g-node.is-group').length === 2);
    await page.click('text=Open modules');
    await page.waitForFunction(() => document.querySelectorAll('.g-node.is-group').length === 0);
    await page.click('.g-node:has-text("TanhBackward0")');
    await page.click('.g-details >> text=Fold 1 · Tanh');
    await page.waitForSelector('.g-node.is-group');
    expect(await groups()).toEqual(['1']);
  });
});

test('a node leads to its line, and a line to its nodes', async () => {
  await withPage({}, async (playground) => {
    await graphOf(playground, CHAIN);
    const { page } = playground;
    await page.click('.g-node:has-text("PowBackward0")');
    expect(await page.textContent('.cm-shownLine')).toBe('loss = y ** 3');
    expect(await page.isVisible('.g-details >> text=Line 5')).toBe(true);
    await page.click('.cm-line >> nth=3');
    await page.waitForSelector('.g-node.is-of-line:has-text("MulBackward0")');
    expect(await page.locator('.g-node.is-of-line').count()).toBe(1);
  });
});

test('the tip tells the formula and the local derivative', async () => {
  await withPage({}, async (playground) => {
    await graphOf(playground, CHAIN);
    const { page } = playground;
    await page.hover('.g-node:has-text("MulBackward0")');
    const text = await page.textContent('.g-tip');
    expect(text).toContain('out = self · other');
    expect(text).toContain('∂L/∂self = g · other');
    expect(text).toContain('∂out/∂self = 0.5');
    await page.hover('.g-node.is-leaf >> nth=0');
    expect(await page.textContent('.g-tip')).toContain('None → ');
  });
});

test('the graph is saved as SVG and as PNG', async () => {
  await withPage({}, async (playground) => {
    await graphOf(playground, CHAIN);
    const { page } = playground;
    const save = async (title: string) => {
      const waiting = page.waitForEvent('download');
      await page.click(`[title="${title}"]`);
      return readFile(await (await waiting).path());
    };
    const svg = (await save('Download as SVG')).toString();
    expect(svg).toContain('PowBackward0');
    const png = await save('Download as PNG');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    // Twice the size of the SVG.
    const width = Number(/<svg[^>]* width="([\d.]+)"/.exec(svg)![1]);
    expect(png.readUInt32BE(16)).toBe(Math.ceil(2 * width));
  });
});

test('a graph of 2000 nodes comes up without holding the page', async () => {
  await withPage({}, async (playground) => {
    await playground.type(
      'import torch\nx = torch.tensor(1.0, requires_grad=True)\ny = x\n' +
        'for i in range(1998):\n    y = y.sin()\ny.backward()\n',
    );
    await playground.run();
    await playground.showTab('graph');
    const { page } = playground;
    await page.waitForFunction(() => document.querySelectorAll('.g-node').length === 1999);
    await page.focus('.g-surface');
    await page.keyboard.press(' ');
    await page.keyboard.press('ArrowRight');
    expect(await page.textContent('.g-where')).toMatch(/^Forward \d+ of 1998$/);
  });
});
