// The library alone, for other pages, with gradbox_core.wasm beside it: dist/lib/gradbox.mjs, to be
// imported by <script type="module"> or a bundler, and dist/lib/gradbox.js, which a plain <script>
// leaves as the global `gradbox`.
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
      // load.ts finds its address another way where there is no import.meta.
      checks: { emptyImportMeta: false },
      output: [
        {
          format: 'es',
          entryFileNames: 'gradbox.mjs',
          chunkFileNames: '[name].mjs',
          assetFileNames: '[name][extname]',
        },
        {
          format: 'iife',
          name: 'gradbox',
          entryFileNames: 'gradbox.js',
          assetFileNames: '[name][extname]',
        },
      ],
    },
  },
});
