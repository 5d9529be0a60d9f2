// `gradbox onnx`: what it prints for a model, and what it says about one that is wrong.
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createCore, load } from '@lib/load.ts';
import { onnx } from '@lib/onnx.ts';
import { nn, torch } from '@lib/torch.ts';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from './scratch.ts';

await load({ core: await createCore() });

const cli = new URL('../../build/node/cli.mjs', import.meta.url).pathname;
const folder = scratchFolder();

function written(name: string, data: string | Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, data);
  return file;
}

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, 'onnx', ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

// y = relu([[1, 2], [3, -4]] x + [0.5, 0])
const linear = nn.Linear(2, 2);
torch.no_grad(() => {
  linear.weight.copy_(
    torch.tensor([
      [1, 2],
      [3, -4],
    ]),
  );
  linear.bias.copy_(torch.tensor([0.5, 0]));
});
const bytes = onnx.export(nn.Sequential(linear, nn.ReLU()), torch.ones([1, 2]), {
  input_names: ['x'],
  output_names: ['y'],
  dynamic_axes: { x: { 0: 'batch' }, y: { 0: 'batch' } },
});
const model = written('model.onnx', bytes);
const inputs = (...list: object[]) => written('inputs.json', JSON.stringify({ inputs: list }));
const x = { name: 'x', shape: [2, 2], dtype: 'float32', data: [1, 1, 0, -1] };

describe('gradbox onnx', () => {
  it('runs a model on the inputs of a file', async () => {
    const { code, stdout, stderr } = await run(model, '--inputs', inputs(x));
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      outputs: [{ name: 'y', shape: [2, 2], dtype: 'float32', data: [3.5, 0, 0, 4] }],
    });
  });

  it('gives values inside the model, and times', async () => {
    const inside = onnx.load(bytes).graph().nodes[0].outputs[0];
    const args = ['--inputs', inputs(x), '--outputs', `y,${inside}`, '--times'];
    const { code, stdout, stderr } = await run(model, ...args);
    expect(code).toBe(0);
    const { outputs } = JSON.parse(stdout);
    expect(outputs.map((o: any) => o.name)).toEqual(['y', inside]);
    expect(outputs[1].data).toEqual([3.5, -1, -1.5, 4]);
    expect(stderr).toMatch(/^ +[\d.]+ ms {2}Gemm {2}/m);
  });

  it('describes a model', async () => {
    const { code, stdout } = await run(model, '--describe');
    expect(code).toBe(0);
    expect(stdout).toContain('Inputs:\n  x: tensor(float) [batch, 2]\nOutputs:\n  y: ');
    expect(stdout).toMatch(/Nodes: 2\nOps: Gemm 1, Relu 1\nParameters: 6\n$/);
  });

  it.each([
    ['no inputs', [], "Input 'x' (tensor(float)) is missing."],
    ['an unknown input', [{ ...x, name: 'z' }], "The model has no input 'z'. Its inputs: 'x'."],
    [
      'too few items',
      [{ ...x, data: [1] }],
      'input "x": shape [2,2] wants 4 items, but data has 1',
    ],
    ['another size', [{ ...x, shape: [1, 4] }], "Input 'x': dimension 1 must be 2, but is 4"],
    ['an unknown dtype', [{ ...x, dtype: 'float7' }], 'input "x": there is no dtype float7'],
    ['no data', [{ name: 'x' }], 'input "x" has no "data", a flat list'],
    ['no name', [{ data: [1] }], 'an input has no "name"'],
  ])('refuses %s', async (_, list, text) => {
    const { code, stdout, stderr } = await run(model, '--inputs', inputs(...list));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`gradbox: `);
    expect(stderr).toContain(text);
  });

  it('refuses files that are no model, no JSON or not there', async () => {
    const damaged = await run(written('damaged.onnx', bytes.slice(0, -20)));
    expect([damaged.code, damaged.stdout]).toEqual([1, '']);
    expect(damaged.stderr).toContain('Not a valid ONNX model');
    const json = await run(model, '--inputs', written('broken.json', '{'));
    expect(json.code).toBe(1);
    expect(json.stderr).toContain('broken.json: ');
    const none = await run('no-such-model.onnx');
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('no such file: no-such-model.onnx');
    const unknown = await run(model, '--inputs', inputs(x), '--outputs', 'nothing');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('nothing');
  });
});

const made = (name: string) =>
  execFileSync('/usr/bin/python3', [new URL(`./files/${name}.py`, import.meta.url).pathname], {
    encoding: 'utf8',
  });

describe('external data', () => {
  const { model: text, data, output } = JSON.parse(made('make_external'));
  const file = written('external.onnx', Buffer.from(text, 'base64'));
  const weights = written('weights.bin', Buffer.from(data, 'base64'));
  const ones = () => inputs({ name: 'x', shape: [1, 4], dtype: 'float32', data: [1, 1, 1, 1] });

  it('comes from a file that is named, and from no other', async () => {
    // It lies beside the model, but nobody gave it.
    const alone = await run(file, '--inputs', ones());
    expect(alone.code).toBe(1);
    expect(alone.stderr).toContain("its data is in the file 'weights.bin', which wasn't given");
    const { code, stdout } = await run(file, '--external', weights, '--inputs', ones());
    expect(code).toBe(0);
    const [y] = JSON.parse(stdout).outputs;
    output.forEach((want: number, i: number) => {
      expect(y.data[i]).toBeCloseTo(want, 4);
    });
  });

  it('goes into the model that is saved', async () => {
    const whole = path.join(folder, 'whole.onnx');
    const saved = await run(file, '--external', weights, '--save', whole);
    expect([saved.code, saved.stderr]).toEqual([0, '']);
    const { code, stdout } = await run(whole, '--inputs', ones());
    expect(code).toBe(0);
    expect(JSON.parse(stdout).outputs[0].shape).toEqual([1, 300]);
  });
});

describe('gradbox convert', () => {
  const checkpoint = written(
    'weights.pt',
    execFileSync('/usr/bin/python3', [
      '-c',
      `
import sys, torch
torch.save({"net": {"0.weight": torch.arange(6.0).reshape(2, 3), "0.bias": torch.ones(2).half()}, "epoch": 7}, sys.stdout.buffer)`,
    ]),
  );
  const convert = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, [cli, 'convert', ...args], (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      });
    });

  it('makes safetensors, and an ONNX model that holds the weights', async () => {
    for (const to of ['safetensors', 'onnx']) {
      const { code, stdout, stderr } = await convert(checkpoint, '--to', to);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain(`weights.${to}: 2 tensors`);
    }
    const bytes = readFileSync(path.join(folder, 'weights.safetensors'));
    const size = Number(bytes.readBigUInt64LE());
    expect(JSON.parse(bytes.subarray(8, 8 + size).toString())).toMatchObject({
      __metadata__: { epoch: '7' },
      'net.0.weight': { dtype: 'F32', shape: [2, 3] },
      'net.0.bias': { dtype: 'F16', shape: [2] },
    });
    const session = onnx.load(readFileSync(path.join(folder, 'weights.onnx')));
    expect(session.describe().metadata).toEqual({ epoch: '7' });
    const weights = session.runSync({});
    expect(Array.from(weights['net.0.weight'].data)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(weights['net.0.bias'].dims).toEqual([2]);
    expect(weights['net.0.bias'].type).toBe('float16');
    // ONNX's own checker takes it.
    execFileSync('/usr/bin/python3', [
      '-c',
      'import onnx, sys; onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)',
      path.join(folder, 'weights.onnx'),
    ]);
  });

  it('takes the weights of whole models and checkpoints, and says what it left out', async () => {
    const script = `
import base64, datetime, io, json, numpy, torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
        self.register_buffer("scratch", torch.zeros(2), persistent=False)
net, out = Net(), {}
for name, value, old in (
    ("whole", net, False),
    ("old", net, True),
    ("layer", nn.TransformerEncoderLayer(4, 2, 8), False),
    ("checkpoint", {"model": net.state_dict(), "at": datetime.date(2020, 1, 2), "scores": numpy.ones(2), "epoch": 3}, False),
):
    f = io.BytesIO()
    torch.save(value, f, _use_new_zipfile_serialization=not old)
    names = list((value.state_dict() if name != "checkpoint" else {"model." + k: 0 for k in net.state_dict()}))
    out[name] = {"names": names, "bytes": base64.b64encode(f.getvalue()).decode()}
print(json.dumps(out))`;
    const made = JSON.parse(
      execFileSync('/usr/bin/python3', ['-W', 'ignore', '-c', script], { encoding: 'utf8' }),
    ) as Record<string, { names: string[]; bytes: string }>;
    for (const [name, { names, bytes }] of Object.entries(made)) {
      const out = path.join(folder, `${name}.safetensors`);
      const file = written(`${name}.pt`, Buffer.from(bytes, 'base64'));
      const { code, stderr } = await convert(file, '--out', out);
      expect(code).toBe(0);
      const safe = readFileSync(out);
      const header = JSON.parse(
        safe.subarray(8, 8 + Number(safe.readBigUInt64LE())).toString(),
      ) as Record<string, unknown>;
      const found = Object.keys(header).filter((key) => key !== '__metadata__');
      expect(found.sort(), name).toEqual(names.sort());
      const left = 'left out: at (datetime.date), scores (numpy.core.multiarray._reconstruct)\n';
      expect(stderr).toBe(name === 'checkpoint' ? left : '');
    }
  });

  it('says why a file is refused', async () => {
    const pickle = execFileSync('/usr/bin/python3', [
      '-c',
      'import os, sys, torch\nclass E:\n  def __reduce__(self): return os.system, ("id",)\ntorch.save(E(), sys.stdout.buffer)',
    ]);
    const { code, stderr } = await convert(written('evil.pt', pickle));
    expect(code).toBe(1);
    expect(stderr).toMatch(/there is no tensor in this file, only (posix|nt)\.system/);
  });
});
