// Starts every library. A contender is `{name, version, start(case) -> its values or undefined, time(ms) ->
// best milliseconds of the case started last, close()}`; `start` throws what the library throws when
// it has no kernel for a case.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { findPyTorch } from '../bench/loop.mjs';
import { at, readStamp, run, say, which, writeStamp } from '../common.mjs';
import { startServer } from '../serve.mjs';
import * as data from './data.mjs';
import { make as makeJax } from './jax.mjs';
import { make as makeJsPyTorch } from './jspytorch.mjs';
import { make as makeOurs } from './ours.mjs';
import { make as makeTensorFlow } from './tfjs.mjs';

const home = at('build', 'peers');
const here = (...parts) => at('web', 'tools', 'peers', ...parts);
const versionOf = (name) =>
  JSON.parse(readFileSync(path.join(home, 'node_modules', name, 'package.json'), 'utf8')).version;

/** Installs the other libraries in build/peers, unless the ones of the lockfile are there. */
async function install() {
  const lock = readFileSync(here('package-lock.json'), 'utf8');
  const stamp = path.join(home, 'installed');
  if (readStamp(stamp) === lock) return;
  say('Installing the libraries to compare with (200 MB) ...');
  mkdirSync(home, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    writeFileSync(path.join(home, file), readFileSync(here(file)));
  // js-pytorch brings a package that compiles OpenGL for its GPU mode.
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: home,
    quiet: true,
  });
  await bundleTensorFlow();
  writeStamp(stamp, lock);
}

// The gradients of TensorFlow.js are in modules that Node can't load as they are published.
async function bundleTensorFlow() {
  const { build } = await import('vite');
  const entry = path.join(home, 'tfjs-entry.mjs');
  writeFileSync(
    entry,
    `export * from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';
export { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';\n`,
  );
  await build({
    configFile: false,
    root: home,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir: path.join(home, 'bundle'),
      minify: false,
      rollupOptions: { output: { format: 'cjs', entryFileNames: 'tfjs.cjs' } },
    },
  });
}

/** A library in this process; `before` makes it the current one where it has a global state. */
function local(name, version, library, before) {
  let current;
  return {
    name,
    version,
    async start({ name: which, sizes }) {
      await before?.();
      current = library[which]?.(sizes);
      return current && data.sample(current.values());
    },
    async time(budget) {
      await before?.();
      return data.best(current.step, budget);
    },
    async close() {},
  };
}

async function ours() {
  const library = await import(pathToFileURL(at('build/node/gradbox.mjs')).href);
  await library.load();
  return local('Node', process.version, makeOurs(library));
}

async function tensorFlow() {
  const tf = createRequire(import.meta.url)(path.join(home, 'bundle', 'tfjs.cjs'));
  tf.setWasmPaths(path.join(home, 'node_modules/@tensorflow/tfjs-backend-wasm/dist/'));
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const library = makeTensorFlow(tf);
  return ['wasm', 'cpu'].map((backend) =>
    local(`tfjs ${backend}`, versionOf('@tensorflow/tfjs-core'), library, () =>
      tf.setBackend(backend),
    ),
  );
}

async function jax() {
  const jax = await import(
    pathToFileURL(path.join(home, 'node_modules/@jax-js/jax/dist/index.js')).href
  );
  globalThis.navigator ??= { hardwareConcurrency: 1 };
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  return local('jax-js', versionOf('@jax-js/jax'), makeJax(jax));
}

async function jsPyTorch() {
  const { torch } = await import(
    pathToFileURL(path.join(home, 'node_modules/js-pytorch/dist/index.mjs')).href
  );
  return local('js-pytorch', versionOf('js-pytorch'), makeJsPyTorch(torch));
}

/** Our library in a page, or undefined without a browser. */
async function inChromium() {
  const executablePath = ['chromium', 'chromium-browser', 'google-chrome'].map(which).find(Boolean);
  if (!executablePath) return undefined;
  const server = await startServer({ port: 0 });
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const page = await browser.newPage();
  await page.route('**/bench-page', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>bench</title>' }),
  );
  await page.route('**/bench-modules/*', (route) =>
    route.fulfill({
      contentType: 'text/javascript',
      body: readFileSync(here(path.basename(route.request().url())), 'utf8'),
    }),
  );
  await page.goto(new URL('bench-page', server.url).href);
  await page.evaluate(async () => {
    const [library, { make }, tools] = await Promise.all(
      ['/lib/gradbox.mjs', '/bench-modules/ours.mjs', '/bench-modules/data.mjs'].map(
        (url) => import(url),
      ),
    );
    await library.load();
    globalThis.bench = { library: make(library), tools };
  });
  return {
    name: 'Chromium',
    version: browser.version(),
    start: ({ name, sizes }) =>
      page.evaluate(
        ([name, sizes]) => {
          const { bench } = globalThis;
          bench.current = bench.library[name](sizes);
          return bench.tools.sample(bench.current.values());
        },
        [name, sizes],
      ),
    time: (budget) =>
      page.evaluate(
        (budget) => globalThis.bench.tools.best(globalThis.bench.current.step, budget),
        budget,
      ),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Real PyTorch on one thread, or undefined. */
async function pyTorch() {
  const found = await findPyTorch();
  if (!found) return undefined;
  const { MLP, LENET, GPT, mlpShapes, lenetShapes, gptShapes } = data;
  const shapes = { mlpShapes: mlpShapes(), lenetShapes: lenetShapes(), gptShapes: gptShapes() };
  const child = spawn(
    found.python,
    [here('pytorch.py'), JSON.stringify({ MLP, LENET, GPT, ...shapes })],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('pytorch.py ended');
    return JSON.parse(value);
  };
  const ask = (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return read();
  };
  const { version } = await read();
  return {
    name: 'PyTorch',
    version: `${version}, one thread`,
    start: async ({ name, sizes }) => (await ask({ start: name, sizes })).values,
    time: async (budget) => (await ask({ time: budget })).ms,
    async close() {
      child.stdin.end();
    },
  };
}

/** All that can be had here, ours first. */
export async function startAll() {
  await install();
  const all = [await ours(), await inChromium(), ...(await tensorFlow())];
  all.push(await jax(), await jsPyTorch(), await pyTorch());
  return all.filter(Boolean);
}
