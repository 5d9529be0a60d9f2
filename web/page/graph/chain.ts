/** The chain rule at one node, spelled out with the numbers of the last backward. */

import { FORMULAS, type Formula } from './formulas';
import type { Element, GraphEdge, GraphNode, SampleRecord } from './model';
import {
  addSamples,
  count,
  factorText,
  indexText,
  isWhole,
  numberText,
  sampleText,
} from './numbers';

/** What a node sends to one of its inputs. */
export interface Sending {
  /** The id of the node that made the input. */
  to: number;
  arg: string;
  /** `g · other` */
  formula: string;
  /** `[0]: 2 × 3 = 6`, a line an element, as far as they are few. */
  products: string[];
  /** `∂L/∂self`, as sent. */
  sent: string;
  /** How it adds to what others have sent; empty if it is the first. */
  sum: string;
}

/** Elements that are spelled out. */
const SPELLED = 3;
/** Terms of a matrix product that are spelled out. */
const TERMS = 6;

export function formulaOf(node: GraphNode): Formula | undefined {
  return node.op === undefined ? undefined : FORMULAS[node.op];
}

/** `out = self · other`, with the arguments that are numbers: `alpha = 1`. */
export function forwardText(node: GraphNode): string {
  const formula = formulaOf(node);
  if (!formula) return '';
  const named = Object.entries(node.args ?? {})
    .filter(([name, value]) => typeof value === 'number' && formula.forward.includes(name))
    .map(([name, value]) => `${name} = ${value}`);
  return [`out = ${formula.forward}`, ...named].join(', ');
}

/**
 * @param edges the whole graph's, from inputs to users
 * @param steps the place of each node in the backward
 */
export function sendings(
  node: GraphNode,
  edges: readonly GraphEdge[],
  steps: ReadonlyMap<number, number>,
): Sending[] {
  const own = edges.filter(({ to }) => to === node.id);
  return own.map((edge, place) => ({
    to: edge.from,
    arg: edge.arg ?? '',
    formula: formulaOf(node)?.gradients[edge.arg ?? ''] ?? '',
    products: edge.grad ? products(node, edge) : [],
    sent: edge.grad ? sampleText(edge.grad) : '',
    sum: sumText(node, edge, own.slice(0, place), edges, steps),
  }));
}

function products(node: GraphNode, edge: GraphEdge): string[] {
  const g = node.grads?.[0];
  const { local, grad } = edge;
  if (!g || !grad) return [];
  const formula = formulaOf(node);
  const factors = formula?.products?.[edge.arg ?? ''];
  if (factors) return matrixProduct(node, g, grad, factors);
  if (!local) return [];
  if (count(g.shape) === 1)
    return lines(grad, (i) => product(g.values[0], local.values[i], grad, i));
  if (!formula?.pointwise || local.shape.join() !== g.shape.join()) return [];
  if (grad.shape.join() === g.shape.join()) {
    return lines(grad, (i) => product(g.values[i], local.values[i], grad, i));
  }
  return broadcast(g, local, grad);
}

function lines(of: SampleRecord, line: (i: number) => string): string[] {
  const shown = of.values.slice(0, SPELLED).map((_, i) => line(i));
  return shown.length < count(of.shape) ? [...shown, '…'] : shown;
}

const prefix = (shape: readonly number[], i: number) => {
  const index = indexText(shape, i);
  return index === '' ? '' : `${index}: `;
};

function product(
  g: Element | undefined,
  local: Element | undefined,
  grad: SampleRecord,
  i: number,
) {
  if (g === undefined || local === undefined) return `${prefix(grad.shape, i)}…`;
  const value = numberText(grad.values[i] as Element);
  return `${prefix(grad.shape, i)}${factorText(g)} × ${factorText(local)} = ${value}`;
}

/** An argument that stood for several elements gets the sum of their gradients. */
function broadcast(g: SampleRecord, local: SampleRecord, grad: SampleRecord): string[] {
  if (!isWhole(g) || !isWhole(local) || count(grad.shape) !== 1 || g.values.length > TERMS) {
    return ['summed over the dimensions in which it was broadcast'];
  }
  const terms = g.values.map(
    (x, i) => `${factorText(x)} × ${factorText(local.values[i] as Element)}`,
  );
  return [`${terms.join(' + ')} = ${numberText(grad.values[0] as Element)}`];
}

/** The first elements of a product of two matrices: row times column. */
function matrixProduct(
  node: GraphNode,
  g: SampleRecord,
  grad: SampleRecord,
  factors: readonly [string, string],
): string[] {
  const find = (name: string) => {
    const plain = name.replace('ᵀ', '');
    const sample = plain === 'g' ? g : node.saved?.find(({ arg }) => arg === plain)?.value;
    if (!sample || !isWhole(sample) || sample.shape.length !== 2) return undefined;
    return { sample, turned: name.endsWith('ᵀ') };
  };
  const [left, right] = factors.map(find);
  if (!left || !right) return [];
  const at = ({ sample, turned }: NonNullable<ReturnType<typeof find>>, i: number, k: number) => {
    const columns = sample.shape[1] as number;
    return sample.values[turned ? k * columns + i : i * columns + k] as Element;
  };
  const columns = grad.shape[1] as number;
  const terms = left.sample.shape[left.turned ? 0 : 1] as number;
  if (terms > TERMS) return [];
  return lines(grad, (index) => {
    const row = Math.floor(index / columns);
    const column = index % columns;
    const text = Array.from(
      { length: terms },
      (_, k) => `${factorText(at(left, row, k))} × ${factorText(at(right, k, column))}`,
    );
    return `${prefix(grad.shape, index)}${text.join(' + ')} = ${numberText(grad.values[index] as Element)}`;
  });
}

/** What came to the same output before, and the sum with this. */
function sumText(
  node: GraphNode,
  edge: GraphEdge,
  earlierHere: readonly GraphEdge[],
  edges: readonly GraphEdge[],
  steps: ReadonlyMap<number, number>,
): string {
  const now = steps.get(node.id) ?? 0;
  const same = (other: GraphEdge) => other.from === edge.from && other.output === edge.output;
  const before = edges.filter((other) => {
    const step = steps.get(other.to);
    return other.to !== node.id && step !== undefined && step < now && same(other);
  });
  const parts = [...before, ...earlierHere.filter(same)].flatMap(({ grad }) => grad ?? []);
  const [first, ...others] = parts;
  if (!first || !edge.grad) return '';
  let sum: SampleRecord | undefined = first;
  for (const part of others) sum = sum && addSamples(sum, part);
  const total = sum && addSamples(sum, edge.grad);
  if (!sum || !total) return 'added to what came before';
  return `${sampleText(sum)} + ${sampleText(edge.grad)} = ${sampleText(total)}`;
}

/** A leaf's `.grad` before and after, or '' if nothing came. */
export function accumulation(node: GraphNode): string {
  const arrived = node.grads?.[0];
  if (node.kind !== 'leaf' || !arrived) return '';
  if (!node.before) return `None → ${sampleText(arrived)}`;
  const after = addSamples(node.before, arrived);
  if (!after) return `${sampleText(node.before)} + ${sampleText(arrived)}`;
  return `${sampleText(node.before)} + ${sampleText(arrived)} = ${sampleText(after)}`;
}
