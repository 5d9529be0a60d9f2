// Files that are damaged or lie (tests/onnx/make_malformed.py): each gives an error with the place and
// the reason, soon, and without taking memory on the file's word. Models through the library;
// checkpoints through torch.load on both Pythons and the Pickle tab's reader.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { TorchError } from '@lib/errors.ts';
import { createCore, load } from '@lib/load.ts';
import { onnx } from '@lib/onnx.ts';
import { afterAll, expect, test } from 'vitest';
import { inspect } from '../../web/page/pickle/inspect.ts';
import { Snippets } from './snippets.ts';

interface Malformed {
  name: string;
  kind: 'onnx' | 'pt';
  when: 'load' | 'run';
  bytes: string;
  /** Parts of the error; `|` between ways to say it. */
  says: string[];
}

const script = new URL('../onnx/make_malformed.py', import.meta.url).pathname;
const all: Malformed[] = JSON.parse(
  execFileSync('/usr/bin/python3', ['-W', 'ignore', script], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  }),
);
const bytesOf = (file: Malformed) => new Uint8Array(Buffer.from(file.bytes, 'base64'));
const says = (file: Malformed, text: string) =>
  text !== '' && file.says.every((part) => part.split('|').some((way) => text.includes(way)));

const core = await createCore();
await load({ core });
const heap = () => (core as unknown as { HEAPU8: Uint8Array }).HEAPU8.length;
/** What a load or run may take at most, of memory and time. */
const MOST_BYTES = 600 << 20;
const LONGEST = 10_000;

test('there are at least 200 files', () => {
  expect(all.length).toBeGreaterThanOrEqual(200);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});

test('models', () => {
  const wrong: string[] = [];
  const x = new onnx.Tensor('float32', new Float32Array(25).fill(1), [1, 1, 5, 5]);
  for (const file of all.filter(({ kind }) => kind === 'onnx')) {
    const began = performance.now();
    let text = '';
    try {
      const session = onnx.load(bytesOf(file));
      if (file.when === 'run') session.runSync({ x });
      session.delete();
    } catch (error) {
      text = (error as Error).message;
    }
    if (!says(file, text)) wrong.push(`${file.name}: ${text || 'no error'}`);
    if (performance.now() - began > LONGEST) wrong.push(`${file.name} took too long`);
  }
  expect(wrong).toEqual([]);
  expect(heap()).toBeLessThan(MOST_BYTES);
}, 120_000);

test('what fuzzing has found', () => {
  const folder = new URL('../onnx/reproducers/', import.meta.url);
  const names = readdirSync(folder);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const bytes = new Uint8Array(readFileSync(new URL(name, folder)));
    // A few have a result since.
    try {
      const session = onnx.load(bytes);
      const feeds = session.inputs.map(({ name: input, shape }) => {
        const dims = (shape ?? [2, 3]).map((d) => (typeof d === 'number' ? d : 1));
        const count = dims.reduce((a, b) => a * b, 1);
        return [input, new onnx.Tensor('float32', new Float32Array(count), dims)];
      });
      session.runSync(Object.fromEntries(feeds));
    } catch (error) {
      expect(error, name).toBeInstanceOf(TorchError);
      expect((error as Error).message, name).not.toBe('');
    }
  }
});

const checkpoints = all.filter(({ kind }) => kind === 'pt');
const snippets = { micropython: new Snippets(), cpython: new Snippets('cpython') };
afterAll(() => Promise.all(Object.values(snippets).map((s) => s.close())));

test.each<'micropython' | 'cpython'>(['micropython', 'cpython'])(
  'checkpoints, by torch.load on %s',
  async (runtime) => {
    const source = `
import json, time, torch
results = {}
for name in json.loads(open("names.json").read()):
    began = time.time()
    try:
        torch.load(name)
        text = ""
    except Exception as e:
        text = type(e).__name__ + ": " + str(e)
    results[name] = [text, time.time() - began]
print(json.dumps(results))
`;
    const files = Object.fromEntries(checkpoints.map((file) => [file.name, bytesOf(file)]));
    const names = new TextEncoder().encode(JSON.stringify(checkpoints.map(({ name }) => name)));
    const { stdout, done } = await snippets[runtime].run(source, {
      runtime,
      files: { ...files, 'names.json': names },
    });
    expect(done.error?.traceback).toBeUndefined();
    const results = JSON.parse(stdout) as Record<string, [string, number]>;
    const wrong: string[] = [];
    for (const file of checkpoints) {
      const [text, seconds] = results[file.name]!;
      const known = /^(UnpicklingError|RuntimeError): /.test(text);
      if (!known || !says(file, text)) wrong.push(`${file.name}: ${text || 'no error'}`);
      if (seconds * 1000 > LONGEST) wrong.push(`${file.name} took too long`);
    }
    expect(wrong).toEqual([]);
  },
  120_000,
);

test('checkpoints, by the Pickle tab', async () => {
  const wrong: string[] = [];
  for (const file of checkpoints) {
    const began = performance.now();
    const bytes = bytesOf(file);
    const report = await inspect(new Blob([bytes])).catch((error: Error) => error);
    const text = report instanceof Error ? report.message : report.verdict.title;
    if (text === '') wrong.push(`${file.name}: nothing said`);
    if (performance.now() - began > LONGEST) wrong.push(`${file.name} took too long`);
  }
  expect(wrong).toEqual([]);
}, 120_000);
