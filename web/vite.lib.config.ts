// The library alone, for other pages: dist/lib/gradbox.mjs with gradbox_core.wasm beside it, to be
// imported by <script type="module"> or a bundler.
import { defineConfig } from 'vite';
import { alias, at } from './vite.common.ts';

export default defineConfig({
  root: at('web'),
  base: './',
  publicDir: false,
  resolve: { alias },
  build: {
    outDir: at('dist/lib'),
    emptyOutDir: true,
    target: 'es2022',
    // Vite's own library mode would put the .wasm into the script as base64.
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      input: at('web/lib/index.ts'),
      preserveEntrySignatures: 'strict',
      output: {
        format: 'es',
        entryFileNames: 'gradbox.mjs',
        chunkFileNames: '[name].mjs',
        assetFileNames: '[name][extname]',
      },
    },
  },
});
