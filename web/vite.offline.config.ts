// The service worker, dist/sw.js, with the list of all files that were built: so it comes last.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vite';
import { at } from './vite.common.ts';

const dist = at('dist');

/** CPython is 12 MB, and most readers never need it. */
const later = (file: string) => file.startsWith('pyodide/');
/** For other pages, or for nobody to open. */
const left = (file: string) => /^(?:lib\/|licenses\.md$|sw\.js$)/.test(file);

function hashes(chosen: (file: string) => boolean): Record<string, string> {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => !left(file) && chosen(file) && statSync(path.join(dist, file)).isFile())
    .sort();
  return Object.fromEntries(
    files.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(path.join(dist, file)))
        .digest('hex'),
    ]),
  );
}

export default defineConfig({
  root: at('web'),
  publicDir: false,
  define: {
    FILES: JSON.stringify(hashes((file) => !later(file))),
    LATER: JSON.stringify(hashes(later)),
  },
  build: {
    outDir: dist,
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: false,
    rolldownOptions: {
      input: at('web/offline/sw.ts'),
      output: { format: 'iife', entryFileNames: 'sw.js' },
    },
  },
});
