// Damaged pickles and checkpoints, made at random: the Pickle tab's reader and torch.load give an
// answer or an error that says why, in time and within their limits. A few seconds here; longer by
// `node web/tools/fuzz.mjs inspect 600` and `node web/tools/fuzz.mjs load 600`.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { InspectError, inspect } from '../../web/page/pickle/inspect.ts';
import { ZipError } from '../../web/page/pickle/zip.ts';
import { Snippets } from './snippets.ts';

const seconds = Number(process.env.GRADBOX_FUZZ_SECONDS ?? 4);
const seed = Number(process.env.GRADBOX_FUZZ_SEED ?? 1);
const limit = (seconds + 60) * 1000;

let state = (seed % 0x7ffffffe) + 1;
function random(n: number): number {
  state = Number((BigInt(state) * 48271n) % 0x7fffffffn);
  return (state >>> 8) % n;
}

const pieces = [
  '28 29 5d 7d 4e 2e 30 31 32 74 52 51 62 65 75 61 73 81 85 86 87 8f 90 91 93 94',
  '4affffffff 4affffff7f 8a01ff 8bffffffff 8bffffff7f 54ffffffff 58ffffffff 8dffffffffffffff7f',
  '6800 6805 7100 6affffff7f 72ffffff7f 95ffffffffffffffff 8effffffffffffff7f 96ffffffffffffff7f',
  '636f730a73797374656d0a',
]
  .join(' ')
  .split(' ')
  .map((hex) => Buffer.from(hex, 'hex'));

function damaged(data: Buffer): Buffer {
  let out = Buffer.from(data);
  for (let n = 1 + random(4); n > 0; n--) {
    const at = random(out.length || 1);
    const piece = pieces[random(pieces.length)]!;
    const [before, after] = [out.subarray(0, at), out.subarray(at)];
    switch (random(5)) {
      case 0:
        if (out.length) out[at] = out[at]! ^ (1 << random(8));
        break;
      case 1:
        out = Buffer.concat([before, piece, after]);
        break;
      case 2:
        out = Buffer.concat([before, after.subarray(1 + random(20))]);
        break;
      case 3:
        out = Buffer.concat([before, piece, after.subarray(1 + random(4))]);
        break;
      default:
        out = Buffer.concat([before, after.subarray(0, 1 + random(40)), after]);
    }
  }
  return out;
}

test(
  'the reader of the Pickle tab',
  async () => {
    const script = new URL('./files/make_pickles.py', import.meta.url).pathname;
    const made = JSON.parse(
      execFileSync('/usr/bin/python3', [script], { encoding: 'utf8', maxBuffer: 1 << 28 }),
    );
    const seeds = [
      ...Object.values<{ bytes: string }>(made.pickles).map(({ bytes }) => bytes),
      ...Object.values<string>(made.saved),
    ].map((text) => Buffer.from(text, 'base64'));
    const counts = { looked: 0, refused: 0 };
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
      const data = damaged(seeds[random(seeds.length)]!);
      // Time of the processor: the clock also counts what others do with it.
      const began = process.cpuUsage();
      try {
        const report = await inspect(new Blob([new Uint8Array(data)]));
        expect(report.verdict.title).toBeTruthy();
        counts.looked++;
      } catch (error) {
        const known = error instanceof InspectError || error instanceof ZipError;
        if (!known) throw new Error(`${error} on ${data.toString('hex')}`);
        counts.refused++;
      }
      const { user, system } = process.cpuUsage(began);
      const ms = (user + system) / 1000;
      if (ms > 5000) throw new Error(`${ms} ms on ${data.toString('hex')}`);
    }
    console.log(`inspect: ${JSON.stringify(counts)}`);
    expect(counts.looked).toBeGreaterThan(0);
  },
  limit,
);

const snippets = { micropython: new Snippets(), cpython: new Snippets('cpython') };
afterAll(() => Promise.all(Object.values(snippets).map((s) => s.close())));

test.each<'micropython' | 'cpython'>(['micropython', 'cpython'])(
  'torch.load on %s',
  async (runtime) => {
    const source = readFileSync(new URL('./files/fuzz_load.py', import.meta.url), 'utf8');
    const files = {
      'seconds.txt': new TextEncoder().encode(String(seconds)),
      'seed.txt': new TextEncoder().encode(String(seed)),
    };
    const { stdout, done } = await snippets[runtime].run(source, { runtime, files });
    expect(done.error?.traceback).toBeUndefined();
    console.log(`${runtime}: ${stdout.slice(stdout.indexOf('ENDS'))}`);
    expect(stdout.split('\n').filter((line) => line.startsWith('FINDING'))).toEqual([]);
    expect(stdout).toMatch(/ENDS .*UnpicklingError \d+/);
  },
  limit,
);
