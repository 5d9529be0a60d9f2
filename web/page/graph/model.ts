/** The autograd graph as the core describes it, and the part of it that fits a screen. */

export interface GraphNode {
  id: number;
  /** The backward function's name, as `grad_fn` prints it, or the class of a leaf. */
  name: string;
  kind: 'op' | 'leaf' | 'root';
  shape: readonly number[] | string | null;
  dtype: string | null;
  /** A parameter's name, where known. */
  label?: string | null;
}

export interface GraphEdge {
  from: number;
  to: number;
}

export interface AutogradGraph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  /** The core kept back further nodes. */
  truncated?: boolean;
}

/** More nodes than this are unreadable and slow to lay out. */
export const MAX_NODES = 240;

export interface Excerpt extends AutogradGraph {
  /** Nodes of the whole graph. */
  total: number;
}

/**
 * Edges with `from` on the side of the inputs: drawn top to bottom, the picture then reads like the
 * forward computation and ends in the loss.
 */
function forwardEdges(graph: AutogradGraph): GraphEdge[] {
  const root = graph.nodes.find((node) => node.kind === 'root');
  const backward = root && graph.edges.some((edge) => edge.from === root.id);
  return backward ? graph.edges.map(({ from, to }) => ({ from: to, to: from })) : graph.edges;
}

/** At most `limit` nodes, those nearest to where `backward()` began. */
export function excerpt(graph: AutogradGraph, limit = MAX_NODES): Excerpt {
  const edges = forwardEdges(graph);
  const total = graph.nodes.length;
  const truncated = graph.truncated ?? false;
  if (total <= limit) return { nodes: graph.nodes, edges, total, truncated };
  const inputs = new Map<number, number[]>();
  for (const { from, to } of edges) {
    const list = inputs.get(to);
    if (list) list.push(from);
    else inputs.set(to, [from]);
  }
  const start = graph.nodes.find((node) => node.kind === 'root') ?? graph.nodes[0];
  const kept = new Set<number>();
  const queue = start ? [start.id] : [];
  for (let i = 0; i < queue.length && kept.size < limit; i++) {
    const id = queue[i] as number;
    if (kept.has(id)) continue;
    kept.add(id);
    for (const input of inputs.get(id) ?? []) if (!kept.has(input)) queue.push(input);
  }
  return {
    nodes: graph.nodes.filter((node) => kept.has(node.id)),
    edges: edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
    total,
    truncated,
  };
}

export function shapeText(shape: GraphNode['shape']): string {
  if (shape === null || shape === undefined) return '';
  if (typeof shape === 'string') return shape;
  return shape.length === 0 ? 'scalar' : `[${shape.join(', ')}]`;
}

/** What stands in a node's box: a first line, and a smaller second one. */
export function nodeLines(node: GraphNode): [string, string] {
  if (node.kind === 'leaf') return [node.label || 'leaf tensor', shapeText(node.shape)];
  return [node.name, node.label || shapeText(node.shape)];
}

export const NODE_HEIGHT = 40;
const CHAR = 7.3;

/** Width of a node's box, from the characters in it: code fonts make that exact enough. */
export function nodeWidth(node: GraphNode): number {
  const [first, second] = nodeLines(node);
  return Math.ceil(Math.max(72, first.length * CHAR + 24, second.length * CHAR * 0.92 + 24));
}
