// The docs: web/site and web/docs → dist/docs/, static pages, with one script and one stylesheet.
import { defineConfig, type Plugin } from 'vite';
import { siteFiles } from './site/generate/site.ts';
import { alias, at } from './vite.common.ts';

const pages: Plugin = {
  name: 'gradbox-docs',
  async generateBundle() {
    for (const [fileName, source] of Object.entries(await siteFiles())) {
      this.emitFile({ type: 'asset', fileName, source });
    }
  },
};

export default defineConfig({
  root: at('web'),
  base: './',
  publicDir: false,
  resolve: { alias },
  build: {
    outDir: at('dist/docs'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    rolldownOptions: {
      input: at('web/site/client/docs.ts'),
      // What takes time is asking the core, not bundling.
      checks: { bundlerTimings: false },
      output: {
        format: 'es',
        entryFileNames: 'docs.js',
        chunkFileNames: '[name]-[hash].js',
        assetFileNames: 'docs[extname]',
      },
    },
  },
  plugins: [pages],
});
