// Runs PyTorch's own tests on the CPython runtime, and counts.
//   npm run upstream -- FOLDER [FILE...] [--failures] [--json OUT]
// FOLDER is the test/ folder of a PyTorch source tree, which lies outside this repository; Debian's
// source package pytorch (1.13.1) has one. FILE: test_indexing.py and the like; without any, the six
// that are about what Gradbox does. A test that takes longer than a minute counts as failed, and the
// file goes on after it.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { at, main, StepFailed, say } from './common.mjs';
import { setUp } from './setup.mjs';

const FILES = [
  'test_autograd.py',
  'test_nn.py',
  'test_torch.py',
  'test_type_promotion.py',
  'test_indexing.py',
  'test_optim.py',
];
const LIMIT_MS = 60_000;

/** One process: gives the test that it hung or died in, or undefined at the end. */
function session(file, folder, results) {
  const argument = path.join(folder, 'argument.json');
  writeFileSync(
    argument,
    JSON.stringify({ file: path.basename(file), omit: Object.keys(results) }),
  );
  const extra = [at('tests/upstream/stand_ins.py'), argument, file].flatMap((f) => ['--file', f]);
  const child = spawn(process.execPath, [
    at('build/node/cli.mjs'),
    'run',
    at('tests/upstream/run.py'),
    '--runtime',
    'cpython',
    ...extra,
  ]);
  return new Promise((resolve) => {
    let rest = '';
    let running;
    let ended = false;
    let errors = '';
    const arm = () => setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    let timer = arm();
    child.stderr.on('data', (chunk) => {
      errors = (errors + chunk).slice(-2000);
    });
    child.stdout.on('data', (chunk) => {
      clearTimeout(timer);
      timer = arm();
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        const [mark, name, outcome, ...words] = line.split(' ');
        if (mark !== '@') continue;
        if (name === 'start') running = outcome;
        else if (name === 'end') ended = true;
        else if (name !== 'load') results[name] = { outcome, reason: words.join(' ') };
      }
    });
    child.on('close', () => {
      clearTimeout(timer);
      if (!running && !ended) throw new StepFailed(`${file} didn't start:\n${errors}`);
      resolve(ended ? undefined : running);
    });
  });
}

async function runFile(file) {
  const folder = mkdtempSync(path.join(tmpdir(), 'gradbox-upstream-'));
  const results = {};
  try {
    for (;;) {
      const stuck = await session(file, folder, results);
      if (!stuck) return results;
      results[stuck] = { outcome: 'fail', reason: 'did not end, or ended the runtime' };
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { failures: { type: 'boolean' }, json: { type: 'string' } },
  });
  const [folder, ...names] = positionals;
  if (!folder) throw new StepFailed('Which folder? The test/ folder of a PyTorch source tree.');
  await setUp(['build']);
  await build(undefined, { quiet: true });
  const all = {};
  for (const name of names.length ? names : FILES) {
    const file = path.resolve(folder, name);
    if (!existsSync(file)) throw new StepFailed(`There is no ${file}.`);
    const results = await runFile(file);
    all[name] = results;
    const count = (outcome) => Object.values(results).filter((r) => r.outcome === outcome).length;
    say(
      `${name.padEnd(24)} ${count('pass')} passed, ${count('fail')} failed, ${count('skip')} skipped`,
    );
    if (!values.failures) continue;
    for (const [test, { outcome, reason }] of Object.entries(results)) {
      if (outcome === 'fail') console.log(`    ${test}: ${reason}`);
    }
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify(all, null, 1)}\n`);
});
