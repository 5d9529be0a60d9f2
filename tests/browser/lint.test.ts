/** Notes beside the code, by pointer and by key, and the fixes that they offer. */

import { expect, test } from 'vitest';
import { useBrowser, withPage } from './harness';

useBrowser();

test('a note explains, and its fix changes the code', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.type('from torch import nn\nmodel = nn.Linear(1, 1)\nmodel.forward(x)\n');
    await page.hover('.cm-lintRange-info');
    await page.waitForSelector('.cm-tooltip .cm-diagnosticText');
    expect(await page.textContent('.cm-tooltip')).toContain('skips the module');
    await page.click('.cm-tooltip .cm-diagnosticAction');
    expect(await playground.source()).toContain('\nmodel(x)\n');
    await page.waitForSelector('.cm-lintRange-info', { state: 'detached' });
    await page.keyboard.press('Control+z');
    expect(await playground.source()).toContain('model.forward(x)');
  });
});

test('a key in the code moves to the secrets, and the snippet still finds it', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.type('key = "sk-abcdefghijklmnop1234"\nprint(len(key), key)');
    await page.hover('.cm-lintRange-info');
    await page.click('.cm-tooltip >> text=Move to .env');
    expect(await playground.source()).toBe(
      'import os\nkey = os.environ["OPENAI_API_KEY"]\nprint(len(key), key)',
    );
    expect(await page.inputValue('dialog input[aria-label=Name]')).toBe('OPENAI_API_KEY');
    await page.click('dialog >> text="Close"');
    expect(await playground.run()).toBe('23 ••••••\n');
  });
});

test('notes are reached with the keyboard', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.type('from torch import nn\nmodel = nn.Linear(1, 1)\nmodel.forward(x)\n');
    await page.waitForSelector('.cm-lintRange-info');
    await page.keyboard.press('Control+Shift+KeyM');
    await page.waitForSelector('.cm-panel-lint');
    expect(await page.textContent('.cm-panel-lint')).toContain('skips the module');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.cm-panel-lint', { state: 'detached' });
  });
});

test('JavaScript has no notes for Python', async () => {
  await withPage({}, async (playground) => {
    await playground.chooseRuntime('javascript');
    await playground.type('const key = "sk-abcdefghijklmnop1234";\nconsole.log(1);');
    await playground.run();
    await playground.page.waitForTimeout(800);
    expect(await playground.page.locator('.cm-lintRange-info').count()).toBe(0);
  });
});
