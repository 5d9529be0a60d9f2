/** Every example of the menu runs to its end, and shows what it promises. */

import { EXAMPLES } from '@examples/index';
import { describe, expect, test } from 'vitest';
import { useBrowser, withPage } from './harness';

useBrowser();

test('there are at least ten examples', () => {
  expect(EXAMPLES.length).toBeGreaterThanOrEqual(10);
});

describe('each example', () => {
  test.each(EXAMPLES.map((example) => [example.name, example] as const))(
    '%s runs to its end',
    async (name, example) => {
      await withPage({ query: `?example=${name}` }, async (playground) => {
        expect((await playground.source()).startsWith(example.source.slice(0, 40))).toBe(true);
        const output = await playground.run(60_000);
        expect(await playground.status(), output).toMatch(/^Finished/);
        expect(output.trim()).not.toBe('');
        if (example.language === 'javascript') {
          expect(await playground.status()).toContain('JavaScript');
        } else if (name !== 'pickle_model') {
          expect(await playground.status(), output).toContain('MicroPython');
        }
      });
    },
  );
});

test('the pickle example moves to CPython and says so in one grey line', async () => {
  await withPage({ query: '?example=pickle_model' }, async (playground) => {
    await playground.run(60_000);
    expect(await playground.status()).toContain('on CPython');
    const notices = await playground.page.$$eval('.console-block.is-notice', (blocks) =>
      blocks.map((block) => block.textContent!.trim()),
    );
    expect(notices.join('\n')).toContain('CPython');
    expect(notices.join('\n').split('\n')).toHaveLength(1);
  });
});

test('the autograd example prints by hand and by autograd what real PyTorch prints', async () => {
  await withPage({ query: '?example=autograd' }, async (playground) => {
    expect(await playground.run()).toBe(
      [
        'by hand   loss 1.6900  dw 7.8000  db 2.6000',
        'autograd  loss 1.6900  dw 7.8000  db 2.6000',
        'after 9 steps y = 29.6719, dy/dp = 94.1250',
        '',
      ].join('\n'),
    );
    await playground.showTab('graph');
    await playground.page.waitForSelector('.g-node.is-root');
    await playground.page.waitForSelector('.g-node.is-leaf');
  });
});

test('the hooks example shows the bypassed call', async () => {
  await withPage({ query: '?example=hooks' }, async (playground) => {
    await playground.run();
    await playground.showTab('hooks');
    await playground.page.waitForSelector('.vt-row.is-bypassed');
    expect(await playground.page.textContent('.panel-warning')).toContain('bypassed');

    await playground.page.selectOption('#panel-hooks select', 'bypassed');
    await playground.page.waitForFunction(() => {
      const rows = [...document.querySelectorAll<HTMLElement>('.vt-body .vt-row')];
      const shown = rows.filter((row) => !row.hidden);
      return shown.length > 0 && shown.every((row) => row.classList.contains('is-bypassed'));
    });
    await playground.page.selectOption('#panel-hooks select', '');
    await playground.page.fill('#panel-hooks input', 'no such module');
    await playground.page.waitForFunction(() =>
      document.querySelector('#panel-hooks .panel-note')!.textContent!.startsWith('0 of'),
    );
  });
});

test('the menu opens an example, and Undo brings the old snippet back', async () => {
  await withPage({}, async (playground) => {
    await playground.type('mine = 1');
    await playground.page.click('#examples-button');
    await playground.page.click('[data-example="xor"]');
    expect(await playground.source()).toContain('BCEWithLogitsLoss');
    await playground.page.click('#editor-bar >> text=Undo');
    expect(await playground.source()).toBe('mine = 1');
  });
});

test('the ONNX file can be downloaded from the Files tab', async () => {
  await withPage({ query: '?example=onnx_model' }, async (playground) => {
    await playground.run();
    expect(await playground.files()).toContain('classifier.onnx');
    const [download] = await Promise.all([
      playground.page.waitForEvent('download'),
      playground.page.click('[aria-label="Download classifier.onnx"]'),
    ]);
    expect(download.suggestedFilename()).toBe('classifier.onnx');
  });
});
