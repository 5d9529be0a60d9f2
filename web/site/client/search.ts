/** The search: an index of all sections, fetched when the field is first used. */
import { el } from '@page/dom';
import type { Entry } from '../generate/site.ts';
import { search } from './rank.ts';

const MOST = 12;
/** Characters of text shown around what was found. */
const AROUND = 60;

export function initSearch(docs: string): void {
  const field = document.getElementById('search') as HTMLInputElement;
  const list = document.getElementById('results')!;
  let index: Promise<Entry[]> | undefined;
  let chosen = -1;

  const load = () => {
    index ??= fetch(`${docs}search.json`).then((response) => {
      if (!response.ok) throw new Error(String(response.status));
      return response.json() as Promise<Entry[]>;
    });
    index.catch(() => {
      index = undefined;
    });
    return index;
  };

  const close = () => {
    list.hidden = true;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
    chosen = -1;
  };

  const choose = (next: number) => {
    const items = [...list.querySelectorAll('[role=option]')];
    if (items.length === 0) return;
    chosen = (next + items.length) % items.length;
    items.forEach((item, i) => {
      item.setAttribute('aria-selected', String(i === chosen));
    });
    items[chosen]!.scrollIntoView({ block: 'nearest' });
    field.setAttribute('aria-activedescendant', items[chosen]!.id);
  };

  const show = async () => {
    const { value } = field;
    if (!value.trim()) return close();
    let found: Entry[];
    try {
      found = search(await load(), value).slice(0, MOST);
    } catch {
      list.replaceChildren(
        el('li', {
          class: 'none',
          text: 'The index could not be loaded.',
          attrs: { role: 'none' },
        }),
      );
      list.hidden = false;
      return;
    }
    if (field.value !== value) return;
    list.replaceChildren(...found.map((entry, i) => item(entry, i, value)));
    if (found.length === 0) {
      list.append(el('li', { class: 'none', text: 'Nothing found.', attrs: { role: 'none' } }));
    }
    list.hidden = false;
    field.setAttribute('aria-expanded', 'true');
    chosen = -1;
    if (found.length > 0) choose(0);
  };

  const item = (entry: Entry, i: number, query: string) =>
    el(
      'li',
      {
        attrs: { role: 'option', id: `result-${i}`, 'aria-selected': 'false' },
        on: { click: () => location.assign(docs + entry.u) },
      },
      el('strong', { text: entry.h }),
      entry.h === entry.p ? null : el('small', { text: entry.p }),
      el('span', { text: around(entry.t, query) }),
    );

  field.addEventListener('focus', () => void load().catch(() => {}));
  field.addEventListener('input', () => void show());
  field.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') choose(chosen + 1);
    else if (event.key === 'ArrowUp') choose(chosen - 1);
    else if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && chosen >= 0) {
      (list.querySelectorAll<HTMLElement>('[role=option]')[chosen] as HTMLElement).click();
    } else return;
    event.preventDefault();
  });
  // A click on a result comes after the field has lost the focus.
  field.addEventListener('blur', () => setTimeout(close, 200));
  document.addEventListener('keydown', (event) => {
    const { target } = event;
    const typing =
      target instanceof HTMLElement &&
      (target.matches('input, textarea, select, grad-box') || target.isContentEditable);
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    field.focus();
  });
}

function around(text: string, query: string): string {
  const [word = ''] = query.toLowerCase().split(/\s+/).filter(Boolean);
  const at = Math.max(0, text.toLowerCase().indexOf(word) - AROUND / 2);
  const part = text.slice(at, at + 2 * AROUND);
  return (at > 0 ? '…' : '') + part + (at + part.length < text.length ? '…' : '');
}
