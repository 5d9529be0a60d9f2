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

async function compare(file, { dims, runs }) {
  const [ours, theirs] = [new Runtime('gradbox'), new Runtime('onnxruntime')];
  try {
    const both = async (what, more) => [await ours.ask(what, more), await theirs.ask(what, more)];
    const start = await both('start');
    const load = await both('load', { file, dims });
    const first = await both('run');
    const steady = [[], []];
    for (let i = 0; i < runs; i++) {
      (await both('run')).forEach(({ ms }, k) => {
        steady[k].push(ms);
      });
    }
    const memory = await both('memory');
    const [a, b] = await both('result');
    const off = a.reduce((worst, v, i) => Math.max(worst, Math.abs(v - b[i])), 0);
    const model = path.basename(file, '.onnx');
    const row = (what, [mine, other], unit = 'ms') => ({
      what: `${model}: ${what}`,
      value: mine,
      unit,
      note: `onnxruntime-web ${other.toFixed(2)} ${unit}; ${(other / mine).toFixed(2)}x ours`,
    });
    // Also by the processor's time for the thread: what runs once can't choose the best of several.
    const once = (what, [mine, other]) => {
      const line = row(what, [mine.ms, other.ms]);
      const cpu = `${mine.cpu.toFixed(1)} and ${other.cpu.toFixed(1)} ms of the processor`;
      return { ...line, note: `${line.note}; ${cpu}` };
    };
    const size = (what, key) => row(what, [memory[0][key], memory[1][key]], 'MB');
    return [
      once('start of the runtime', start),
      once('load', load),
      once('first run', first),
      row('steady run', steady.map(median)),
      size('memory of WebAssembly', 'wasm'),
      size('resident memory for the model', 'resident'),
      size('most resident memory of the process', 'peak'),
      { what: `${model}: largest difference`, value: off, unit: '' },
    ];
  } finally {
    ours.end();
    theirs.end();
  }
}

const zipped = (file) => gzipSync(readFileSync(file)).length / 1024;

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
