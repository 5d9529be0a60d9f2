/** What the panel tells about a node in words and numbers. */

import { el } from '../dom';
import { accumulation, formulaOf, forwardText, sendings } from './chain';
import type { GraphEdge, GraphNode, ShownNode } from './model';
import { shapeText } from './model';
import { sampleText } from './numbers';
import type { Step } from './steps';

/** What the words need to know of the whole graph. */
export interface Surroundings {
  nodes: ReadonlyMap<number, GraphNode>;
  /** From the inputs to the loss. */
  edges: readonly GraphEdge[];
  steps: ReadonlyMap<number, number>;
}

export function nameOf(node: ShownNode | undefined): string {
  if (!node) return '';
  return node.kind === 'leaf' ? node.label || 'leaf' : node.name;
}

const code = (text: string) => el('code', { text });
const line = (...parts: (Node | string)[]) => el('p', {}, ...parts);

/** One step: for forward what was computed, for backward the chain rule with its numbers. */
export function stepStory({ phase, node }: Step, around: Surroundings): HTMLElement[] {
  return phase === 'forward' ? forwardStory(node) : backwardStory(node, around);
}

function forwardStory(node: GraphNode): HTMLElement[] {
  const formula = forwardText(node);
  return [
    line(el('strong', { text: forwardName(node) }), ...(formula ? [' ', code(formula)] : [])),
    ...savedLines(node),
    line('out = ', code(node.value ? sampleText(node.value) : shapeText(node.shape))),
  ];
}

/** `MulBackward0` records what `mul` computed. */
const forwardName = (node: GraphNode) => node.op ?? node.name.replace(/Backward\d*$/, '');

function savedLines(node: GraphNode): HTMLElement[] {
  return (node.saved ?? []).flatMap(({ arg, value }) =>
    value ? [line(`${arg} = `, code(sampleText(value)))] : [],
  );
}

function backwardStory(node: GraphNode, around: Surroundings): HTMLElement[] {
  const arrived = node.grads?.[0];
  if (node.kind === 'leaf') {
    return [
      line(el('strong', { text: nameOf(node) }), ' is a leaf: the gradient is added to .grad'),
      line('.grad: ', code(accumulation(node) || 'nothing arrived')),
    ];
  }
  const parts = [
    line(
      el('strong', { text: node.name }),
      node.kind === 'root' ? ' starts with g = ∂L/∂L = ' : ' gets g = ∂L/∂out = ',
      code(sampleText(arrived)),
    ),
  ];
  for (const sending of sendings(node, around.edges, around.steps)) {
    const receiver = nameOf(around.nodes.get(sending.to));
    parts.push(
      el(
        'div',
        { class: 'g-sending' },
        line(
          'to ',
          el('strong', { text: receiver }),
          ': ',
          code(`∂L/∂${sending.arg || 'input'}${sending.formula ? ` = ${sending.formula}` : ''}`),
        ),
        ...sending.products.map((text) => line(code(text))),
        line(code(`= ${sending.sent || 'not sent'}`)),
        ...(sending.sum ? [line('with what came before: ', code(sending.sum))] : []),
      ),
    );
  }
  return parts;
}

/** The tip under the pointer: the formula and the local derivative. */
export function tip(node: ShownNode, around: Surroundings): HTMLElement[] {
  if (node.kind === 'group') {
    return [line(`${node.inside?.length ?? 0} nodes of `, el('strong', { text: node.name }))];
  }
  if (node.kind === 'leaf') {
    const grad = accumulation(node as GraphNode);
    return [
      line(el('strong', { text: nameOf(node) }), ` ${shapeText(node.shape)}`),
      ...(node.value ? [line('value ', code(sampleText(node.value)))] : []),
      ...(grad ? [line('.grad ', code(grad))] : []),
    ];
  }
  const own = node as GraphNode;
  const formula = formulaOf(own);
  const locals = around.edges.filter(({ to, arg, local }) => to === node.id && arg && local);
  const isLocal = formula?.pointwise || own.value?.values.length === 1;
  return [
    line(el('strong', { text: node.name })),
    ...(formula ? [line(code(forwardText(own)))] : []),
    ...Object.entries(formula?.gradients ?? {})
      .filter(([arg]) => around.edges.some((edge) => edge.to === node.id && edge.arg === arg))
      .map(([arg, text]) => line(code(`∂L/∂${arg} = ${text}`))),
    ...(isLocal
      ? locals.map(({ arg, local }) => line(`local ∂out/∂${arg} = `, code(sampleText(local))))
      : []),
  ];
}
