// What a visitor downloads, gzipped as a file host would send it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { at, walk } from '../common.mjs';

export const name = 'Download sizes (gzip)';

const gzipped = (file) => gzipSync(readFileSync(file), { level: 9 }).length;
const kilobytes = (bytes) => Math.round(bytes / 100) / 10;
const row = (what, files, note) => ({
  what,
  value: kilobytes(files.reduce((sum, file) => sum + gzipped(file), 0)),
  unit: 'KB',
  note,
});

export async function run() {
  const core = ['gradbox_core.wasm', 'gradbox_core.mjs'].map((file) => at('build/wasm', file));
  const dist = walk(at('dist'));
  const under = (folder) => (file) => file.startsWith(at('dist', folder) + path.sep);
  const scripts = dist.filter((file) => /\.js$/.test(file) && under('assets')(file));
  const rows = [
    row('core, .wasm + glue', core, 'limit: 900 KB'),
    row('page scripts, together', scripts),
    ...scripts.map((file) => row(`  ${path.basename(file)}`, [file])),
    row(
      'page styles',
      dist.filter((file) => file.endsWith('.css')),
    ),
    row(
      'MicroPython',
      dist.filter((file) => /micropython.*\.wasm$/.test(file)),
    ),
    row('embedding page, before a box is used', [at('dist/grad-box.js')], 'limit: 15 KB'),
    row('embedding page, editor', [at('dist/embed/ui.js')]),
    row('library alone, .wasm + script', dist.filter(under('lib'))),
    row('CPython (Pyodide), loaded on demand', dist.filter(under('pyodide'))),
  ];
  return rows;
}
