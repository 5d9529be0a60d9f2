/** The Model tab: graphs inside of nodes, shapes on edges, pictures, sequences, fine-tuning, errors. */

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser, withPage } from './harness';
import { made, open as openFile, shown, view } from './model-tab';

useBrowser();

const models = made<Record<string, string>>('make_model_tab.py');

const open = (page: Page, name: string, buffer = Buffer.from(models[name]!, 'base64')) =>
  openFile(page, name, buffer);

const path = (page: Page) => page.textContent('#panel-model .m-path');

test.each([1280, 360])('graphs inside of nodes are looked into, %i px wide', async (width) => {
  await withPage({ width }, async (playground) => {
    const { page } = playground;
    await playground.showTab('model');
    await open(page, 'nested.onnx');
    await shown(page, 'nested.onnx');
    expect(await page.textContent('.m-node.has-inner:has-text("If")')).toContain(
      'then_branch 1 node',
    );

    // With the keyboard: Enter on a node.
    await page.fill('[aria-label="Find a node"]', 'decide');
    await page.press('[aria-label="Find a node"]', 'Enter');
    await page.waitForSelector('.m-node.is-selected:has-text("If")');
    await page.click('.m-details >> text=/Look into then_branch/');
    await page.waitForSelector('.m-node:has-text("MatMul")');
    expect(await path(page)).toBe('nested›decide · then_branch');
    // What comes from around it is an input; the weight is still found.
    await page.waitForSelector('.m-node.is-value:has-text("h")');
    await page.click('.m-node:has-text("MatMul")');
    await page.waitForSelector('.m-details .m-histogram');
    await page.click('.m-path >> text="nested"');
    await page.waitForSelector('.m-node:has-text("Twice")');
    expect(await page.isVisible('.m-path')).toBe(false);

    // A double click looks into a function.
    await page.dblclick('.m-node:has-text("Twice")');
    await page.waitForSelector('.m-path >> text="Twice"');
    await page.waitForSelector('.m-node:has-text("Add")');
    await page.click('.m-path >> text="nested"');

    // A run tells the shapes that the file doesn't.
    await view(page, 'Run');
    await page.fill('[aria-label="Size N"]', '3');
    await page.click('text=Run the model');
    await page.waitForSelector('.m-run-message:has-text("more runs")');
    await view(page, 'Graph');
    await page.waitForSelector('.m-edge-label:has-text("3×4") >> nth=2');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      width,
    );
  });
});

test('outputs are pictures, sequences go in, arrays come out', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.showTab('model');
    await open(page, 'paint.onnx');
    await shown(page, 'paint.onnx');
    await view(page, 'Run');
    expect(await page.inputValue('[aria-label="Size height"]')).toBe('64');
    // A picture brings its own size.
    const png = await page.evaluate(() => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 96, height: 32 });
      canvas.getContext('2d')!.fillRect(0, 0, 50, 32);
      return canvas.toDataURL().split(',')[1]!;
    });
    await page.selectOption('[aria-label="Values for picture"]', 'image');
    await page.setInputFiles('[aria-label="Picture for picture"]', {
      name: 'a.png',
      mimeType: 'image/png',
      buffer: Buffer.from(png, 'base64'),
    });
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('[aria-label="Size width"]')!.value === '96',
    );
    expect(await page.inputValue('[aria-label="Size height"]')).toBe('32');
    await page.click('text=Run the model');
    await page.waitForSelector('canvas[aria-label="painted as a picture of 96 by 32 pixels"]');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('[aria-label="Download painted as .npy"]'),
    ]);
    expect(download.suggestedFilename()).toBe('painted.npy');
    expect(readFileSync(await download.path()).length).toBe(128 + 4 * 3 * 96 * 32);

    await open(page, 'words.onnx');
    await shown(page, 'words.onnx');
    await view(page, 'Run');
    await page.click('text=Run the model');
    await page.waitForSelector('.m-run-message.is-error:has-text("“seq” needs values, such as")');
    await page.fill('[aria-label="JSON for seq"]', '[[[1, 2]], [[3, 4], [5, 6]]]');
    await page.fill('[aria-label="JSON for texts"]', '["a", "b"]');
    await page.click('text=Run the model');
    await page.waitForSelector('.m-output h3:has-text("joined  float32 3×2")');
    expect(await page.textContent('.m-output:has-text("same") .m-values')).toBe('"a"  "b"');
  });
});

test('fine-tuning is a snippet that trains and writes the model', async () => {
  const { models: others } = made<{ models: Record<string, string> }>('make_models.py');
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.showTab('model');
    await open(page, 'net.onnx', Buffer.from(others['net.onnx']!, 'base64'));
    await shown(page, 'net.onnx');
    await page.click('#panel-model >> text="Fine-tune"');
    const losses = [...(await playground.run(90_000)).matchAll(/^\d+ (\d\.\d+)$/gm)];
    expect(losses).toHaveLength(3);
    expect(Number(losses[2]![1])).toBeLessThan(Number(losses[0]![1]));
    expect(await playground.files()).toEqual(['net-tuned.onnx', 'net.onnx']);
    await page.click('[aria-label="Open in the Model tab net-tuned.onnx"]');
    await shown(page, 'net-tuned.onnx');
    await view(page, 'Run');
    await page.fill('[aria-label="Size batch"]', '2');
    await page.click('text=Run the model');
    await page.waitForSelector('.m-output h3:has-text("scores  float32 2×12")');
    expect(await page.textContent('.m-output .m-top')).toContain('Row 1');
  });
});

test('what a file is instead of a model is said, and unknown operators keep their weights', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.showTab('model');
    const error = (text: string) =>
      page.waitForSelector(`#panel-model .p-message.is-error:has-text("${text}")`);
    await open(page, 'empty.onnx', Buffer.alloc(0));
    await error('empty.onnx could not be opened: the file is empty');
    expect(await page.isVisible('#panel-model .empty')).toBe(true);
    await open(page, 'letter.onnx', Buffer.from('Dear model,\nhello'));
    await error('it is a text file that begins with “Dear model,”');
    await open(page, 'weights.pt', Buffer.from('PK\x03\x04'));
    await error('the Pickle tab looks into it');
    await open(page, 'strange.onnx');
    await shown(page, 'strange.onnx');
    await page.click('.m-node:has-text("Levitate")');
    await page.waitForSelector('.m-details .m-histogram');
    await view(page, 'Run');
    expect(await page.textContent('.m-run-message')).toContain('operator Levitate of own');
  });
});
