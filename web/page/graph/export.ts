/**
 * The drawn graph as a picture that stands alone. Outside of the page there is no style sheet, so
 * every element carries the look that it has on screen, in the theme of the moment.
 */

import { svg } from '../dom';
import { arrowHead } from './draw';
import type { LayoutReply } from './layout-messages';

const LOOK = [
  'fill',
  'stroke',
  'stroke-width',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
] as const;

function copyLook(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of LOOK) to.setAttribute(name, style.getPropertyValue(name));
  to.removeAttribute('class');
}

/**
 * `shown` is the group on screen that holds edges and nodes, all of them drawn; `layout` gives the
 * picture's size. Returns the text of an SVG file.
 */
export function graphSvg(shown: SVGGElement, layout: LayoutReply, background: string): string {
  const { width, height } = layout;
  const group = shown.cloneNode(true) as SVGGElement;
  // Neither where the reader looks nor what they chose belongs to the picture.
  group.removeAttribute('transform');
  const live = shown.querySelectorAll('path, rect, text');
  group.querySelectorAll('path, rect, text').forEach((copy, i) => {
    const from = live[i];
    if (from) copyLook(from, copy);
  });
  const defs = arrowHead();
  const head = defs.querySelector('path');
  const liveHead = shown.ownerSVGElement?.querySelector('marker path');
  if (head && liveHead) copyLook(liveHead, head);
  const picture = svg(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width, height },
    svg('rect', { width, height, fill: background }),
    defs,
    group,
  );
  return `${new XMLSerializer().serializeToString(picture)}\n`;
}

/** A canvas may not be larger, in pixels of a side and in all. */
const LARGEST_SIDE = 16_000;
const LARGEST_AREA = 60_000_000;

/** The same picture as PNG, at twice its size where a canvas allows. */
export async function graphPng(text: string, { width, height }: LayoutReply): Promise<Uint8Array> {
  const scale = Math.min(
    2,
    LARGEST_SIDE / Math.max(width, height),
    Math.sqrt(LARGEST_AREA / (width * height)),
  );
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => {
    canvas.toBlob(done, 'image/png');
  });
  if (!blob) throw new Error('the picture is too large for this browser');
  return new Uint8Array(await blob.arrayBuffer());
}
