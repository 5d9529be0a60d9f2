// The scripts of tests/node/corpus, in the style of tutorials and courses, print on both Python
// runtimes what they print under real PyTorch, which runs them all when this test begins.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RuntimeName } from '../../web/runtime/protocol.ts';
import { Snippets } from './snippets.ts';

const folder = new URL('./corpus/', import.meta.url);
const driver = 'run_all.py';
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.py') && name !== driver)
  .sort();

let expected: Record<string, { stdout: string; error: string }>;
beforeAll(() => {
  const text = execFileSync('/usr/bin/python3', [new URL(driver, folder).pathname], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  expected = JSON.parse(text);
}, 120_000);

describe.each<RuntimeName>(['micropython', 'cpython'])('on %s', (runtime) => {
  const snippets = new Snippets(runtime);
  afterAll(() => snippets.close());

  test.each(names)(
    '%s',
    async (name) => {
      expect(expected[name]!.error).toBe('');
      const source = readFileSync(new URL(name, folder), 'utf8');
      const ran = await snippets.run(source, { runtime });
      expect(ran.done.error?.traceback).toBeUndefined();
      expect(ran.stdout.split('\n')).toEqual(expected[name]!.stdout.split('\n'));
    },
    60_000,
  );
});
