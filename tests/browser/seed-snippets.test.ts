/**
 * The acceptance snippets, pasted as they are through the clipboard. They are not part of the
 * repository; where their folder is absent the suite says so and skips.
 */

import { describe, expect, test } from 'vitest';
import { seedFolder, seedSnippet } from '../seed';
import { type Playground, useBrowser, withPage } from './harness';

const title = seedFolder
  ? 'acceptance snippets'
  : 'acceptance snippets (skipped: shared/seed/snippets is absent)';

describe.skipIf(!seedFolder)(title, () => {
  useBrowser();

  async function pasteAndRun(playground: Playground, name: string): Promise<string> {
    await playground.paste(seedSnippet(name));
    return playground.run(60_000);
  }

  test.each([
    ['1-autograd-by-hand.py', 'Manual Gradients -> dw: -15.6000, db: -7.8000\n'],
    ['1-autograd.py', 'Autograd Gradients -> dw: -15.6000, db: -7.8000\n'],
    ['2-call-by-hand.py', 'Output: 1.1\n'],
    ['2-call-hooks.py', '[Telemetry] Input value passed: 2.0\nResult: 1.1\n'],
    ['4-brittle.py', 'Runtime Crash: Subclasses must implement this method!\n'],
    ['5-hardcoded.py', 'Client initialized with key ending in: ...sl83k\n'],
  ])('%s prints its line on MicroPython', async (name, expected) => {
    await withPage({}, async (playground) => {
      expect(await pasteAndRun(playground, name)).toBe(expected);
      expect(await playground.status()).toMatch(/^Finished in .* on MicroPython/);
    });
  });

  test('4-abstract.py is blocked on MicroPython, naming the missing method', async () => {
    await withPage({}, async (playground) => {
      const output = await pasteAndRun(playground, '4-abstract.py');
      expect(output).toContain(
        "Instantiation blocked: Can't instantiate abstract class RobustPredictor",
      );
      expect(output).toContain('get_model_metadata');
      expect(await playground.status()).toContain('MicroPython');
    });
  });

  test('5-dotenv.py finds the key in an uploaded .env', async () => {
    await withPage({}, async (playground) => {
      await playground.upload('.env', seedSnippet('5-dotenv.env'));
      const output = await pasteAndRun(playground, '5-dotenv.py');
      expect(output).toBe('Client initialized safely with key ending in: ...sl83k\n');
      expect(await playground.status()).toContain('MicroPython');
    });
  });

  test('5-dotenv.py raises its ValueError without a .env', async () => {
    await withPage({}, async (playground) => {
      const output = await pasteAndRun(playground, '5-dotenv.py');
      expect(output).toContain('ValueError: Critical Security Error');
      expect(await playground.page.locator('.cm-errorLine').count()).toBe(1);
    });
  });

  test('3-onnx-export.py writes model.onnx', async () => {
    await withPage({}, async (playground) => {
      const output = await pasteAndRun(playground, '3-onnx-export.py');
      expect(output).toContain("Model compiled and exported to 'model.onnx' successfully!");
      expect(await playground.files()).toContain('model.onnx');
    });
  });

  test('3-pickle.py writes model.pkl, moving to CPython by itself if it must', async () => {
    await withPage({}, async (playground) => {
      await pasteAndRun(playground, '3-pickle.py');
      expect(await playground.status()).toMatch(/^Finished/);
      expect(await playground.files()).toContain('model.pkl');
    });
  });
});
