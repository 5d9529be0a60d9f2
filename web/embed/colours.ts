import { tokens } from './tokens.ts';

/** The text as nodes, with a class on what has a colour. */
export function coloured(source: string): DocumentFragment {
  const out = document.createDocumentFragment();
  for (const [text, kind] of tokens(source)) {
    if (kind === '') out.append(text);
    else {
      const span = document.createElement('span');
      span.className = kind;
      span.textContent = text;
      out.append(span);
    }
  }
  return out;
}
