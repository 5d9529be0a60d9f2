/** The autograd graph as the core describes it, and the part of it that is on the screen. */

import type {
  Element,
  GraphCallRecord,
  GraphEdgeRecord,
  GraphNodeRecord,
  GraphRecord,
  SampleRecord,
} from '@runtime/protocol';

export type AutogradGraph = GraphRecord;
export type GraphNode = GraphNodeRecord;
export type GraphEdge = GraphEdgeRecord;
export type { Element, SampleRecord };

/** A node on the screen: of the graph, or a module whose nodes are folded into one. */
export interface ShownNode extends Omit<GraphNode, 'kind'> {
  kind: GraphNode['kind'] | 'group';
  /** Of a group: the ids of the nodes inside. */
  inside?: number[];
  /** Of a group: the module call that it stands for. */
  group?: number;
}

/** More nodes than this are unreadable, and slow to draw. */
export const MAX_NODES = 2000;
/** A graph of more nodes comes up with its modules folded. */
const FOLDED_FROM = 80;

export interface Excerpt {
  nodes: ShownNode[];
  /** From the inputs to the loss. */
  edges: GraphEdge[];
  /** Nodes of the whole graph. */
  total: number;
  truncated: boolean;
}

/** A part of the graph itself, nothing folded. */
export interface Part extends Omit<Excerpt, 'nodes'> {
  nodes: GraphNode[];
}

/**
 * Edges with `from` on the side of the inputs: drawn top to bottom, the picture then reads like the
 * forward computation and ends in the loss.
 */
function forwardEdges(graph: AutogradGraph): GraphEdge[] {
  const root = graph.nodes.find((node) => node.kind === 'root');
  const backward = root && graph.edges.some((edge) => edge.from === root.id);
  return backward
    ? graph.edges.map((edge) => ({ ...edge, from: edge.to, to: edge.from }))
    : graph.edges;
}

/** At most `limit` nodes, those nearest to where `backward()` began. */
export function excerpt(graph: AutogradGraph, limit = MAX_NODES): Part {
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

/** The module calls of a graph, and which node is inside which. */
export class Modules {
  private readonly calls: Map<number, GraphCallRecord>;
  /** The innermost call of each node. Parameters belong where they are used, if that is one place. */
  private readonly callOf = new Map<number, number>();

  constructor(graph: AutogradGraph) {
    this.calls = new Map((graph.calls ?? []).map((call) => [call.id, call]));
    for (const { id, call } of graph.nodes) if (call !== undefined) this.callOf.set(id, call);
    const users = new Map<number, Set<number | undefined>>();
    for (const { from, to } of forwardEdges(graph)) {
      const set = users.get(from) ?? new Set();
      users.set(from, set.add(this.callOf.get(to)));
    }
    for (const { id, kind } of graph.nodes) {
      const [call, ...others] = kind === 'leaf' ? (users.get(id) ?? []) : [];
      if (call !== undefined && others.length === 0) this.callOf.set(id, call);
    }
  }

  get any(): boolean {
    return this.calls.size > 0;
  }

  /** Calls around a node, outermost first. */
  around(id: number): GraphCallRecord[] {
    const chain: GraphCallRecord[] = [];
    let at = this.callOf.get(id) ?? null;
    while (at !== null) {
      const call = this.calls.get(at);
      if (!call) break;
      chain.unshift(call);
      at = call.parent;
    }
    return chain;
  }

  /** What folds all modules but the outermost, whose content is the whole picture. */
  inner(): Set<number> {
    const all = [...this.calls.values()];
    const outermost = all.filter(({ parent }) => parent === null);
    const inner = all.filter(({ parent }) => parent !== null);
    return new Set((inner.length > 0 ? inner : outermost).map(({ id }) => id));
  }
}

/** Calls that are folded when a graph first comes up. */
export function foldedAtFirst(graph: AutogradGraph, modules: Modules): Set<number> {
  return graph.nodes.length > FOLDED_FROM ? modules.inner() : new Set();
}

export function callName({ path, class: name }: GraphCallRecord): string {
  return path ? `${path} · ${name}` : name;
}

/** The graph with every folded call as one node. */
export function fold(part: Part, modules: Modules, folded: ReadonlySet<number>): Excerpt {
  if (folded.size === 0) return part;
  const standsFor = new Map<number, number>();
  const groups = new Map<number, ShownNode>();
  const nodes: ShownNode[] = [];
  for (const node of part.nodes) {
    const call = modules.around(node.id).find(({ id }) => folded.has(id));
    if (!call) {
      nodes.push(node);
      continue;
    }
    let group = groups.get(call.id);
    if (!group) {
      group = {
        id: -call.id,
        name: call.path || call.class,
        kind: 'group',
        shape: null,
        dtype: null,
        label: call.path ? call.class : null,
        inside: [],
        group: call.id,
      };
      groups.set(call.id, group);
      nodes.push(group);
    }
    group.inside?.push(node.id);
    standsFor.set(node.id, group.id);
  }
  const edges: GraphEdge[] = [];
  const drawn = new Set<string>();
  for (const edge of part.edges) {
    const from = standsFor.get(edge.from) ?? edge.from;
    const to = standsFor.get(edge.to) ?? edge.to;
    const key = `${from} ${to}`;
    if (from === to || drawn.has(key)) continue;
    drawn.add(key);
    edges.push({ ...edge, from, to });
  }
  // Two calls of one module may feed each other through what lies between: unfolded, then.
  return isAcyclic(nodes, edges) ? { ...part, nodes, edges } : part;
}

function isAcyclic(nodes: readonly ShownNode[], edges: readonly GraphEdge[]): boolean {
  const waiting = new Map(nodes.map(({ id }) => [id, 0]));
  const users = new Map<number, number[]>();
  for (const { from, to } of edges) {
    waiting.set(to, (waiting.get(to) ?? 0) + 1);
    const list = users.get(from);
    if (list) list.push(to);
    else users.set(from, [to]);
  }
  const queue = nodes.filter(({ id }) => waiting.get(id) === 0).map(({ id }) => id);
  for (let i = 0; i < queue.length; i++) {
    for (const to of users.get(queue[i] as number) ?? []) {
      const left = (waiting.get(to) ?? 0) - 1;
      waiting.set(to, left);
      if (left === 0) queue.push(to);
    }
  }
  return queue.length === nodes.length;
}

export function shapeText(shape: GraphNode['shape']): string {
  if (shape === null || shape === undefined) return '';
  if (typeof shape === 'string') return shape;
  return shape.length === 0 ? 'scalar' : `[${shape.join(', ')}]`;
}

/** What stands in a node's box: a first line, and a smaller second one. */
export function nodeLines(node: ShownNode): [string, string] {
  if (node.kind === 'group') {
    const count = node.inside?.length ?? 0;
    return [node.name, `${node.label ? `${node.label}, ` : ''}${count} nodes`];
  }
  if (node.kind === 'leaf') return [node.label || 'leaf tensor', shapeText(node.shape)];
  return [node.name, node.label || shapeText(node.shape)];
}

export const NODE_HEIGHT = 40;
const CHAR = 7.3;
const SMALL = 0.92;
const PADDING = 24;

/** Width of a node's box, from the characters in it: code fonts make that exact enough. */
export function nodeWidth(node: ShownNode): number {
  const [first, second] = nodeLines(node);
  return Math.ceil(
    Math.max(72, first.length * CHAR + PADDING, second.length * CHAR * SMALL + PADDING),
  );
}

/** As much of a text as fits the second line of a node's box. */
export function fitSecondLine(node: ShownNode, text: string): string {
  const room = Math.floor((nodeWidth(node) - 12) / (CHAR * SMALL));
  return text.length <= room ? text : `${text.slice(0, Math.max(1, room - 1))}…`;
}
