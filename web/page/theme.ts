/** Light and dark: the system's choice until the reader makes one, which is then remembered. */

import { recall, remember } from './storage';

export type Theme = 'light' | 'dark';

const system = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<(theme: Theme) => void>();

export function currentTheme(): Theme {
  const forced = document.documentElement.dataset.theme;
  if (forced === 'light' || forced === 'dark') return forced;
  return system.matches ? 'dark' : 'light';
}

export function onThemeChange(listener: (theme: Theme) => void): void {
  listeners.add(listener);
}

function announce(): void {
  const theme = currentTheme();
  for (const listener of listeners) listener(theme);
}

/** Switch to the other theme; when that is what the system asks for, follow the system again. */
export function toggleTheme(): void {
  const next: Theme = currentTheme() === 'dark' ? 'light' : 'dark';
  const followsSystem = (next === 'dark') === system.matches;
  if (followsSystem) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  remember('theme', followsSystem ? 'system' : next);
  announce();
}

export function initTheme(): void {
  const saved = recall('theme');
  if (saved === 'light' || saved === 'dark') document.documentElement.dataset.theme = saved;
  system.addEventListener('change', announce);
}

/** The value of a CSS custom property, for canvases that cannot use `var()`. */
export function cssColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
