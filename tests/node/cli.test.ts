// The command line: the acceptance snippets as they are, runtimes, errors, exit codes, files.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { seedFolder } from '../seed.ts';
import { scratchFolder } from './scratch.ts';

const cli = new URL('../../build/node/cli.mjs', import.meta.url).pathname;

const seed = (name: string) => path.join(seedFolder ?? '', name);

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function gradbox(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

function written(name: string, text: string): string {
  const file = path.join(scratchFolder(), name);
  writeFileSync(file, text);
  return file;
}

describe.skipIf(!seedFolder)('acceptance snippets', () => {
  it.each([
    ['1-autograd-by-hand.py', 'Manual Gradients -> dw: -15.6000, db: -7.8000\n'],
    ['1-autograd.py', 'Autograd Gradients -> dw: -15.6000, db: -7.8000\n'],
    ['2-call-hooks.py', '[Telemetry] Input value passed: 2.0\nResult: 1.1\n'],
    ['4-brittle.py', 'Runtime Crash: Subclasses must implement this method!\n'],
  ])('%s prints its lines, on MicroPython', async (name, text) => {
    const ended = await gradbox('run', seed(name));
    expect(ended).toEqual({ code: 0, stdout: text, stderr: '' });
  });

  it('2-call-by-hand.py and 5-hardcoded.py run', async () => {
    expect((await gradbox('run', seed('2-call-by-hand.py'))).stdout).toBe('Output: 1.1\n');
    const { code, stdout } = await gradbox('run', seed('5-hardcoded.py'));
    expect([code, stdout]).toEqual([0, 'Client initialized with key ending in: ...sl83k\n']);
  });

  it('3-onnx-export.py writes a model', async () => {
    const out = scratchFolder();
    const { code, stdout } = await gradbox('run', seed('3-onnx-export.py'), '--out', out);
    expect([code, stdout]).toEqual([
      0,
      "Model compiled and exported to 'model.onnx' successfully!\n",
    ]);
    const bytes = readFileSync(path.join(out, 'model.onnx'));
    expect(bytes.includes('batch_size') && bytes.includes('Gemm')).toBe(true);
  });

  it('3-pickle.py moves to CPython and writes a pickle', async () => {
    const out = scratchFolder();
    const { code, stderr } = await gradbox('run', seed('3-pickle.py'), '--out', out);
    expect(code).toBe(0);
    expect(stderr).toContain('Running on CPython: MicroPython lacks the module pickle.');
    expect(existsSync(path.join(out, 'model.pkl'))).toBe(true);
  });

  it('4-abstract.py names the missing method', async () => {
    const { code, stdout } = await gradbox('run', seed('4-abstract.py'));
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Instantiation blocked: Can't instantiate abstract class RobustPredictor .*get_model_metadata/,
    );
  });

  it('5-dotenv.py finds its key in .env, and says when there is none', async () => {
    const found = await gradbox('run', seed('5-dotenv.py'), '--env', seed('5-dotenv.env'));
    expect([found.code, found.stdout]).toEqual([
      0,
      'Client initialized safely with key ending in: ...sl83k\n',
    ]);
    const missing = await gradbox('run', seed('5-dotenv.py'));
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('ValueError: Critical Security Error');
  });
});

describe('errors', () => {
  const snippet = written(
    'wrong.py',
    'import torch\nprint("begun")\ntorch.ones(2) @ torch.ones(3)\n',
  );

  it.each(['micropython', 'cpython'])('gives the traceback and exit code 1 on %s', async (name) => {
    const { code, stdout, stderr } = await gradbox('run', snippet, '--runtime', name);
    expect([code, stdout]).toEqual([1, 'begun\n']);
    expect(stderr).toContain('File "wrong.py", line 3');
    expect(stderr.trim().split('\n').at(-1)).toBe(
      'RuntimeError: inconsistent tensor size, expected tensor [2] and src [3] to have the same ' +
        'number of elements, but got 2 and 3 elements respectively',
    );
  });

  it('does the same for JavaScript', async () => {
    const file = written(
      'wrong.js',
      'console.log("begun");\ntorch.ones([2, 3]).matmul(torch.ones([2, 3]));\n',
    );
    const { code, stdout, stderr } = await gradbox('run', file);
    expect([code, stdout]).toEqual([1, 'begun\n']);
    expect(stderr).toContain('mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)');
    expect(stderr).toContain('wrong.js:2');
  });

  it('tells a file that is not there, and an unknown runtime', async () => {
    const absent = await gradbox('run', 'no-such-file.py');
    expect(absent.code).not.toBe(0);
    expect(absent.stderr).toContain('no-such-file.py');
    const unknown = await gradbox('run', snippet, '--runtime', 'ruby');
    expect(unknown.code).not.toBe(0);
    expect(unknown.stderr).toContain('ruby');
  });
});
