/**
 * The icons of the installed app, drawn from the shapes of icon.svg: PNG at the sizes that browsers
 * ask for, without an image library. Each pixel takes the mean of a grid of samples.
 */
import { crc32, deflateSync } from 'node:zlib';

const SAMPLES = 4;
const BOX = [0x0d, 0x7a, 0x72] as const;
const CURVE = [0xff, 0xff, 0xff] as const;
const DOT = [0xff, 0xd4, 0x79] as const;
type Colour = readonly [number, number, number];

/** `M7 8c2.2 8.6 5.4 13.4 9.6 14.4 3 .7 5.8-.6 8.4-3.4`, as two cubic curves. */
const CURVES: readonly (readonly [number, number])[][] = [
  [
    [7, 8],
    [9.2, 16.6],
    [12.4, 21.4],
    [16.6, 22.4],
  ],
  [
    [16.6, 22.4],
    [19.6, 23.1],
    [22.4, 21.8],
    [25, 19],
  ],
];
const WIDTH = 2.6;

/** Points along the curve, close enough for a distance. */
const POINTS: readonly (readonly [number, number])[] = CURVES.flatMap((points) =>
  Array.from({ length: 41 }, (_, i) => {
    const t = i / 40;
    const weights = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
    const along = (axis: 0 | 1) =>
      points.reduce((sum, point, k) => sum + weights[k]! * point[axis], 0);
    return [along(0), along(1)] as const;
  }),
);

const within = (dx: number, dy: number, radius: number) => dx * dx + dy * dy <= radius * radius;

/** The colour of the picture of 32 by 32 at a point; undefined outside its rounded corners. */
function colourAt(x: number, y: number, corner: number): Colour | undefined {
  const dx = Math.max(corner - x, x - (32 - corner), 0);
  const dy = Math.max(corner - y, y - (32 - corner), 0);
  if (!within(dx, dy, corner)) return undefined;
  if (within(x - 16.6, y - 22.4, 3.1)) return DOT;
  if (x < 5 || x > 27 || y < 6 || y > 25) return BOX;
  return POINTS.some(([px, py]) => within(x - px, y - py, WIDTH / 2)) ? CURVE : BOX;
}

/** Sums of the channels over a pixel's samples that lie inside, and how many these are. */
function pixel(x: number, y: number, scale: number, corner: number, ground?: Colour) {
  const sample = (i: number, j: number) =>
    colourAt(x + ((i + 0.5) / SAMPLES) * scale, y + ((j + 0.5) / SAMPLES) * scale, corner) ??
    ground;
  const last = SAMPLES - 1;
  const first = sample(0, 0);
  // Most pixels have one colour, which their corners tell.
  if ([sample(last, 0), sample(0, last), sample(last, last)].every((c) => c === first)) {
    return { colour: first ?? [0, 0, 0], alpha: first ? 255 : 0 };
  }
  const sum = [0, 0, 0];
  let inside = 0;
  for (let i = 0; i < SAMPLES ** 2; i++) {
    const colour = sample(i % SAMPLES, Math.floor(i / SAMPLES));
    if (!colour) continue;
    inside++;
    for (let k = 0; k < 3; k++) sum[k]! += colour[k]!;
  }
  return {
    colour: sum.map((value) => Math.round(value / Math.max(inside, 1))),
    alpha: Math.round((255 * inside) / SAMPLES ** 2),
  };
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/**
 * @param maskable for systems that cut icons to a shape of their own: no corners, and the picture
 * within the circle that they promise to leave
 */
export function iconPng(size: number, maskable = false): Buffer {
  const rows = Buffer.alloc(size * (size * 4 + 1));
  const scale = (maskable ? 40 : 32) / size;
  const shift = maskable ? 4 : 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [x, y] = [column * scale - shift, row * scale - shift];
      const { colour, alpha } = maskable ? pixel(x, y, scale, 0, BOX) : pixel(x, y, scale, 8);
      rows.set([...colour, alpha], row * (size * 4 + 1) + 1 + column * 4);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8); // 8 bits a channel, RGB with alpha
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export const manifest = {
  name: 'Gradbox',
  short_name: 'Gradbox',
  description: 'PyTorch snippets, run and seen in the browser',
  start_url: './index.html',
  scope: './',
  display: 'standalone',
  background_color: '#f3f5f7',
  theme_color: '#0d7a72',
  icons: [
    { src: 'icon.svg', type: 'image/svg+xml', sizes: 'any' },
    { src: 'icons/192.png', type: 'image/png', sizes: '192x192' },
    { src: 'icons/512.png', type: 'image/png', sizes: '512x512' },
    { src: 'icons/maskable-512.png', type: 'image/png', sizes: '512x512', purpose: 'maskable' },
  ],
  shortcuts: [
    { name: 'Notebook', url: './notebook.html' },
    { name: 'Docs', url: './docs/index.html' },
  ],
};
