/** The docs, whole: reads Markdown and registry, gives the files of `dist/docs/` by their path. */
import { readFileSync } from 'node:fs';
import { at } from '../../vite.common.ts';
import { PAGES, type Page, relative } from '../nav.ts';
import { pageHtml } from './page.ts';
import {
  layersArticle,
  operatorsArticle,
  readRegistry,
  readSupport,
  support,
} from './reference.ts';
import { type Article, linkTo, render } from './render.ts';

/** What the search knows of a section; short names, because there are many. */
export interface Entry {
  /** Address below `docs/`. */
  u: string;
  /** Title of the page. */
  p: string;
  /** Heading. */
  h: string;
  /** The beginning of its text. */
  t: string;
}

/** Enough of a section to be found by. */
const SEARCHED = 1200;

export async function siteFiles(): Promise<Record<string, string>> {
  const articles = await allArticles();
  const files: Record<string, string> = {};
  const entries: Entry[] = [];
  for (const [page, article] of articles) {
    files[page.path] = pageHtml(page, article);
    for (const { heading, text } of article.sections) {
      const hash = heading.level === 1 ? '' : `#${heading.id}`;
      entries.push({
        u: page.path + hash,
        p: article.title,
        h: heading.text,
        t: text.slice(0, SEARCHED),
      });
    }
  }
  checkAnchors(articles, files);
  files['search.json'] = JSON.stringify(entries);
  return files;
}

async function allArticles(): Promise<Map<Page, Article>> {
  const registry = await readRegistry();
  const found = await readSupport();
  const generated: Record<string, () => Article> = {
    'reference/operators.html': () => operatorsArticle(registry),
    'reference/layers.html': () => layersArticle(registry),
    'reference/support.html': () => support(found),
  };
  return new Map(
    PAGES.map((page) => {
      const { source, path } = page;
      if (!source) return [page, generated[path]!()];
      const link = linkTo(source, PAGES, (to) => relative(path, to));
      try {
        return [page, render(readFileSync(at('web', source), 'utf8'), link)];
      } catch (error) {
        throw new Error(`web/${source}: ${(error as Error).message}`);
      }
    }),
  );
}

/** @throws Error when a link names a place that its page hasn't got. */
function checkAnchors(articles: Map<Page, Article>, files: Record<string, string>): void {
  for (const [{ path, source }, { html }] of articles) {
    for (const [, href] of html.matchAll(/<a href="([^"]*#[^"]+)"/g)) {
      if (/^[a-z]+:/.test(href!)) continue;
      const { pathname, hash } = new URL(href!, `http://docs/${path}`);
      const target = files[pathname.slice(1)];
      if (target === undefined) continue;
      const id = decodeURIComponent(hash.slice(1));
      if (!target.includes(` id="${id}"`)) {
        throw new Error(`web/${source}: ${href} names a place that isn't there`);
      }
    }
  }
}
