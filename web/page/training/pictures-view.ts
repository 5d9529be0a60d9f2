/** What the models in training make of their data, as pictures with a text to each. */

import type { PictureRecord, TilesRecord } from '@runtime/protocol';
import { el, formatCount, formatNumber } from '../dom';
import { invalidate } from '../frames';
import { onThemeChange } from '../theme';
import {
  colourOf,
  drawLine,
  drawMark,
  drawPlane,
  type LineRecord,
  type PlaneRecord,
  scaleOf,
  twoTargets,
  under,
} from './plane';
import { drawTiles } from './tiles';

type ImageRecord = Extract<PictureRecord, { kind: 'image' }>;

/** Models that are shown: the latest. */
const MOST = 3;
const MOST_IN_LEGEND = 8;

interface Card {
  root: HTMLElement;
  title: HTMLElement;
  note: HTMLElement;
  stage: HTMLElement;
  legend: HTMLElement;
  /** What the stage was built for. */
  form: string;
  picture: PictureRecord;
}

export class PicturesView {
  readonly root = el('div', {
    class: 'pv',
    attrs: { tabindex: '0', role: 'region', 'aria-label': 'What the model makes of the data' },
  });
  private readonly cards = new Map<number, Card>();
  private stale = false;

  constructor() {
    const again = () => {
      this.stale = true;
      invalidate(this.redraw);
    };
    onThemeChange(again);
    new ResizeObserver(again).observe(this.root);
  }

  get size(): number {
    return this.cards.size;
  }

  clear(): void {
    this.cards.clear();
    this.root.replaceChildren();
  }

  add(pictures: readonly PictureRecord[]): void {
    for (const picture of pictures) {
      let card = this.cards.get(picture.id);
      if (!card) {
        card = makeCard(picture);
        this.cards.set(picture.id, card);
        this.root.append(card.root);
      }
      card.picture = picture;
      for (const [id, { root }] of this.cards) {
        if (this.cards.size <= MOST) break;
        this.cards.delete(id);
        root.remove();
      }
    }
    this.stale = true;
  }

  /** Draws what has changed, if there is room. */
  draw(): void {
    if (!this.stale || this.root.clientWidth === 0) return;
    this.stale = false;
    for (const card of this.cards.values()) drawCard(card);
  }

  private readonly redraw = (): undefined => {
    this.draw();
  };
}

function makeCard(picture: PictureRecord): Card {
  const title = el('strong');
  const note = el('span', { class: 'pv-note' });
  const stage = el('div', { class: 'pv-stage' });
  const legend = el('div', { class: 'pv-legend' });
  const root = el('figure', { class: 'pv-card' }, el('figcaption', {}, title, note), stage, legend);
  return { root, title, note, stage, legend, form: '', picture };
}

function drawCard(card: Card): void {
  const { picture } = card;
  card.title.textContent = picture.model || 'The model';
  if (picture.kind === 'plane') drawPlaneCard(card, picture);
  else if (picture.kind === 'line') drawLineCard(card, picture);
  else drawImageCard(card, picture);
}

/** The one canvas of a card whose picture fills it. */
function canvasOf(card: Card, form: string): HTMLCanvasElement {
  if (card.form !== form) {
    card.form = form;
    const canvas = el('canvas', { class: `pv-canvas is-${form}`, attrs: { role: 'img' } });
    card.stage.replaceChildren(canvas);
    if (form === 'plane') {
      canvas.addEventListener('pointermove', (event) => {
        if (card.picture.kind === 'plane') readOut(card, card.picture, canvas, event);
      });
      canvas.addEventListener('pointerleave', () => drawCard(card));
    }
  }
  return card.stage.firstElementChild as HTMLCanvasElement;
}

function drawPlaneCard(card: Card, plane: PlaneRecord): void {
  const canvas = canvasOf(card, 'plane');
  drawPlane(canvas, plane);
  card.note.textContent = planeTitle(plane);
  canvas.setAttribute('aria-label', planeText(plane));
  drawLegend(card, plane);
}

const planeTitle = (plane: PlaneRecord) =>
  plane.shows === 'class'
    ? `regions of ${plane.classes} classes`
    : plane.shows === 'probability'
      ? 'probability, and where it is one half'
      : twoTargets(plane)
        ? 'output, and where it is half way'
        : 'output';

/** What the picture shows, in words. */
export function planeText(plane: PlaneRecord): string {
  const { cells, points, x, y } = plane;
  const range = ([low, high]: number[]) => `${formatNumber(low, 3)} to ${formatNumber(high, 3)}`;
  const where = `over the first feature from ${range(x)} and the second from ${range(y)}`;
  const count = `${formatCount(points.x.length)} points of data`;
  if (plane.shows === 'class') {
    const shares = Array.from({ length: plane.classes }, (_, k) => {
      const share = cells.filter((cell) => cell === k).length / cells.length;
      return share > 0 ? `class ${k} ${Math.round(share * 100)}%` : '';
    });
    return `Regions of classes ${where}: ${shares.filter((s) => s).join(', ')}; ${count}`;
  }
  const [low, high] = scaleOf(plane);
  const middle = (low + high) / 2;
  const above = cells.filter((cell) => cell !== null && cell > middle).length / cells.length;
  const what = plane.shows === 'probability' ? 'Probability' : 'Output';
  return `${what} ${where}: above ${formatNumber(middle, 3)} on ${Math.round(above * 100)}% of it; ${count}`;
}

function drawLegend(card: Card, plane: PlaneRecord): void {
  const two = plane.shows === 'class' ? null : twoTargets(plane);
  const names =
    plane.shows === 'class'
      ? Array.from({ length: Math.min(plane.classes, MOST_IN_LEGEND) }, (_, k) => `class ${k}`)
      : two
        ? two.map((target) => `target ${formatNumber(target)}`)
        : scaleOf(plane).map((end) => formatNumber(end, 3));
  const key = `${plane.shows}|${names.join('|')}`;
  const marks = plane.shows === 'class' || two !== null;
  if (card.legend.dataset.key !== key) {
    card.legend.dataset.key = key;
    card.legend.replaceChildren(
      ...names.map((name, index) => {
        const sign = el('canvas', { class: 'pv-mark', attrs: { 'aria-hidden': 'true' } });
        const swatch = el('span', { class: 'pv-swatch' });
        swatch.style.background = `var(${colourOf(index)})`;
        return el('span', { class: 'pv-key' }, marks ? sign : swatch, name);
      }),
    );
  }
  card.legend.querySelectorAll('canvas').forEach(drawMark);
}

function readOut(card: Card, plane: PlaneRecord, canvas: HTMLCanvasElement, event: PointerEvent) {
  const at = under(canvas, plane, event);
  if (!at) {
    card.note.textContent = planeTitle(plane);
    return;
  }
  const value = plane.cells[at.cell];
  const says =
    plane.shows === 'class'
      ? `class ${value}, ${plane.sure[at.cell] ?? '?'}%`
      : formatNumber(value, 3);
  card.note.textContent = `(${formatNumber(at.x, 3)}, ${formatNumber(at.y, 3)}): ${says}`;
}

function drawLineCard(card: Card, line: LineRecord): void {
  const canvas = canvasOf(card, 'line');
  drawLine(canvas, line);
  const what =
    line.shows === 'class'
      ? 'probability of each class'
      : line.shows === 'probability'
        ? 'probability'
        : 'output';
  card.note.textContent = `${what} against the input`;
  const ends = line.outputs.map((output) => {
    const end = (i: number) => formatNumber(output.at(i) ?? Number.NaN, 3);
    return `from ${end(0)} to ${end(-1)}`;
  });
  const range = `${formatNumber(line.x[0], 3)} to ${formatNumber(line.x.at(-1), 3)}`;
  canvas.setAttribute(
    'aria-label',
    `The ${what} ${ends.join(', ')} for inputs from ${range}; ${formatCount(line.points.x.length)} points of data`,
  );
}

function drawImageCard(card: Card, picture: ImageRecord): void {
  const form = `image ${picture.layers.map(({ name, filters, maps }) => `${name} ${!!filters} ${!!maps}`).join()}`;
  if (card.form !== form) {
    card.form = form;
    card.stage.replaceChildren(...rowsOf(picture));
  }
  const guess = picture.predicted === null ? '' : `, taken for class ${picture.predicted}`;
  card.note.textContent =
    picture.target === null
      ? `one image of the data${guess}`
      : `one image of class ${picture.target}${guess}`;
  const sets = [
    picture.image,
    ...picture.layers.flatMap(({ filters, maps }) => [filters, maps]),
  ].filter((tiles): tiles is TilesRecord => tiles !== null);
  card.stage.querySelectorAll('canvas').forEach((canvas, i) => {
    const tiles = sets[i];
    if (!tiles) return;
    drawTiles(canvas, tiles);
    const what = canvas.dataset.what ?? '';
    canvas.setAttribute(
      'aria-label',
      `${what}: ${tiles.count} of ${tiles.of}, ${tiles.height} by ${tiles.width}, values from ${formatNumber(tiles.low, 3)} to ${formatNumber(tiles.high, 3)}`,
    );
  });
}

function rowsOf(picture: ImageRecord): HTMLElement[] {
  const row = (what: string, title: string, tiles: TilesRecord | null) => {
    if (!tiles) return null;
    const canvas = el('canvas', { class: 'pv-tiles', attrs: { role: 'img', 'data-what': what } });
    const more = tiles.of > tiles.count ? ` · ${tiles.count} of ${tiles.of}` : '';
    return el(
      'div',
      { class: 'pv-row' },
      el('span', { class: 'pv-label', text: `${title}${more}` }),
      canvas,
    );
  };
  return [
    row('The image', 'image', picture.image),
    ...picture.layers.flatMap(({ name, filters, maps }) => [
      row(`Filters of ${name}`, `${name} · ${maps ? 'filters' : 'weights'}`, filters),
      row(`Activations of ${name}`, `${name} · activations`, maps),
    ]),
  ].filter((part) => part !== null);
}
