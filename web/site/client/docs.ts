/** What the docs' pages do themselves: theme, search, the filter of the reference, copying code. */
import '@page/styles/tokens.css';
import '@page/styles/brand.css';
import '@page/styles/syntax.css';
import './docs.css';
import { el } from '@page/dom';
import { icon } from '@page/icons';
import { currentTheme, initTheme, onThemeChange, type Theme } from '@page/theme';
import { initThemeButton } from '@page/theme-button';
import { initOffline } from '../../offline/register.ts';
import { initFilter } from './filter.ts';
import { initSearch } from './search.ts';

initTheme();

initThemeButton(document.getElementById('theme')!);

/** Boxes follow the system by themselves, and this page's reader may have chosen otherwise. */
function themeBoxes(theme: Theme): void {
  for (const box of document.querySelectorAll<HTMLElement>('grad-box')) box.dataset.theme = theme;
}
onThemeChange(themeBoxes);
themeBoxes(currentTheme());

/** Beside the text when there is room for it, folded above it when not. */
const wide = matchMedia('(min-width: 900px)');
const menu = document.getElementById('menu') as HTMLDetailsElement;
function unfold(): void {
  menu.open = wide.matches;
}
wide.addEventListener('change', unfold);
unfold();
menu.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });

for (const pre of document.querySelectorAll<HTMLElement>('article pre')) {
  if (pre.closest('figure.prints, .entry')) continue;
  const button = el('button', {
    class: 'copy',
    title: 'Copy',
    attrs: { type: 'button', 'aria-label': 'Copy this code' },
    on: {
      click: () => {
        navigator.clipboard.writeText(pre.textContent ?? '').then(
          () => button.classList.add('is-done'),
          () => {},
        );
      },
    },
  });
  button.append(icon('copy'));
  const frame = el('div', { class: 'code-frame' });
  pre.replaceWith(frame);
  frame.append(pre, button);
}

const docs = document.body.dataset.docs!;
initSearch(docs);
initOffline(`${docs}../`);
initFilter();
