/** One tensor in numbers and pictures. */

import type { VariableRecord } from '@runtime/protocol';
import { el, formatCount, formatNumber } from '../dom';
import { currentTheme, onThemeChange } from '../theme';
import {
  imageCount,
  imageOf,
  isImage,
  matrixCount,
  matrixOf,
  type Plane,
  statsOf,
} from './numbers';
import { paintChart, paintHeat, paintImage } from './paint';

export type TensorRecord = Extract<VariableRecord, { kind: 'tensor' }>;
type View = 'heat' | 'image' | 'line' | 'points' | 'bars' | 'numbers';

const NAMES: Record<View, string> = {
  heat: 'Heat map',
  image: 'Image',
  line: 'Plot',
  points: 'Points',
  bars: 'Histogram',
  numbers: 'Numbers',
};
/** Elements that are shown as text. */
const MOST_NUMBERS = 600;

type Chart = 'line' | 'points' | 'bars';
const isChart = (view: View): view is Chart =>
  view === 'line' || view === 'points' || view === 'bars';

/** What suits a shape, the best first. */
function viewsOf(shape: readonly number[]): View[] {
  if (shape.length === 0) return ['numbers'];
  if (isImage(shape)) return ['image', 'heat', 'bars', 'numbers'];
  if (shape.length === 1) return ['line', 'bars', 'heat', 'numbers'];
  const [rows = 0, columns] = shape;
  // Rows of two numbers are places in the plane.
  if (shape.length === 2 && columns === 2 && rows > 2) {
    return ['points', 'heat', 'bars', 'line', 'numbers'];
  }
  return ['heat', 'bars', 'line', 'numbers'];
}

export class TensorViewer {
  readonly root = el('div', { class: 'tv' });
  private tensor: TensorRecord | null = null;
  private view: View = 'numbers';
  private ofGradient = false;
  private index = 0;
  private plane: Plane | null = null;
  private readonly canvas = el('canvas', { class: 'tv-canvas' });
  private readonly text = el('pre', { class: 'tv-text', attrs: { tabindex: '0' } });
  private readonly stage = el('div', { class: 'tv-stage' }, this.canvas, this.text);
  private readonly at = el('span', { class: 'panel-note tv-at' });
  private readonly stats = el('p', { class: 'tv-stats' });
  private readonly title = el('strong');
  private readonly views: HTMLSelectElement;
  private readonly which: HTMLSelectElement;
  private readonly slider: HTMLInputElement;

  constructor() {
    this.views = el('select', {
      class: 'field',
      attrs: { 'aria-label': 'View' },
      on: {
        change: () => {
          this.view = this.views.value as View;
          this.index = 0;
          this.draw();
        },
      },
    });
    this.which = el('select', {
      class: 'field',
      attrs: { 'aria-label': 'Value or gradient' },
      on: {
        change: () => {
          this.ofGradient = this.which.value === 'grad';
          this.draw();
        },
      },
    });
    this.which.append(
      el('option', { text: 'value', attrs: { value: 'value' } }),
      el('option', { text: 'gradient', attrs: { value: 'grad' } }),
    );
    this.slider = el('input', {
      class: 'g-slider',
      attrs: { type: 'range', min: '0', step: '1', 'aria-label': 'Which slice' },
      on: {
        input: () => {
          this.index = Number(this.slider.value);
          this.draw();
        },
      },
    });
    this.root.append(
      el('div', { class: 'tv-bar' }, this.title, this.which, this.views, this.slider, this.at),
      this.stage,
      this.stats,
    );
    this.canvas.addEventListener('pointermove', (event) => this.point(event));
    this.canvas.addEventListener('pointerleave', () => this.place());
    onThemeChange(() => this.draw());
    new ResizeObserver(() => {
      if (isChart(this.view)) this.draw();
    }).observe(this.stage);
  }

  show(tensor: TensorRecord | null): void {
    const isOther = tensor?.name !== this.tensor?.name;
    this.tensor = tensor;
    this.root.hidden = !tensor;
    if (!tensor) return;
    const views = viewsOf(tensor.shape);
    // The reader's view of a tensor stays from run to run.
    if (isOther || !views.includes(this.view)) this.view = views[0] as View;
    if (isOther) this.index = 0;
    if (isOther || !tensor.grad) this.ofGradient = false;
    this.title.textContent = tensor.name;
    this.which.hidden = !tensor.grad;
    this.which.value = this.ofGradient ? 'grad' : 'value';
    this.views.replaceChildren(
      ...views.map((view) => el('option', { text: NAMES[view], attrs: { value: view } })),
    );
    this.views.value = this.view;
    this.draw();
  }

  private draw(): void {
    const { tensor } = this;
    if (!tensor) return;
    const { size, elements } = (this.ofGradient && tensor.grad) || tensor.values;
    this.plane = null;
    this.slider.hidden = true;
    this.canvas.hidden = !elements || this.view === 'numbers';
    this.text.hidden = !this.canvas.hidden;
    this.canvas.className = `tv-canvas is-${this.view}`;
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', `${NAMES[this.view]} of ${tensor.name}`);
    this.place();
    if (!elements) {
      this.text.textContent = `${formatCount(size)} elements are too many to be shown here.`;
      this.stats.textContent = '';
      return;
    }
    this.stats.textContent = statsText(elements);
    if (this.view === 'numbers') {
      const shown = Array.from(elements.subarray(0, MOST_NUMBERS), (x) => formatNumber(x, 5));
      this.text.textContent =
        shown.join(', ') + (elements.length > MOST_NUMBERS ? `, … of ${formatCount(size)}` : '');
    } else if (isChart(this.view)) {
      const { clientWidth: width, clientHeight: height } = this.stage;
      if (width > 0) paintChart(this.canvas, elements, this.view, { width, height });
    } else {
      this.drawPlane(tensor, elements);
    }
  }

  private drawPlane({ shape }: TensorRecord, elements: Float32Array): void {
    const isImageView = this.view === 'image';
    const count = isImageView ? imageCount(shape) : matrixCount(shape);
    this.slider.hidden = count <= 1;
    this.slider.max = String(count - 1);
    this.index = Math.min(this.index, Math.max(0, count - 1));
    this.slider.value = String(this.index);
    this.plane = isImageView
      ? imageOf(shape, elements, this.index)
      : matrixOf(shape, elements, this.index);
    if (isImageView) paintImage(this.canvas, this.plane);
    else paintHeat(this.canvas, this.plane, currentTheme() === 'dark');
    this.place();
  }

  /** Which slice is shown, where there are several. */
  private place(): void {
    this.at.textContent = this.slider.hidden
      ? ''
      : `slice ${this.index + 1} of ${Number(this.slider.max) + 1}`;
  }

  private point(event: PointerEvent): void {
    const { plane } = this;
    if (!plane) return;
    // The picture is fitted into the canvas and centred.
    const box = this.canvas.getBoundingClientRect();
    const scale = Math.min(box.width / plane.width, box.height / plane.height);
    const column = Math.floor(
      (event.clientX - box.left - (box.width - plane.width * scale) / 2) / scale,
    );
    const row = Math.floor(
      (event.clientY - box.top - (box.height - plane.height * scale) / 2) / scale,
    );
    if (column < 0 || row < 0 || column >= plane.width || row >= plane.height) {
      this.place();
      return;
    }
    const size = plane.width * plane.height;
    const values = Array.from({ length: plane.channels }, (_, c) =>
      formatNumber(plane.elements[c * size + row * plane.width + column], 5),
    );
    this.at.textContent = `[${row}, ${column}] = ${values.join(', ')}`;
  }
}

function statsText(elements: Float32Array): string {
  const { min, max, mean, std, nans, infs } = statsOf(elements);
  const faults = [nans ? `${formatCount(nans)} nan` : '', infs ? `${formatCount(infs)} inf` : ''];
  const parts = [
    `min ${formatNumber(min)}`,
    `mean ${formatNumber(mean)}`,
    `max ${formatNumber(max)}`,
    `std ${formatNumber(std)}`,
    ...faults.filter((text) => text !== ''),
  ];
  return parts.join(' · ');
}
