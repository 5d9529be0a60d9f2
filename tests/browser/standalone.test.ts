/** The page that stands alone: saved from the playground, opened from a disk, without a network. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failuresOf, newContext, useBrowser, withPage } from './harness';

useBrowser();

const AXE = readFileSync(
  new URL('../../node_modules/axe-core/axe.min.js', import.meta.url),
  'utf8',
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gradbox-offline-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Wish {
  source: string;
  runtime?: 'auto' | 'micropython' | 'cpython' | 'javascript';
  files?: Record<string, string>;
  run?: boolean;
}

/** Types, runs and saves a snippet; gives the file. */
async function saved(name: string, { source, runtime = 'auto', files = {}, run = true }: Wish) {
  const file = path.join(folder, `${name}.html`);
  let said = '';
  await withPage({}, async (playground) => {
    const { page } = playground;
    for (const [at, text] of Object.entries(files)) await playground.upload(at, text);
    await playground.chooseRuntime(runtime);
    await playground.type(source);
    if (run) await playground.run(60_000);
    await page.click('#share-button');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('dialog >> text="Web page"'),
    ]);
    await download.saveAs(file);
    await page.waitForFunction(() =>
      /was saved/.test(document.querySelector('dialog [role=status]')!.textContent!),
    );
    said = (await page.textContent('dialog [role=status]'))!;
  });
  return { file, said, size: readFileSync(file).length };
}

/** Opens a file in a browser without a network; any request but the file's fails the test. */
async function opened(
  file: string,
  size: { width?: number; height?: number; dark?: boolean },
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await newContext({
    viewport: { width: size.width ?? 1280, height: size.height ?? 800 },
    colorScheme: size.dark ? 'dark' : 'light',
  });
  try {
    await context.setOffline(true);
    const page = await context.newPage();
    const requests: string[] = [];
    const failures = failuresOf(page);
    page.on('request', (request) => requests.push(request.url()));
    const url = pathToFileURL(file).href;
    await page.goto(url);
    await use(page);
    const foreign = requests.filter((at) => at !== url && !/^(?:blob|data|about):/.test(at));
    expect(foreign).toEqual([]);
    expect(failures).toEqual([]);
  } finally {
    await context.close();
  }
}

/** Presses Run and gives what the box shows when the run is over. */
async function ran(page: Page, timeout = 60_000): Promise<string> {
  await page.click('grad-box .run');
  await page.waitForFunction(
    () =>
      /Finished|Failed/.test(
        document.querySelector('grad-box')!.shadowRoot!.querySelector('.say')!.textContent!,
      ),
    undefined,
    { timeout },
  );
  return (await page.textContent('grad-box .output'))!;
}

const SNIPPET = `import torch
print(open("data.txt").read().strip(), torch.arange(3) * 2 < 3)
`;

test('shows the output at once and runs without a network, wide and narrow', async () => {
  const { file, said, size } = await saved('first', {
    source: SNIPPET,
    files: { 'data.txt': 'from a file', '.env': 'KEY=secret' },
  });
  expect(said).toMatch(/^snippet\.html was saved \([\d.]+ MB\)\. Not in it: \.env\.$/);
  expect(size).toBeLessThan(2_600_000);
  expect(readFileSync(file, 'utf8')).not.toContain(Buffer.from('KEY=secret').toString('base64'));
  for (const look of [{}, { width: 360, height: 740, dark: true }]) {
    await opened(file, look, async (page) => {
      await page.waitForSelector('grad-box .run');
      expect(await page.textContent('.saved')).toBe('from a file tensor([ True,  True, False])');
      expect(await page.locator('iframe').count()).toBe(0);
      expect(await ran(page)).toContain('from a file tensor([ True,  True, False])');
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(wide).toBe(false);
    });
  }
});

test('is accessible', async () => {
  const { file } = await saved('axe', { source: 'print(1)' });
  // The page's own policy would refuse axe.
  const context = await newContext({ bypassCSP: true });
  try {
    const page = await context.newPage();
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('grad-box .run');
    await page.evaluate(AXE);
    const found = await page.evaluate(async () => {
      const { violations } = await (
        window as unknown as { axe: { run: () => Promise<{ violations: { id: string }[] }> } }
      ).axe.run();
      return violations.map(({ id }) => id);
    });
    expect(found).toEqual([]);
  } finally {
    await context.close();
  }
});

test('keeps the sandbox: no network, no storage of the page', async () => {
  const { file } = await saved('hostile', {
    source: `const tries = {
  fetch: () => fetch('https://example.com/'),
  image: () => new WebSocket('wss://example.com/'),
  storage: () => indexedDB.open('x').then,
  origin: () => { if (self.origin !== 'null') throw new Error(self.origin); return Promise.reject(); },
};
for (const [name, attempt] of Object.entries(tries)) {
  let got = 'refused';
  try { await attempt(); got = 'LEAK'; } catch {}
  console.log(name, got);
}`,
    runtime: 'javascript',
    run: false,
  });
  await opened(file, {}, async (page) => {
    // What the policy refuses is told on the console, which is as it should be.
    page.removeAllListeners('console');
    expect(await page.locator('.saved').count()).toBe(0);
    const output = await ran(page);
    expect(output).toContain('fetch refused');
    expect(output).toContain('image refused');
    expect(output).not.toContain('LEAK');
  });
});

test('says that CPython was left out, or has it when the snippet ran on it', async () => {
  const source = 'import sys\nprint(sys.version_info >= (3, 11), "ok")';
  const without = await saved('without', {
    source: `${source}\nmatch 1:\n    case 1: pass`,
    run: false,
  });
  await opened(without.file, {}, async (page) => {
    expect(await ran(page)).toMatch(/CPython is not in this file.*save it again/);
  });
  const within = await saved('within', { source: `${source}\nmatch 1:\n    case 1: pass` });
  expect(within.said).toContain('with CPython');
  await opened(within.file, {}, async (page) => {
    expect(await ran(page, 90_000)).toContain('True ok');
  });
});
