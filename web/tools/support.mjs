// The support table: which of PyTorch's public names Gradbox has. Asks the built package for every
// name of web/docs/pytorch-names.json (made by tests/python/pytorch_names.py from real PyTorch).
//   node web/tools/support.mjs            writes dist/support.html; the Node bundle and the page must be built
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { at, isMain, main, say } from './common.mjs';

/** The snippet that asks. */
export function supportProbe() {
  const names = readFileSync(at('web', 'docs', 'pytorch-names.json'), 'utf8');
  const probe = readFileSync(at('web', 'tools', 'support_probe.py'), 'utf8');
  return probe.replace('import torch\n', `NAMES = ${names.trim()}\n\nimport torch\n`);
}

const escapeHtml = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/** The page, from what the probe printed. */
export function supportPage(found) {
  const sections = Object.entries(found).map(([space, rows]) => {
    const names = Object.entries(rows);
    const with_ = (state) => names.filter(([, row]) => row[0] === state);
    const line = ([name, [, note]]) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${escapeHtml(note)}</td></tr>`;
    const yes = with_('yes').map(([name]) => `<code>${escapeHtml(name)}</code>`);
    const part = (title, state) =>
      with_(state).length > 0
        ? `<h3>${title}</h3><table>${with_(state).map(line).join('')}</table>`
        : '';
    const count = `${names.length - with_('no').length} of ${names.length}`;
    return `<section><h2>${space} <small>${count}</small></h2>
<details><summary>Supported</summary><p>${yes.join(' ')}</p></details>
${part('Partly', 'partly')}${part('Not supported', 'no')}</section>`;
  });
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Gradbox: what of PyTorch is supported</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
small { font-weight: normal; opacity: 0.7; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid #8884; padding: 0.2rem 0.6rem 0.2rem 0; vertical-align: top; }
code { overflow-wrap: anywhere; }
</style>
<h1>What of PyTorch is supported</h1>
<p>Every public name of PyTorch 1.13's namespaces, asked of Gradbox's Python package when this page was
built. A name that is missing raises an error that says so, with the way that is nearest.</p>
${sections.join('\n')}
</html>
`;
}

if (isMain(import.meta)) {
  main(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gradbox-support-'));
    try {
      const file = path.join(folder, 'probe.py');
      writeFileSync(file, supportProbe());
      const cli = at('build', 'node', 'cli.mjs');
      const text = execFileSync('node', [cli, 'run', file, '--runtime', 'cpython'], {
        encoding: 'utf8',
        maxBuffer: 16 << 20,
      });
      writeFileSync(at('dist', 'support.html'), supportPage(JSON.parse(text)));
      say('dist/support.html');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
