/** The docs: their boxes, search and navigation, in both themes and on a narrow screen. */

import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { PAGES } from '../../web/site/nav';
import { tryGuides } from '../../web/tools/try-generators.mjs';
import { findings } from './axe';
import { baseUrl, failuresOf, newContext, useBrowser, withPage } from './harness';

useBrowser();

interface Look {
  width: number;
  height: number;
  dark?: boolean;
}

async function withDocs(
  path: string,
  { width, height, dark = false }: Look,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
  });
  try {
    const page = await context.newPage();
    const failures = failuresOf(page);
    page.on('request', (request) => {
      if (!request.url().startsWith(baseUrl()) && !/^(?:data|blob):/.test(request.url())) {
        failures.push(`asked for ${request.url()}`);
      }
    });
    await page.goto(`${baseUrl()}docs/${path}`);
    await use(page);
    expect(failures).toEqual([]);
  } finally {
    await context.close();
  }
}

const desktop = { width: 1280, height: 800 };
const narrow = { width: 360, height: 740 };

test('a tutorial’s snippet runs, and an exercise checks itself', async () => {
  await withDocs('tutorials/autograd.html', desktop, async (page) => {
    const first = page.locator('grad-box').first();
    await first.locator('button.run').click();
    await expect
      .poll(() => first.locator('.output').textContent(), { timeout: 20_000 })
      .toContain('15.21');

    const exercise = page.locator('grad-box', { hasText: 'How fast does the ball' });
    await exercise.locator('button.run').click();
    await expect
      .poll(() => exercise.locator('.verdict').textContent(), { timeout: 20_000 })
      .toContain('Not yet');
    await page.locator('summary', { hasText: 'One solution' }).first().click();
    const solution = await page.locator('details.solution pre').first().textContent();
    await exercise.locator('.cm-content').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(solution!);
    await page.keyboard.press('Control+Enter');
    await expect
      .poll(() => exercise.locator('.verdict').textContent(), { timeout: 20_000 })
      .toContain('As expected');
    expect(await findings(page)).toEqual([]);
  });
});

test('the search finds operators and headings, by keyboard', async () => {
  await withDocs('index.html', desktop, async (page) => {
    await page.keyboard.press('/');
    await page.keyboard.insertText('layer_norm');
    await page.waitForSelector('#results [role=option]');
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/reference/operators.html#layer_norm');
    expect(await page.locator('#layer_norm').isVisible()).toBe(true);

    await page.fill('[data-filter]', 'conv2d');
    const shown = page.locator('.entry:visible');
    await expect.poll(() => shown.count()).toBeLessThan(5);
    expect(await shown.first().textContent()).toContain('conv2d');

    await page.fill('#search', 'no such thing anywhere');
    await expect.poll(() => page.textContent('#results')).toContain('Nothing found');
  });
});

test('a folder’s address without its slash leads to its page', async () => {
  await withDocs('../docs', desktop, async (page) => {
    expect(page.url()).toBe(`${baseUrl()}docs/`);
    expect(await page.textContent('h1')).toBe('Gradbox');
  });
});

test('from the playground to the docs and back', async () => {
  await withPage({}, async ({ page }) => {
    await page.click('#docs-link');
    await page.waitForURL('**/docs/index.html');
    await page.click('.pages a >> text=Tensors and autograd');
    await page.waitForURL('**/docs/tutorials/autograd.html');
    expect(await page.getAttribute('.pages [aria-current]', 'href')).toContain('autograd.html');
    await page.click('.neighbours [rel=prev]');
    await page.waitForURL('**/docs/index.html');
    await page.click('.bar >> text=Playground');
    await page.waitForSelector('.status-dot.is-ready');
    await page.click('#notebook-link');
    await page.waitForSelector('.cell');
    await page.click('.brand');
    await page.waitForSelector('.status-dot.is-ready');
  });
});

test('the guide for plain HTML works as it stands, from another origin', async () => {
  expect(await tryGuides(['html'])).toEqual({ html: '' });
});

test('the theme that was chosen goes for the boxes too, and stays', async () => {
  await withDocs('index.html', desktop, async (page) => {
    const ground = () =>
      page
        .locator('grad-box .box')
        .first()
        .evaluate((box) => getComputedStyle(box).backgroundColor);
    const light = await ground();
    await page.click('#theme');
    await expect.poll(ground).not.toBe(light);
    await page.reload();
    await page.waitForSelector('grad-box:defined');
    await expect.poll(ground).not.toBe(light);
  });
});

describe.each([
  { name: 'dark, desktop', ...desktop, dark: true },
  { name: 'light, 360 px', ...narrow },
])('$name', (look) => {
  test('no page is wider than the screen, and axe-core finds nothing', async () => {
    await withDocs('index.html', look, async (page) => {
      for (const { path } of PAGES) {
        await page.goto(`${baseUrl()}docs/${path}`);
        await page.waitForFunction(() => !document.querySelector('grad-box:not(:defined)'));
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect([path, wider]).toEqual([path, 0]);
        // Its 600 entries all look alike.
        if (path === 'reference/operators.html') await page.fill('[data-filter]', 'conv');
        expect([path, await findings(page)]).toEqual([path, []]);
      }
    });
  }, 240_000);
});
