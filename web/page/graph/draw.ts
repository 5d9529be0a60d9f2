/** Draws a laid-out graph as SVG elements. Colours come from the style sheet, by class. */

import { svg } from '../dom';
import type { LayoutReply, Point } from './layout-messages';
import { type Excerpt, NODE_HEIGHT, nodeLines, nodeWidth, type ShownNode } from './model';

export const nodeElementId = (id: number) => `g-node-${id}`;

/** A smooth path through the bends of an edge. */
function edgePath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const at = (p: Point) => `${p.x.toFixed(1)} ${p.y.toFixed(1)}`;
  if (rest.length < 2) return `M${at(first)}${rest.map((p) => `L${at(p)}`).join('')}`;
  let path = `M${at(first)}`;
  for (let i = 0; i < rest.length - 1; i++) {
    const here = rest[i] as Point;
    const next = rest[i + 1] as Point;
    const end =
      i === rest.length - 2 ? next : { x: (here.x + next.x) / 2, y: (here.y + next.y) / 2 };
    path += `Q${at(here)} ${at(end)}`;
  }
  return path;
}

/** @param arrow the id of the surface's own arrow head */
export function drawEdge(points: readonly Point[], arrow = 'g-arrow'): SVGElement {
  return svg('path', { class: 'g-edge', d: edgePath(points), 'marker-end': `url(#${arrow})` });
}

export function drawNode(node: ShownNode, at: Point): SVGGElement {
  const width = nodeWidth(node);
  const [first, second] = nodeLines(node);
  const group = svg(
    'g',
    {
      class: `g-node is-${node.kind}`,
      id: nodeElementId(node.id),
      role: 'img',
      'aria-label': `${first} ${second}`.trim(),
      transform: `translate(${(at.x - width / 2).toFixed(1)} ${(at.y - NODE_HEIGHT / 2).toFixed(1)})`,
    },
    svg('rect', { width, height: NODE_HEIGHT, rx: node.kind === 'leaf' ? 20 : 7 }),
    svg('text', { class: 'g-name', x: width / 2, y: second ? 17 : 24 }, first),
    svg('text', { class: 'g-shape', x: width / 2, y: 31 }, second),
  );
  return group;
}

/** The arrow head that every edge refers to. */
export function arrowHead(id = 'g-arrow'): SVGDefsElement {
  return svg(
    'defs',
    {},
    svg(
      'marker',
      {
        id,
        viewBox: '0 0 8 8',
        refX: 7,
        refY: 4,
        markerWidth: 9,
        markerHeight: 9,
        markerUnits: 'userSpaceOnUse',
        orient: 'auto',
      },
      svg('path', { class: 'g-head', d: 'M0.5 0.8 7 4 0.5 7.2Z' }),
    ),
  );
}

export function layoutNodes(graph: Excerpt) {
  return graph.nodes.map((node) => ({
    id: node.id,
    width: nodeWidth(node),
    height: NODE_HEIGHT,
  }));
}

/** The nearest node in a direction from `from`, or -1: how the arrow keys walk the graph. */
export function neighbour(layout: LayoutReply, from: number, dx: number, dy: number): number {
  const origin = layout.nodes[from];
  if (!origin) return layout.nodes.length > 0 ? 0 : -1;
  let best = -1;
  let bestCost = Number.POSITIVE_INFINITY;
  layout.nodes.forEach((node, i) => {
    if (i === from) return;
    const along = (node.x - origin.x) * dx + (node.y - origin.y) * dy;
    if (along < 4) return;
    const aside = Math.abs((node.x - origin.x) * dy) + Math.abs((node.y - origin.y) * dx);
    const cost = along + 2 * aside;
    if (cost < bestCost) {
      bestCost = cost;
      best = i;
    }
  });
  return best;
}
