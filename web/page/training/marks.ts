/** Vertical marks in the curve, where something was changed by hand. */
import type uPlot from 'uplot';
import { formatCount } from '../dom';
import { cssColor } from '../theme';

export interface Mark {
  step: number;
  text: string;
}

/** Between the text and its line, in CSS pixels. */
const GAP = 4;
const LINE = 14;
const ROWS = 3;

export const markText = ({ step, text }: Mark) => `${text} since step ${formatCount(step)}`;

/** Draws over the curve; texts of neighbours stand in rows, so that they can be read. */
export function drawMarks(plot: uPlot, marks: readonly Mark[]): void {
  const { ctx, bbox } = plot;
  const { left, top, width, height } = bbox;
  const ratio = window.devicePixelRatio || 1;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.strokeStyle = cssColor('--warn');
  ctx.fillStyle = cssColor('--warn');
  ctx.lineWidth = ratio;
  ctx.setLineDash([4 * ratio, 3 * ratio]);
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  marks.forEach(({ step, text }, i) => {
    const x = Math.round(plot.valToPos(step, 'x', true)) + 0.5;
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    const fits = x + ctx.measureText(text).width + GAP * ratio < left + width;
    ctx.textAlign = fits ? 'left' : 'right';
    const y = top + (2 + (i % ROWS) * LINE) * ratio;
    ctx.fillText(text, x + (fits ? GAP : -GAP) * ratio, y);
  });
  ctx.restore();
}
