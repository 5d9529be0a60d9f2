// Models that are read and written again say the same: all of ONNX's test data, and a model that
// has one of everything which onnx.proto knows.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createCore, load } from '@lib/load.ts';
import { onnx } from '@lib/onnx.ts';
import { expect, test } from 'vitest';
import { scratchFolder } from './scratch.ts';

await load({ core: await createCore() });

const TESTDATA = '/usr/share/libonnx-testdata/data';
const compare = new URL('./files/compare_models.py', import.meta.url).pathname;

function compared(models: Iterable<[string, Uint8Array]>): string {
  const folder = scratchFolder();
  for (const name of ['before', 'after']) mkdirSync(path.join(folder, name));
  for (const [name, bytes] of models) {
    writeFileSync(path.join(folder, 'before', name), bytes);
    writeFileSync(path.join(folder, 'after', name), onnx.rewrite(bytes));
  }
  return execFileSync('/usr/bin/python3', [compare, folder], { encoding: 'utf8' });
}

function* testdata(): Generator<[string, Uint8Array]> {
  for (const group of readdirSync(TESTDATA)) {
    for (const name of readdirSync(path.join(TESTDATA, group))) {
      const file = path.join(TESTDATA, group, name, 'model.onnx');
      if (existsSync(file)) yield [`${group}-${name}.onnx`, new Uint8Array(readFileSync(file))];
    }
  }
}

test("all models of ONNX's test data", () => {
  const said = compared(testdata());
  expect(said).toMatch(/^\d{4} pairs\n$/);
  expect(Number.parseInt(said, 10)).toBeGreaterThanOrEqual(1072);
}, 120_000);

test('a model with one of everything', () => {
  const script = new URL('./files/make_everything.py', import.meta.url).pathname;
  const bytes = execFileSync('/usr/bin/python3', [script]);
  expect(compared([['everything.onnx', new Uint8Array(bytes)]])).toBe('1 pairs\n');
  // Written again, it doesn't change.
  const once = onnx.rewrite(new Uint8Array(bytes));
  expect(Buffer.compare(onnx.rewrite(once), once)).toBe(0);
});

test('external data comes into the file', () => {
  const script = new URL('./files/make_external.py', import.meta.url).pathname;
  const made = JSON.parse(execFileSync('/usr/bin/python3', [script], { encoding: 'utf8' }));
  const [model, data] = [made.model, made.data].map(
    (text: string) => new Uint8Array(Buffer.from(text, 'base64')),
  ) as [Uint8Array, Uint8Array];
  expect(() => onnx.rewrite(model)).toThrow("its data is in the file 'weights.bin', which wasn't");
  const whole = onnx.rewrite(model, { external: { 'weights.bin': data } });
  const x = new onnx.Tensor('float32', new Float32Array(4).fill(1), [1, 4]);
  const y = (session: any) => Array.from(session.runSync({ x }).y.data as Float32Array);
  const external = { 'weights.bin': data };
  expect(y(onnx.load(whole))).toEqual(y(onnx.load(model, { external })));
  y(onnx.load(whole)).forEach((value, i) => {
    expect(value).toBeCloseTo(made.output[i], 4);
  });
});
