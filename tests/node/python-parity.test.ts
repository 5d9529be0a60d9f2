// What a snippet prints here, with our modules and rewriting, is what CPython prints.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { scratchFolder } from './scratch.ts';
import { Snippets } from './snippets.ts';

const folder = new URL('./python/', import.meta.url).pathname;
const scripts = (part: string) =>
  readdirSync(path.join(folder, part)).filter((name) => name.endsWith('.py'));

const snippets = new Snippets();
afterAll(() => snippets.close());

async function compare(file: string) {
  const cwd = scratchFolder();
  const expected = execFileSync('/usr/bin/python3', [file], { cwd, encoding: 'utf8' });
  const ran = await snippets.run(readFileSync(file, 'utf8'), { runtime: 'auto' });
  expect(ran.done.error?.traceback).toBeUndefined();
  expect(ran.stdout.split('\n')).toEqual(expected.split('\n'));
  return ran;
}

// What MicroPython does as CPython does stays on it; the rest moves by itself, before it has printed.
test.each(scripts('.'))('%s stays on MicroPython', async (name) => {
  const ran = await compare(path.join(folder, name));
  expect(ran.done.runtime).toBe('micropython');
});

describe('moved', { timeout: 60_000 }, () => {
  test.each(scripts('auto'))('%s', async (name) => {
    const ran = await compare(path.join(folder, 'auto', name));
    expect(ran.done.runtime).toBe('cpython');
    expect(ran.notices).toHaveLength(1);
  });
});
