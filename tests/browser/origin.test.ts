/** The page asks for nothing outside of its own folder, and lives in the pages of others. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { baseUrl, useBrowser, withPage } from './harness';

useBrowser();

// A page of another origin, as a blog that embeds the playground would be.
let host: Server;
let article: string;

beforeAll(async () => {
  host = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(
      `<!doctype html><title>An article</title><p>Before</p>
       <iframe src="${baseUrl()}?embed=1&amp;example=autograd" width="100%" height="420"
               title="Autograd, live" loading="lazy"></iframe><p>After</p>`,
    );
  });
  await new Promise<void>((done) => host.listen(0, 'localhost', done));
  article = `http://localhost:${(host.address() as AddressInfo).port}/`;
});
afterAll(() => new Promise((done) => host.close(done)));

test('loading and running ask for nothing outside of the folder of the page', async () => {
  await withPage({}, async (playground) => {
    const asked: string[] = [];
    playground.page.on('request', (request) => asked.push(request.url()));
    await playground.page.reload();
    await playground.page.waitForSelector('.status-dot.is-ready');
    for (const runtime of ['micropython', 'cpython'] as const) {
      await playground.chooseRuntime(runtime);
      await playground.type('import torch\nimport dotenv\nprint(torch.ones(2).sum())\n');
      expect(await playground.run(60_000)).toBe('tensor(2.)\n');
    }
    await playground.chooseRuntime('javascript');
    await playground.type('console.log(torch.ones(2).sum())\n');
    expect(await playground.run()).toBe('tensor(2.)\n');

    expect(asked.some((url) => url.endsWith('pyodide.asm.wasm'))).toBe(true);
    const own = (url: string) =>
      url.startsWith(baseUrl()) || url.startsWith('data:') || url.startsWith('blob:');
    expect(asked.filter((url) => !own(url))).toEqual([]);
  });
});

test('a snippet reaches nothing outside of the folder either', async () => {
  await withPage({}, async (playground) => {
    await playground.chooseRuntime('javascript');
    await playground.type(
      `await fetch(${JSON.stringify(article)}).then(\n` +
        "  () => console.log('reached'),\n  () => console.log('refused'),\n);\n",
    );
    expect(await playground.run()).toBe('refused\n');
    // The browser tells of what the policy refused; nothing else may have gone wrong.
    const told = playground.failures.splice(0);
    expect(told.every((text) => /Content Security Policy/.test(text))).toBe(true);
    playground.foreign.length = 0;
  });
});

test('the iframe of the README works in a page of another origin', async () => {
  await withPage(
    {},
    async ({ page }) => {
      await page.goto(article);
      const frame = page.frameLocator('iframe');
      await frame.locator('.status-dot.is-ready').waitFor();
      await frame.locator('#run-button').click();
      await frame.locator('.status-dot.is-ok').waitFor();
      expect(await frame.locator('#console').textContent()).toContain(
        'autograd  loss 1.6900  dw 7.8000  db 2.6000',
      );
      expect(await frame.locator('#open-full').getAttribute('href')).toBe('./?example=autograd');
    },
    [article],
  );
});
