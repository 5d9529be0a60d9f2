/** axe-core over everything that a reader meets: no finding that it calls serious or critical. */

import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { findings } from './axe';
import { baseUrl, useBrowser, withPage } from './harness';

useBrowser();

const script = new URL('../node/files/make_model_tab.py', import.meta.url).pathname;
const models: Record<string, string> = JSON.parse(
  execFileSync('/usr/bin/python3', [script], { encoding: 'utf8', maxBuffer: 1 << 26 }),
);

const looks = [
  { name: 'light, desktop', dark: false, width: 1280, height: 800 },
  { name: 'dark, desktop', dark: true, width: 1280, height: 800 },
  { name: 'light, 360 px', dark: false, width: 360, height: 740 },
  { name: 'dark, 360 px', dark: true, width: 360, height: 740 },
];

describe.each(looks)('$name', ({ dark, width, height }) => {
  test('the page, before and after a run, in each tab, with its dialogs', async () => {
    const query = '?example=spiral';
    await withPage({ query, dark, width, height }, async (playground) => {
      const { page } = playground;
      expect(await findings(page)).toEqual([]);
      await playground.run();
      const tabs = await page.$$eval('.tab-list [role=tab]', (all) => all.map(({ id }) => id));
      for (const tab of tabs) {
        await page.click(`#${tab}`);
        expect([tab, await findings(page)]).toEqual([tab, []]);
      }
      for (const dialog of ['share-button', 'secrets-button']) {
        await page.click(`#${dialog}`);
        expect([dialog, await findings(page)]).toEqual([dialog, []]);
        await page.keyboard.press('Escape');
      }
      await page.click('#examples-button');
      expect(await findings(page)).toEqual([]);
    });
  });

  test('an error with its mark, and a note beside the code', async () => {
    await withPage({ dark, width, height }, async (playground) => {
      const { page } = playground;
      await playground.type('from torch import nn\nm = nn.Linear(1, 1)\nm.forward(1)\n');
      await playground.run();
      await page.hover('.cm-lintRange-info');
      await page.waitForSelector('.cm-tooltip .cm-diagnosticText');
      expect(await findings(page)).toEqual([]);
    });
  });

  test('a run that is paused, with a learning rate that is none', async () => {
    await withPage({ dark, width, height }, async (playground) => {
      const { page } = playground;
      await playground.type(
        'import torch\nw = torch.ones(1, requires_grad=True)\nopt = torch.optim.SGD([w], lr=0.1)\n' +
          'for i in range(10**6):\n    w.sum().backward()\n    opt.step()\n',
      );
      await playground.start();
      await playground.showTab('training');
      await page.click('#panel-training .rc-pause');
      await page.waitForSelector('#panel-training .rc[data-state=paused]');
      await page.fill('#panel-training .rc-rate', 'x');
      await page.press('#panel-training .rc-rate', 'Enter');
      expect(await findings(page)).toEqual([]);
    });
  });

  test('a model with its node, its run and a graph inside; a dangerous pickle', async () => {
    await withPage({ dark, width, height }, async (playground) => {
      const { page } = playground;
      const open = async (name: string) => {
        await page.setInputFiles('#panel-model [aria-label="Open a model"]', {
          name,
          mimeType: 'application/octet-stream',
          buffer: Buffer.from(models[name]!, 'base64'),
        });
        await page.waitForSelector(`#panel-model .p-file:has-text("${name}")`);
      };
      await playground.showTab('model');
      await open('nested.onnx');
      await page.click('.m-node:has-text("If")');
      expect(await findings(page)).toEqual([]);
      await page.click('.m-details >> text=/Look into then_branch/');
      await page.waitForSelector('.m-node:has-text("MatMul")');
      expect(await findings(page)).toEqual([]);
      await open('paint.onnx');
      for (const view of ['Run', 'Graph', 'About']) {
        await page.click(`#panel-model .p-toggles >> text="${view}"`);
        if (view === 'Run') {
          await page.click('text=Run the model');
          await page.waitForSelector('.m-picture');
        }
        expect([view, await findings(page)]).toEqual([view, []]);
      }
      await playground.showTab('pickle');
      await page.click('text=Show a dangerous one');
      await page.waitForSelector('.p-verdict.is-bad');
      expect(await findings(page)).toEqual([]);
    });
  });

  test('a box in a page of others, before and after a run', async () => {
    await withPage({ dark, width, height }, async ({ page }) => {
      await page.route('**/article.html', (route) =>
        route.fulfill({
          contentType: 'text/html',
          body: `<!doctype html><html lang="en"><title>An article</title>
            <meta name="viewport" content="width=device-width">
            <meta name="color-scheme" content="light dark"><main><h1>An article</h1>
            <script src="${baseUrl()}grad-box.js"></script>
            <grad-box expected="4"># A comment\nx = 1\nprint(x + 1, "two")\nraise ValueError("no")</grad-box></main>`,
        }),
      );
      await page.goto(`${baseUrl()}article.html`);
      await page.waitForSelector('grad-box');
      expect(await findings(page)).toEqual([]);
      await page.click('grad-box button.run');
      await page.waitForSelector('grad-box .verdict:not([hidden])');
      expect(await findings(page)).toEqual([]);
    });
  });
});
