/** A model's graph as it is drawn: nodes with their weights on them, and what flows between them. */

import type {
  FunctionInfo,
  GraphInfo,
  NodeInfo,
  TensorInfo,
  ValueInfo,
  ValueShape,
} from '@runtime/model/messages';
import { formatNumber } from '../dom';
import { type Category, categoryOf } from './categories';

/** A tensor of the file that a node uses. */
export interface Weight {
  /** What the node calls it, or its place among the inputs. */
  role: string;
  /** What the node's list of inputs has there. */
  input: string;
  /** The name of the initializer; none for the output of a Constant. */
  name: string | null;
  tensor: TensorInfo;
  /** It stands in the main graph, so that its elements can be asked for. */
  isMain: boolean;
}

/** A graph inside of a node: a branch, the body of a loop, what a function is made of. */
export interface InnerGraph {
  title: string;
  graph: GraphInfo;
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
  inner: InnerGraph[];
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
  /** It is inside of a node. */
  isInner: boolean;
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

/** The values that a graph takes from those around it. */
function captured(graph: GraphInfo): string[] {
  const own = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.map(({ name }) => name),
    ...graph.nodes.flatMap(({ outputs }) => outputs),
  ]);
  const used = [
    ...graph.nodes.flatMap((node) => [...node.inputs, ...capturedBy(node)]),
    ...graph.outputs.map(({ name }) => name),
  ];
  return [...new Set(used)].filter((name) => name !== '' && !own.has(name));
}

/** The values that a node takes from the graph it is in for its subgraphs. */
function capturedBy(node: NodeInfo): string[] {
  return [...new Set(innerOf(node, []).flatMap(({ graph }) => captured(graph)))];
}

/** The body of a function, as a graph. */
function bodyOf({ name, inputs, outputs, nodes }: FunctionInfo): GraphInfo {
  const info = (value: string): ValueInfo => ({ name: value, type: '' });
  return {
    name,
    nodes,
    initializers: [],
    inputs: inputs.map(info),
    outputs: outputs.map(info),
    value_infos: [],
  };
}

/** The graphs inside of a node. */
function innerOf(node: NodeInfo, functions: readonly FunctionInfo[]): InnerGraph[] {
  const found = functions.find(
    ({ name, domain }) => name === node.op_type && domain === node.domain,
  );
  const body = found ? [{ title: 'function', graph: bodyOf(found) }] : [];
  return [
    ...body,
    ...node.attributes.flatMap(({ name, type, value }) => {
      if (type === 'GRAPH' && value) return [{ title: name, graph: value as GraphInfo }];
      if (type !== 'GRAPHS') return [];
      return (value as GraphInfo[]).map((graph, i) => ({ title: `${name}[${i}]`, graph }));
    }),
  ];
}

/** @param around the graphs that this one is in, the main one first */
export function viewGraph(graph: GraphInfo, around: readonly GraphInfo[] = []): ViewGraph {
  const functions = (around[0] ?? graph).functions ?? [];
  const weights = new Map<string, { tensor: TensorInfo; isMain: boolean }>();
  const constants = new Map<string, TensorInfo>();
  [...around, graph].forEach(({ initializers, nodes: list }, depth) => {
    for (const tensor of initializers) {
      weights.set(tensor.name ?? '', { tensor, isMain: depth === 0 });
    }
    for (const node of depth < around.length ? list : []) {
      const constant = constantOf(node);
      if (constant && node.outputs[0]) constants.set(node.outputs[0], constant);
    }
  });
  const nodes: ViewNode[] = [];
  const edges: ViewEdge[] = [];
  const makers = new Map<string, number>();
  const values = new Map<string, ValueInfo>();
  for (const info of [...graph.value_infos, ...graph.inputs, ...graph.outputs]) {
    values.set(info.name, info);
  }
  const own = new Set(graph.initializers.map(({ name }) => name));
  const enter = (info: ValueInfo) => {
    makers.set(info.name, nodes.length);
    nodes.push({
      kind: 'input',
      title: info.name,
      category: 'value',
      name: info.name,
      weights: [],
      node: null,
      info,
      inner: [],
    });
  };
  for (const info of graph.inputs) {
    // Before IR version 4, initializers are listed as inputs too.
    if (!own.has(info.name)) enter(info);
  }
  // What a subgraph takes from the graphs around it comes in beside its inputs.
  if (around.length > 0) {
    const made = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
    for (const name of captured(graph)) {
      if (made.has(name) || makers.has(name) || weights.has(name) || constants.has(name)) continue;
      enter({ name, type: 'a value of the graph around this one' });
    }
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
      inner: innerOf(node, functions),
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
      else if (weight) view.weights.push({ role, input: value, name: value, ...weight });
      else if (constant) {
        view.weights.push({ role, input: value, name: null, tensor: constant, isMain: false });
      }
    });
    for (const value of capturedBy(node)) connect(value, index);
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
      inner: [],
    });
    connect(info.name, index);
  }
  return { nodes, edges: withoutCycles(nodes.length, edges), values, isInner: around.length > 0 };
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

/** The values of the main graph that its nodes make, to ask for their shapes. */
export function madeValues({ edges, nodes }: ViewGraph): string[] {
  const isMade = ({ from }: ViewEdge) => nodes[from]?.kind === 'op';
  return [...new Set(edges.filter(isMade).map(({ value }) => value))];
}

/** Writes down what shapes a run gave. */
export function learnShapes({ values }: ViewGraph, shapes: Record<string, ValueShape>): void {
  for (const [name, { dtype, shape }] of Object.entries(shapes)) {
    values.set(name, { type: `tensor(${dtype})`, ...values.get(name), name, dtype, shape });
  }
}

/**
 * The shape beside each edge, where it is known; a value that goes to several nodes has it once.
 */
export function edgeLabels({ edges, values }: ViewGraph): string[] {
  const seen = new Set<string>();
  return edges.map(({ value }) => {
    const shape = values.get(value)?.shape;
    if (!shape || seen.has(value)) return '';
    seen.add(value);
    return shapeText(shape);
  });
}

/** Elements of a weight, as text on its node. */
export function weightText({ tensor }: Weight): string {
  const { shape, data } = tensor;
  const isFloat = tensor.dtype.includes('float');
  const text = (x: unknown) => (isFloat && typeof x === 'number' ? formatNumber(x, 4) : String(x));
  if (data && data.length === 1) return `= ${text(data[0])}`;
  if (data && shape.length === 1 && data.length <= 4) return `= [${data.map(text).join(', ')}]`;
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
