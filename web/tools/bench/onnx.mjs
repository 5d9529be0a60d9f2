// Running ONNX models, beside onnxruntime-web on one thread: load, first run, steady run, memory,
// bytes. Each runtime has a process of its own for each model; the two take turns, so that what else
// the machine does meets both.
import { fork } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { at, capture } from '../common.mjs';

export const name = 'ONNX models, beside onnxruntime-web (one thread, under Node)';

const models = {
  mlp: { dims: [1, 64], runs: 400 },
  transformer: { dims: [1, 64, 256], runs: 12 },
  mobilenet: { dims: [1, 3, 224, 224], runs: 8 },
  resnet18: { dims: [1, 3, 224, 224], runs: 5 },
};

/** How often what happens once in a process is measured. */
const processes = 5;

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** A runtime in a process of its own; every command is answered by a promise. */
class Runtime {
  constructor(name) {
    this.child = fork(at('web/tools/bench/onnx_child.mjs'), [name], { execArgv: ['--expose-gc'] });
  }
  ask(what, more = {}) {
    return new Promise((resolve, reject) => {
      const ended = (code) => reject(new Error(`the process ended with ${code}`));
      this.child.once('exit', ended);
      this.child.once('message', ({ answer, error }) => {
        this.child.off('exit', ended);
        if (error) reject(new Error(error));
        else resolve(answer);
      });
      this.child.send({ ask: what, ...more });
    });
  }
  end() {
    this.child.kill();
  }
}

/**
 * Two new processes, in turn: start, load and first run, each while the other process does nothing;
 * `more` is asked of both before they end.
 */
async function fresh(file, dims, more = async () => undefined) {
  const runtimes = [new Runtime('gradbox'), new Runtime('onnxruntime')];
  try {
    const both = async (what, options) => {
      const answers = [];
      for (const runtime of runtimes) {
        for (const each of runtimes) await each.ask('settle');
        answers.push(await runtime.ask(what, options));
      }
      return answers;
    };
    const times = {
      start: await both('start'),
      load: await both('load', { file, dims }),
      first: await both('run'),
    };
    return { times, more: await more(runtimes) };
  } finally {
    for (const runtime of runtimes) runtime.end();
  }
}

async function compare(file, { dims, runs }) {
  const { times, more } = await fresh(file, dims, async (runtimes) => {
    const both = (what) =>
      runtimes.reduce(async (all, r) => [...(await all), await r.ask(what)], Promise.resolve([]));
    const steady = [[], []];
    for (let i = 0; i < runs; i++) {
      (await both('run')).forEach(({ ms }, k) => {
        steady[k].push(ms);
      });
    }
    return { steady, memory: await both('memory'), results: await both('result') };
  });
  // What happens once in a process is measured in several.
  const once = { start: [times.start], load: [times.load], first: [times.first] };
  for (let i = 1; i < processes; i++) {
    const again = await fresh(file, dims);
    for (const what of Object.keys(once)) once[what].push(again.times[what]);
  }
  const { steady, memory, results } = more;
  const off = results[0].reduce((worst, v, i) => Math.max(worst, Math.abs(v - results[1][i])), 0);
  const model = path.basename(file, '.onnx');
  const row = (what, [mine, other], unit = 'ms') => ({
    what: `${model}: ${what}`,
    value: mine,
    unit,
    note: `onnxruntime-web ${other.toFixed(2)} ${unit}; ${(other / mine).toFixed(2)}x ours`,
  });
  const middle = (what, key) => [0, 1].map((k) => median(once[what].map((pair) => pair[k][key])));
  const single = (title, what) => {
    const line = row(title, middle(what, 'ms'));
    const [mine, other] = middle(what, 'cpu').map((ms) => ms.toFixed(1));
    return { ...line, note: `${line.note}; ${mine} and ${other} ms of the processor` };
  };
  const size = (what, key) => row(what, [memory[0][key], memory[1][key]], 'MB');
  return [
    single('start of the runtime', 'start'),
    single('load', 'load'),
    row(
      'first session (start and load)',
      [0, 1].map((k) => median(once.start.map((pair, i) => pair[k].ms + once.load[i][k].ms))),
    ),
    single('first run', 'first'),
    row('steady run', steady.map(median)),
    size('memory of WebAssembly', 'wasm'),
    size('resident memory for the model', 'resident'),
    size('most resident memory of the process', 'peak'),
    { what: `${model}: largest difference`, value: off, unit: '' },
  ];
}

/** What a page downloads: the scripts and the .wasm, as they are and gzipped. */
function downloads() {
  const ort = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
  const kinds = {
    'ours (web/inference)': ['gradbox-inference.mjs', 'gradbox_inference.wasm'].map((file) =>
      at('dist/inference', file),
    ),
    // 'onnxruntime-web/wasm', and what 'onnxruntime-web' itself loads, which is for WebGPU as well.
    'onnxruntime-web/wasm': ['ort.wasm.bundle.min.mjs', 'ort-wasm-simd-threaded.wasm'].map((file) =>
      path.join(ort, file),
    ),
    'onnxruntime-web': ['ort.bundle.min.mjs', 'ort-wasm-simd-threaded.asyncify.wasm'].map((file) =>
      path.join(ort, file),
    ),
  };
  const sum = (files, size) => files.reduce((n, file) => n + size(readFileSync(file)), 0) / 1024;
  const sizes = Object.entries(kinds).map(([what, files]) => ({
    what,
    plain: sum(files, (data) => data.length),
    gzip: sum(files, (data) => gzipSync(data, { level: 9 }).length),
  }));
  const [ours] = sizes;
  return sizes.map(({ what, plain, gzip }) => ({
    what: `download: ${what}`,
    value: plain,
    unit: 'KB',
    note: `${gzip.toFixed(0)} KB gzipped; ${(plain / ours.plain).toFixed(1)}x and ${(gzip / ours.gzip).toFixed(1)}x ours`,
  }));
}

export async function run() {
  const folder = at('build/onnx-bench');
  const script = at('web/tools/bench/onnx_models.py');
  const last = path.join(folder, 'one.onnx');
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
  const rows = [];
  for (const [model, options] of Object.entries(models)) {
    rows.push(...(await compare(path.join(folder, `${model}.onnx`), options)));
  }
  return [...rows, ...downloads()];
}
