/** The Model tab: an ONNX file as a graph, its weights, runs, times, code; kept only if asked for. */

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { newContext, useBrowser, withPage } from './harness';
import { made, open as openFile, shown, view } from './model-tab';

useBrowser();

const { models } = made<{ models: Record<string, string> }>('make_models.py');

const open = (page: Page, name: string, buffer = Buffer.from(models[name]!, 'base64')) =>
  openFile(page, name, buffer);

const message = (page: Page) => page.textContent('#panel-model .p-message');

test.each([1280, 360])('a model is seen and run, %i px wide', async (width) => {
  await withPage({ width }, async (playground) => {
    const { page } = playground;
    await playground.showTab('model');
    expect(await page.textContent('#panel-model .empty')).toContain('.onnx');
    await open(page, 'net.onnx');
    await shown(page, 'net.onnx');

    // Search leads to a node, and the node tells of its weights: the keyboard is enough.
    await page.focus('[aria-label="Find a node"]');
    await page.keyboard.type('gemm');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.m-node.is-selected:has-text("Gemm")');
    await page.waitForSelector('.m-details .m-histogram >> nth=1');
    const details = await page.textContent('.m-details');
    expect(details).toContain('float32 ⟨12×54⟩');
    expect(details).toContain('transB1');
    await page.focus('.g-surface >> visible=true');
    await page.keyboard.press('ArrowUp');
    await page.waitForSelector('.m-node.is-selected:has-text("Flatten")');
    await page.keyboard.press('Escape');
    expect(await page.isVisible('.m-details')).toBe(false);

    await view(page, 'Run');
    await page.fill('[aria-label="Size batch"]', '2');
    await page.selectOption('[aria-label="Values for image"]', 'ones');
    await page.click('text=Run the model');
    await page.waitForSelector('.m-output h3:has-text("scores  float32 2×12")');
    expect(await page.textContent('.m-run-message')).toMatch(/^Ran in /);
    expect(await page.textContent('.m-slowest')).toContain('Conv');

    // A mistake is named, and the last outputs stay.
    await page.selectOption('[aria-label="Values for image"]', 'json');
    await page.fill('[aria-label="JSON for image"]', '[1, 2, 3]');
    await page.click('text=Run the model');
    await page.waitForSelector('.m-run-message.is-error');
    expect(await page.textContent('.m-run-message')).toContain('“image” needs 600 elements');
    expect(await page.isVisible('.m-output')).toBe(true);

    // The graph shows the times.
    await view(page, 'Graph');
    await page.waitForSelector('.m-node.is-timed');
    await page.click('#panel-model .toggle >> text="Times"');
    await page.waitForSelector('.m-node.is-timed', { state: 'detached' });
    await view(page, 'About');
    expect(await page.textContent('.m-about')).toContain('pytorch');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      width,
    );
  });
});

test('open as code writes a snippet that runs', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.type('print("mine")');
    await playground.showTab('model');
    await open(page, 'net.onnx');
    await shown(page, 'net.onnx');
    await page.click('text=Open as code');
    const output = await playground.run(60_000);
    expect(output).toContain('scores (1, 12)');
    expect(await playground.files()).toEqual(['net.onnx']);
    await page.click('#editor-bar >> text=Undo');
    expect(await playground.source()).toBe('print("mine")');
    await page.click('[aria-label="Open in the Model tab net.onnx"]');
    await shown(page, 'net.onnx');
  });
});

test('bad files are named, and lose nothing', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.showTab('model');
    await open(page, 'net.onnx');
    await shown(page, 'net.onnx');
    await open(page, 'half.onnx', Buffer.from(models['net.onnx']!, 'base64').subarray(0, 3000));
    await page.waitForSelector('.p-message.is-error:has-text("half.onnx could not be opened")');
    await open(page, 'text.onnx', Buffer.from('hello, this is text'));
    await page.waitForSelector('.p-message.is-error:has-text("text.onnx could not be opened")');
    expect(await page.textContent('#panel-model .p-file')).toContain('net.onnx');
    await view(page, 'Run');
    await page.click('text=Run the model');
    await page.waitForSelector('.m-output');

    await open(page, 'strange.onnx');
    await shown(page, 'strange.onnx');
    await view(page, 'Run');
    expect(await page.textContent('.m-run-message')).toContain('Levitate');
    expect(await message(page)).toBe('');
  });
});

test('of thousands of nodes those in view are drawn', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.showTab('model');
    await open(page, 'chain.onnx');
    await page.waitForSelector('.m-waiting', { state: 'hidden', timeout: 50_000 });
    await page.waitForSelector('.m-node');
    expect(await page.textContent('#panel-model .m-graph-tools .panel-note')).toContain(
      '2\u2009000',
    );
    expect(await page.$$eval('.m-node', (nodes) => nodes.length)).toBeLessThan(400);
    await page.fill('[aria-label="Find a node"]', 'node1999');
    await page.press('[aria-label="Find a node"]', 'Enter');
    await page.waitForSelector('.m-node.is-selected');
    expect(await page.textContent('.m-details')).toContain('node1999');
  });
});

test('a model is kept for the next visit only if asked for', async () => {
  const context = await newContext();
  try {
    await withPage({ context }, async (playground) => {
      const { page } = playground;
      await playground.showTab('model');
      await open(page, 'net.onnx');
      await shown(page, 'net.onnx');
    });
    await withPage({ context }, async (playground) => {
      const { page } = playground;
      await playground.showTab('model');
      expect(await page.isVisible('#panel-model .empty')).toBe(true);
      await open(page, 'net.onnx');
      await shown(page, 'net.onnx');
      await page.click('#panel-model .toggle >> text="Keep"');
      await page.waitForSelector('.p-message:has-text("stays on this machine")');
    });
    await withPage({ context }, async (playground) => {
      const { page } = playground;
      await playground.showTab('model');
      await shown(page, 'net.onnx');
      await page.click('#panel-model .toggle[aria-pressed=true] >> text="Keep"');
      await page.waitForSelector('.p-message:has-text("no longer kept")');
    });
    await withPage({ context }, async (playground) => {
      await playground.showTab('model');
      expect(await playground.page.isVisible('#panel-model .empty')).toBe(true);
    });
  } finally {
    await context.close();
  }
});

test('a model asks for the file that its weights are in', async () => {
  const external = made<{ model: string; data: string }>('make_external.py');
  const weights = {
    name: 'weights.bin',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(external.data, 'base64'),
  };
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.showTab('model');
    await open(page, 'apart.onnx', Buffer.from(external.model, 'base64'));
    await page.waitForSelector('#panel-model .p-message:has-text("weights.bin") button');
    await page.setInputFiles('#panel-model [aria-label="Open the file with the weights"]', weights);
    await shown(page, 'apart.onnx');
    await view(page, 'Run');
    await page.click('text=Run the model');
    await page.waitForSelector('.m-output h3:has-text("y  float32")');
    // Both at once.
    await page.setInputFiles('#panel-model [aria-label="Open a model"]', [
      weights,
      {
        name: 'together.onnx',
        mimeType: 'application/octet-stream',
        buffer: Buffer.from(external.model, 'base64'),
      },
    ]);
    await shown(page, 'together.onnx');
  });
});
