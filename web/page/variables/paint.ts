/** Draws elements of a tensor on a canvas. */

import { cssColor } from '../theme';
import { histogramOf, type Plane, statsOf } from './numbers';

/** Colours of a heat map: below zero, zero, above zero, each as red, green, blue. */
interface Scale {
  low: readonly number[];
  middle: readonly number[];
  high: readonly number[];
}

const LIGHT: Scale = { low: [194, 87, 26], middle: [246, 247, 248], high: [13, 104, 140] };
const DARK: Scale = { low: [242, 160, 101], middle: [27, 35, 44], high: [120, 190, 242] };

function mix(a: readonly number[], b: readonly number[], t: number): number[] {
  return a.map((x, i) => x + ((b[i] as number) - x) * t);
}

/** One pixel an element, scaled up without smoothing; white is zero, the ends are the largest size. */
export function paintHeat(canvas: HTMLCanvasElement, plane: Plane, dark: boolean): void {
  const { min, max } = statsOf(plane.elements);
  const reach = Math.max(Math.abs(min), Math.abs(max)) || 1;
  const scale = dark ? DARK : LIGHT;
  paint(canvas, plane, (i, put) => {
    const x = plane.elements[i] as number;
    if (!Number.isFinite(x)) return put(215, 40, 60);
    const t = Math.min(1, Math.abs(x) / reach);
    const [r = 0, g = 0, b = 0] = mix(scale.middle, x < 0 ? scale.low : scale.high, t);
    return put(r, g, b);
  });
}

/** Greys or colours from the smallest element to the largest. */
export function paintImage(canvas: HTMLCanvasElement, plane: Plane): void {
  const { min, max } = statsOf(plane.elements);
  const size = plane.height * plane.width;
  const scale = max > min ? 255 / (max - min) : 0;
  const shade = (i: number) => ((plane.elements[i] as number) - min) * scale;
  paint(canvas, plane, (i, put) => {
    if (plane.channels === 3) return put(shade(i), shade(i + size), shade(i + 2 * size));
    return put(shade(i), shade(i), shade(i));
  });
}

function paint(
  canvas: HTMLCanvasElement,
  { height, width }: Plane,
  pixel: (i: number, put: (r: number, g: number, b: number) => void) => void,
): void {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context || width === 0 || height === 0) return;
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    pixel(i, (r, g, b) => image.data.set([r, g, b, 255], 4 * i));
  }
  context.putImageData(image, 0, 0);
}

const PADDING = 8;

/** A line through the elements, bars of how often values occur, or each two as a point. */
export function paintChart(
  canvas: HTMLCanvasElement,
  elements: Float32Array,
  kind: 'line' | 'points' | 'bars',
  box: { width: number; height: number },
): void {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(box.width * ratio);
  canvas.height = Math.round(box.height * ratio);
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(ratio, ratio);
  const width = box.width - 2 * PADDING;
  const height = box.height - 2 * PADDING;
  context.fillStyle = context.strokeStyle = cssColor('--series-1');
  if (kind === 'bars') {
    const counts = histogramOf(elements, 40);
    const most = Math.max(1, ...counts);
    const step = width / counts.length;
    counts.forEach((count, i) => {
      const size = (count / most) * height;
      context.fillRect(PADDING + i * step, PADDING + height - size, step - 1, size);
    });
    return;
  }
  if (kind === 'points') {
    paintPoints(context, elements, { width, height });
    return;
  }
  const { min, max } = statsOf(elements);
  const y = (x: number) => PADDING + height * (max > min ? (max - x) / (max - min) : 0.5);
  const step = elements.length > 1 ? width / (elements.length - 1) : 0;
  context.lineWidth = 1.6;
  context.beginPath();
  let drawing = false;
  elements.forEach((x, i) => {
    if (Number.isFinite(x)) {
      const at = PADDING + (step ? i * step : width / 2);
      if (drawing) context.lineTo(at, y(x));
      else context.moveTo(at, y(x));
      if (elements.length <= 60) context.fillRect(at - 2, y(x) - 2, 4, 4);
    }
    drawing = Number.isFinite(x);
  });
  context.stroke();
}

/** Pairs of numbers, the second upwards; each axis has a scale of its own. */
function paintPoints(
  context: CanvasRenderingContext2D,
  elements: Float32Array,
  { width, height }: { width: number; height: number },
): void {
  const axis = (from: number) => statsOf(elements.filter((_, i) => i % 2 === from));
  const [xs, ys] = [axis(0), axis(1)];
  const at = (v: number, { min, max }: { min: number; max: number }) =>
    max > min ? (v - min) / (max - min) : 0.5;
  context.fillStyle = cssColor('--series-1');
  context.globalAlpha = 0.75;
  for (let i = 0; i + 1 < elements.length; i += 2) {
    const [x, y] = [elements[i] as number, elements[i + 1] as number];
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    context.beginPath();
    const place = [PADDING + at(x, xs) * width, PADDING + (1 - at(y, ys)) * height] as const;
    context.arc(...place, 2.6, 0, 2 * Math.PI);
    context.fill();
  }
}
