// What a snippet prints on MicroPython, with our modules and rewriting, is what CPython prints.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Snippets } from './snippets.ts';

const snippets = new Snippets();
afterAll(() => snippets.close());

test.each(['language', 'modules'])('%s.py', async (name) => {
  const file = new URL(`./python/${name}.py`, import.meta.url).pathname;
  const cwd = mkdtempSync(path.join(tmpdir(), 'gradbox-'));
  const expected = execFileSync('/usr/bin/python3', [file], { cwd, encoding: 'utf8' });
  const ran = await snippets.run(readFileSync(file, 'utf8'), { runtime: 'micropython' });
  expect(ran.done.error?.traceback).toBeUndefined();
  expect(ran.stdout.split('\n')).toEqual(expected.split('\n'));
});
