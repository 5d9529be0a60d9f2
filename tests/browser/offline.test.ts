/** After the first visit the pages work without a network, and a new version is told of, not forced. */

import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startServer } from '../../web/tools/serve.mjs';
import { findings } from './axe';
import { newContext, useBrowser } from './harness';

useBrowser();

const dist = new URL('../../dist', import.meta.url).pathname;
const WAIT = { timeout: 30_000 };

/** A copy of the built pages, which a test may change, and a server that it may stop. */
let folder: string;
let server: { url: string; close: () => Promise<unknown> };
let context: BrowserContext;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gradbox-dist-'));
  const large = path.join(dist, 'pyodide');
  cpSync(dist, folder, { recursive: true, filter: (file) => file !== large });
  symlinkSync(large, path.join(folder, 'pyodide'));
  server = await startServer({ root: folder, port: 0, base: '/some/place/' });
  context = await newContext({ serviceWorkers: 'allow' });
});

afterEach(async () => {
  await context.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Until everything that is to be kept is kept, and the worker answers for this page. */
async function kept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, WAIT);
}

async function unplug(): Promise<void> {
  await context.setOffline(true);
  await server.close();
}

async function run(page: Page, source: string): Promise<string> {
  await page.click('#editor .cm-content');
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(source);
  await page.click('#run-button[data-state="idle"]');
  await page.waitForSelector('#run-button[data-state="idle"]', WAIT);
  return (await page.textContent('#console'))!;
}

test('playground, Pythons and tutorials work without a network', async () => {
  const page = await context.newPage();
  await page.goto(server.url);
  await kept(page);
  // CPython is kept when it was first used.
  await page.selectOption('#runtime-select', 'cpython');
  expect(await run(page, 'import sys\nprint(sys.version_info[0])')).toContain('3');
  await page.waitForFunction(
    async () => {
      const keys = await (await caches.open('gradbox')).keys();
      return keys.some(({ url }) => url.includes('pyodide.asm.wasm'));
    },
    undefined,
    WAIT,
  );
  await unplug();

  await page.goto(`${server.url}?example=hooks`);
  await page.waitForSelector('.status-dot.is-ready', WAIT);
  expect(await page.textContent('#snippet-title')).toBe('hooks.py');
  await page.selectOption('#runtime-select', 'auto');
  expect(await run(page, 'import torch\nprint(torch.ones(2) * 3)')).toContain('tensor([3., 3.])');
  await page.selectOption('#runtime-select', 'cpython');
  expect(await run(page, 'import torch\nprint(torch.ones(2) * 4)')).toContain('tensor([4., 4.])');

  // The address of a folder, which only a server could complete otherwise.
  await page.goto(`${server.url}docs`);
  await page.waitForURL('**/docs/');
  await page.click('.pages a >> text=Calling a module');
  const box = page.locator('grad-box').first();
  await box.locator('button.run').click();
  await expect.poll(() => box.locator('.output').textContent(), WAIT).toContain('42');
  await page.fill('#search', 'conv2d');
  await page.waitForSelector('#results [role=option]');
});

test('a new version is offered, and taken when the reader says so', async () => {
  const page = await context.newPage();
  await page.goto(`${server.url}docs/index.html`);
  await kept(page);
  expect(await page.locator('.update-line').count()).toBe(0);

  const file = path.join(folder, 'docs/index.html');
  const hash = () => createHash('sha256').update(readFileSync(file)).digest('hex');
  const before = hash();
  writeFileSync(file, readFileSync(file, 'utf8').replace('Gradbox</h1>', 'Gradbox, anew</h1>'));
  const worker = path.join(folder, 'sw.js');
  const list = readFileSync(worker, 'utf8');
  expect(list).toContain(before);
  writeFileSync(worker, list.replace(before, hash()));

  await page.reload();
  await page.waitForSelector('.update-line', WAIT);
  expect(await page.textContent('h1')).toBe('Gradbox');
  expect(await findings(page)).toEqual([]);
  await page.click('.update-line >> text=Reload');
  await expect.poll(() => page.textContent('h1'), WAIT).toBe('Gradbox, anew');
  const entries = await page.evaluate(async () => {
    const keys = await (await caches.open('gradbox')).keys();
    return keys.filter(({ url }) => url.includes('/docs/index.html')).length;
  });
  expect(entries).toBe(1);
});

test('it can be installed: a manifest whose icons are there', async () => {
  const page = await context.newPage();
  await page.goto(server.url);
  const client = await context.newCDPSession(page);
  const { url, errors, data } = (await client.send('Page.getAppManifest')) as {
    url: string;
    errors: unknown[];
    data?: string;
  };
  expect(url).toBe(`${server.url}manifest.webmanifest`);
  expect(errors).toEqual([]);
  for (const { src, sizes } of JSON.parse(data!).icons as { src: string; sizes: string }[]) {
    const size = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return image.naturalWidth;
    }, src);
    if (sizes !== 'any') expect(`${size}x${size}`).toBe(sizes);
  }
});

test('a page in a frame of others registers nothing', async () => {
  const page = await context.newPage();
  await page.route('**/frame.html', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><iframe src="${server.url}?embed=1&example=hooks"></iframe>`,
    }),
  );
  await page.goto(`${server.url}frame.html`);
  const frame = page.frameLocator('iframe');
  await frame.locator('.status-dot.is-ready').waitFor();
  const count = await page.evaluate(
    async () => (await navigator.serviceWorker.getRegistrations()).length,
  );
  expect(count).toBe(0);
});
