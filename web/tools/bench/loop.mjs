// The cost of one small training step in each runtime, beside real PyTorch where it is installed,
// and what the loop leaves behind. The same statements everywhere: 100,000 times
//   loss = (w*x + b - y)**2; loss.backward()
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { at, capture } from '../common.mjs';

export const name = 'Autograd loop, 100,000 iterations';

const ITERATIONS = 100_000;

const PYTHON = `
import time
import torch
x = torch.tensor(2.0)
y = torch.tensor(5.0)
w = torch.tensor(0.5, requires_grad=True)
b = torch.tensor(0.1, requires_grad=True)
def memory():
    return torch._memory() if hasattr(torch, "_memory") else (0, 0)
for i in range(100):
    loss = (w * x + b - y) ** 2
    loss.backward()
before = memory()
start = time.time()
for i in range(${ITERATIONS}):
    loss = (w * x + b - y) ** 2
    loss.backward()
seconds = time.time() - start
after = memory()
print("RESULT", seconds * 1e6 / ${ITERATIONS}, before[0], before[1], after[0], after[1])
`;

const JAVASCRIPT = `
const x = torch.tensor(2.0), y = torch.tensor(5.0);
const w = torch.tensor(0.5, { requires_grad: true });
const b = torch.tensor(0.1, { requires_grad: true });
const step = () => torch.tidy(() => { w.mul(x).add(b).sub(y).pow(2).backward(); });
for (let i = 0; i < 100; i++) step();
const before = torch.memory();
const start = performance.now();
for (let i = 0; i < ${ITERATIONS}; i++) step();
const us = ((performance.now() - start) * 1e3) / ${ITERATIONS};
const after = torch.memory();
console.log('RESULT ' + [us, before.tensors, before.bytes, after.tensors, after.bytes].join(' '));
`;

async function inGradbox(folder, runtime) {
  const javascript = runtime === 'javascript';
  const file = path.join(folder, javascript ? 'loop.js' : 'loop.py');
  writeFileSync(file, javascript ? JAVASCRIPT : PYTHON);
  const cli = at('build', 'node', 'cli.mjs');
  return capture(process.execPath, [cli, 'run', file, '--runtime', runtime]);
}

/** A python3 that has PyTorch, or undefined. */
export async function findPyTorch() {
  for (const python of ['/usr/bin/python3', 'python3']) {
    const { code, stdout } = await capture(python, [
      '-c',
      'import torch; print(torch.__version__)',
    ]);
    if (code === 0) return { python, version: stdout.trim() };
  }
  return undefined;
}

function parse({ code, stdout, stderr }) {
  const line = stdout.split('\n').find((text) => text.startsWith('RESULT'));
  if (code !== 0 || !line) throw new Error(`the loop failed:\n${stdout}${stderr}`);
  const [us, tensors0, bytes0, tensors1, bytes1] = line.split(' ').slice(1).map(Number);
  return { us, tensors: tensors1 - tensors0, bytes: bytes1 - bytes0 };
}

export async function run() {
  const folder = mkdtempSync(path.join(tmpdir(), 'gradbox-bench-'));
  const rows = [];
  try {
    const real = await findPyTorch();
    let reference = Number.NaN;
    if (real) {
      const file = path.join(folder, 'real.py');
      writeFileSync(file, PYTHON);
      reference = parse(await capture(real.python, [file])).us;
    }
    for (const runtime of ['javascript', 'micropython', 'cpython']) {
      const { us, tensors, bytes } = parse(await inGradbox(folder, runtime));
      const ratio = real ? `${(us / reference).toFixed(2)} x PyTorch, ` : '';
      const left = `left behind: ${tensors} tensors, ${bytes} bytes`;
      rows.push({ what: runtime, value: us, unit: 'µs/iteration', note: ratio + left });
    }
    if (real)
      rows.push({ what: `PyTorch ${real.version}`, value: reference, unit: 'µs/iteration' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}
