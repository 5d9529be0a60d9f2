// Tries the guides for site generators: writes the files that a guide shows, builds the site, and runs
// its boxes in Chromium, from another origin than theirs. What isn't installed is left out, and said so.
//   node web/tools/try-generators.mjs [html sphinx mkdocs docusaurus quarto]     (dist/ must be built)
// For Docusaurus, DOCUSAURUS names a folder with its node_modules.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { at, capture, isMain, main, StepFailed, say, which } from './common.mjs';
import { startServer } from './serve.mjs';

const guides = {
  html: { built: '' },
  sphinx: { needs: 'sphinx-build', built: '_build' },
  mkdocs: { needs: 'mkdocs', built: 'site' },
  docusaurus: { folder: process.env.DOCUSAURUS, built: 'site' },
  quarto: { needs: 'pandoc', built: '', build: pandoc },
};

/** The files that a guide shows, by name: fences with `file=NAME`. */
export function filesOf(markdown) {
  const fence = /^(`{3,})[\w-]+ file=(\S+)\n([\s\S]*?)^\1$/gm;
  return Object.fromEntries([...markdown.matchAll(fence)].map(([, , name, text]) => [name, text]));
}

/** Quarto's own engine, given by hand what Quarto would take from the document's head. */
async function pandoc(folder) {
  const text = readFileSync(path.join(folder, 'slopes.qmd'), 'utf8');
  const header = /text: \|\n((?: {8}.*\n)+)/.exec(text)[1];
  writeFileSync(path.join(folder, 'header.html'), header);
  return capture('pandoc', ['-s', '-H', 'header.html', '-o', 'index.html', 'slopes.qmd'], {
    cwd: folder,
  });
}

/** @returns what went wrong, or an empty text */
async function attempt(name, base, browser) {
  const { needs, built, build, folder: modules } = guides[name];
  if (needs && !which(needs)) return `left out: ${needs} is not installed`;
  if (name === 'docusaurus' && !modules) return 'left out: DOCUSAURUS names no folder';
  const folder = mkdtempSync(path.join(tmpdir(), `gradbox-${name}-`));
  let site;
  try {
    const guide = readFileSync(at('web', 'site', 'guides', `${name}.md`), 'utf8');
    for (const [file, text] of Object.entries(filesOf(guide))) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text.replaceAll('https://your.host/gradbox/', base));
    }
    if (modules) {
      symlinkSync(path.join(modules, 'node_modules'), path.join(folder, 'node_modules'));
      writeFileSync(path.join(folder, 'package.json'), '{"private": true}');
    }
    if (name !== 'html') {
      const { code, stdout, stderr } = await (build?.(folder) ??
        capture('sh', ['build.sh'], { cwd: folder }));
      if (code !== 0) return `the build failed:\n${stdout}${stderr}`;
    }
    site = await startServer({ root: path.join(folder, built), port: 0 });
    return await look(await browser.newPage(), site.url);
  } finally {
    await site?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Both boxes of a guide: the first prints a gradient, the second isn't solved yet. */
async function look(page, url) {
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(url);
  const first = page.locator('grad-box').first();
  await first.locator('button.run').click();
  await first.locator('.console-block', { hasText: 'tensor(6.)' }).waitFor();
  const exercise = page.locator('grad-box#exercise');
  await exercise.locator('button.run').click();
  await exercise.locator('.verdict', { hasText: 'Not yet' }).waitFor();
  const count = await page.locator('grad-box').count();
  if (count !== 2) return `there are ${count} boxes instead of 2`;
  return errors.join('\n');
}

export async function tryGuides(names) {
  const served = await startServer({ port: 0 });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const results = {};
    for (const name of names) results[name] = await attempt(name, served.url, browser);
    return results;
  } finally {
    await browser.close();
    await served.close();
  }
}

if (isMain(import.meta)) {
  await main(async () => {
    const named = process.argv.slice(2);
    const results = await tryGuides(named.length > 0 ? named : Object.keys(guides));
    for (const [name, problem] of Object.entries(results)) say(`${name}: ${problem || 'works'}`);
    const failed = Object.values(results).some((text) => text && !text.startsWith('left out'));
    if (failed) throw new StepFailed('A guide does not work as it stands.');
  });
}
