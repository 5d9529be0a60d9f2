// Builds what isn't up to date: the core as WebAssembly, the Node bundle, the page, the library.
//   node web/tools/build.mjs [core] [node] [page] [lib] [inference] [embed] [ui] [standalone] [docs] [offline]
//   (nothing named: all)
import { existsSync } from 'node:fs';
import {
  at,
  fingerprint,
  isMain,
  main,
  readStamp,
  run,
  say,
  withLock,
  writeStamp,
} from './common.mjs';
import { generateTypes } from './gen-types.mjs';

const vite = at('node_modules', 'vite', 'bin', 'vite.js');

// The sources of both bundles; whatever else a bundle depends on is listed with it.
const shared = [
  'web/lib',
  'web/runtime',
  'web/python',
  'web/examples',
  'web/vite.common.ts',
  'package-lock.json',
  'build/wasm/gradbox_core.mjs',
  'build/wasm/gradbox_core.wasm',
];

const bundles = {
  node: {
    title: 'the Node bundle',
    config: 'web/vite.node.config.ts',
    inputs: [...shared, 'web/cli', 'web/vite.node.config.ts'],
    result: 'build/node/cli.mjs',
  },
  page: {
    title: 'the page',
    config: 'web/vite.config.ts',
    inputs: [
      ...shared,
      'web/page',
      'web/embed',
      'web/offline',
      'web/notebook',
      'web/icons.ts',
      'web/vite.config.ts',
    ],
    result: 'dist/index.html',
  },
  // After the page, whose build empties dist/.
  lib: {
    title: 'the library',
    config: 'web/vite.lib.config.ts',
    inputs: [...shared, 'web/vite.lib.config.ts'],
    result: 'dist/lib/gradbox.mjs',
  },
  inference: {
    title: 'the runtime for ONNX models',
    config: 'web/vite.inference.config.ts',
    inputs: [
      'web/inference',
      'web/lib',
      'web/vite.inference.config.ts',
      'web/vite.common.ts',
      'package-lock.json',
      'build/wasm/gradbox_inference.mjs',
      'build/wasm/gradbox_inference.wasm',
    ],
    result: 'dist/inference/gradbox-inference.mjs',
  },
  embed: {
    title: 'the embedded element',
    config: 'web/vite.embed.config.ts',
    mode: 'element',
    inputs: [...shared, 'web/page', 'web/embed', 'web/vite.embed.config.ts'],
    result: 'dist/grad-box.js',
  },
  ui: {
    title: 'the embedded editor',
    config: 'web/vite.embed.config.ts',
    mode: 'ui',
    inputs: [...shared, 'web/page', 'web/embed', 'web/vite.embed.config.ts'],
    result: 'dist/embed/ui.js',
  },
  docs: {
    title: 'the docs',
    config: 'web/vite.site.config.ts',
    inputs: [
      ...shared,
      'web/site',
      'web/docs',
      'web/cli/markdown.ts',
      'web/embed/tokens.ts',
      'web/offline',
      'web/page/styles',
      'web/page/dom.ts',
      'web/page/icons.ts',
      'web/page/storage.ts',
      'web/page/theme.ts',
      'web/page/theme-button.ts',
      'web/tools/support.mjs',
      'web/tools/support_probe.py',
      'web/vite.site.config.ts',
    ],
    result: 'dist/docs/index.html',
  },
  standalone: {
    title: 'the page that stands alone',
    config: 'web/vite.embed.config.ts',
    mode: 'standalone',
    inputs: [...shared, 'web/page', 'web/embed', 'web/vite.embed.config.ts'],
    result: 'dist/embed/standalone.js',
  },
  // Last of all: it lists what the others have made.
  offline: {
    title: 'the service worker',
    config: 'web/vite.offline.config.ts',
    inputs: [
      'web/offline',
      'web/vite.offline.config.ts',
      ...['page', 'lib', 'inference', 'embed', 'ui', 'standalone', 'docs'].map(
        (name) => `build/.${name}-stamp`,
      ),
    ],
    result: 'dist/sw.js',
  },
};

/** Configures the preset's tree when that was never done, and builds `targets` in it. */
export async function buildTree(preset, tree, targets, { quiet = false } = {}) {
  if (!existsSync(at(tree, 'build.ninja'))) {
    await run('cmake', ['--preset', preset], { quiet: true });
  }
  await run('cmake', ['--build', tree, '--target', ...targets], { quiet });
}

/** Builds the named steps in order, skipping those whose inputs haven't changed. */
export async function build(steps = ['core', ...Object.keys(bundles)], { quiet = false } = {}) {
  await withLock(async () => {
    if (steps.includes('core')) {
      await step('the core (WebAssembly)', quiet, () =>
        buildTree('wasm-release', 'build/wasm', ['gradbox_wasm', 'gradbox_inference_wasm'], {
          quiet: true,
        }),
      );
      await generateTypes();
    }
    for (const name of Object.keys(bundles)) {
      if (steps.includes(name)) await bundle(name, quiet);
    }
  });
}

async function bundle(name, quiet) {
  const { title, config, mode = 'production', inputs, result } = bundles[name];
  const stamp = at('build', `.${name}-stamp`);
  const now = fingerprint(inputs);
  if (existsSync(at(result)) && readStamp(stamp) === now) {
    if (!quiet) say(`${capital(title)} is up to date.`);
    return;
  }
  await step(title, quiet, () =>
    run(
      process.execPath,
      [vite, 'build', '--config', config, '--mode', mode, '--logLevel', 'warn'],
      {
        quiet,
      },
    ),
  );
  writeStamp(stamp, now);
}

async function step(title, quiet, work) {
  const began = Date.now();
  await work();
  const seconds = (Date.now() - began) / 1000;
  if (!quiet) say(`${capital(title)}: built in ${seconds.toFixed(1)} s.`);
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

if (isMain(import.meta)) {
  await main(() => {
    const named = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));
    return build(named.length ? named : undefined);
  });
}
