// What the pickle panel says of files that real PyTorch, numpy, joblib and Python wrote, and of those
// that somebody made to be overlooked: nothing harmful is called safe, nothing ordinary a danger.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { inspect } from '../../web/page/pickle/inspect.ts';

const script = new URL('./files/make_gadgets.py', import.meta.url).pathname;
const made: Record<string, { verdict: string; bytes: string }> = JSON.parse(
  execFileSync('/usr/bin/python3', [script], { encoding: 'utf8', maxBuffer: 1 << 26 }),
);
const look = (name: string) => inspect(new Blob([Buffer.from(made[name]!.bytes, 'base64')]));

test.each(Object.keys(made))('%s', async (name) => {
  const { verdict } = made[name]!;
  if (verdict === 'no pickle')
    await expect(look(name)).rejects.toThrow(/it (?:can|holds no objects and can) run nothing/);
  else expect((await look(name)).verdict).toMatchObject({ level: verdict });
});

test('arrays between the instructions are stepped over, as joblib does', async () => {
  const report = await look('arrays.joblib');
  expect(report.verdict.broken).toBe(false);
  expect(report.sections.map(({ title, gives }) => [title, gives])).toEqual([
    ['pickle', 'a dict of 3 items'],
  ]);
  const inside = await look('inside.joblib');
  expect(inside.sections.map(({ title }) => title)).toEqual([
    'pickle',
    expect.stringMatching(/^pickle › array at \d+$/),
  ]);
  const twofold = await look('twofold.joblib');
  expect(twofold.sections.map(({ title }) => title)).toEqual([
    'pickle',
    'pickle › as pickle.load reads it',
  ]);
});

test('what is compressed in a way that browsers lack is named', async () => {
  await expect(inspect(new Blob(['BZh91AY&SY']))).rejects.toThrow('compressed by bzip2');
  await expect(inspect(new Blob(['\x08\x07\x12\x07pytorch\x1a']))).rejects.toThrow('Model tab');
});
