/** What the page and the layout worker say to each other. */

export interface LayoutRequest {
  id: number;
  nodes: { id: number; width: number; height: number }[];
  edges: { from: number; to: number }[];
}

export interface Point {
  x: number;
  y: number;
}

export interface LayoutReply {
  id: number;
  width: number;
  height: number;
  /** Centres of the nodes, in the request's order. */
  nodes: Point[];
  /** The bends of the edges, in the request's order. */
  edges: Point[][];
}
