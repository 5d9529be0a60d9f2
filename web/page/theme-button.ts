/** The button that switches between light and dark, on every page of ours. */

import { icon } from './icons';
import { currentTheme, onThemeChange, toggleTheme } from './theme';

export function initThemeButton(button: HTMLElement): void {
  const show = () => {
    const next = currentTheme() === 'dark' ? 'light' : 'dark';
    button.replaceChildren(icon(next === 'light' ? 'sun' : 'moon'));
    button.title = `Switch to ${next} mode`;
    button.setAttribute('aria-label', button.title);
  };
  button.addEventListener('click', toggleTheme);
  onThemeChange(show);
  show();
}
