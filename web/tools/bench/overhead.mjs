// What an operator costs beside its arithmetic: calls on 4x4 tensors from C++ (native and WebAssembly),
// JavaScript and both Pythons, with and without gradients; and how long a fresh runtime takes to be there.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildTree } from '../build.mjs';
import { at, capture, withLock } from '../common.mjs';
import { findPyTorch } from './loop.mjs';

export const name = 'Overhead of small operators (µs a call on 4x4) and of the start';

const CALLS = 500;
const ROUNDS = 100;
const AIMS = { 'C++ wasm': 1, 'C++ native': 1, javascript: 3, micropython: 6, cpython: 6 };
const CASES = ['add', 'mul', 'matmul', 'relu', 'add_grad', 'mul_grad', 'matmul_grad', 'relu_grad'];

// A loop of its own for each case: a call of a lambda would count too.
const python = `
import sys, time
# MicroPython has imported it before the snippet begins.
for name in [name for name in sys.modules if name == "torch" or name.startswith("torch.")]:
    del sys.modules[name]
began = time.perf_counter()
import torch
print("RESULT import", (time.perf_counter() - began) * 1e3)
a = torch.full((4, 4), 0.5)
b = torch.full((4, 4), 2.0)
w = torch.full((4, 4), 0.25, requires_grad=True)
nothing = 1e9
for round in range(${ROUNDS}):
    start = time.perf_counter()
    for i in range(${CALLS}):
        pass
    nothing = min(nothing, time.perf_counter() - start)
${CASES.map((test) => {
  const [op, grad] = test.split('_');
  const x = grad ? 'w' : 'a';
  const call = op === 'relu' ? `${x}.relu()` : `${x} ${{ add: '+', mul: '*', matmul: '@' }[op]} b`;
  return `best = 1e9
for round in range(${ROUNDS}):
    start = time.perf_counter()
    for i in range(${CALLS}):
        ${call}
    best = min(best, time.perf_counter() - start)
print("RESULT ${test}", (best - nothing) * 1e6 / ${CALLS})
`;
}).join('')}`;

const javascript = `
const a = torch.full([4, 4], 0.5), b = torch.full([4, 4], 2);
const w = torch.full([4, 4], 0.25, { requires_grad: true });
const measure = (what, once) => {
  let best = Infinity;
  for (let round = 0; round < ${ROUNDS}; round++) {
    const start = performance.now();
    for (let done = 0; done < ${CALLS}; done += 100)
      torch.tidy(() => { for (let i = 0; i < 100; i++) once(); });
    best = Math.min(best, performance.now() - start);
  }
  console.log('RESULT ' + what + ' ' + (best * 1e3) / ${CALLS});
};
${CASES.map((test) => {
  const [op, grad] = test.split('_');
  return `measure('${test}', () => ${grad ? 'w' : 'a'}.${op}(${op === 'relu' ? '' : 'b'}));\n`;
}).join('')}`;

/** What the lines "RESULT NAME NUMBER" of an output say. */
function results({ code, stdout, stderr }) {
  const found = [...stdout.matchAll(/^(?:RESULT )?(\w+) ([\d.e+-]+)$/gm)];
  if (code !== 0 || !found.length) throw new Error(`the measurement failed:\n${stdout}${stderr}`);
  return new Map(found.map(([, what, value]) => [what, Number(value)]));
}

async function inCore(preset, tree) {
  const file = at(tree, preset.startsWith('wasm') ? 'gradbox_overhead.mjs' : 'gradbox_overhead');
  await withLock(() => buildTree(preset, tree, ['gradbox_overhead'], { quiet: true }));
  if (!existsSync(file)) throw new Error(`${file} was not built`);
  return results(
    file.endsWith('.mjs')
      ? await capture(process.execPath, [at('web/tools/run-wasm.mjs'), file])
      : await capture(file, []),
  );
}

export async function run() {
  const folder = mkdtempSync(path.join(tmpdir(), 'gradbox-bench-'));
  const write = (name, text) => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const cli = at('build', 'node', 'cli.mjs');
  const inRuntime = (file, runtime) =>
    capture(process.execPath, [cli, 'run', file, '--runtime', runtime]);
  const rows = [];
  try {
    const all = new Map();
    // A build of its own, of some minutes: for those who have made it (cmake --preset native-release).
    if (existsSync(at('build/native-release/build.ninja')))
      all.set('C++ native', await inCore('native-release', 'build/native-release'));
    all.set('C++ wasm', await inCore('wasm-release', 'build/wasm'));
    const js = write('overhead.js', javascript);
    const py = write('overhead.py', python);
    all.set('javascript', results(await inRuntime(js, 'javascript')));
    for (const runtime of ['micropython', 'cpython'])
      all.set(runtime, results(await inRuntime(py, runtime)));
    const real = await findPyTorch();
    if (real)
      all.set(
        `PyTorch ${real.version}`,
        results(await capture('env', ['OMP_NUM_THREADS=1', real.python, py])),
      );
    for (const [where, times] of all) {
      rows.push({
        what: where,
        value: Math.max(...CASES.slice(0, 4).map((test) => times.get(test))),
        unit: 'µs at most without gradients',
        note: [
          ...CASES.map((test) => `${test} ${times.get(test).toFixed(2)}`),
          ...(AIMS[where] ? [`aim ${AIMS[where]}`] : []),
        ].join(' · '),
      });
      if (times.has('import'))
        rows.push({
          what: `${where}: import torch`,
          value: times.get('import'),
          unit: 'ms',
          note: where === 'micropython' ? 'limit: 60 ms' : undefined,
        });
    }
    const empty = write('empty.py', 'print(1)\n');
    const importing = write('importing.py', 'import torch\nprint(1)\n');
    for (const runtime of ['micropython', 'cpython']) {
      const least = { [empty]: Number.POSITIVE_INFINITY, [importing]: Number.POSITIVE_INFINITY };
      for (let round = 0; round < 5; round++)
        for (const file of [empty, importing]) {
          const began = performance.now();
          await inRuntime(file, runtime);
          least[file] = Math.min(least[file], performance.now() - began);
        }
      rows.push({
        what: `${runtime}: whole run of "import torch" in a new process`,
        value: least[importing],
        unit: 'ms',
        note: `without the import ${least[empty].toFixed(0)} ms`,
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}
