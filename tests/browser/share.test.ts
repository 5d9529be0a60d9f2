/** Links, saved snippets, downloads and secrets, as a reader meets them. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { baseUrl, newContext, useBrowser, withPage } from './harness';

useBrowser();

test('a link opens the snippet elsewhere, and does not run it', async () => {
  let link = '';
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.chooseRuntime('micropython');
    await playground.type('print("shared")');
    await playground.upload('.env', 'KEY=secret');
    await page.click('#share-button');
    await expect.poll(() => page.inputValue('#share-link')).toContain('#s=');
    link = await page.inputValue('#share-link');
    expect(await page.textContent('.dialog-note')).toContain('Not in the link: .env');
  });
  await withPage({ query: link.slice(baseUrl().length) }, async (playground) => {
    expect(await playground.source()).toBe('print("shared")');
    expect(await playground.page.inputValue('#runtime-select')).toBe('micropython');
    expect(await playground.files()).toEqual([]);
    await playground.page.waitForTimeout(300);
    expect(await playground.output()).toBe('');
    expect(await playground.run()).toBe('shared\n');
  });
  await withPage({ query: link.slice(baseUrl().length, -9) }, async (playground) => {
    await playground.printed('The link is damaged');
  });
});

test('snippets are saved under names, opened and deleted', async () => {
  const context = await newContext();
  try {
    await withPage({ context }, async (playground) => {
      const { page } = playground;
      await playground.type('print("kept")');
      await page.click('#share-button');
      await page.fill('dialog input[aria-label=Name]', 'first steps');
      await page.click('dialog >> text="Save"');
      await page.keyboard.press('Escape');
      // The browser tells of the closing in an event of its own, after the key.
      await page.waitForSelector('dialog', { state: 'detached' });
    });
    await withPage({ context, query: '?example=xor' }, async (playground) => {
      const { page } = playground;
      await page.click('#share-button');
      await page.click('dialog >> text="first steps"');
      expect(await playground.source()).toBe('print("kept")');
      expect(await page.textContent('#snippet-title')).toBe('first steps.py');
      await page.click('#share-button');
      await page.click('dialog >> text="Delete"');
      expect(await page.textContent('.dialog-list')).toBe('None yet.');
    });
  } finally {
    await context.close();
  }
});

test('the notebook holds snippet and output', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.type('print("out")');
    await playground.run();
    await page.click('#share-button');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('dialog >> text="Notebook"'),
    ]);
    expect(download.suggestedFilename()).toBe('snippet.ipynb');
    const { cells } = JSON.parse(readFileSync(await download.path(), 'utf8'));
    expect(cells[0].source.join('')).toBe('print("out")');
    expect(cells[0].outputs[0].text.join('')).toContain('out');
  });
});

test('secrets reach the snippet, are masked and blotted out, and leave with the tab', async () => {
  const context = await newContext();
  try {
    await withPage({ context }, async (playground) => {
      const { page } = playground;
      await page.click('#secrets-button');
      await page.fill('dialog input[aria-label=Name]', 'API_KEY');
      await page.fill('dialog input[aria-label=Value]', 'sk-abcdef123');
      expect(await page.getAttribute('dialog input[aria-label=Value]', 'type')).toBe('password');
      await page.click('dialog >> text="Close"');
      await playground.chooseRuntime('micropython');
      await playground.type(
        'import os\nfrom dotenv import load_dotenv\nload_dotenv()\n' +
          'key = os.environ["API_KEY"]\nprint(len(key), key, key[-3:])\nraise ValueError(key)',
      );
      const output = await playground.run();
      expect(output).toContain('12 •••••• 123\n');
      expect(output).toContain('ValueError: ••••••');
      expect(await playground.page.textContent('body')).not.toContain('sk-abcdef123');
      expect(await playground.files()).toEqual([]);
      expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('sk-abcdef');
    });
    await withPage({ context }, async ({ page }) => {
      await page.click('#secrets-button');
      expect(await page.inputValue('dialog input[aria-label=Name]')).toBe('');
      await page.fill('dialog input[aria-label=Name]', 'API_KEY');
      await page.fill('dialog input[aria-label=Value]', 'sk-abcdef123');
      await page.check('dialog input[type=checkbox]');
    });
    await withPage({ context }, async ({ page }) => {
      await page.click('#secrets-button');
      expect(await page.inputValue('dialog input[aria-label=Value]')).toBe('sk-abcdef123');
      await page.uncheck('dialog input[type=checkbox]');
      expect(await page.evaluate(() => localStorage.getItem('gradbox.secrets'))).toBeNull();
    });
  } finally {
    await context.close();
  }
});
