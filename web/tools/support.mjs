// The support table: which of PyTorch's public names Gradbox has. A snippet asks the built package for
// every name of web/docs/pytorch-names.json (made by tests/python/pytorch_names.py from real PyTorch);
// the docs show what it found (web/site/generate/reference.ts).
import { readFileSync } from 'node:fs';
import { at } from './common.mjs';

/** @typedef {Record<string, Record<string, [state: string, note: string]>>} Found By space and name. */

/** The snippet that asks. */
export function supportProbe() {
  const names = readFileSync(at('web', 'docs', 'pytorch-names.json'), 'utf8');
  const probe = readFileSync(at('web', 'tools', 'support_probe.py'), 'utf8');
  return probe.replace('import torch\n', `NAMES = ${names.trim()}\n\nimport torch\n`);
}

const escapeHtml = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/**
 * The tables, from what the probe printed.
 *
 * @param {Found} found
 * @param {(space: string) => string} idOf the address of a space within the page
 */
export function supportArticle(found, idOf) {
  const sections = Object.entries(found).map(([space, rows]) => {
    const names = Object.entries(rows);
    const with_ = (state) => names.filter(([, row]) => row[0] === state);
    const line = ([name, [, note]]) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${escapeHtml(note)}</td></tr>`;
    const yes = with_('yes').map(([name]) => `<code>${escapeHtml(name)}</code>`);
    const part = (title, state) =>
      with_(state).length > 0
        ? `<h3>${title}</h3><div class="table" tabindex="0"><table><thead><tr><th>Name</th><th>Instead</th></tr></thead><tbody>${with_(state).map(line).join('')}</tbody></table></div>`
        : '';
    const count = `${names.length - with_('no').length} of ${names.length}`;
    return `<section><h2 id="${idOf(space)}">${space} <small>${count}</small></h2>
<details><summary>Supported</summary><p class="names">${yes.join(' ')}</p></details>
${part('Partly', 'partly')}${part('Not supported', 'no')}</section>`;
  });
  return sections.join('\n');
}
