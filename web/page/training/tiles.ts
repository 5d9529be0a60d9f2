/** Draws filters and feature maps, many small pictures on one canvas. */

import type { TilesRecord } from '@runtime/protocol';
import { currentTheme } from '../theme';

/** Of a tile on the screen, and between two. */
const SIDE = 40;
const GAP = 3;
const ACROSS = 8;

/** Below zero, zero, above: as the heat maps of the Variables tab. */
const LIGHT = [
  [194, 87, 26],
  [246, 247, 248],
  [13, 104, 140],
] as const;
const DARK = [
  [242, 160, 101],
  [27, 35, 44],
  [120, 190, 242],
] as const;

/**
 * Tiles with both signs are coloured about zero, others go from black to white; three channels are
 * colours.
 */
export function drawTiles(canvas: HTMLCanvasElement, tiles: TilesRecord): void {
  const { count, channels, height, width } = tiles;
  const scale = Math.max(1, Math.floor(SIDE / Math.max(width, height)));
  const across = Math.min(count, ACROSS);
  const stepX = width * scale + GAP;
  const stepY = height * scale + GAP;
  canvas.width = across * stepX - GAP;
  canvas.height = Math.ceil(count / across) * stepY - GAP;
  canvas.style.width = `${canvas.width}px`;
  const c = canvas.getContext('2d');
  if (!c) return;
  const small = document.createElement('canvas');
  small.width = width;
  small.height = height;
  const context = small.getContext('2d');
  if (!context) return;
  c.imageSmoothingEnabled = false;
  const image = context.createImageData(width, height);
  const shade = shaderOf(tiles);
  const size = width * height;
  for (let tile = 0; tile < count; tile++) {
    const from = tile * channels * size;
    for (let i = 0; i < size; i++) {
      const at = (channel: number) => tiles.pixels[from + channel * size + i] ?? 0;
      const rgb = channels === 3 ? [at(0), at(1), at(2)] : shade(at(0));
      image.data.set([rgb[0] as number, rgb[1] as number, rgb[2] as number, 255], 4 * i);
    }
    context.putImageData(image, 0, 0);
    const x = (tile % across) * stepX;
    const y = Math.floor(tile / across) * stepY;
    c.drawImage(small, x, y, width * scale, height * scale);
  }
}

function shaderOf({ low, high }: TilesRecord): (pixel: number) => readonly number[] {
  if (low >= 0 || high <= 0) return (pixel) => [pixel, pixel, pixel];
  const [below, zero, above] = currentTheme() === 'dark' ? DARK : LIGHT;
  const reach = Math.max(-low, high);
  return (pixel) => {
    const t = (low + ((high - low) * pixel) / 255) / reach;
    const end = t < 0 ? below : above;
    return zero.map((x, i) => Math.round(x + ((end[i] as number) - x) * Math.abs(t)));
  };
}
