/** Share and save: a link, downloads, and snippets under names. */
import type { Language, RuntimeChoice, RuntimeName } from '@runtime/protocol';
import { button, openDialog } from './dialogs';
import { el, formatBytes, saveBlob, saveBytes } from './dom';
import { toNotebook } from './export';
import { offlinePage } from './offline';
import { deleteSnippet, type Saved, savedSnippets, saveSnippet } from './saved';
import { encodeShared, filesToShare, MAX_FILES } from './share';

/** A file is no address: it may be longer. */
const MAX_PAGE_FILES = 20_000_000;

export interface ShareSource {
  source: string;
  stem: string;
  language: Language;
  runtime: RuntimeChoice;
  files: Record<string, Uint8Array>;
  /** What the console shows. */
  output: string;
  /** The runtime of the last run. */
  ranOn: RuntimeName | null;
}

export function openShareDialog(from: ShareSource, onOpen: (saved: Saved) => void): void {
  const said = el('p', { class: 'dialog-note', attrs: { role: 'status' } });
  const say = (text: string) => {
    said.textContent = text;
  };
  const save = (name: string, text: string, type: string) => {
    saveBytes(name, new TextEncoder().encode(text), type);
    say(`${name} was saved.`);
  };
  const { source, stem, language, output } = from;
  const ending = language === 'python' ? '.py' : '.js';

  const dialog = openDialog(
    'Share and save',
    el('h3', { text: 'Link' }),
    el('p', { text: 'The whole snippet is in the link. It never runs by itself.' }),
    el('div', { class: 'dialog-row' }, linkField(from, say)),
    el('h3', { text: 'Download' }),
    el(
      'div',
      { class: 'dialog-row' },
      button(`${stem}${ending}`, () => save(stem + ending, source, 'text/plain')),
      button('Notebook', () =>
        save(`${stem}.ipynb`, toNotebook(source, language, output), 'application/x-ipynb+json'),
      ),
      button('Web page', () => void savePage(from, say)),
    ),
    el('p', { text: 'The web page is one file that runs by itself, also without a network.' }),
    el('h3', { text: 'Saved in this browser' }),
    savedList(from, say, (saved) => {
      dialog.close();
      onOpen(saved);
    }),
    said,
  );
}

async function savePage(from: ShareSource, say: (text: string) => void): Promise<void> {
  const { source, stem, language, runtime, output } = from;
  const { shared, left } = filesToShare(from.files, MAX_PAGE_FILES);
  const cpython = runtime === 'cpython' || (from.ranOn === 'cpython' && runtime === 'auto');
  say('Packing…');
  try {
    const page = await offlinePage({
      title: stem,
      source,
      language,
      runtime,
      output,
      files: shared,
      cpython,
    });
    saveBlob(`${stem}.html`, page);
    const without = left.length > 0 ? ` Not in it: ${left.join(', ')}.` : '';
    const python = cpython ? ', with CPython' : '';
    say(`${stem}.html was saved (${formatBytes(page.size)}${python}).${without}`);
  } catch (error) {
    say(`The page could not be made: ${(error as Error).message}`);
  }
}

function linkField(
  { source, stem, runtime, files }: ShareSource,
  say: (text: string) => void,
): Node {
  const field = el('input', {
    class: 'field',
    attrs: { readonly: '', 'aria-label': 'Link', id: 'share-link' },
  });
  const { shared, left } = filesToShare(files);
  if (left.length > 0) {
    say(
      `Not in the link: ${left.join(', ')}. Secrets stay here, and files fit up to ${formatBytes(MAX_FILES)} together.`,
    );
  }
  void encodeShared({ source, stem, runtime, files: shared }).then((hash) => {
    field.value = new URL(`./#${hash}`, document.baseURI).href;
  });
  const copy = button('Copy link', () => {
    navigator.clipboard.writeText(field.value).then(
      () => say('The link was copied.'),
      () => {
        field.select();
        say('The browser refused to copy: the link is selected.');
      },
    );
  });
  return el('span', { class: 'dialog-row' }, field, copy);
}

function savedList(
  { source, stem, runtime }: ShareSource,
  say: (text: string) => void,
  onOpen: (saved: Saved) => void,
): Node {
  const list = el('ul', { class: 'dialog-list' });
  const name = el('input', { class: 'field', attrs: { 'aria-label': 'Name', maxlength: '60' } });
  name.value = stem;
  const show = () => {
    const items = savedSnippets().map((saved) =>
      el(
        'li',
        {},
        button(saved.name, () => onOpen(saved), 'link-button'),
        button('Delete', () => {
          deleteSnippet(saved.name);
          show();
        }),
      ),
    );
    if (items.length === 0) items.push(el('li', { text: 'None yet.' }));
    list.replaceChildren(...items);
  };
  const save = button('Save', () => {
    const title = name.value.trim();
    if (title === '') say('Give it a name first.');
    else if (saveSnippet({ name: title, source, runtime })) say(`“${title}” was saved.`);
    else say('The browser keeps no more: delete one, or download it.');
    show();
  });
  show();
  return el('div', {}, el('div', { class: 'dialog-row' }, name, save), list);
}
