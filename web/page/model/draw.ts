/** Draws the nodes of a model: the operator on a band of its kind's colour, its weights below. */

import { formatDuration, svg } from '../dom';
import type { Point } from '../graph/layout-messages';
import { type ViewNode, weightText } from './graph';

const BAND = 26;
const ROW = 17;
const CHAR = 6.9;
/** Weights that a node lists; the details have all. */
const MOST_ROWS = 6;
const LONGEST = 26;

export interface Size {
  width: number;
  height: number;
}

const cut = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

function rowsOf({ weights, inner }: ViewNode): [string, string][] {
  const insides = inner.map(({ title, graph }): [string, string] => [title, innerText(graph)]);
  const rows = weights
    .slice(0, MOST_ROWS)
    .map((weight): [string, string] => [weight.role, cut(weightText(weight))]);
  const left = weights.length - MOST_ROWS;
  return [...rows, ...(left > 0 ? [['', `${left} more`] as [string, string]] : []), ...insides];
}

export function innerText({ nodes }: { nodes: readonly unknown[] }): string {
  return `${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`;
}

export function sizeOf(node: ViewNode): Size {
  const rows = rowsOf(node);
  const widest = Math.max(
    cut(node.title).length + 2,
    ...rows.map(([role, text]) => role.length + text.length + 3),
  );
  return {
    width: Math.ceil(Math.max(70, widest * CHAR + 14)),
    height: BAND + (rows.length > 0 ? rows.length * ROW + 6 : 0),
  };
}

export const nodeId = (index: number) => `m-node-${index}`;

/** @param time milliseconds, and how hot that is from 0 to 1 */
export function drawNode(
  node: ViewNode,
  index: number,
  at: Point,
  time: { ms: number; heat: number } | null,
): SVGGElement {
  const { width, height } = sizeOf(node);
  const rows = rowsOf(node);
  const spoken = time
    ? `${node.title} ${node.name}, ${formatDuration(time.ms)}`
    : `${node.title} ${node.name}`;
  const group = svg(
    'g',
    {
      class: `m-node is-${node.category}${time ? ' is-timed' : ''}${node.inner.length > 0 ? ' has-inner' : ''}`,
      id: nodeId(index),
      role: 'img',
      'aria-label': spoken.trim(),
      'data-index': index,
      transform: `translate(${(at.x - width / 2).toFixed(1)} ${(at.y - height / 2).toFixed(1)})`,
      style: time ? `--heat: ${(time.heat * 100).toFixed(1)}%` : '',
    },
    svg('title', {}, spoken.trim()),
    svg('rect', { class: 'm-box', width, height, rx: node.kind === 'op' ? 5 : 13 }),
  );
  if (node.kind === 'op') {
    const lower = rows.length > 0 ? `V${BAND}H0V5` : `V${BAND - 5}q0 5 -5 5H5q-5 0 -5 -5V5`;
    group.append(
      svg('path', { class: 'm-band', d: `M0 5q0 -5 5 -5H${width - 5}q5 0 5 5${lower}Z` }),
    );
  }
  group.append(svg('text', { class: 'm-title', x: width / 2, y: 17.5 }, cut(node.title)));
  rows.forEach(([role, text], i) => {
    const y = BAND + 15 + i * ROW;
    const row = svg('text', { class: 'm-weight', x: 9, y });
    if (role) row.append(svg('tspan', { class: 'm-role' }, role), ' ');
    row.append(text);
    group.append(row);
  });
  return group;
}

/** What flows along an edge, beside its beginning. */
export function drawLabel(text: string, [from]: readonly Point[]): SVGTextElement {
  const { x = 0, y = 0 } = from ?? {};
  return svg('text', { class: 'm-edge-label', x: x + 6, y: y + 17 }, cut(text));
}
