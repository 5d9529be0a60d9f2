// Fuzzing, for as long as is asked (a minute when it isn't):
//   node web/tools/fuzz.mjs read 600      the reader of ONNX files          (libFuzzer, ASan, UBSan)
//   node web/tools/fuzz.mjs run 600       importer, executor, modules       (the same)
//   node web/tools/fuzz.mjs inspect 600   the reader of the Pickle tab      (mutation, in Node)
//   node web/tools/fuzz.mjs load 600      torch.load, on both Pythons       (mutation, in the worker)
// Seeds are the models of ONNX's test data, and what makes trouble once stays in
// tests/onnx/reproducers. Needs clang and libclang-rt-dev (Debian) for the first two. What is found
// is left in build/fuzz/findings.
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { at, main, run, StepFailed, say, walk } from './common.mjs';

const TESTDATA = '/usr/share/libonnx-testdata/data';
// Larger files are slow to mutate and hold nothing that small ones don't.
const LARGEST_SEED = 16384;
const LIMITS = ['-max_len=32768', '-rss_limit_mb=4096', '-malloc_limit_mb=2048', '-timeout=20'];

function seeds(folder) {
  mkdirSync(folder, { recursive: true });
  const files = [TESTDATA, at('tests/onnx/reproducers')]
    .filter((root) => existsSync(root))
    .flatMap((root) => walk(root))
    .filter((file) => file.endsWith('.onnx') && statSync(file).size <= LARGEST_SEED);
  for (const file of files) {
    copyFileSync(file, path.join(folder, path.relative('/', file).replaceAll('/', '+')));
  }
  return files.length;
}

async function native(target, seconds) {
  const tree = at('build/fuzz');
  await run('cmake', [
    '-S',
    at('.'),
    '-B',
    tree,
    '-G',
    'Ninja',
    '-DGRADBOX_FUZZ=ON',
    '-DCMAKE_BUILD_TYPE=None',
    '-DCMAKE_CXX_COMPILER=clang++',
    '-DCMAKE_CXX_FLAGS=-O1',
  ]);
  await run('ninja', ['-C', tree, '-j2', `gradbox_fuzz_${target}`]);
  const [given, grown, found] = ['seeds', `corpus-${target}`, 'findings'].map((name) =>
    path.join(tree, name),
  );
  for (const folder of [grown, found]) mkdirSync(folder, { recursive: true });
  say(`${seeds(given)} seeds`);
  await run(path.join(tree, `gradbox_fuzz_${target}`), [
    ...LIMITS,
    `-max_total_time=${seconds}`,
    `-artifact_prefix=${found}/${target}-`,
    '-print_final_stats=1',
    grown,
    given,
  ]);
  say(`${readdirSync(grown).length} inputs of their own in ${grown}`);
}

/** The Vitest file that does it in short, at length. */
const mutation = (name, seconds) =>
  run(
    process.execPath,
    [
      at('node_modules/vitest/vitest.mjs'),
      'run',
      '--config=web/vitest.config.ts',
      '--project=node',
      'fuzz-pickles',
      '-t',
      name,
    ],
    { env: { GRADBOX_FUZZ_SECONDS: String(seconds), GRADBOX_FUZZ_SEED: String(Date.now()) } },
  );

const targets = {
  read: (seconds) => native('read', seconds),
  run: (seconds) => native('run', seconds),
  inspect: (seconds) => mutation('Pickle tab', seconds),
  load: (seconds) => mutation('torch.load', seconds),
};

await main(async () => {
  const [target, seconds = '60'] = process.argv.slice(2);
  if (!(target in targets) || !(Number(seconds) > 0)) {
    throw new StepFailed(`Usage: fuzz.mjs ${Object.keys(targets).join('|')} [seconds]`);
  }
  await targets[target](Number(seconds));
});
