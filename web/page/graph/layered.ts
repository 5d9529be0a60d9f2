/**
 * Draws a directed graph in layers, as Sugiyama's method does: ranks, an order in each rank with few
 * crossings, then positions that keep edges straight. Every stage is near linear, so that thousands
 * of nodes take a fraction of a second.
 */

import type { LayoutReply, LayoutRequest, Point } from './layout-messages';

const GAP = 18;
const EDGE_GAP = 12;
const RANK_GAP = 28;
const MARGIN = 16;
/** Passes over all ranks, half of them downwards. */
const ORDER_SWEEPS = 8;
const PLACE_SWEEPS = 12;
/** Bends that all edges may have together, for each node; the longest edges go without. */
const BENDS_A_NODE = 6;

/** A node, or a bend where a long edge passes a rank. */
interface Item {
  width: number;
  height: number;
  rank: number;
  /** Its place in the rank. */
  order: number;
  x: number;
  up: Item[];
  down: Item[];
  isBend: boolean;
}

interface Link {
  from: Item;
  to: Item;
  bends: Item[];
}

export function layered({ id, nodes, edges }: LayoutRequest): LayoutReply {
  const items = nodes.map(
    ({ width, height }): Item => ({
      width,
      height,
      rank: 0,
      order: 0,
      x: 0,
      up: [],
      down: [],
      isBend: false,
    }),
  );
  const byId = new Map(nodes.map((node, i) => [node.id, items[i] as Item]));
  const links = edges.map(({ from, to }): Link => {
    const link = { from: byId.get(from) as Item, to: byId.get(to) as Item, bends: [] };
    link.from.down.push(link.to);
    link.to.up.push(link.from);
    return link;
  });
  rank(items);
  bend(links, items.length * BENDS_A_NODE);
  const ranks = order(items, links);
  place(ranks);
  return draw(id, items, links, ranks);
}

/** Every node as far down as what uses it allows, so that inputs stand beside their first use. */
function rank(items: Item[]): void {
  const waiting = new Map(items.map((item) => [item, item.down.length]));
  const queue = items.filter((item) => item.down.length === 0);
  let lowest = 0;
  for (let i = 0; i < queue.length; i++) {
    const item = queue[i] as Item;
    lowest = Math.max(lowest, item.rank);
    for (const above of item.up) {
      above.rank = Math.max(above.rank, item.rank + 1);
      const left = (waiting.get(above) ?? 0) - 1;
      waiting.set(above, left);
      if (left === 0) queue.push(above);
    }
  }
  for (const item of items) item.rank = lowest - item.rank;
}

/** Gives edges that span ranks a bend in each; neighbours are then always one rank apart. */
function bend(links: Link[], allowed: number): void {
  for (const link of links) {
    link.from.down = [];
    link.to.up = [];
  }
  const span = (link: Link) => link.to.rank - link.from.rank;
  let left = allowed;
  for (const link of [...links].sort((a, b) => span(a) - span(b))) {
    left -= span(link) - 1;
    if (left < 0) break;
    let last = link.from;
    for (let at = link.from.rank + 1; at <= link.to.rank; at++) {
      const next =
        at === link.to.rank
          ? link.to
          : {
              width: 0,
              height: 0,
              rank: at,
              order: 0,
              x: 0,
              up: [],
              down: [],
              isBend: true,
            };
      if (next !== link.to) link.bends.push(next);
      last.down.push(next);
      next.up.push(last);
      last = next;
    }
  }
}

function order(items: Item[], links: Link[]): Item[][] {
  const ranks: Item[][] = [];
  const seen = new Set<Item>();
  // Depth first from the loss: what belongs together begins side by side.
  const visit = (start: Item) => {
    const stack = [start];
    for (let item = stack.pop(); item; item = stack.pop()) {
      if (seen.has(item)) continue;
      seen.add(item);
      ranks[item.rank] ??= [];
      (ranks[item.rank] as Item[]).push(item);
      for (let i = item.up.length - 1; i >= 0; i--) stack.push(item.up[i] as Item);
    }
  };
  for (const item of items) if (item.down.length === 0) visit(item);
  for (const item of items) visit(item);
  for (const { bends } of links) for (const item of bends) visit(item);
  for (let i = 0; i < ranks.length; i++) ranks[i] ??= [];
  const number = (row: Item[]) => {
    row.forEach((item, i) => {
      item.order = i;
    });
  };
  ranks.forEach(number);
  const weight = new Map<Item, number>();
  for (let sweep = 0; sweep < ORDER_SWEEPS; sweep++) {
    const downwards = sweep % 2 === 0;
    for (let i = 0; i < ranks.length; i++) {
      const row = ranks[downwards ? i : ranks.length - 1 - i] as Item[];
      if (row.length < 2) continue;
      for (const item of row) {
        const near = downwards ? item.up : item.down;
        let sum = 0;
        for (const other of near) sum += other.order;
        weight.set(item, near.length > 0 ? sum / near.length : item.order);
      }
      row.sort((a, b) => (weight.get(a) as number) - (weight.get(b) as number));
      number(row);
    }
  }
  return ranks;
}

/** Parameters, and edges that pass, stand beside the line of operations and don't bend it. */
const isSource = (item: Item) => item.up.length === 0 && !item.isBend;

const apart = (a: Item, b: Item) =>
  (a.width + b.width) / 2 + (a.isBend || b.isBend ? EDGE_GAP : GAP);

/** Moves the items of each rank towards their neighbours, in order and without overlap. */
function place(ranks: Item[][]): void {
  for (const row of ranks) {
    let x = 0;
    row.forEach((item, i) => {
      if (i > 0) x += apart(row[i - 1] as Item, item);
      item.x = x;
    });
    for (const item of row) item.x -= x / 2;
  }
  for (let sweep = 0; sweep < PLACE_SWEEPS; sweep++) {
    const last = sweep >= PLACE_SWEEPS - 2;
    const downwards = sweep % 2 === 0;
    for (let i = 0; i < ranks.length; i++) {
      const row = ranks[downwards ? i : ranks.length - 1 - i] as Item[];
      const wanted = row.map((item) => {
        const near = last ? [...item.up, ...item.down] : downwards ? item.up : item.down;
        let sum = 0;
        let count = 0;
        const straight = !item.isBend && near.some((other) => !other.isBend && !isSource(other));
        for (const other of near) {
          if (isSource(other) || (straight && other.isBend)) continue;
          sum += other.x;
          count++;
        }
        return count > 0 ? sum / count : item.x;
      });
      settle(row, wanted);
    }
  }
}

/**
 * The positions nearest to those wanted (least squares) that keep order and distances: neighbours
 * that would overlap move as one block.
 */
function settle(row: Item[], wanted: number[]): void {
  const offsets: number[] = [];
  let offset = 0;
  row.forEach((item, i) => {
    if (i > 0) offset += apart(row[i - 1] as Item, item);
    offsets.push(offset);
  });
  const blocks: { sum: number; weight: number; count: number }[] = [];
  row.forEach((item, i) => {
    // Operations hold their line: shifts would add up over hundreds of ranks.
    const weight = isSource(item) ? 1 : item.isBend ? 2 : 10_000;
    let block = {
      sum: ((wanted[i] as number) - (offsets[i] as number)) * weight,
      weight,
      count: 1,
    };
    for (
      let before = blocks.at(-1);
      before && before.sum / before.weight >= block.sum / block.weight;
      before = blocks.at(-1)
    ) {
      blocks.pop();
      block = {
        sum: before.sum + block.sum,
        weight: before.weight + block.weight,
        count: before.count + block.count,
      };
    }
    blocks.push(block);
  });
  let i = 0;
  for (const { sum, weight, count } of blocks) {
    for (const end = i + count; i < end; i++) {
      (row[i] as Item).x = sum / weight + (offsets[i] as number);
    }
  }
}

function draw(id: number, items: Item[], links: Link[], ranks: Item[][]): LayoutReply {
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  const middles: number[] = [];
  let y = MARGIN;
  for (const row of ranks) {
    let height = 0;
    for (const item of row) {
      left = Math.min(left, item.x - item.width / 2);
      right = Math.max(right, item.x + item.width / 2);
      height = Math.max(height, item.height);
    }
    middles.push(y + height / 2);
    y += height + RANK_GAP;
  }
  const x = (item: Item) => item.x - left + MARGIN;
  const middle = (item: Item) => middles[item.rank] as number;
  const at = (item: Item): Point => ({ x: x(item), y: middle(item) });
  return {
    id,
    width: items.length > 0 ? right - left + 2 * MARGIN : 0,
    height: items.length > 0 ? y - RANK_GAP + MARGIN : 0,
    nodes: items.map(at),
    edges: links.map(({ from, to, bends }) => [
      { x: x(from), y: middle(from) + from.height / 2 },
      ...(bends.length > 0 ? bends.map(at) : knee(at(from), at(to))),
      { x: x(to), y: middle(to) - to.height / 2 },
    ]),
  };
}

/** An edge without bends leaves and arrives upright. */
function knee(from: Point, to: Point): Point[] {
  if (Math.abs(from.x - to.x) < 1) return [];
  return [{ x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }];
}
