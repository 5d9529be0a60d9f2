/** The notebook: cells that share one session, by mouse and by keyboard, opened, saved, remembered. */

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findings } from './axe';
import { baseUrl, failuresOf, newContext, useBrowser } from './harness';

useBrowser();

const WAIT = { timeout: 30_000 };
const desktop = { width: 1280, height: 800 };

async function withNotebook(
  use: (page: Page) => Promise<void>,
  { width, height, dark = false }: { width: number; height: number; dark?: boolean } = desktop,
): Promise<void> {
  const context = await newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    acceptDownloads: true,
  });
  try {
    const page = await context.newPage();
    const failures = failuresOf(page);
    await page.goto(`${baseUrl()}notebook.html`);
    await page.waitForSelector('.cell');
    await use(page);
    expect(failures).toEqual([]);
  } finally {
    await context.close();
  }
}

const cell = (page: Page, index: number) => page.locator('.cell').nth(index);
const output = (page: Page, index: number) => cell(page, index).locator('.console-block');

/** What the cell printed, once it has run. */
async function printed(page: Page, index: number): Promise<string> {
  await expect
    .poll(async () => (await output(page, index).allTextContents()).join(''), WAIT)
    .not.toBe('');
  return (await output(page, index).allTextContents()).join('');
}

/** A notebook of these code cells alone. */
async function open(page: Page, ...sources: string[]): Promise<void> {
  const cells = sources.map((source) => ({ cell_type: 'code', source, outputs: [], metadata: {} }));
  await page.setInputFiles('#file', {
    name: 'made.ipynb',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells })),
  });
  await expect.poll(() => page.locator('.cell').count()).toBe(sources.length);
  await expect.poll(() => page.textContent('#status')).toContain('Opened made.ipynb');
}

test('cells share a session, and show the value of their last line', async () => {
  await withNotebook(async (page) => {
    await page.click('#run-all');
    expect(await printed(page, 1)).toContain('tensor(9., grad_fn=<PowBackward0>)');
    expect(await printed(page, 2)).toContain('tensor(-18.)');
    expect(await cell(page, 2).locator('.count').textContent()).toBe('[2]');

    // A new session knows nothing of it.
    await page.click('#restart');
    await cell(page, 2).locator('.cm-content').click();
    await page.keyboard.press('Control+Enter');
    await expect
      .poll(() => cell(page, 2).textContent(), WAIT)
      .toContain("NameError: name 'loss' is not defined");
    expect(await findings(page)).toEqual([]);
  });
});

test('Run all ends at the first error; Stop ends a loop', async () => {
  await withNotebook(async (page) => {
    await open(page, 'x = 1', 'x.nothing', 'print("never")');
    await page.click('#run-all');
    await expect.poll(() => page.textContent('#status'), WAIT).toContain('Stopped at the first');
    expect(await printed(page, 1)).toContain("'int' object has no attribute 'nothing'");
    expect(await output(page, 2).allTextContents()).not.toContain('never\n');

    await open(page, 'while True:\n    pass');
    await page.click('#run-all');
    await page.waitForSelector('.cell.runs');
    await page.click('#stop');
    expect(await printed(page, 0)).toContain('Stopped. Variables are lost.');
    await page.waitForSelector('#run-all:not([disabled])');
  });
});

test('when a cell needs CPython, the ones before it move there too', async () => {
  await withNotebook(async (page) => {
    await open(page, 'base = 41', 'import fractions\nprint(fractions.Fraction(base + 1, 4))');
    await page.click('#run-all');
    await expect
      .poll(async () => (await output(page, 1).allTextContents()).join(''), { timeout: 60_000 })
      .toContain('21/2');
    await expect.poll(() => page.textContent('#status'), WAIT).toContain('CPython');
  });
});

test('by keyboard: run and go on, add, turn into text, move, delete, bring back', async () => {
  await withNotebook(async (page) => {
    await open(page, 'print("one")');
    await cell(page, 0).locator('.cm-content').click();
    await page.keyboard.press('Shift+Enter');
    await expect.poll(() => page.locator('.cell').count()).toBe(2);
    await page.keyboard.insertText('# Title <b>');
    await page.keyboard.press('Escape');
    await page.keyboard.press('m');
    await page.waitForSelector('.cell.is-markdown');
    expect(await page.textContent('.markdown h2')).toBe('Title <b>');
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(() => cell(page, 0).getAttribute('aria-label')).toBe('Text cell');
    await page.keyboard.press('b');
    await expect.poll(() => page.locator('.cell').count()).toBe(3);
    await page.keyboard.insertText('2 + 2');
    await page.keyboard.press('Control+Enter');
    expect(await printed(page, 1)).toContain('4');
    await page.keyboard.press('Escape');
    await page.keyboard.press('d');
    await page.keyboard.press('d');
    await expect.poll(() => page.locator('.cell').count()).toBe(2);
    await page.keyboard.press('z');
    await expect.poll(() => page.locator('.cell').count()).toBe(3);
    expect(await printed(page, 1)).toContain('4');
  });
});

test('saved as .ipynb and opened again; remembered over a reload', async () => {
  await withNotebook(async (page) => {
    await page.fill('#title', 'my lesson');
    await page.click('#run-all');
    await printed(page, 2);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save')]);
    expect(download.suggestedFilename()).toBe('my lesson.ipynb');
    const saved = JSON.parse(readFileSync((await download.path())!, 'utf8'));
    expect([saved.nbformat, saved.cells.length]).toEqual([4, 3]);
    expect(saved.cells[2]).toMatchObject({
      cell_type: 'code',
      execution_count: 2,
      source: ['loss.backward()\n', 'w.grad'],
      outputs: [{ output_type: 'stream', name: 'stdout', text: ['tensor(-18.)\n'] }],
    });

    await page.reload();
    await page.waitForSelector('.cell');
    expect(await page.inputValue('#title')).toBe('my lesson');
    expect(await printed(page, 2)).toContain('tensor(-18.)');

    await page.setInputFiles('#file', {
      name: 'broken.ipynb',
      mimeType: 'application/json',
      buffer: Buffer.from('{"nothing": 1}'),
    });
    await expect.poll(() => page.textContent('#status')).toContain('it has no cells');
    expect(await page.locator('.cell').count()).toBe(3);
  });
});

describe.each([
  { name: 'dark, desktop', ...desktop, dark: true },
  { name: 'light, 360 px', width: 360, height: 740 },
])('$name', (look) => {
  test('fits the screen, and axe-core finds nothing', async () => {
    await withNotebook(async (page) => {
      expect(await findings(page)).toEqual([]);
      await page.click('#run-all');
      await printed(page, 2);
      await cell(page, 0).locator('.markdown').dblclick();
      expect(await findings(page)).toEqual([]);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wider).toBe(0);
    }, look);
  });
});
