/**
 * Markdown as nodes. Notebooks come from anywhere, so nothing of their text is ever read as HTML:
 * each token becomes an element that is made here, and addresses are those of the web alone.
 */
import { el } from '@page/dom';
import { lexer, type Token, type Tokens } from 'marked';

export function markdown(text: string): Node[] {
  return blocks(lexer(text));
}

const blocks = (tokens: readonly Token[]): Node[] => tokens.flatMap(block);

function block(token: Token): Node[] {
  switch (token.type) {
    case 'heading': {
      // The page has its own h1.
      const level = Math.min((token as Tokens.Heading).depth + 1, 6);
      return [el(`h${level}` as 'h2', {}, ...inlines(token))];
    }
    case 'paragraph':
      return [el('p', {}, ...inlines(token))];
    case 'text':
      return inlines(token);
    case 'code':
      return [el('pre', { attrs: { tabindex: '0' } }, el('code', { text: token.text }))];
    case 'blockquote':
      return [el('blockquote', {}, ...blocks(token.tokens ?? []))];
    case 'list': {
      const { ordered, items } = token as Tokens.List;
      const nodes = items.map((item) => el('li', {}, ...blocks(item.tokens)));
      return [el(ordered ? 'ol' : 'ul', {}, ...nodes)];
    }
    case 'hr':
      return [el('hr')];
    case 'table': {
      const { header, rows } = token as Tokens.Table;
      const row = (cells: Tokens.TableCell[], tag: 'th' | 'td') =>
        el('tr', {}, ...cells.map((cell) => el(tag, {}, ...cell.tokens.flatMap(inline))));
      const head = el('thead', {}, row(header, 'th'));
      const body = el('tbody', {}, ...rows.map((cells) => row(cells, 'td')));
      return [el('div', { class: 'table', attrs: { tabindex: '0' } }, el('table', {}, head, body))];
    }
    case 'html':
      return [el('pre', {}, el('code', { text: token.text }))];
    default:
      return [];
  }
}

/** What is inside; a text token without parts is its own text. */
const inlines = (token: Token): Node[] =>
  'tokens' in token && token.tokens
    ? token.tokens.flatMap(inline)
    : [new Text('text' in token ? token.text : token.raw)];

function inline(token: Token): Node[] {
  switch (token.type) {
    case 'strong':
    case 'em':
    case 'del':
      return [el(token.type, {}, ...inlines(token))];
    case 'codespan':
      return [el('code', { text: token.text })];
    case 'br':
      return [el('br')];
    case 'link': {
      const { href } = token as Tokens.Link;
      if (!/^(?:https?:\/\/|mailto:)/i.test(href)) return inlines(token);
      const attrs = { href, target: '_blank', rel: 'noopener noreferrer' };
      return [el('a', { attrs }, ...inlines(token))];
    }
    case 'image':
      // Nothing is fetched from elsewhere; what was meant to be seen can be read.
      return [el('em', { text: `[image: ${token.text || token.href}]` })];
    case 'escape':
    case 'text':
      return inlines(token);
    default:
      return [new Text(token.raw)];
  }
}
