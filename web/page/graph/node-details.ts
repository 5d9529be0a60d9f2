/** The card about the chosen node. */

import { el } from '../dom';
import { icon } from '../icons';
import { accumulation, forwardText } from './chain';
import { type Excerpt, type GraphNode, type ShownNode, shapeText } from './model';
import { sampleText } from './numbers';
import { nameOf, type Surroundings } from './story';

const EXPLAIN = {
  op: 'A recorded operation. In backward it turns the gradient of its output into gradients of its inputs.',
  leaf: 'A leaf tensor with requires_grad=True. Its gradient is accumulated in .grad.',
  root: 'backward() started here, with a gradient of 1.',
  group: 'A module call; its operations are folded into this node.',
} as const;

export interface DetailActions {
  /** What the button about folding says; empty for none. */
  fold: string;
  onFold: () => void;
  onLine: (line: number) => void;
  onClose: () => void;
}

export function details(
  node: ShownNode,
  shown: Excerpt,
  around: Surroundings,
  actions: DetailActions,
): HTMLElement[] {
  const names = new Map(shown.nodes.map((n) => [n.id, nameOf(n)]));
  const own = new Set([node.id]);
  const inputs = shown.edges.filter((e) => own.has(e.to)).map((e) => names.get(e.from) ?? '');
  const users = shown.edges.filter((e) => own.has(e.from)).map((e) => names.get(e.to) ?? '');
  const record = around.nodes.get(node.id);
  const row = (label: string, text: string | null | undefined) =>
    text ? [el('dt', { text: label }), el('dd', { text })] : [];
  const button = (text: string, act: () => void) =>
    el('button', { class: 'button', text, attrs: { type: 'button' }, on: { click: act } });
  const { line } = node;
  const buttons = [
    ...(line ? [button(`Line ${line}`, () => actions.onLine(line))] : []),
    ...(actions.fold ? [button(actions.fold, actions.onFold)] : []),
  ];
  return [
    el('strong', { text: nameOf(node) }),
    el('p', { text: EXPLAIN[node.kind] }),
    el(
      'dl',
      {},
      ...row('formula', record && forwardText(record)),
      ...row('shape', shapeText(node.shape)),
      ...row('dtype', node.dtype),
      ...row('value', record?.value && sampleText(record.value)),
      ...row('gradient', record && gradientText(record)),
      ...row('from', inputs.join(', ')),
      ...row('to', users.join(', ')),
    ),
    ...(buttons.length > 0 ? [el('div', { class: 'g-actions' }, ...buttons)] : []),
    el(
      'button',
      {
        class: 'icon-button',
        attrs: { type: 'button', 'aria-label': 'Close details' },
        on: { click: actions.onClose },
      },
      icon('close'),
    ),
  ];
}

function gradientText(node: GraphNode): string {
  if (node.kind === 'leaf') return accumulation(node);
  return node.grads ? node.grads.map((g) => sampleText(g)).join('; ') : '';
}
