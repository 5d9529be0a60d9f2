// What other pages embed, as plain scripts, which load from any origin without special headers:
// dist/grad-box.js (--mode element), and dist/embed/ui.js (--mode ui), which the first fetches. And
// dist/embed/standalone.js (--mode standalone), both together for pages that stand alone.
import { defineConfig } from 'vite';
import { alias, at, frameHash } from './vite.common.ts';

const outputs = {
  element: { folder: 'dist', file: 'grad-box.js', name: 'gradbox_' },
  ui: { folder: 'dist/embed', file: 'ui.js', name: 'gradboxUi_' },
  standalone: { folder: 'dist/embed', file: 'standalone.js', name: 'gradboxAlone_' },
};

export default defineConfig(({ mode }) => {
  const { folder, file, name } = outputs[mode as keyof typeof outputs];
  return {
    root: at('web'),
    base: './',
    publicDir: false as const,
    resolve: { alias: { ...alias, '@embed': at('web/embed') } },
    define: { FRAME_HASH: JSON.stringify(frameHash) },
    build: {
      outDir: at(folder),
      emptyOutDir: false,
      target: 'es2022',
      modulePreload: false as const,
      rolldownOptions: {
        input: at(`web/embed/${mode}.ts`),
        checks: { emptyImportMeta: false },
        output: {
          format: 'iife' as const,
          name,
          entryFileNames: file,
          codeSplitting: false,
        },
      },
    },
  };
});
