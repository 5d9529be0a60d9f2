/** What the docs' pages do themselves: theme, search, the filter of the reference, copying code. */
import '@page/styles/tokens.css';
import './docs.css';
import { el } from '@page/dom';
import { icon } from '@page/icons';
import { currentTheme, initTheme, onThemeChange, toggleTheme } from '@page/theme';
import { initOffline } from '../../offline/register.ts';
import { initFilter } from './filter.ts';
import { initSearch } from './search.ts';

initTheme();

const themeButton = document.getElementById('theme')!;
function showTheme(): void {
  const theme = currentTheme();
  const next = theme === 'dark' ? 'light' : 'dark';
  themeButton.replaceChildren(icon(next === 'light' ? 'sun' : 'moon'));
  themeButton.title = `Switch to ${next} mode`;
  themeButton.setAttribute('aria-label', themeButton.title);
  // Boxes follow the system by themselves, and this page's reader may have chosen otherwise.
  for (const box of document.querySelectorAll<HTMLElement>('grad-box')) box.dataset.theme = theme;
}
themeButton.addEventListener('click', toggleTheme);
onThemeChange(showTheme);
showTheme();

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
