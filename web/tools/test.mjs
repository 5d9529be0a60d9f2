// Runs the test suites and adds up their tests.
//   npm test                     all suites
//   npm test -- core wasm        the named ones
// A suite ends as `{passed, failed, skipped}`, counted by its runner's machine-readable report.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build, buildTree } from './build.mjs';
import { at, capture, main, run, StepFailed, say, walk, withLock } from './common.mjs';
import { conformance } from './onnx-conformance.mjs';
import { setUp } from './setup.mjs';

const reports = at('build', 'reports');

const suites = {
  lint: { needs: ['build'], run: () => oneCheck('node_modules/.bin/biome', ['check', '.']) },
  types: { needs: ['build'], run: types },
  core: { needs: ['native', 'parity'], run: core },
  wasm: { needs: ['native', 'parity'], run: wasm },
  onnx: { needs: ['onnx'], run: () => conformance() },
  node: { needs: ['parity'], run: () => vitest('node', ['core', 'node']) },
  python: { needs: ['parity'], run: python },
  browser: { needs: ['browser'], run: () => vitest('browser') },
};

/** A tool that only says yes or no counts as one test. */
async function oneCheck(command, args) {
  const { code, stdout, stderr } = await capture(at(command), args);
  if (code === 0) return { passed: 1, failed: 0, skipped: 0 };
  process.stderr.write(stdout + stderr);
  return { passed: 0, failed: 1, skipped: 0 };
}

/** TypeScript's check. The types of operators come from the built core. */
async function types() {
  await build(['core'], { quiet: true });
  return oneCheck('node_modules/.bin/tsc', ['-p', '.']);
}

/**
 * Golden values of real PyTorch, made anew when what makes them has changed. Gives their file.
 * Without PyTorch (a system other than Debian's) the suites fail and say what is missing.
 */
async function golden() {
  const hash = createHash('sha256');
  for (const file of walk(at('tests/golden')).filter((name) => name.endsWith('.py'))) {
    hash.update(path.basename(file)).update(readFileSync(file));
  }
  const file = at('build/golden', `${hash.digest('hex').slice(0, 16)}.jsonl`);
  if (!existsSync(file)) {
    rmSync(at('build/golden'), { recursive: true, force: true });
    const { code, stderr } = await capture('/usr/bin/python3', [at('tests/golden/make.py'), file]);
    if (code !== 0) process.stderr.write(stderr);
  }
  return file;
}

/** The Catch2 suite, natively, under AddressSanitizer and UndefinedBehaviorSanitizer. */
async function core() {
  await withLock(() => buildTree('native-debug', 'build/native-debug', ['gradbox_tests']));
  process.env.GRADBOX_GOLDEN = await golden();
  return catch2(at('build/native-debug/gradbox_tests'), []);
}

/** The same suite as WebAssembly, under Node. */
async function wasm() {
  await withLock(() => buildTree('wasm-release', 'build/wasm', ['gradbox_tests']));
  const values = await golden();
  if (existsSync(values)) copyFileSync(values, at('build/golden/golden.jsonl'));
  return catch2(process.execPath, [
    at('web/tools/run-wasm.mjs'),
    ...(existsSync(values) ? ['--file', at('build/golden/golden.jsonl')] : []),
    at('build/wasm/gradbox_tests.mjs'),
  ]);
}

async function catch2(command, args) {
  // Catch2 leaks nothing, but its report of a crash under the leak checker would hide the crash.
  const { code, stdout, stderr } = await capture(command, [...args, '-r', 'xml']);
  const cases = stdout.match(
    /<OverallResultsCases successes="(\d+)" failures="(\d+)" expectedFailures="(\d+)"/,
  );
  const [passed, failed] = cases ? [Number(cases[1]) + Number(cases[3]), Number(cases[2])] : [0, 1];
  if (code !== 0) {
    // The XML is for the count; a person gets the same run in plain words.
    const again = await capture(command, [...args, '--use-colour', 'no']);
    process.stderr.write(again.stdout + (again.stderr || stderr));
  } else if (passed + failed === 0) {
    throw new StepFailed('The Catch2 suite holds no test.');
  }
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed, skipped: 0 };
}

/** Vitest's project of that name; without steps, everything is built for it. */
async function vitest(project, steps = undefined) {
  if (!walk(at('tests', project)).some((file) => file.endsWith('.test.ts'))) {
    return { passed: 0, failed: 0, skipped: 0, note: `no test in tests/${project}` };
  }
  await build(steps, { quiet: true });
  const report = path.join(reports, `${project}.json`);
  rmSync(report, { force: true });
  const outcome = await run(process.execPath, [
    at('node_modules/vitest/vitest.mjs'),
    'run',
    '--config=web/vitest.config.ts',
    `--project=${project}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]).then(
    () => undefined,
    (error) => error,
  );
  if (!existsSync(report)) throw outcome ?? new StepFailed('Vitest wrote no report.');
  const counts = JSON.parse(readFileSync(report, 'utf8'));
  const failed = counts.numFailedTests;
  return {
    passed: counts.numPassedTests,
    // A file that can't even be loaded fails a suite and no test.
    failed: outcome && failed === 0 ? Math.max(1, counts.numFailedTestSuites) : failed,
    skipped: counts.numPendingTests + counts.numTodoTests,
  };
}

/** Python test files, run by the system's Python, which has the real PyTorch. */
async function python() {
  const files = walk(at('tests/python')).filter((file) =>
    /^test_.*\.py$/.test(path.basename(file)),
  );
  if (!files.length) return { passed: 0, failed: 0, skipped: 0, note: 'no test in tests/python' };
  await build(['core', 'node'], { quiet: true });
  const { code, stdout, stderr } = await capture('/usr/bin/python3', [
    at('web/tools/run_unittest.py'),
    at('tests/python'),
  ]);
  const line = stdout.trim().split('\n').at(-1) ?? '';
  if (code !== 0) process.stderr.write(stderr);
  if (!line.startsWith('{')) throw new StepFailed('The Python runner gave no report.');
  return JSON.parse(line);
}

async function runSuite(name) {
  const began = Date.now();
  say(`\n── ${name}`);
  let result;
  try {
    result = await suites[name].run();
  } catch (error) {
    say(error instanceof StepFailed ? error.message : error.stack);
    result = { passed: 0, failed: 1, skipped: 0 };
  }
  return { name, ms: Date.now() - began, ...result };
}

await main(async () => {
  const named = process.argv.slice(2);
  const unknown = named.filter((name) => !(name in suites));
  if (unknown.length) {
    throw new StepFailed(
      `No suite ${unknown.join(', ')}. There are: ${Object.keys(suites).join(' ')}.`,
    );
  }
  const chosen = named.length
    ? Object.keys(suites).filter((s) => named.includes(s))
    : Object.keys(suites);
  await setUp([...new Set(chosen.flatMap((name) => suites[name].needs))]);
  mkdirSync(reports, { recursive: true });

  const results = [];
  for (const name of chosen) results.push(await runSuite(name));

  console.log('');
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, ms, note, ...counts } of results) {
    for (const key of Object.keys(total)) total[key] += counts[key];
    const text =
      note ?? `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
    console.log(`${name.padEnd(8)} ${text}  (${(ms / 1000).toFixed(1)} s)`);
  }
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  if (total.failed) process.exitCode = 1;
});
