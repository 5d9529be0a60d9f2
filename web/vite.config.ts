// The page: web/page → dist/, static files that work from any sub-path.
import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin, type Rolldown } from 'vite';
import { iconPng, manifest } from './icons.ts';
import { alias, at, cpythonFiles, frameHash } from './vite.common.ts';

const out = at('dist');

/** Lets the hub's policy, and its frame's, name the one script that stands in the frame. */
const frameScript: Plugin = {
  name: 'gradbox-frame-script',
  transformIndexHtml: (html) => html.replace('%FRAME_HASH%', frameHash),
};

/** What an installed app needs: its manifest and icons, under names that stay. */
const installable: Plugin = {
  name: 'gradbox-installable',
  generateBundle() {
    const emit = (fileName: string, source: string | Uint8Array) =>
      this.emitFile({ type: 'asset', fileName, source });
    emit('manifest.webmanifest', JSON.stringify(manifest));
    emit('icon.svg', readFileSync(at('web/page/icon.svg')));
    emit('icons/192.png', iconPng(192));
    emit('icons/512.png', iconPng(512));
    emit('icons/maskable-512.png', iconPng(512, true));
  },
};

/** MicroPython's command line, which awaits Node's modules at the top level, isn't for pages. */
const withoutNodeStart: Plugin = {
  name: 'gradbox-without-node-start',
  transform(code, id) {
    if (!id.endsWith('/micropython.mjs')) return undefined;
    return code.replaceAll(/await import\("(?:path|url)"\)/g, '{}');
  },
};

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
  define: { FRAME_HASH: JSON.stringify(frameHash) },
  // One classic script a worker: frames without an origin start no others from a blob.
  worker: {
    format: 'iife',
    plugins: () => [withoutNodeStart],
    rolldownOptions: { onLog: withoutNodeImports, checks: { emptyImportMeta: false } },
  },
  build: {
    outDir: out,
    emptyOutDir: true,
    target: 'es2022',
    // Files stay files: a data: URL would cost a third more and can't be compiled while it streams.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      input: ['index', 'hub', 'embed', 'notebook'].map((name) => at(`web/page/${name}.html`)),
      onLog: withoutNodeImports,
      // What the page and its hub share is no worker, which its name would otherwise say.
      output: { codeSplitting: { groups: [{ name: 'parts', test: /[?&]url$|sandbox\/urls/ }] } },
      // Workers are builds of their own, which counts as a plugin's time.
      checks: { bundlerTimings: false },
    },
  },
  plugins: [cpythonFiles(out), frameScript, installable],
});
