// What other pages embed, as plain scripts, which load from any origin without special headers:
// dist/grad-box.js (--mode element), and dist/embed/ui.js (--mode ui), which the first fetches.
import { defineConfig } from 'vite';
import { alias, at } from './vite.common.ts';

export default defineConfig(({ mode }) => ({
  root: at('web'),
  base: './',
  publicDir: false as const,
  resolve: { alias: { ...alias, '@embed': at('web/embed') } },
  build: {
    outDir: mode === 'ui' ? at('dist/embed') : at('dist'),
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: false as const,
    rolldownOptions: {
      input: at(mode === 'ui' ? 'web/embed/ui.ts' : 'web/embed/element.ts'),
      checks: { emptyImportMeta: false },
      output: {
        format: 'iife' as const,
        name: mode === 'ui' ? 'gradboxUi_' : 'gradbox_',
        entryFileNames: mode === 'ui' ? 'ui.js' : 'grad-box.js',
        codeSplitting: false,
      },
    },
  },
}));
