/** Boxes in the pages of others: one script tag, from another origin, as a teacher would do it. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { baseUrl, newContext, useBrowser } from './harness';

useBrowser();

const filler = '<p style="height: 60vh">Text of the article.</p>';
const twenty = Array.from(
  { length: 20 },
  (_, i) => `<grad-box id="b${i}">print("box", ${i})</grad-box>${filler}`,
).join('');

const PAGES: Record<string, (base: string) => string> = {
  '/one': (base) => `<script src="${base}grad-box.js"></script>
    <grad-box>
      import torch
      w = torch.tensor(2.0, requires_grad=True)
      (w * w).backward()
      print(w.grad)
    </grad-box>`,
  '/twenty': (base) => `<script src="${base}grad-box.js" defer></script>${filler}${twenty}`,
  '/kinds': (base) => `<script src="${base}grad-box.js"></script>
    <grad-box id="exercise" expected="4" time-limit="3">print(2 + 1)</grad-box>
    <grad-box id="setup" setup="hidden = 41">print(hidden + 1)\nboom()</grad-box>
    <grad-box id="auto" autorun lang="js">console.log(torch.ones(2).sum())</grad-box>
    <grad-box id="file" src="/snippet.py"></grad-box>
    <grad-box id="panels" panels="graph" height="500px">
      import torch
      w = torch.tensor(2.0, requires_grad=True)
      (w * w).backward()
    </grad-box>
    <grad-box id="readonly" readonly><script type="text/plain">
      print(1 < 2)
    </script></grad-box>`,
  '/blocks': (base) => `<script src="${base}grad-box.js"></script>
    <pre><code class="language-python">print(1 &lt; 2)</code></pre>
    <pre><code class="language-bash">ls</code></pre>
    <script>addEventListener('load', () => gradbox.upgrade())</script>`,
  '/frame': (base) => `<iframe id="f" width="600" height="200"
    src="${base}embed.html?code=${encodeURIComponent('print("framed")\nraise ValueError("no")')}"></iframe>
    <script>
      window.heard = [];
      addEventListener('message', ({ data }) => data.source === 'gradbox' && heard.push(data));
    </script>`,
  '/snippet.py': () => 'print("from a file")',
};

let host: Server;
let article: string;
beforeAll(async () => {
  host = createServer((request, response) => {
    const path = request.url ?? '';
    const text = PAGES[path]?.(baseUrl());
    const head = path.endsWith('.py') ? '' : '<!doctype html><title>An article</title>';
    response.writeHead(text ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(text && head + text);
  });
  await new Promise<void>((done) => host.listen(0, 'localhost', done));
  article = `http://localhost:${(host.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((done) => host.close(done)));

async function withArticle(
  path: string,
  use: (page: Page, asked: string[]) => Promise<void>,
): Promise<void> {
  const context = await newContext();
  try {
    const page = await context.newPage();
    const asked: string[] = [];
    const failures: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('pageerror', (error) => failures.push(String(error)));
    await page.goto(article + path);
    await use(page, asked);
    expect(failures).toEqual([]);
  } finally {
    await context.close();
  }
}

/** Presses Run in a box and gives what it printed. */
async function run(page: Page, box: string): Promise<string> {
  await page.click(`${box} button.run`);
  await page.waitForSelector(`${box} button.run[data-state=idle]`);
  return output(page, box);
}

async function output(page: Page, box: string): Promise<string> {
  const blocks = page.locator(`${box} .console-block`);
  await expect.poll(async () => (await blocks.allTextContents()).join('')).not.toBe('');
  return (await blocks.allTextContents()).join('');
}

const FETCHED = /gradbox_core.*\.wasm|micropython.*\.wasm|worker-.*\.js|ui\.js|hub\.html/;

test('one script tag and one element, from another origin', async () => {
  await withArticle('/one', async (page, asked) => {
    expect(await page.textContent('grad-box pre')).toBe(
      'import torch\nw = torch.tensor(2.0, requires_grad=True)\n(w * w).backward()\nprint(w.grad)',
    );
    expect(asked.filter((url) => FETCHED.test(url))).toEqual([]);
    expect(await run(page, 'grad-box')).toBe('tensor(4.)\n');

    await page.click('grad-box .cm-content');
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('print("edited")');
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => output(page, 'grad-box')).toBe('edited\n');
  });
});

test('twenty boxes cost nothing until one is used, and share one core', async () => {
  await withArticle('/twenty', async (page, asked) => {
    await page.evaluate(async () => {
      while (scrollY + innerHeight < document.body.scrollHeight - 2) {
        scrollBy(0, 200);
        await new Promise(requestAnimationFrame);
      }
    });
    expect(asked.filter((url) => FETCHED.test(url))).toEqual([]);
    for (const id of ['#b19', '#b3', '#b7']) {
      expect(await run(page, id)).toBe(`box ${id.slice(2)}\n`);
    }
    const cores = asked.filter((url) => /gradbox_core.*\.wasm/.test(url));
    expect(cores).toHaveLength(1);
    expect(await page.locator('iframe').count()).toBe(1);
  });
});

test('attributes: expected, setup, autorun, lang, src, panels, readonly, time-limit', async () => {
  await withArticle('/kinds', async (page) => {
    await run(page, '#exercise');
    expect(await page.textContent('#exercise .verdict')).toContain('Not yet. It should print:4');
    await page.click('#exercise .cm-content');
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('print(2 + 2)');
    await run(page, '#exercise');
    await expect.poll(() => page.textContent('#exercise .verdict')).toContain('As expected');
    await page.click('#exercise .cm-content');
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('while True:\n    pass');
    await page.click('#exercise button.run');
    await expect
      .poll(() => page.textContent('#exercise .output'), { timeout: 20_000 })
      .toContain('Stopped: the run took longer than 3');

    const text = await run(page, '#setup');
    expect(text).toContain('42\n');
    expect(text).toContain('File "snippet.py", line 2');

    await expect.poll(() => output(page, '#auto')).toBe('tensor(2.)\n');
    await expect.poll(() => page.textContent('#file pre')).toContain('print("from a file")');

    expect(await run(page, '#readonly')).toBe('True\n');
    expect(await page.getAttribute('#readonly .cm-content', 'contenteditable')).toBe('false');

    await page.click('#panels button.run');
    const full = page.frameLocator('#panels iframe');
    await full.locator('.g-node.is-root').waitFor();
    expect(await full.locator('#tab-hooks').isVisible()).toBe(false);
  });
});

test('code blocks of a page become boxes with one call', async () => {
  await withArticle('/blocks', async (page) => {
    await page.waitForSelector('grad-box');
    expect(await page.locator('grad-box').count()).toBe(1);
    expect(await page.textContent('code.language-bash')).toBe('ls');
    expect(await run(page, 'grad-box')).toBe('True\n');
  });
});

test('the page for a frame tells its parent what happens', async () => {
  await withArticle('/frame', async (page) => {
    const heard = () =>
      page.evaluate(() => (window as unknown as { heard: Record<string, unknown>[] }).heard);
    await expect.poll(async () => (await heard()).map(({ type }) => type)).toContain('ready');
    await page.evaluate(() => {
      const frame = document.querySelector<HTMLIFrameElement>('#f')!;
      frame.contentWindow!.postMessage({ target: 'gradbox', type: 'run' }, '*');
    });
    await expect
      .poll(async () => (await heard()).map(({ type }) => type), { timeout: 20_000 })
      .toContain('done');
    const all = await heard();
    expect(all).toContainEqual(
      expect.objectContaining({ type: 'output', text: 'framed\n', stream: 'stdout' }),
    );
    expect(all).toContainEqual(
      expect.objectContaining({ type: 'error', message: 'ValueError: no' }),
    );
    expect(all.some(({ type, height }) => type === 'height' && Number(height) > 50)).toBe(true);
  });
});
