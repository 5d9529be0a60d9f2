/** Draws what a model makes of the plane or the line its data lie in. */

import type { PictureRecord } from '@runtime/protocol';
import { formatNumber } from '../dom';
import { cssColor } from '../theme';

export type PlaneRecord = Extract<PictureRecord, { kind: 'plane' }>;
export type LineRecord = Extract<PictureRecord, { kind: 'line' }>;
type Rgb = readonly [number, number, number];

/** Around the picture, for the numbers on its axes. */
const LEFT = 40;
const BOTTOM = 18;
const TOP = 6;
const RIGHT = 8;
const SERIES = 8;
const MARK = 3.4;

export interface Frame {
  c: CanvasRenderingContext2D;
  width: number;
  height: number;
  x(value: number): number;
  y(value: number): number;
}

/** The colour that stands for a class, as the name of a property. */
export const colourOf = (index: number): string => `--series-${(index % SERIES) + 1}`;

/** Whether the targets are two values that stand for classes, as 0 and 1 do. */
export function twoTargets({ points }: PlaneRecord): [number, number] | null {
  const values = new Set(points.target);
  if (values.size !== 2 || values.has(null)) return null;
  const [a, b] = [...values] as [number, number];
  return a < b ? [a, b] : [b, a];
}

/** Which class a point belongs to; null for a value on a scale. */
function classOf(plane: PlaneRecord, target: number | null): number | null {
  if (target === null) return null;
  const two = twoTargets(plane);
  return two ? (target === two[0] ? 0 : 1) : null;
}

/** What the ends of the colour scale of values stand for. */
export function scaleOf(plane: PlaneRecord): [number, number] {
  if (plane.shows === 'probability') return [0, 1];
  const two = twoTargets(plane);
  if (two) return two;
  const all = [...plane.cells, ...plane.points.target].filter((v): v is number => v !== null);
  // No spread of the arguments: there may be many.
  const low = all.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = all.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return low < high ? [low, high] : [low - 1, low + 1];
}

/** Two classes are one probability, whose boundary is a smooth line. */
function asProbability(plane: PlaneRecord): PlaneRecord {
  if (plane.shows !== 'class' || plane.classes !== 2) return plane;
  const cells = plane.cells.map((cell, i) => {
    const sure = (plane.sure[i] ?? 100) / 100;
    return cell === null ? null : cell === 1 ? sure : 1 - sure;
  });
  return { ...plane, shows: 'probability', cells };
}

export function drawPlane(canvas: HTMLCanvasElement, given: PlaneRecord): void {
  const plane = asProbability(given);
  const frame = begin(canvas, plane.x as [number, number], plane.y as [number, number]);
  if (!frame) return;
  const { c } = frame;
  drawCells(frame, plane);
  const [low, high] = scaleOf(plane);
  if (plane.shows === 'probability' || twoTargets(plane)) {
    drawContour(frame, plane, (low + high) / 2);
  }
  const ring = cssColor('--panel');
  const shade = shader(plane);
  const classAt = (target: number | null) =>
    given.shows === 'class' ? target : classOf(plane, target);
  plane.points.x.forEach((x, i) => {
    const target = plane.points.target[i] ?? null;
    const of = classAt(target);
    c.fillStyle =
      of !== null
        ? cssColor(colourOf(of))
        : target === null
          ? cssColor('--muted')
          : `rgb(${shade(target, true).join(' ')})`;
    c.strokeStyle = of === null ? cssColor('--text') : ring;
    mark(c, frame.x(x), frame.y(plane.points.y[i] as number), of ?? 0);
  });
  axes(frame, plane.x as [number, number], plane.y as [number, number]);
}

export function drawLine(canvas: HTMLCanvasElement, line: LineRecord): void {
  const xs = line.x as number[];
  const values = [...line.outputs.flat(), ...line.points.target].filter(
    (v): v is number => v !== null,
  );
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const margin = high > low ? (high - low) * 0.08 : 1;
  const xRange: [number, number] = [xs[0] as number, xs.at(-1) as number];
  const yRange: [number, number] = values.length > 0 ? [low - margin, high + margin] : [0, 1];
  const frame = begin(canvas, xRange, yRange);
  if (!frame) return;
  const { c } = frame;
  if (line.shows !== 'class') {
    c.fillStyle = cssColor('--muted');
    c.strokeStyle = cssColor('--panel');
    line.points.x.forEach((x, i) => {
      const target = line.points.target[i];
      if (typeof target === 'number') mark(c, frame.x(x), frame.y(target), 0);
    });
  }
  line.outputs.forEach((output, k) => {
    c.strokeStyle = cssColor(colourOf(k));
    c.lineWidth = 2;
    c.beginPath();
    let drawing = false;
    output.forEach((value, i) => {
      if (value !== null) {
        if (drawing) c.lineTo(frame.x(xs[i] as number), frame.y(value));
        else c.moveTo(frame.x(xs[i] as number), frame.y(value));
      }
      drawing = value !== null;
    });
    c.stroke();
  });
  axes(frame, xRange, yRange);
}

function begin(
  canvas: HTMLCanvasElement,
  [x0, x1]: [number, number],
  [y0, y1]: [number, number],
): Frame | null {
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth, clientHeight } = canvas;
  canvas.width = Math.round(clientWidth * ratio);
  canvas.height = Math.round(clientHeight * ratio);
  const c = canvas.getContext('2d');
  const width = clientWidth - LEFT - RIGHT;
  const height = clientHeight - TOP - BOTTOM;
  if (!c || width <= 0 || height <= 0) return null;
  c.scale(ratio, ratio);
  return {
    c,
    width,
    height,
    x: (value) => LEFT + ((value - x0) / (x1 - x0)) * width,
    y: (value) => TOP + (1 - (value - y0) / (y1 - y0)) * height,
  };
}

/** A colour for what a cell says; `full` for a mark, which isn't laid over the ground. */
function shader(plane: PlaneRecord): (value: number, full?: boolean) => number[] {
  const [low, high] = scaleOf(plane);
  const ground = parse(cssColor('--panel'));
  const ends = [parse(cssColor(colourOf(0))), parse(cssColor(colourOf(1)))] as const;
  return (value, full = false) => {
    const t = Math.min(1, Math.max(-1, (2 * (value - low)) / (high - low) - 1));
    return mix(ground, ends[t < 0 ? 0 : 1], (full ? 1 : 0.62) * Math.abs(t));
  };
}

function drawCells({ c, width, height }: Frame, plane: PlaneRecord): void {
  const { columns, rows, cells, sure } = plane;
  const small = document.createElement('canvas');
  small.width = columns;
  small.height = rows;
  const context = small.getContext('2d');
  if (!context) return;
  const image = context.createImageData(columns, rows);
  const ground = parse(cssColor('--panel'));
  const classes = Array.from({ length: SERIES }, (_, i) => parse(cssColor(colourOf(i))));
  const shade = shader(plane);
  const even = 100 / Math.max(2, plane.classes);
  cells.forEach((value, i) => {
    let rgb: readonly number[] = ground;
    if (value !== null && plane.shows === 'class') {
      const certain = Math.max(0, ((sure[i] ?? 100) - even) / (100 - even));
      rgb = mix(ground, classes[value % SERIES] as Rgb, 0.16 + 0.42 * certain);
    } else if (value !== null) {
      rgb = shade(value);
    }
    // Rows rise, an image's fall.
    const at = (rows - 1 - Math.floor(i / columns)) * columns + (i % columns);
    image.data.set([rgb[0] as number, rgb[1] as number, rgb[2] as number, 255], 4 * at);
  });
  context.putImageData(image, 0, 0);
  // The outermost cells lie on the border with their centres.
  const w = width / (columns - 1);
  const h = height / (rows - 1);
  c.save();
  c.beginPath();
  c.rect(LEFT, TOP, width, height);
  c.clip();
  c.imageSmoothingEnabled = plane.shows !== 'class';
  c.drawImage(small, LEFT - w / 2, TOP - h / 2, width + w, height + h);
  c.restore();
}

/** Where the output passes a level: between each two cells that lie on its two sides. */
function drawContour(frame: Frame, plane: PlaneRecord, level: number): void {
  const { c } = frame;
  const { columns, rows, cells } = plane;
  const [x0 = 0, x1 = 1] = plane.x;
  const [y0 = 0, y1 = 1] = plane.y;
  const px = (column: number) => frame.x(x0 + ((x1 - x0) * column) / (columns - 1));
  const py = (row: number) => frame.y(y0 + ((y1 - y0) * row) / (rows - 1));
  const at = (column: number, row: number) => (cells[row * columns + column] ?? level) - level;
  c.strokeStyle = cssColor('--text');
  c.lineWidth = 1.5;
  c.beginPath();
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const corners: [number, number, number][] = [
        [column, row, at(column, row)],
        [column + 1, row, at(column + 1, row)],
        [column + 1, row + 1, at(column + 1, row + 1)],
        [column, row + 1, at(column, row + 1)],
      ];
      const crossings: [number, number][] = [];
      corners.forEach(([ax, ay, a], i) => {
        const [bx, by, b] = corners[(i + 1) % 4] as [number, number, number];
        if (a > 0 === b > 0) return;
        const t = a / (a - b);
        crossings.push([px(ax + (bx - ax) * t), py(ay + (by - ay) * t)]);
      });
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        c.moveTo(...(crossings[i] as [number, number]));
        c.lineTo(...(crossings[i + 1] as [number, number]));
      }
    }
  }
  c.stroke();
}

/** Classes differ in form as well as in colour. */
function mark(c: CanvasRenderingContext2D, x: number, y: number, form: number): void {
  c.lineWidth = 1;
  c.beginPath();
  if (form % 4 === 0) {
    c.arc(x, y, MARK, 0, 2 * Math.PI);
  } else if (form % 4 === 1) {
    c.rect(x - MARK + 0.3, y - MARK + 0.3, 2 * MARK - 0.6, 2 * MARK - 0.6);
  } else {
    const turn = form % 4 === 2 ? -Math.PI / 2 : 0;
    const corners = form % 4 === 2 ? 3 : 4;
    for (let i = 0; i < corners; i++) {
      const angle = turn + (2 * Math.PI * i) / corners;
      const px = x + (MARK + 1) * Math.cos(angle);
      const py = y + (MARK + 1) * Math.sin(angle);
      if (i === 0) c.moveTo(px, py);
      else c.lineTo(px, py);
    }
    c.closePath();
  }
  c.fill();
  c.stroke();
}

/** One mark, for the legend. */
export function drawMark(canvas: HTMLCanvasElement, index: number): void {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = canvas.height = Math.round(12 * ratio);
  const c = canvas.getContext('2d');
  if (!c) return;
  c.scale(ratio, ratio);
  c.fillStyle = cssColor(colourOf(index));
  c.strokeStyle = cssColor('--panel');
  mark(c, 6, 6, index);
}

function axes(frame: Frame, xRange: [number, number], yRange: [number, number]): void {
  const { c, width, height } = frame;
  c.strokeStyle = cssColor('--line-strong');
  c.lineWidth = 1;
  c.strokeRect(LEFT + 0.5, TOP + 0.5, width - 1, height - 1);
  c.fillStyle = cssColor('--muted');
  c.font = '11px system-ui, sans-serif';
  const number = (v: number) => formatNumber(v, 3);
  c.textBaseline = 'top';
  c.textAlign = 'left';
  c.fillText(number(xRange[0]), LEFT, TOP + height + 4);
  c.textAlign = 'right';
  c.fillText(number(xRange[1]), LEFT + width, TOP + height + 4);
  c.fillText(number(yRange[1]), LEFT - 4, TOP);
  c.textBaseline = 'bottom';
  c.fillText(number(yRange[0]), LEFT - 4, TOP + height);
}

function parse(colour: string): Rgb {
  const probe = document.createElement('canvas').getContext('2d');
  if (!probe) return [128, 128, 128];
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0] = probe.getImageData(0, 0, 1, 1).data;
  return [r, g, b];
}

const mix = (a: readonly number[], b: readonly number[], t: number): number[] =>
  a.map((x, i) => Math.round(x + ((b[i] as number) - x) * t));

/** The value under the pointer, in the canvas's own coordinates. */
export function under(
  canvas: HTMLCanvasElement,
  plane: PlaneRecord,
  event: PointerEvent,
): { x: number; y: number; cell: number } | null {
  const box = canvas.getBoundingClientRect();
  const s = (event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT);
  const t = 1 - (event.clientY - box.top - TOP) / (box.height - TOP - BOTTOM);
  if (s < 0 || t < 0 || s > 1 || t > 1) return null;
  const [x0 = 0, x1 = 1] = plane.x;
  const [y0 = 0, y1 = 1] = plane.y;
  const column = Math.round(s * (plane.columns - 1));
  const row = Math.round(t * (plane.rows - 1));
  return { x: x0 + s * (x1 - x0), y: y0 + t * (y1 - y0), cell: row * plane.columns + column };
}
