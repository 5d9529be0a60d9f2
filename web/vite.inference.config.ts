// The runtime for ONNX models alone, for other pages, with gradbox_inference.wasm beside it:
// dist/inference/gradbox-inference.mjs, to be imported by <script type="module"> or a bundler, and
// dist/inference/gradbox-inference.js, which a plain <script> leaves as the global `ort`.
import { defineConfig } from 'vite';
import { alias, at } from './vite.common.ts';

export default defineConfig({
  root: at('web'),
  base: './',
  publicDir: false,
  resolve: { alias },
  build: {
    outDir: at('dist/inference'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      input: at('web/inference/index.ts'),
      preserveEntrySignatures: 'strict',
      // core.ts finds its address another way where there is no import.meta.
      checks: { emptyImportMeta: false },
      output: [
        {
          format: 'es',
          entryFileNames: 'gradbox-inference.mjs',
          chunkFileNames: '[name].mjs',
          assetFileNames: '[name][extname]',
        },
        {
          format: 'iife',
          name: 'ort',
          entryFileNames: 'gradbox-inference.js',
          assetFileNames: '[name][extname]',
        },
      ],
    },
  },
});
