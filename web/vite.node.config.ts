// The same library, worker and command line for Node: build/node/{cli,worker,gradbox}.mjs. All
// files lie side by side, so that `new URL('worker.mjs', import.meta.url)` finds its neighbours.
import { copyFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { alias, at, cpythonFiles } from './vite.common.ts';

const out = at('build/node');

const entries = {
  cli: at('web/cli/main.ts'),
  worker: at('web/runtime/worker-node.ts'),
  gradbox: at('web/lib/index.ts'),
};

/** Puts the WebAssembly files beside the code that loads them. */
function wasmFiles(): Plugin {
  return {
    name: 'gradbox-wasm-files',
    writeBundle() {
      for (const file of [
        'build/wasm/gradbox_core.wasm',
        'node_modules/@micropython/micropython-webassembly-pyscript/micropython.wasm',
      ]) {
        copyFileSync(at(file), path.join(out, path.basename(file)));
      }
    },
  };
}

export default defineConfig({
  root: at('web'),
  resolve: { alias },
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: out,
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
      output: {
        format: 'es',
        entryFileNames: '[name].mjs',
        chunkFileNames: '[name]-[hash].mjs',
        // MicroPython's module starts its own command line when it finds itself in the file that
        // Node was asked to run, so it must never be bundled into an entry.
        codeSplitting: { groups: [{ name: 'micropython', test: /micropython\.mjs$/ }] },
      },
    },
  },
  plugins: [wasmFiles(), cpythonFiles(out)],
});
