// Running ONNX models, beside onnxruntime-web on one thread: load, first run, steady run, bytes.
// The two take turns, so that what else the machine does meets both.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as ort from 'onnxruntime-web';
import { at, capture } from '../common.mjs';

export const name = 'ONNX models, beside onnxruntime-web (one thread, under Node)';

const models = {
  mlp: { dims: [1, 64], runs: 400 },
  transformer: { dims: [1, 64, 256], runs: 12 },
  mobilenet: { dims: [1, 3, 224, 224], runs: 8 },
  resnet18: { dims: [1, 3, 224, 224], runs: 5 },
};

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function timed(work) {
  const began = performance.now();
  const result = await work();
  return [performance.now() - began, result];
}

async function compare(onnx, file, { dims, runs }) {
  const bytes = new Uint8Array(readFileSync(file));
  const data = Float32Array.from({ length: dims.reduce((a, b) => a * b) }, (_, i) => Math.sin(i));
  const [ourLoad, ours] = await timed(() => onnx.load(bytes));
  const [theirLoad, theirs] = await timed(() => ort.InferenceSession.create(bytes));
  const x = new onnx.Tensor('float32', data, dims);
  const feed = { x: new ort.Tensor('float32', data, dims) };
  const ourRun = async () => (await ours.run({ x })).y.dispose();
  const theirRun = () => theirs.run(feed);
  const [ourFirst] = await timed(ourRun);
  const [theirFirst] = await timed(theirRun);
  const [our, their] = [[], []];
  for (let i = 0; i < runs; i++) {
    our.push((await timed(ourRun))[0]);
    their.push((await timed(theirRun))[0]);
  }
  const a = (await ours.run({ x })).y.data;
  const b = (await theirRun()).y.data;
  const off = a.reduce((worst, v, i) => Math.max(worst, Math.abs(v - b[i])), 0);
  ours.delete();
  await theirs.release();
  const row = (what, mine, other) => ({
    what: `${path.basename(file, '.onnx')}: ${what}`,
    value: mine,
    unit: 'ms',
    note: `onnxruntime-web ${other.toFixed(2)} ms; ${(other / mine).toFixed(2)}x its speed`,
  });
  return [
    row('load', ourLoad, theirLoad),
    row('first run', ourFirst, theirFirst),
    { ...row('steady run', median(our), median(their)), off },
    { what: `${path.basename(file, '.onnx')}: largest difference`, value: off, unit: '' },
  ];
}

const zipped = (file) => gzipSync(readFileSync(file)).length / 1024;

export async function run() {
  const folder = at('build/onnx-bench');
  const script = at('web/tools/bench/onnx_models.py');
  const last = path.join(folder, 'transformer.onnx');
  if (!existsSync(last) || statSync(last).mtimeMs < statSync(script).mtimeMs) {
    const { code, stderr } = await capture('/usr/bin/python3', [script, folder]);
    if (code !== 0) {
      return [
        {
          what: 'PyTorch, which makes the models',
          value: 'absent',
          unit: '',
          note: stderr.slice(-200),
        },
      ];
    }
  }
  ort.env.wasm.numThreads = 1;
  const { load, onnx } = await import(pathToFileURL(at('build/node/gradbox.mjs')).href);
  const [start] = await timed(() => load());
  const rows = [{ what: 'the core, ready', value: start, unit: 'ms' }];
  for (const [model, options] of Object.entries(models)) {
    rows.push(...(await compare(onnx, path.join(folder, `${model}.onnx`), options)));
  }
  const ortWasm = path.join(
    path.dirname(createRequire(import.meta.url).resolve('onnxruntime-web')),
    'ort-wasm-simd-threaded.wasm',
  );
  rows.push({
    what: '.wasm, gzip',
    value: zipped(at('build/wasm/gradbox_core.wasm')),
    unit: 'KB',
    note: `onnxruntime-web ${zipped(ortWasm).toFixed(0)} KB`,
  });
  return rows;
}
