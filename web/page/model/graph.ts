/** A model's graph as it is drawn: nodes with their weights on them, and what flows between them. */

import type { GraphInfo, NodeInfo, TensorInfo, ValueInfo } from '@runtime/model/messages';
import { type Category, categoryOf } from './categories';

/** A tensor of the file that a node uses. */
export interface Weight {
  /** What the node calls it, or its place among the inputs. */
  role: string;
  /** The name of the initializer; none for the output of a Constant. */
  name: string | null;
  tensor: TensorInfo;
}

export interface ViewNode {
  kind: 'op' | 'input' | 'output';
  /** The operator, or the name of the graph's input or output. */
  title: string;
  category: Category;
  /** The name in the file, which may be missing. */
  name: string;
  weights: Weight[];
  /** Of the graph, for an operator. */
  node: NodeInfo | null;
  info: ValueInfo | null;
}

export interface ViewEdge {
  from: number;
  to: number;
  /** The value that flows. */
  value: string;
}

export interface ViewGraph {
  nodes: ViewNode[];
  edges: ViewEdge[];
  /** What is known of each value, by its name. */
  values: Map<string, ValueInfo>;
}

/** What operators call their inputs, as in ONNX's operator documentation. */
const ROLES: Record<string, readonly string[]> = {
  Conv: ['X', 'W', 'B'],
  ConvTranspose: ['X', 'W', 'B'],
  Gemm: ['A', 'B', 'C'],
  MatMul: ['A', 'B'],
  BatchNormalization: ['X', 'scale', 'B', 'mean', 'var'],
  InstanceNormalization: ['input', 'scale', 'B'],
  LayerNormalization: ['X', 'Scale', 'B'],
  GroupNormalization: ['X', 'scale', 'bias'],
  LSTM: ['X', 'W', 'R', 'B', 'sequence_lens', 'initial_h', 'initial_c', 'P'],
  GRU: ['X', 'W', 'R', 'B', 'sequence_lens', 'initial_h'],
  RNN: ['X', 'W', 'R', 'B', 'sequence_lens', 'initial_h'],
  PRelu: ['X', 'slope'],
  Clip: ['input', 'min', 'max'],
  Reshape: ['data', 'shape'],
  Gather: ['data', 'indices'],
  Slice: ['data', 'starts', 'ends', 'axes', 'steps'],
  Pad: ['data', 'pads', 'constant_value', 'axes'],
  Resize: ['X', 'roi', 'scales', 'sizes'],
  Expand: ['input', 'shape'],
  Squeeze: ['data', 'axes'],
  Unsqueeze: ['data', 'axes'],
  QuantizeLinear: ['x', 'y_scale', 'y_zero_point'],
  DequantizeLinear: ['x', 'x_scale', 'x_zero_point'],
};

function roleOf(op: string, index: number): string {
  return ROLES[op]?.[index] ?? 'ABCDEFGHIJKLMNOP'[index] ?? String(index);
}

/** The tensor that a Constant node holds, if it holds one. */
function constantOf(node: NodeInfo): TensorInfo | null {
  if (node.op_type !== 'Constant') return null;
  const [attribute] = node.attributes;
  const value = attribute?.value;
  switch (attribute?.type) {
    case 'TENSOR':
      return value as TensorInfo;
    case 'FLOAT':
      return { dtype: 'float32', shape: [], data: [value as number] };
    case 'INT':
      return { dtype: 'int64', shape: [], data: [value as number] };
    case 'FLOATS':
    case 'INTS': {
      const data = value as number[];
      const dtype = attribute.type === 'INTS' ? 'int64' : 'float32';
      return { dtype, shape: [data.length], data };
    }
    default:
      return null;
  }
}

/** The values that a node takes from the graph around its subgraphs. */
function captured(node: NodeInfo): string[] {
  const names: string[] = [];
  const visit = (graph: GraphInfo) => {
    const own = new Set([
      ...graph.inputs.map(({ name }) => name),
      ...graph.initializers.map(({ name }) => name),
      ...graph.nodes.flatMap(({ outputs }) => outputs),
    ]);
    for (const inner of graph.nodes) {
      names.push(...inner.inputs.filter((name) => name !== '' && !own.has(name)));
      for (const name of captured(inner)) if (!own.has(name)) names.push(name);
    }
    names.push(...graph.outputs.map(({ name }) => name).filter((name) => !own.has(name)));
  };
  for (const { type, value } of node.attributes) {
    if (type === 'GRAPH' && value) visit(value as GraphInfo);
    if (type === 'GRAPHS') for (const graph of value as GraphInfo[]) visit(graph);
  }
  return [...new Set(names)];
}

export function viewGraph(graph: GraphInfo): ViewGraph {
  const weights = new Map(graph.initializers.map((tensor) => [tensor.name ?? '', tensor]));
  const constants = new Map<string, TensorInfo>();
  const nodes: ViewNode[] = [];
  const edges: ViewEdge[] = [];
  const makers = new Map<string, number>();
  const values = new Map<string, ValueInfo>();
  for (const info of [...graph.value_infos, ...graph.inputs, ...graph.outputs]) {
    values.set(info.name, info);
  }
  for (const info of graph.inputs) {
    // Before IR version 4, initializers are listed as inputs too.
    if (weights.has(info.name)) continue;
    makers.set(info.name, nodes.length);
    nodes.push({
      kind: 'input',
      title: info.name,
      category: 'value',
      name: info.name,
      weights: [],
      node: null,
      info,
    });
  }
  const drawn: { node: NodeInfo; index: number }[] = [];
  for (const node of graph.nodes) {
    const constant = constantOf(node);
    const output = node.outputs[0];
    if (constant && output) {
      constants.set(output, constant);
      continue;
    }
    for (const name of node.outputs) if (name !== '') makers.set(name, nodes.length);
    drawn.push({ node, index: nodes.length });
    nodes.push({
      kind: 'op',
      title: node.op_type,
      category: categoryOf(node.op_type),
      name: node.name,
      weights: [],
      node,
      info: null,
    });
  }
  const connect = (value: string, to: number) => {
    const from = makers.get(value);
    // A file may be cyclic though no model can be; a node that uses itself has no place in layers.
    if (from !== undefined && from !== to) edges.push({ from, to, value });
  };
  for (const { node, index } of drawn) {
    const view = nodes[index] as ViewNode;
    node.inputs.forEach((value, i) => {
      if (value === '') return;
      const role = roleOf(node.op_type, i);
      const weight = weights.get(value);
      const constant = constants.get(value);
      if (makers.has(value)) connect(value, index);
      else if (weight) view.weights.push({ role, name: value, tensor: weight });
      else if (constant) view.weights.push({ role, name: null, tensor: constant });
    });
    for (const value of captured(node)) connect(value, index);
  }
  for (const info of graph.outputs) {
    const index = nodes.length;
    nodes.push({
      kind: 'output',
      title: info.name,
      category: 'value',
      name: info.name,
      weights: [],
      node: null,
      info,
    });
    connect(info.name, index);
  }
  return { nodes, edges: withoutCycles(nodes.length, edges), values };
}

/** The edges that lead onwards; a file whose nodes wait for each other is drawn without the rest. */
function withoutCycles(count: number, edges: readonly ViewEdge[]): ViewEdge[] {
  const waiting = new Array<number>(count).fill(0);
  const outgoing: ViewEdge[][] = Array.from({ length: count }, () => []);
  for (const edge of edges) {
    waiting[edge.to] = (waiting[edge.to] as number) + 1;
    (outgoing[edge.from] as ViewEdge[]).push(edge);
  }
  const place = new Array<number>(count).fill(-1);
  const queue = waiting.flatMap((n, i) => (n === 0 ? [i] : []));
  for (let i = 0; i < queue.length; i++) {
    const index = queue[i] as number;
    place[index] = i;
    for (const { to } of outgoing[index] as ViewEdge[]) {
      waiting[to] = (waiting[to] as number) - 1;
      if (waiting[to] === 0) queue.push(to);
    }
  }
  return edges.filter(({ from, to }) => {
    const [a, b] = [place[from] as number, place[to] as number];
    return a < 0 ? b < 0 && from < to : b < 0 || a < b;
  });
}

/** `1×3×224×224`, `N×10`, `scalar`. */
export function shapeText(shape: ValueInfo['shape'] | undefined): string {
  if (!shape) return '?';
  return shape.length === 0 ? 'scalar' : shape.map((n) => n ?? '?').join('×');
}

/** Elements of a weight, as text on its node. */
export function weightText({ tensor }: Weight): string {
  const { shape, data } = tensor;
  if (data && data.length === 1) return `= ${String(data[0])}`;
  if (data && shape.length === 1 && data.length <= 4) return `= [${data.join(', ')}]`;
  return `⟨${shapeText(shape)}⟩`;
}

/** Nodes that a search finds: by operator, name, value or weight. */
export function find(graph: ViewGraph, text: string): number[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [];
  const has = (name: string | null | undefined) => name?.toLowerCase().includes(wanted);
  return graph.nodes.flatMap(({ title, name, weights, node }, i) =>
    has(title) || has(name) || weights.some((weight) => has(weight.name)) || node?.outputs.some(has)
      ? [i]
      : [],
  );
}
