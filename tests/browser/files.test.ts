/** Files: snippets read and write them, the Files tab uploads, edits, downloads and deletes them. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { useBrowser, withPage } from './harness';

useBrowser();

describe.each(['micropython', 'cpython'] as const)('on %s', (runtime) => {
  test('an uploaded file is read and a written one is downloaded', async () => {
    await withPage({}, async (playground) => {
      await playground.chooseRuntime(runtime);
      await playground.upload('points.txt', '1 2\n3 4\n');
      await playground.type(
        [
          'with open("points.txt") as f:',
          '    total = sum(int(word) for line in f for word in line.split())',
          'with open("total.txt", "w") as f:',
          '    f.write(str(total))',
          'print(total)',
        ].join('\n'),
      );
      expect(await playground.run(60_000)).toContain('10\n');
      expect(await playground.files()).toEqual(['points.txt', 'total.txt']);
      const [download] = await Promise.all([
        playground.page.waitForEvent('download'),
        playground.page.click('[aria-label="Download total.txt"]'),
      ]);
      expect(readFileSync(await download.path(), 'utf8')).toBe('10');
    });
  });

  test('files outlive a stopped worker', async () => {
    await withPage({}, async (playground) => {
      await playground.chooseRuntime(runtime);
      await playground.type(
        [
          'with open("kept.txt", "w") as f:',
          '    f.write("still here")',
          'print("written")',
          'while True:',
          '    pass',
        ].join('\n'),
      );
      await playground.start();
      await playground.printed('written', 60_000);
      await playground.page.waitForSelector('.file-row[data-name="kept.txt"]', {
        state: 'attached',
      });
      await playground.page.click('#run-button[data-state="running"]');
      await playground.type('print(open("kept.txt").read())');
      expect(await playground.run(60_000)).toBe('still here\n');
    });
  });
});

test('a .env made in the Files tab reaches the snippet, until it is deleted', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.showTab('files');
    await page.click('text=New file');
    await page.fill('#panel-files input[aria-label="File name"]', '.env');
    await page.fill('#panel-files textarea', 'COLOUR=teal\n');
    await page.click('#panel-files button[type=submit]');
    await playground.type(
      'import os\nfrom dotenv import load_dotenv\nload_dotenv()\nprint(os.getenv("COLOUR"))\n',
    );
    expect(await playground.run()).toBe('teal\n');

    await page.click('[aria-label="Edit .env"]');
    await page.fill('#panel-files textarea', 'COLOUR=amber\n');
    await page.click('#panel-files button[type=submit]');
    expect(await playground.run()).toBe('amber\n');

    await page.click('[aria-label="Delete .env"]');
    expect(await playground.run()).toBe('None\n');
  });
});

test('dropped files are taken', async () => {
  await withPage({}, async (playground) => {
    await playground.showTab('files');
    await playground.page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(['abc'], 'dropped.txt'));
      document
        .querySelector('#panel-files')!
        .dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true }));
    });
    await playground.page.waitForSelector('.file-row[data-name="dropped.txt"]');
    await playground.type('print(open("dropped.txt").read())');
    expect(await playground.run()).toBe('abc\n');
  });
});

test('a file that a snippet removes leaves the list', async () => {
  await withPage({}, async (playground) => {
    await playground.upload('old.txt', 'x');
    await playground.type('import os\nos.remove("old.txt")\nprint("gone")\n');
    expect(await playground.run()).toContain('gone');
    expect(await playground.files()).toEqual([]);
  });
});
