/** The reference, from the registry of the core that was built: operators, layers, and what is missing. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Found, supportArticle, supportProbe } from '../../tools/support.mjs';
import { at } from '../../vite.common.ts';
import { type Article, escapeHtml, type Heading, slugOf } from './render.ts';

interface Argument {
  name: string;
  type: string;
  default?: unknown;
  kwarg_only?: boolean;
}

interface Operator {
  name: string;
  schema: string;
  doc: string;
  method: number;
  torch: number;
  functional: number;
  linalg: number;
  special: number;
}

interface Layer {
  name: string;
  args: Argument[];
  doc: string;
}

/** As web/lib/op-index.ts shows them. */
const SPACES: [flag: keyof Operator, prefix: string, strip: string][] = [
  ['torch', 'torch.', ''],
  ['method', 'Tensor.', ''],
  ['functional', 'torch.nn.functional.', ''],
  ['linalg', 'torch.linalg.', 'linalg_'],
  ['special', 'torch.special.', 'special_'],
];

export interface Registry {
  operators: Operator[];
  layers: Layer[];
}

export async function readRegistry(): Promise<Registry> {
  const glue = at('build/wasm/gradbox_core.mjs');
  const { default: create } = await import(pathToFileURL(glue).href);
  const core = await create({ wasmBinary: readFileSync(at('build/wasm/gradbox_core.wasm')) });
  return { operators: JSON.parse(core.opsJson()), layers: JSON.parse(core.layersJson()) };
}

const article = (
  title: string,
  about: string,
  inner: string,
  entries: { heading: Heading; text: string }[],
  headings: Heading[] = [],
): Article => ({
  title,
  about,
  html: `<h1>${escapeHtml(title)}</h1>\n<p>${escapeHtml(about)}</p>\n${inner}`,
  headings,
  sections: [{ heading: { level: 1, id: '', text: title }, text: about }, ...entries],
});

const FILTER = (what: string) =>
  `<p><label class="filter">Filter <input type="search" data-filter placeholder="${what}" autocomplete="off" spellcheck="false"></label> <span data-filter-count role="status"></span></p>`;

/** Every operator once, with all its overloads and the places where it is found. */
export function operatorsArticle({ operators }: Registry): Article {
  const byName = new Map<string, Operator[]>();
  for (const operator of operators) {
    // Names that begin with an underscore are the core's own steps.
    if (operator.name.startsWith('_')) continue;
    byName.set(operator.name, [...(byName.get(operator.name) ?? []), operator]);
  }
  const names = [...byName.keys()].sort((a, b) => a.localeCompare(b, 'en'));
  const rows = names.flatMap((name) => {
    const overloads = byName.get(name)!;
    const homes = SPACES.filter(([flag]) => overloads.some((o) => o[flag] === 1)).map(
      ([, prefix, strip]) => prefix + name.slice(name.startsWith(strip) ? strip.length : 0),
    );
    if (homes.length === 0) return [];
    const doc = overloads.find((o) => o.doc)?.doc ?? '';
    const html = `<section class="entry" id="${name}" data-name="${name} ${homes.join(' ')}">
<h2>${homes.map((home) => `<code>${home}</code>`).join(' ')} <a class="anchor" href="#${name}" aria-label="Link to ${name}">#</a></h2>
<p>${escapeHtml(doc)}</p>
<pre tabindex="0"><code>${overloads.map((o) => escapeHtml(o.schema)).join('\n')}</code></pre></section>`;
    return [{ name, homes, doc, html }];
  });
  const about = `The ${rows.length} operators of the core, as its registry declares them: where each is found, its schemas in PyTorch’s syntax, what it does. In JavaScript they have the same names.`;
  return article(
    'Operators',
    about,
    `${FILTER('matmul')}\n${rows.map(({ html }) => html).join('\n')}`,
    rows.map(({ name, homes, doc }) => ({
      heading: { level: 2, id: name, text: homes[0]! },
      text: doc,
    })),
  );
}

const shown = (value: unknown): string =>
  value === null ? 'None' : value === true ? 'True' : value === false ? 'False' : String(value);

export function layersArticle({ layers }: Registry): Article {
  const rows = [...layers]
    .sort((a, b) => a.name.localeCompare(b.name, 'en'))
    .map(({ name, args, doc }) => {
      const signature = args
        .map((a) => a.name + ('default' in a ? `=${shown(a.default)}` : ''))
        .join(', ');
      const html = `<section class="entry" id="${name}" data-name="${name}"><h2><code>torch.nn.${name}</code> <a class="anchor" href="#${name}" aria-label="Link to ${name}">#</a></h2>
<p>${escapeHtml(doc)}</p><pre tabindex="0"><code>${escapeHtml(`${name}(${signature})`)}</code></pre></section>`;
      return { name, doc, html };
    });
  const about = `The ${rows.length} layers and losses that are computed by the core, with their arguments. The Transformer layers and others made of these are Python, in the package torch.`;
  return article(
    'Layers',
    about,
    `${FILTER('Conv2d')}\n${rows.map(({ html }) => html).join('\n')}`,
    rows.map(({ name, doc }) => ({
      heading: { level: 2, id: name, text: `torch.nn.${name}` },
      text: doc,
    })),
  );
}

/** Asks the built package for every public name of PyTorch. */
export async function readSupport(): Promise<Found> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gradbox-support-'));
  try {
    const file = path.join(folder, 'probe.py');
    writeFileSync(file, supportProbe());
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [at('build/node/cli.mjs'), 'run', file, '--runtime', 'micropython'],
      { maxBuffer: 16 << 20 },
    );
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function support(found: Found): Article {
  const headings = Object.keys(found).map((space) => ({
    level: 2,
    id: slugOf(space),
    text: space,
  }));
  const about =
    'Every public name of PyTorch 1.13’s namespaces, asked of Gradbox’s Python package when this page was built. A name that is missing raises an error that says so, with the way that is nearest.';
  const notes = headings.map((heading) => ({
    heading,
    text: Object.entries(found[heading.text]!)
      .filter(([, [state]]) => state !== 'yes')
      .map(([name]) => name)
      .join(' '),
  }));
  return article('What of PyTorch is there', about, supportArticle(found, slugOf), notes, headings);
}
