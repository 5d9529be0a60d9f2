// The page: web/page → dist/, static files that work from any sub-path.
import { defineConfig, type Rolldown } from 'vite';
import { alias, at, cpythonFiles } from './vite.common.ts';

const out = at('dist');

/** MicroPython's module imports Node's only under Node: no news for a build of the page. */
function withoutNodeImports(
  level: Rolldown.LogLevel,
  log: Rolldown.RolldownLog,
  show: Rolldown.LogOrStringHandler,
): void {
  if (log.message.includes('externalized for browser') && log.message.includes('micropython'))
    return;
  show(level, log);
}

export default defineConfig({
  root: at('web/page'),
  base: './',
  resolve: { alias },
  worker: { format: 'es', rolldownOptions: { onLog: withoutNodeImports } },
  build: {
    outDir: out,
    emptyOutDir: true,
    target: 'es2022',
    // Files stay files: a data: URL would cost a third more and can't be compiled while it streams.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    license: { fileName: 'licenses.md' },
    rolldownOptions: { onLog: withoutNodeImports },
  },
  plugins: [cpythonFiles(out)],
});
