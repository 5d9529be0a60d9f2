/** Lays graphs out away from the main thread: dagre may need longer than a frame. */

import { Graph, layout } from '@dagrejs/dagre';
import type { LayoutReply, LayoutRequest, Point } from './layout-messages';

/** The worker's side of `postMessage`; the DOM typings would make `self` a window. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<LayoutRequest>) => void) | null;
  postMessage(reply: LayoutReply): void;
}

const scope = self as unknown as WorkerScope;

scope.onmessage = ({ data }) => {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({
    rankdir: 'TB',
    nodesep: 18,
    edgesep: 12,
    ranksep: 28,
    marginx: 16,
    marginy: 16,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of data.nodes) graph.setNode(String(id), { width, height });
  data.edges.forEach((edge, i) => {
    // Named, because an operation may use the same input twice.
    graph.setEdge(String(edge.from), String(edge.to), {}, String(i));
  });
  layout(graph);
  const size = graph.graph() as { width?: number; height?: number };
  scope.postMessage({
    id: data.id,
    width: size.width ?? 0,
    height: size.height ?? 0,
    nodes: data.nodes.map(({ id }) => {
      const { x, y } = graph.node(String(id)) as Point;
      return { x, y };
    }),
    edges: data.edges.map((edge, i) => {
      const { points } = graph.edge(String(edge.from), String(edge.to), String(i)) as {
        points: Point[];
      };
      return points.map(({ x, y }) => ({ x, y }));
    }),
  });
};
