// One runtime of ONNX models in a process of its own, for onnx.mjs: `node onnx_child.mjs gradbox` or
// `... onnxruntime`. Asked by messages {do, ...}, each answered once. In a process of its own memory is
// this runtime's alone, and no model finds code that another one has warmed up.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { at } from '../common.mjs';

/** Every memory of WebAssembly that comes into being here: given to a module, or made by one. */
const memories = new Set();
const gather = (source) => {
  for (const value of Object.values(source ?? {})) {
    if (value instanceof WebAssembly.Memory) memories.add(value);
  }
};
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (source, imports) => {
  const result = await instantiate.call(WebAssembly, source, imports);
  Object.values(imports ?? {}).forEach(gather);
  gather((result.instance ?? result).exports);
  return result;
};

/** Milliseconds that the processor gave to this thread, which other work leaves alone; Linux only. */
function processor() {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}

async function timed(work) {
  const [began, given] = [performance.now(), processor()];
  const result = await work();
  return [{ ms: performance.now() - began, cpu: processor() - given }, result];
}

/** Both runtimes, in one form: open(bytes) gives run(data, dims). */
const runtimes = {
  gradbox: () => opener(pathToFileURL(at('dist/inference/gradbox-inference.mjs')).href),
  onnxruntime: () => opener('onnxruntime-web'),
};

/** The two have one interface. */
async function opener(name) {
  const { env, InferenceSession, Tensor } = await import(name);
  env.wasm.numThreads = 1;
  // The module starts with the first session: a model of one node, so that loading is loading.
  await InferenceSession.create(new Uint8Array(readFileSync(at('build/onnx-bench/one.onnx'))));
  return async (bytes) => {
    const session = await InferenceSession.create(bytes);
    return async (data, dims) => {
      const { y } = await session.run({ x: new Tensor('float32', data, dims) });
      return y.data;
    };
  };
}

const MB = 1 << 20;
let open, model, input, before;

const commands = {
  async start() {
    const [time, opener] = await timed(runtimes[process.argv[2]]);
    open = opener;
    return time;
  },
  async load({ file, dims }) {
    input = [
      Float32Array.from({ length: dims.reduce((a, b) => a * b) }, (_, i) => Math.sin(i)),
      dims,
    ];
    before = process.memoryUsage().rss;
    const bytes = new Uint8Array(readFileSync(file));
    const [time, opened] = await timed(() => open(bytes));
    model = opened;
    return time;
  },
  async run() {
    const [time] = await timed(() => model(...input));
    return time;
  },
  async result() {
    return [...(await model(...input))];
  },
  /** Waits until this process does nothing: engines compile in the background what ran often. */
  async settle() {
    for (let idle = 0; idle < 4; ) {
      const before = process.cpuUsage();
      await new Promise((done) => setTimeout(done, 50));
      const { user, system } = process.cpuUsage(before);
      idle = user + system < 2500 ? idle + 1 : 0;
    }
  },
  /** Megabytes. WebAssembly's memory never shrinks: what it is now was the most. */
  memory() {
    globalThis.gc?.();
    return {
      wasm: [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0) / MB,
      resident: (process.memoryUsage().rss - before) / MB,
      peak: process.resourceUsage().maxRSS / 1024,
    };
  },
};

process.on('message', async ({ ask, ...more }) => {
  try {
    process.send({ answer: await commands[ask](more) });
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
