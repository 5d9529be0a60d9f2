/** A row for each parameter: how far an update moves it, and its weights and gradients over time. */

import type { StepRecord } from '@runtime/protocol';
import { el, formatNumber } from '../dom';
import { invalidate } from '../frames';
import { cssColor, onThemeChange } from '../theme';
import { LayerHistory, type Moment, rangeOf, ratioVerdict } from './layer-history';

interface Row {
  root: HTMLElement;
  ratio: HTMLElement;
  canvases: Record<'ratio' | 'weight' | 'grad', HTMLCanvasElement>;
}

const HEIGHT = 36;
/** Of a moment's column, in pixels. */
const LEAST_WIDTH = 2;

export class LayersView {
  readonly root = el('div', { class: 'ly', attrs: { tabindex: '0', role: 'region' } });
  readonly history = new LayerHistory();
  private readonly rows = new Map<string, Row>();
  private readonly draw = () => this.render();

  constructor() {
    this.root.setAttribute('aria-label', 'Parameters over time');
    onThemeChange(() => invalidate(this.draw));
    new ResizeObserver(() => invalidate(this.draw)).observe(this.root);
  }

  clear(): void {
    this.history.clear();
    this.rows.clear();
    this.root.replaceChildren();
  }

  add(steps: readonly StepRecord[]): void {
    this.history.add(steps);
    invalidate(this.draw);
  }

  private render(): undefined {
    if (this.root.clientWidth === 0) return;
    for (const [name, moments] of this.history.layers) {
      let row = this.rows.get(name);
      if (!row) {
        row = this.makeRow(name);
        this.rows.set(name, row);
      }
      const last = moments.at(-1);
      const verdict = ratioVerdict(last?.ratio ?? null);
      row.ratio.textContent = `${formatNumber(last?.ratio, 3) || 'none'}${verdict ? ` · ${verdict}` : ''}`;
      row.root.classList.toggle('is-odd', verdict !== '');
      drawRatios(row.canvases.ratio, moments);
      drawBands(row.canvases.weight, moments, 'weight', '--series-1');
      drawBands(row.canvases.grad, moments, 'grad', '--series-2');
      describeRange(row.canvases.weight, moments, 'weight', `weights of ${name}`);
      describeRange(row.canvases.grad, moments, 'grad', `gradients of ${name}`);
    }
  }

  private makeRow(name: string): Row {
    const canvas = (label: string) => el('canvas', { attrs: { role: 'img', 'aria-label': label } });
    const canvases = {
      ratio: canvas(`update to weight ratio of ${name}`),
      weight: canvas(`weights of ${name}`),
      grad: canvas(`gradients of ${name}`),
    };
    const ratio = el('span', { class: 'ly-ratio' });
    const cell = (title: string, of: HTMLCanvasElement) =>
      el('figure', {}, el('figcaption', { text: title }), of);
    const root = el(
      'div',
      { class: 'ly-row' },
      el('div', { class: 'ly-name', title: name }, el('strong', { text: name }), ratio),
      cell('update / weight', canvases.ratio),
      cell('weights', canvases.weight),
      cell('gradients', canvases.grad),
    );
    this.root.append(root);
    return { root, ratio, canvases };
  }
}

function context(canvas: HTMLCanvasElement): { c: CanvasRenderingContext2D; width: number } | null {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(HEIGHT * ratio);
  const c = canvas.getContext('2d');
  if (!c || width === 0) return null;
  c.scale(ratio, ratio);
  return { c, width };
}

/** Where a step stands between the first moment and the last. */
function placeOf(moments: readonly Moment[], width: number): (step: number) => number {
  const first = moments[0]?.step ?? 0;
  const span = Math.max(1, (moments.at(-1)?.step ?? 0) - first);
  return (step) => ((step - first) / span) * width;
}

/** On a log scale from 1e-6 to 1: what is usual, about 0.001, is the middle. */
function drawRatios(canvas: HTMLCanvasElement, moments: readonly Moment[]): void {
  const drawing = context(canvas);
  if (!drawing) return;
  const { c, width } = drawing;
  c.strokeStyle = cssColor('--line-strong');
  c.beginPath();
  c.moveTo(0, HEIGHT / 2);
  c.lineTo(width, HEIGHT / 2);
  c.stroke();
  c.strokeStyle = cssColor('--series-3');
  c.lineWidth = 1.5;
  c.beginPath();
  const x = placeOf(moments, width);
  moments.forEach(({ ratio, step }) => {
    if (!ratio) return;
    const y = (-Math.log10(ratio) / 6) * HEIGHT;
    c.lineTo(x(step), Math.min(HEIGHT - 1, Math.max(1, y)));
  });
  c.stroke();
}

/** A column for each moment, darker where more elements lie. */
function drawBands(
  canvas: HTMLCanvasElement,
  moments: readonly Moment[],
  which: 'weight' | 'grad',
  colour: string,
): void {
  const drawing = context(canvas);
  if (!drawing) return;
  const { c, width } = drawing;
  const [low, high] = rangeOf(moments, which);
  const scale = high > low ? HEIGHT / (high - low) : 0;
  const x = placeOf(moments, width - LEAST_WIDTH);
  c.fillStyle = cssColor(colour);
  moments.forEach((moment, i) => {
    const of = moment[which];
    if (!of) return;
    const left = x(moment.step);
    const next = moments[i + 1];
    const wide = Math.max(LEAST_WIDTH, next ? Math.ceil(x(next.step) - left) : 0);
    const most = Math.max(...of.bins, 1);
    const size = Math.max(1, ((of.max - of.min) * scale) / of.bins.length);
    of.bins.forEach((count, bin) => {
      if (count === 0) return;
      c.globalAlpha = 0.15 + 0.85 * (count / most);
      const value = of.min + ((bin + 1) * (of.max - of.min)) / of.bins.length;
      const y = scale > 0 ? (high - value) * scale : HEIGHT / 2;
      c.fillRect(left, y, wide, size + 0.5);
    });
  });
  c.globalAlpha = 1;
}

function describeRange(
  canvas: HTMLCanvasElement,
  moments: readonly Moment[],
  which: 'weight' | 'grad',
  what: string,
): void {
  const [low, high] = rangeOf(moments, which);
  const text = `${what}: from ${formatNumber(low)} to ${formatNumber(high)}`;
  canvas.title = text;
  canvas.setAttribute('aria-label', text);
}
