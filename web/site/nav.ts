/** The pages of the docs, in the order in which one reads them. */

export interface Page {
  /** Address below `dist/docs/`. */
  path: string;
  title: string;
  /** The Markdown file, from `web/`; a generated page has none. */
  source?: string;
}

export interface Section {
  title: string;
  pages: Page[];
}

const tutorial = (name: string, title: string): Page => ({
  path: `tutorials/${name}.html`,
  title,
  source: `site/tutorials/${name}.md`,
});
const guide = (name: string, title: string): Page => ({
  path: `embed/${name}.html`,
  title,
  source: `site/guides/${name}.md`,
});
const inside = (name: string, title: string): Page => ({
  path: `inside/${name.toLowerCase()}.html`,
  title,
  source: `docs/${name}.md`,
});

export const SECTIONS: readonly Section[] = [
  {
    title: 'Start',
    pages: [{ path: 'index.html', title: 'What this is', source: 'site/index.md' }],
  },
  {
    title: 'Five concepts',
    pages: [
      tutorial('autograd', '1. Tensors and autograd'),
      tutorial('calling', '2. Calling a module'),
      tutorial('serialization', '3. Pickle and ONNX'),
      tutorial('interfaces', '4. Abstract base classes'),
      tutorial('secrets', '5. Environment and secrets'),
    ],
  },
  {
    title: 'The page',
    pages: [
      { path: 'page/tabs.html', title: 'What the tabs show', source: 'docs/TABS.md' },
      { path: 'page/training.html', title: 'A run under your hands', source: 'docs/TRAINING.md' },
      { path: 'page/onnx.html', title: 'ONNX models and pickles', source: 'docs/ONNX.md' },
    ],
  },
  {
    title: 'Embed it',
    pages: [
      { path: 'embed/index.html', title: 'Embedding', source: 'docs/EMBEDDING.md' },
      guide('html', 'Plain HTML'),
      guide('sphinx', 'Sphinx'),
      guide('mkdocs', 'MkDocs'),
      guide('docusaurus', 'Docusaurus'),
      guide('quarto', 'Quarto'),
    ],
  },
  {
    title: 'Write tutorials',
    pages: [
      { path: 'authors/index.html', title: 'For tutorial authors', source: 'site/authors.md' },
      { path: 'authors/check.html', title: 'Checking snippets', source: 'docs/CHECK.md' },
    ],
  },
  {
    title: 'Reference',
    pages: [
      { path: 'reference/operators.html', title: 'Operators' },
      { path: 'reference/layers.html', title: 'Layers' },
      { path: 'reference/support.html', title: 'What of PyTorch is there' },
      { path: 'reference/javascript.html', title: 'JavaScript', source: 'site/javascript.md' },
      { path: 'reference/numpy.html', title: 'NumPy', source: 'docs/NUMPY.md' },
      { path: 'reference/notebook.html', title: 'Notebook', source: 'site/notebook.md' },
      { path: 'reference/offline.html', title: 'Offline and installed', source: 'site/offline.md' },
    ],
  },
  {
    title: 'Inside',
    pages: [
      inside('ARCHITECTURE', 'Architecture'),
      inside('BUILD', 'Build'),
      inside('DEPENDENCIES', 'Dependencies'),
      inside('BENCHMARKS', 'Benchmarks'),
      inside('ONNX-CONFORMANCE', 'ONNX conformance'),
      inside('ROBUSTNESS', 'Malformed files'),
      inside('PYTORCH-TESTS', 'PyTorch’s own tests'),
      inside('FRESH-MACHINE', 'On a fresh machine'),
    ],
  },
];

export const PAGES: readonly Page[] = SECTIONS.flatMap(({ pages }) => pages);

/** From one page of the docs to another, or to a file of `dist/` (`../x`). */
export function relative(from: string, to: string): string {
  return '../'.repeat(from.split('/').length - 1) + to;
}
