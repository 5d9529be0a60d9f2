// What the page's build and the Node bundle share: import aliases and the files that are served
// as they are.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin, UserConfig } from 'vite';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const at = (...parts: string[]) => path.join(root, ...parts);

export const alias = {
  '@lib': at('web/lib'),
  '@runtime': at('web/runtime'),
  '@page': at('web/page'),
  '@python': at('web/python'),
  '@examples': at('web/examples'),
  '@core': at('build/wasm'),
};

/** `'sha256-...'`, by which policies name the one script that stands in the sandboxed frame. */
export const frameHash = `'sha256-${createHash('sha256')
  .update(readFileSync(at('web/runtime/sandbox/frame.js')))
  .digest('base64')}'`;

/** What Pyodide loads at run time, from the folder that is given to it as its index. */
const pyodideFiles = [
  'pyodide.mjs',
  'pyodide.asm.mjs',
  'pyodide.asm.wasm',
  'python_stdlib.zip',
  'pyodide-lock.json',
];

const debianPython = '/usr/lib/python3/dist-packages';
const debianDocs = '/usr/share/doc';

/**
 * Puts the files that CPython needs into `<out>/pyodide/`: Pyodide itself, and python-dotenv as
 * `python_dotenv.json` (`{"dotenv/main.py": text, ...}`), which isn't on npm and so comes from
 * Debian's package python3-dotenv.
 */
export function cpythonFiles(out: string): Plugin {
  return {
    name: 'gradbox-cpython-files',
    apply: 'build',
    // A worker is bundled by a build of its own, with the same plugins: only the outer one copies.
    writeBundle() {
      const folder = path.join(out, 'pyodide');
      mkdirSync(folder, { recursive: true });
      for (const file of pyodideFiles) {
        copyFileSync(at('node_modules/pyodide', file), path.join(folder, file));
      }
      const packageFolder = path.join(debianPython, 'dotenv');
      if (!existsSync(packageFolder)) {
        this.error('python-dotenv is missing (Debian: python3-dotenv); npm run build installs it');
      }
      const sources: Record<string, string> = {};
      for (const file of readdirSync(packageFolder).sort()) {
        if (!file.endsWith('.py')) continue;
        sources[`dotenv/${file}`] = readFileSync(path.join(packageFolder, file), 'utf8');
      }
      const licence = path.join(debianDocs, 'python3-dotenv', 'copyright');
      if (existsSync(licence)) sources['dotenv/LICENCE'] = readFileSync(licence, 'utf8');
      writeFileSync(path.join(folder, 'python_dotenv.json'), JSON.stringify(sources));
    },
  };
}

/**
 * A library for other pages with its .wasm beside it, in `folder`: `<file>.mjs`, to be imported by
 * <script type="module"> or a bundler, and `<file>.js`, which a plain <script> leaves as the global
 * `name`.
 */
export const library = (input: string, folder: string, file: string, name: string): UserConfig => ({
  root: at('web'),
  base: './',
  publicDir: false,
  resolve: { alias },
  build: {
    outDir: at(folder),
    emptyOutDir: true,
    target: 'es2022',
    // Vite's own library mode would put the .wasm into the script as base64.
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      input: at(input),
      preserveEntrySignatures: 'strict',
      // web/lib/beside.ts finds addresses another way where there is no import.meta.
      checks: { emptyImportMeta: false },
      output: [
        {
          format: 'es',
          entryFileNames: `${file}.mjs`,
          chunkFileNames: '[name].mjs',
          assetFileNames: '[name][extname]',
        },
        {
          format: 'iife',
          name,
          entryFileNames: `${file}.js`,
          assetFileNames: '[name][extname]',
        },
      ],
    },
  },
});
