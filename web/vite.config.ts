// The page: web/page → dist/, static files that work from any sub-path.
import { defineConfig } from 'vite';
import { alias, at, cpythonFiles } from './vite.common.ts';

const out = at('dist');

export default defineConfig({
  root: at('web/page'),
  base: './',
  resolve: { alias },
  worker: { format: 'es' },
  build: {
    outDir: out,
    emptyOutDir: true,
    target: 'es2022',
    // Files stay files: a data: URL would cost a third more and can't be compiled while it streams.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    license: { fileName: 'licenses.md' },
  },
  plugins: [cpythonFiles(out)],
});
