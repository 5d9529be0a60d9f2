/** A Markdown file of ours as the article of a page, with boxes in the place of its snippets. */
import path from 'node:path';
import { Marked } from 'marked';
import { type Aside, type Fenced, readText } from '../../cli/markdown.ts';
import { tokens } from '../../embed/tokens.ts';

export interface Heading {
  level: number;
  id: string;
  text: string;
}

export interface Article {
  title: string;
  /** The first paragraph, as text. */
  about: string;
  html: string;
  headings: Heading[];
  /** The text below each heading, for the search. */
  sections: { heading: Heading; text: string }[];
}

export const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const plain = (html: string): string =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim();

/** Code with the colours that a box has before it is used. */
function code(source: string, language: string): string {
  if (!/^(?:python|py|js|jsx|javascript|ts)$/.test(language)) return escapeHtml(source);
  return tokens(source)
    .map(([text, kind]) =>
      kind ? `<span class="${kind}">${escapeHtml(text)}</span>` : escapeHtml(text),
    )
    .join('');
}

// A block can be wider than its place: a region that scrolls must be reachable by keyboard.
export const pre = (source: string, language = ''): string =>
  `<pre tabindex="0"><code>${code(source.replace(/\n$/, ''), language)}</code></pre>`;

const figure = (kind: string, caption: string, inner: string): string =>
  `<figure class="${kind}"><figcaption>${escapeHtml(caption)}</figcaption>${inner}</figure>`;

/** A snippet as an element that can be run, and what it prints. */
function box(snippet: Fenced): string {
  const { language, source, runtime, setup, files, role, expected } = snippet;
  if (role === 'solution') {
    return `<details class="solution"><summary>One solution</summary>${pre(source, language)}</details>`;
  }
  const template = (attribute: string, text: string) =>
    `<template ${attribute}>${escapeHtml(text)}</template>`;
  const attributes = [
    language === 'javascript' ? ' lang="js"' : '',
    runtime ? ` runtime="${runtime}"` : '',
  ].join('');
  const parts = [
    setup === '' ? '' : template('data-setup', setup),
    role === 'exercise' && expected !== null ? template('data-expected', expected) : '',
    ...Object.entries(files).map(([name, text]) =>
      template(`data-file="${escapeHtml(name)}"`, `${text}\n`),
    ),
  ].join('');
  const element = `<grad-box${attributes}>${parts}\n${escapeHtml(source)}\n</grad-box>`;
  if (expected === null) return element;
  const caption = role === 'exercise' ? 'It should print' : 'It prints';
  return `${element}${figure('prints', caption, pre(expected))}`;
}

const aside = ({ kind, name, language, text }: Aside): string =>
  kind === 'hidden' ? '' : figure('file', name, pre(text, language));

/** The text with a mark in the place of every snippet that is shown in a box, and the boxes. */
function withBoxes(markdown: string): { text: string; boxes: string[] } {
  const { snippets, asides } = readText(markdown);
  const places = [
    ...snippets.filter(({ skip }) => !skip).map((one) => ({ ...one, html: box(one) })),
    ...asides.map((one) => ({ ...one, html: aside(one) })),
  ].sort((a, b) => a.line - b.line);
  const lines = markdown.split(/\r?\n/);
  const out: string[] = [];
  let at = 0;
  places.forEach((place, i) => {
    out.push(...lines.slice(at, place.line - 2), '', `<div data-box="${i}"></div>`, '');
    at = place.end - 1;
  });
  out.push(...lines.slice(at));
  return { text: out.join('\n'), boxes: places.map(({ html }) => html) };
}

export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}

/**
 * @param link gives the address of a link's target, or throws when there is none
 */
export function render(markdown: string, link: (href: string) => string): Article {
  const { text, boxes } = withBoxes(markdown);
  const headings: Heading[] = [];
  const marked = new Marked({
    renderer: {
      heading({ tokens: inner, depth }) {
        const html = this.parser.parseInline(inner);
        const words = plain(html);
        let id = slugOf(words);
        for (let i = 2; headings.some((heading) => heading.id === id); i++) {
          id = `${slugOf(words)}-${i}`;
        }
        headings.push({ level: depth, id, text: words });
        if (depth === 1) return `<h1 id="${id}">${html}</h1>\n`;
        return `<h${depth} id="${id}">${html} <a class="anchor" href="#${id}" aria-label="Link to ${escapeHtml(words)}">#</a></h${depth}>\n`;
      },
      code({ text: source, lang }) {
        return pre(source, (lang ?? '').split(/[\s{]/)[0]!);
      },
      link({ href, tokens: inner }) {
        const target = /^(?:[a-z]+:|#)/.test(href) ? href : link(href);
        return `<a href="${escapeHtml(target)}">${this.parser.parseInline(inner)}</a>`;
      },
      table(token) {
        const cells = (row: typeof token.header, tag: string) =>
          row
            .map(
              ({ tokens: inner, align }) =>
                `<${tag}${align ? ` style="text-align: ${align}"` : ''}>${this.parser.parseInline(inner)}</${tag}>`,
            )
            .join('');
        const body = token.rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
        return `<div class="table" tabindex="0"><table><thead><tr>${cells(token.header, 'th')}</tr></thead><tbody>${body}</tbody></table></div>\n`;
      },
    },
  });
  const rendered = marked.parse(text, { async: false });
  const html = rendered.replace(
    /<div data-box="(\d+)"><\/div>/g,
    (_, i: string) => boxes[Number(i)]!,
  );
  const [first] = headings;
  if (first?.level !== 1) throw new Error('the text has no title');
  return {
    title: first.text,
    about: plain(/<p>([\s\S]*?)<\/p>/.exec(rendered)?.[1] ?? ''),
    html,
    headings,
    sections: sectionsOf(rendered, headings),
  };
}

function sectionsOf(html: string, headings: Heading[]): Article['sections'] {
  const parts = html.split(/<h[1-6] id="[^"]*">[\s\S]*?<\/h[1-6]>/).slice(1);
  return headings.map((heading, i) => ({ heading, text: plain(parts[i] ?? '') }));
}

/** The page of the docs that a Markdown link means. @throws Error when there is none. */
export function linkTo(
  source: string,
  pages: readonly { path: string; source?: string }[],
  to: (page: string) => string,
): (href: string) => string {
  return (href) => {
    const [file = '', hash] = href.split('#');
    if (!file.endsWith('.md')) return href;
    const wanted = path.posix.join(path.posix.dirname(source), file);
    const page = pages.find((page) => page.source === wanted);
    if (!page) throw new Error(`${source}: ${href} is no page of the docs`);
    return to(page.path) + (hash ? `#${hash}` : '');
  };
}
