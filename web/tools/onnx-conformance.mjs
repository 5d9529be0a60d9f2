// Runs ONNX's backend tests (Debian's libonnx-testdata) through the core, natively and as
// WebAssembly under Node.
//   npm run onnx:conformance [-- --native|--wasm|--inference] [--docs]
// Prints a line a folder, each failure with its reason, and the total. What is known to fail is
// listed in tests/onnx/expected-failures.json with the reason: such a test counts as skipped, and
// as failed when it passes. --docs writes the table of web/docs/ONNX-CONFORMANCE.md.
// ONNX_TESTDATA names the folder with the data where it isn't at the package's own place.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildTree } from './build.mjs';
import { at, capture, isMain, main, StepFailed, say, withLock } from './common.mjs';
import { setUp } from './setup.mjs';

const folders = ['node', 'pytorch-converted', 'pytorch-operator', 'simple'];
const program = 'gradbox_onnx_conformance';
const inference = 'gradbox_inference_conformance';

const platforms = {
  native: {
    title: 'native',
    build: () => buildTree('native-debug', 'build/native-debug', [program], { quiet: true }),
    command: (data) => [at('build/native-debug', program), data],
  },
  wasm: {
    title: 'WebAssembly',
    build: () => buildTree('wasm-release', 'build/wasm', [program], { quiet: true }),
    command: (data) => underNode(program, data),
  },
  // The core that only runs models (web/inference).
  inference: {
    title: 'inference',
    build: () => buildTree('wasm-release', 'build/wasm', [inference], { quiet: true }),
    command: (data) => underNode(inference, data),
    leftOut: /^node\/test_(adagrad|adam|momentum|nesterov)/,
  },
};

const underNode = (program, data) => [
  process.execPath,
  at('web/tools/run-wasm.mjs'),
  ...data.flatMap((folder) => ['--folder', folder]),
  at('build/wasm', `${program}.mjs`),
  data.map((folder) => path.basename(folder)),
];

/** Folder of the package's data. */
export const testData = () => process.env.ONNX_TESTDATA ?? '/usr/share/libonnx-testdata/data';

function dataFolders() {
  const root = testData();
  if (!existsSync(root)) {
    throw new StepFailed(
      `No ONNX test data at ${root}: install Debian's libonnx-testdata, or point ONNX_TESTDATA there.`,
    );
  }
  return folders.map((name) => path.join(root, name)).filter((folder) => existsSync(folder));
}

/** Runs all tests on one platform: `[{outcome, folder, name, why}]`. */
async function runTests(platform) {
  const data = dataFolders();
  await withLock(platform.build);
  const [command, ...args] = platform.command(data).flat();
  const { stdout, stderr } = await capture(command, args);
  const results = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t'))
    .map(([outcome, folder, name, why = '']) => ({ outcome, folder, name, why }));
  const wanted = data.reduce((n, folder) => n + tests(folder).length, 0);
  if (results.length !== wanted) {
    const last = results.at(-1);
    throw new StepFailed(
      `The ${platform.title} run ended early, after ${last?.folder}/${last?.name}:\n${stderr}`,
    );
  }
  return results;
}

const tests = (folder) =>
  readdirSync(folder).filter((name) => existsSync(path.join(folder, name, 'model.onnx')));

/** Counts by what was expected, and says what was wrong. */
function judge(results, { title, leftOut }) {
  const expected = JSON.parse(readFileSync(at('tests/onnx/expected-failures.json'), 'utf8'));
  const total = { passed: 0, failed: 0, skipped: 0 };
  const seen = new Set();
  for (const { outcome, folder, name, why } of results) {
    const key = `${folder}/${name}`;
    seen.add(key);
    if (leftOut?.test(key)) {
      if (outcome === 'unsupported') total.skipped++;
      else {
        total.failed++;
        say(`${title}: ${key} is an operator of training, and was not refused: ${outcome}`);
      }
      continue;
    }
    if (outcome === 'passed' && !(key in expected)) total.passed++;
    else if (outcome !== 'passed' && key in expected) total.skipped++;
    else {
      total.failed++;
      const text = outcome === 'passed' ? 'passes, but is listed as failing' : `${outcome}: ${why}`;
      say(`${title}: ${key} ${text}`);
    }
  }
  for (const key of Object.keys(expected)) {
    if (seen.has(key)) continue;
    total.failed++;
    say(`${title}: ${key} is listed as failing, but there is no such test`);
  }
  return total;
}

const tally = (results, folder) => {
  const count = { passed: 0, failed: 0, unsupported: 0 };
  for (const r of results) if (r.folder === folder) count[r.outcome]++;
  return count;
};

/** The suite for web/tools/test.mjs. */
export async function conformance(names = Object.keys(platforms), { docs = false } = {}) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const rows = [];
  for (const name of names) {
    const platform = platforms[name];
    const results = await runTests(platform);
    for (const folder of folders) {
      const count = tally(results, folder);
      const sum = count.passed + count.failed + count.unsupported;
      if (sum === 0) continue;
      say(
        `${platform.title.padEnd(12)} ${folder.padEnd(18)} ${count.passed} passed, ` +
          `${count.failed} failed, ${count.unsupported} unsupported of ${sum}`,
      );
      rows.push({ platform: platform.title, folder, sum, ...count });
    }
    const judged = judge(results, platform);
    for (const key of Object.keys(total)) total[key] += judged[key];
  }
  if (docs) writeDocs(rows);
  return total;
}

function writeDocs(rows) {
  const expected = JSON.parse(readFileSync(at('tests/onnx/expected-failures.json'), 'utf8'));
  const lines = [
    '# ONNX conformance',
    '',
    "The ONNX project's backend tests (Debian's `libonnx-testdata` 1.12), run through the core by",
    '`npm run onnx:conformance` with the tolerances of ONNX’s own runner (rtol 1e-3, atol 1e-7; dtype',
    'and shape exactly). `npm run onnx:conformance -- --docs` writes this file.',
    '',
    '| Platform | Folder | Tests | Passed | Failed | Unsupported |',
    '|---|---|--:|--:|--:|--:|',
    ...rows.map(
      (r) =>
        `| ${r.platform} | ${r.folder} | ${r.sum} | ${r.passed} | ${r.failed} | ${r.unsupported} |`,
    ),
    '',
    '`inference` is the smaller module of `web/inference`, without the operators of training (`Adagrad`,',
    '`Adam`, `Momentum`).',
    '',
    '## What fails, and why',
    '',
    '| Test | Reason |',
    '|---|---|',
    ...Object.entries(expected).map(([name, why]) => `| ${name} | ${why} |`),
    '',
  ];
  writeFileSync(at('web/docs/ONNX-CONFORMANCE.md'), lines.join('\n'));
}

if (isMain(import.meta)) {
  await main(async () => {
    const args = process.argv.slice(2);
    const named = Object.keys(platforms).filter((name) => args.includes(`--${name}`));
    await setUp(['native', 'onnx']);
    const total = await conformance(named.length ? named : undefined, {
      docs: args.includes('--docs'),
    });
    console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
    if (total.failed) process.exitCode = 1;
  });
}
