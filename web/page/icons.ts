/** Inline icons, drawn for this page on a 16-unit grid with a 1.5-unit stroke. */

import { el, svg } from './dom';

const PATHS = {
  run: 'M5 3.2v9.6a.6.6 0 0 0 .92.5l7.4-4.8a.6.6 0 0 0 0-1L5.92 2.7A.6.6 0 0 0 5 3.2Z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  back: 'M11.5 3.5 5.5 8l6 4.5ZM4 3.5v9',
  forward: 'M4.5 3.5l6 4.5-6 4.5ZM12 3.5v9',
  stop: 'M4.5 3.5h7a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Z',
  chevron: 'M4 6.5 8 10.5 12 6.5',
  sun: 'M8 5.2a2.8 2.8 0 1 1 0 5.6a2.8 2.8 0 0 1 0-5.6ZM8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M12.8 3.2l-1.1 1.1M4.3 11.7l-1.1 1.1',
  moon: 'M13.4 9.6A5.8 5.8 0 0 1 6.4 2.6a5.8 5.8 0 1 0 7 7Z',
  copy: 'M6 5.5h6.5v8H6zM3.5 10.5v-8H10',
  trash: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9M6.8 7v4M9.2 7v4',
  upload: 'M8 10.5v-8M4.8 5.5 8 2.3l3.2 3.2M2.8 10.5v3h10.4v-3',
  download: 'M8 2.5v8M4.8 7.5 8 10.7l3.2-3.2M2.8 10.5v3h10.4v-3',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  full: 'M9.5 2.5h4v4M13.5 2.5 9.5 6.5M6.5 13.5h-4v-4M2.5 13.5l4-4',
  edit: 'M3 13l.6-2.8 7.3-7.3a1 1 0 0 1 1.4 0l.8.8a1 1 0 0 1 0 1.4L5.8 12.4 3 13Z',
  search: 'M7 2.8a4.2 4.2 0 1 1 0 8.4a4.2 4.2 0 0 1 0-8.4ZM10 10l3.5 3.5',
  close: 'M4 4l8 8M12 4l-8 8',
  book: 'M8 4.2C6.6 3.1 4.7 2.8 2.5 3v9.4c2.2-.2 4.1.1 5.5 1.2 1.4-1.1 3.3-1.4 5.5-1.2V3C11.3 2.8 9.4 3.1 8 4.2Zm0 0v9.4',
  cap: 'M1.8 6.2 8 3.2l6.2 3L8 9.2ZM4.3 7.6v3.4c1.8 1.7 5.6 1.7 7.4 0V7.6M14.2 6.2v4',
  share:
    'M11 5.2a2 2 0 1 0 0-4a2 2 0 0 0 0 4ZM5 10a2 2 0 1 0 0-4a2 2 0 0 0 0 4ZM11 14.8a2 2 0 1 0 0-4a2 2 0 0 0 0 4ZM6.8 7.1l2.5-2.6M6.8 8.9l2.5 2.6',
  key: 'M5.2 10.8a2.6 2.6 0 1 0 0-5.2a2.6 2.6 0 0 0 0 5.2ZM7.8 8.2h6v2.4M11.4 8.2v2',
  open: 'M6.5 3.5h-3v9h9v-3M9 2.5h4.5V7M13.2 2.8 7.5 8.5',
} as const;

export type IconName = keyof typeof PATHS;
const FILLED: ReadonlySet<IconName> = new Set(['run', 'stop']);

/** An icon that takes the text's colour and is hidden from screen readers. */
export function icon(name: IconName): SVGSVGElement {
  const filled = FILLED.has(name);
  return svg(
    'svg',
    { viewBox: '0 0 16 16', class: 'icon', 'aria-hidden': 'true', focusable: 'false' },
    svg('path', {
      d: PATHS[name],
      fill: filled ? 'currentColor' : 'none',
      stroke: filled ? 'none' : 'currentColor',
      'stroke-width': 1.5,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
    }),
  );
}

/** A button that shows an icon alone; its label is its name and its tooltip. */
export function iconButton(name: IconName, label: string, act: () => void): HTMLButtonElement {
  return el(
    'button',
    {
      class: 'icon-button',
      title: label,
      attrs: { type: 'button', 'aria-label': label },
      on: { click: act },
    },
    icon(name),
  );
}
