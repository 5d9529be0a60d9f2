// The text of an uncaught error is CPython's: its words, the snippet's frames and lines.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { scratchFolder } from './scratch.ts';
import { Snippets } from './snippets.ts';

const folder = new URL('./python/errors/', import.meta.url).pathname;
const snippets = new Snippets();
afterAll(() => snippets.close());

test.each(readdirSync(folder))('%s', async (name) => {
  const cwd = scratchFolder();
  // Without the marks below the lines, which later versions of Python draw in other ways.
  const args = ['-X', 'no_debug_ranges', path.join(folder, name)];
  const real = spawnSync('/usr/bin/python3', args, { cwd, encoding: 'utf8' });
  const source = readFileSync(path.join(folder, name), 'utf8');
  const ran = await snippets.run(source, { filename: name });
  const { error, exitCode = error ? 1 : 0, runtime } = ran.done;
  expect(runtime).toBe('micropython');
  expect(ran.stderr + (error ? `${error.traceback}\n` : '')).toBe(
    real.stderr.replaceAll(folder, ''),
  );
  expect(ran.stdout).toBe(real.stdout);
  expect(exitCode).toBe(real.status);
  const lines = [...real.stderr.matchAll(/^ {2}File ".*", line (\d+)/gm)];
  if (error) expect(error.line).toBe(Number(lines.at(-1)?.[1]));
});

test('the traceback of an unknown name says which ones are near', async () => {
  const ran = await snippets.run('import torch\ntorch.tensr([1])\n');
  const text = "module 'torch' has no attribute 'tensr'";
  expect(ran.done.error?.message).toBe(text);
  expect(ran.done.error?.traceback).toMatch(
    new RegExp(`AttributeError: ${text}\\. Did you mean: 'tensor' or 'Tensor'\\?$`),
  );
});
