/** The frame around every page of the docs: header, navigation, contents, what comes next. */
import { PAGES, type Page, relative, SECTIONS } from '../nav.ts';
import { type Article, escapeHtml } from './render.ts';

/** The playground's, and boxes besides: they put styles of their own into their roots. */
const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; object-src 'none'";

const MARK = `<svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true"><rect class="brand-box" x="1" y="1" width="30" height="30" rx="8"/><path class="brand-curve" d="M7 8c2.2 8.6 5.4 13.4 9.6 14.4 3 .7 5.8-.6 8.4-3.4"/><circle class="brand-dot" cx="16.6" cy="22.4" r="3.1"/></svg>`;

function navigation(page: Page): string {
  return SECTIONS.map(({ title, pages }) => {
    const items = pages.map((one) => {
      const current = one === page ? ' aria-current="page"' : '';
      return `<li><a href="${relative(page.path, one.path)}"${current}>${escapeHtml(one.title)}</a></li>`;
    });
    return `<h2>${escapeHtml(title)}</h2><ul>${items.join('')}</ul>`;
  }).join('\n');
}

function contents({ headings }: Article): string {
  const shown = headings.filter(({ level }) => level === 2 || level === 3);
  if (shown.length < 2) return '';
  const items = shown.map(
    ({ level, id, text }) =>
      `<li class="level-${level}"><a href="#${id}">${escapeHtml(text)}</a></li>`,
  );
  return `<nav class="contents" aria-label="On this page"><h2>On this page</h2><ul>${items.join('')}</ul></nav>`;
}

function neighbours(page: Page): string {
  const at = PAGES.indexOf(page);
  const link = (other: Page | undefined, rel: string, word: string) =>
    other
      ? `<a rel="${rel}" href="${relative(page.path, other.path)}"><small>${word}</small>${escapeHtml(other.title)}</a>`
      : '<span></span>';
  return `<nav class="neighbours" aria-label="Neighbouring pages">${link(PAGES[at - 1], 'prev', 'Before')}${link(PAGES[at + 1], 'next', 'Next')}</nav>`;
}

export function pageHtml(page: Page, article: Article): string {
  // From dist/docs/x to dist/docs/ and to dist/.
  const docs = relative(page.path, '');
  const root = `../${docs}`;
  const boxes = article.html.includes('<grad-box')
    ? `\n    <script src="${root}grad-box.js" defer></script>`
    : '';
  const about = article.about.slice(0, 300);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="description" content="${escapeHtml(about)}">
    <meta http-equiv="Content-Security-Policy" content="${POLICY}">
    <title>${escapeHtml(article.title)} · Gradbox</title>
    <link rel="icon" href="${root}icon.svg" type="image/svg+xml">
    <link rel="manifest" href="${root}manifest.webmanifest">
    <link rel="stylesheet" href="${docs}docs.css">
    <script type="module" src="${docs}docs.js"></script>${boxes}
  </head>
  <body data-docs="${docs || './'}">
    <a class="skip" href="#article">Skip to the text</a>
    <header class="bar">
      <a class="brand" href="${docs}index.html" aria-label="Gradbox docs">${MARK}<span>Gradbox <small>docs</small></span></a>
      <span class="spacer"></span>
      <div class="search" role="search">
        <input id="search" type="search" placeholder="Search" aria-label="Search the docs" autocomplete="off" spellcheck="false" role="combobox" aria-expanded="false" aria-controls="results" aria-autocomplete="list">
        <ul id="results" role="listbox" aria-label="Results" hidden></ul>
      </div>
      <a class="button" id="notebook" href="${root}notebook.html">Notebook</a>
      <a class="button" href="${root}index.html">Playground</a>
      <button id="theme" class="icon-button" type="button"></button>
    </header>
    <div class="columns">
      <details class="menu" id="menu">
        <summary>All pages</summary>
        <nav class="pages" aria-label="Docs">
${navigation(page)}
        </nav>
      </details>
      <main id="article" tabindex="-1">
        <article>
${article.html}
        </article>
        ${neighbours(page)}
      </main>
      ${contents(article)}
    </div>
  </body>
</html>
`;
}
