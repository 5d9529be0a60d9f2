/**
 * The graph of a model on the screen: laid out in the worker, and of thousands of nodes only those in
 * view are drawn.
 */

import { el, svg } from '../dom';
import { invalidate } from '../frames';
import { arrowHead, drawEdge, neighbour } from '../graph/draw';
import type { LayoutReply, LayoutRequest, Point } from '../graph/layout-messages';
import { Viewport } from '../graph/viewport';
import { iconButton } from '../icons';
import { drawLabel, drawNode, nodeId, type Size, sizeOf } from './draw';
import { edgeLabels, type ViewGraph } from './graph';
import { heat } from './times';

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Milliseconds in which two clicks are a double click. */
const TWO_CLICKS = 600;
/** Elements drawn in one frame. */
const A_FRAME = 150;
/** Drawn around the view, in pixels of the content. */
const AROUND = 120;

const overlap = (a: Box, b: Box) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

function boxOf(points: readonly Point[]): Box {
  const box = { left: 1 / 0, top: 1 / 0, right: -1 / 0, bottom: -1 / 0 };
  for (const { x, y } of points) {
    box.left = Math.min(box.left, x - 1);
    box.right = Math.max(box.right, x + 1);
    box.top = Math.min(box.top, y - 1);
    box.bottom = Math.max(box.bottom, y + 1);
  }
  return box;
}

export class ModelGraph {
  readonly root: HTMLElement;
  readonly tools: HTMLElement;
  private graph: ViewGraph | null = null;
  private placed: LayoutReply | null = null;
  private sizes: Size[] = [];
  private nodeBoxes: Box[] = [];
  private edgeBoxes: Box[] = [];
  private labels: string[] = [];
  private times: ReadonlyMap<number, number> | null = null;
  private longest = 0;
  private worker: Worker | null = null;
  private requestId = 0;
  private selected = -1;
  /** The node that was clicked last, and when. */
  private clicked = { index: -1, at: 0 };
  private found = new Set<number>();
  private readonly drawnNodes = new Map<number, SVGElement>();
  private readonly drawnEdges = new Map<number, SVGElement>();
  private readonly surface: SVGSVGElement;
  private readonly edges = svg('g');
  private readonly nodes = svg('g');
  private readonly viewport: Viewport;
  private readonly waiting = el('p', { class: 'm-waiting', attrs: { role: 'status' } });
  private readonly draw = () => this.render();

  constructor(
    details: HTMLElement,
    private readonly onSelect: (index: number) => void,
    /** A node is to be looked into. */
    private readonly onEnter: (index: number) => void,
  ) {
    const group = svg('g', {}, this.edges, this.nodes);
    this.surface = svg(
      'svg',
      {
        class: 'g-surface',
        tabindex: 0,
        role: 'application',
        'aria-label':
          'Model graph. Arrow keys choose a node, Enter looks into it, Shift and arrows pan, plus and minus zoom, 0 fits.',
      },
      arrowHead('m-arrow'),
      group,
    );
    this.viewport = new Viewport(this.surface, group, () => invalidate(this.draw));
    this.root = el('div', { class: 'g-stage m-stage' });
    this.root.append(this.surface, this.waiting, details);
    this.tools = el(
      'span',
      { class: 'm-tools' },
      iconButton('minus', 'Zoom out', () => this.viewport.zoom(1 / 1.25)),
      iconButton('plus', 'Zoom in', () => this.viewport.zoom(1.25)),
      iconButton('fit', 'Fit', () => this.viewport.fit()),
      iconButton('full', 'Full screen', () => this.toggleFull()),
    );
    this.surface.addEventListener('click', (event) => {
      if (this.viewport.dragged) return;
      const node = (event.target as Element).closest<SVGElement>('.m-node');
      this.clicked = { index: node ? Number(node.dataset.index) : -1, at: event.timeStamp };
      // Its details may come up where it is.
      this.goTo(this.clicked.index);
    });
    // The second click of two may fall on the details, or where the graph has moved.
    const isSecond = (event: MouseEvent) =>
      event.detail === 2 && event.timeStamp - this.clicked.at < TWO_CLICKS;
    this.root.addEventListener('mousedown', (event) => {
      if (isSecond(event)) event.preventDefault();
    });
    this.root.addEventListener('dblclick', (event) => {
      if (isSecond(event) && this.clicked.index >= 0) this.onEnter(this.clicked.index);
    });
    this.surface.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => invalidate(this.draw)).observe(this.root);
  }

  show(graph: ViewGraph): void {
    this.graph = graph;
    this.placed = null;
    this.times = null;
    this.found = new Set();
    this.labels = edgeLabels(graph);
    this.sizes = graph.nodes.map(sizeOf);
    this.clear();
    this.select(-1);
    this.waiting.textContent = 'Laying out the graph…';
    this.waiting.hidden = false;
    this.requestId += 1;
    const request: LayoutRequest = {
      id: this.requestId,
      nodes: this.sizes.map((size, id) => ({ id, ...size })),
      edges: graph.edges,
    };
    this.worker ??= new Worker(new URL('../graph/layout.worker.ts', import.meta.url), {
      type: 'module',
    });
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.worker?.terminate();
      this.worker = null;
      this.waiting.textContent = 'This graph can’t be laid out; it can still be run.';
    };
    this.worker.onmessage = ({ data }: MessageEvent<LayoutReply>) => {
      if (data.id === this.requestId) this.place(data);
    };
    this.worker.postMessage(request);
  }

  /** Colours nodes by how long they took, or by their kind again. */
  setTimes(times: ReadonlyMap<number, number> | null): void {
    this.times = times;
    this.longest = Math.max(0, ...(times?.values() ?? []));
    this.clear();
    invalidate(this.draw);
  }

  /** More is known of the values than before. */
  relabel(): void {
    if (!this.graph) return;
    this.labels = edgeLabels(this.graph);
    this.clear();
    invalidate(this.draw);
  }

  /** The whole panel over the whole screen, or back. */
  private toggleFull(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void this.root.closest('.panel')?.requestFullscreen?.();
  }

  /** Marks what a search found. */
  mark(found: readonly number[]): void {
    this.found = new Set(found);
    for (const [index, node] of this.drawnNodes) this.dress(node, index);
  }

  focus(): void {
    this.surface.focus();
  }

  refresh(): void {
    invalidate(this.draw);
  }

  /** Choose a node, or none with -1, and bring it into view. */
  goTo(index: number): void {
    this.select(index);
    const box = this.nodeBoxes[index];
    if (!box) return;
    this.viewport.reveal(box.left, box.top, box.right - box.left, box.bottom - box.top);
  }

  private select(index: number): void {
    const before = this.selected;
    this.selected = index;
    for (const i of [before, index]) {
      const node = this.drawnNodes.get(i);
      if (node) this.dress(node, i);
    }
    if (index < 0) this.surface.removeAttribute('aria-activedescendant');
    else this.surface.setAttribute('aria-activedescendant', nodeId(index));
    this.onSelect(index);
  }

  private dress(node: SVGElement, index: number): void {
    node.classList.toggle('is-selected', index === this.selected);
    node.classList.toggle('is-found', this.found.has(index));
  }

  private clear(): void {
    this.drawnNodes.clear();
    this.drawnEdges.clear();
    this.nodes.replaceChildren();
    this.edges.replaceChildren();
  }

  private place(layout: LayoutReply): void {
    this.placed = layout;
    this.waiting.hidden = true;
    this.nodeBoxes = layout.nodes.map(({ x, y }, i) => {
      const { width, height } = this.sizes[i] as Size;
      return {
        left: x - width / 2,
        top: y - height / 2,
        right: x + width / 2,
        bottom: y + height / 2,
      };
    });
    this.edgeBoxes = layout.edges.map(boxOf);
    // Readers begin where the data comes in.
    this.viewport.fit(layout, { x: layout.nodes[0]?.x ?? 0, y: 0 });
    invalidate(this.draw);
  }

  /** Draws what came into view, a part a frame, and takes away what left it. */
  private render(): boolean {
    const { graph, placed } = this;
    if (!graph || !placed || this.surface.clientWidth === 0) return false;
    const { left, top, right, bottom } = this.viewport.area;
    const view = {
      left: left - AROUND,
      top: top - AROUND,
      right: right + AROUND,
      bottom: bottom + AROUND,
    };
    let room = A_FRAME;
    const update = (
      boxes: readonly Box[],
      drawn: Map<number, SVGElement>,
      layer: SVGElement,
      make: (index: number) => SVGElement,
    ) => {
      for (let i = 0; i < boxes.length; i++) {
        const isIn = overlap(boxes[i] as Box, view);
        const known = drawn.get(i);
        if (isIn && !known) {
          if (room-- <= 0) return true;
          const node = make(i);
          drawn.set(i, node);
          layer.append(node);
        } else if (!isIn && known) {
          drawn.delete(i);
          known.remove();
        }
      }
      return false;
    };
    const more = update(this.nodeBoxes, this.drawnNodes, this.nodes, (i) => this.makeNode(i));
    const rest = update(this.edgeBoxes, this.drawnEdges, this.edges, (i) => {
      const points = placed.edges[i] ?? [];
      const edge = drawEdge(points, 'm-arrow');
      const label = this.labels[i];
      return label ? svg('g', {}, edge, drawLabel(label, points)) : edge;
    });
    return more || rest;
  }

  private makeNode(index: number): SVGElement {
    const node = this.graph?.nodes[index];
    const at = this.placed?.nodes[index];
    if (!node || !at) return svg('g');
    const ms = this.times?.get(index);
    const time = ms === undefined ? null : { ms, heat: heat(ms, this.longest) };
    const element = drawNode(node, index, at, time);
    this.dress(element, index);
    return element;
  }

  private key(event: KeyboardEvent): void {
    const arrows: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const arrow = arrows[event.key];
    if (arrow && event.shiftKey) this.viewport.pan(-arrow[0] * 60, -arrow[1] * 60);
    else if (arrow) this.walk(arrow);
    else if (event.key === '+' || event.key === '=') this.viewport.zoom(1.25);
    else if (event.key === '-') this.viewport.zoom(1 / 1.25);
    else if (event.key === '0') this.viewport.fit();
    else if (event.key === 'Enter' && this.selected >= 0) this.onEnter(this.selected);
    else if (event.key === 'Escape' && this.selected >= 0) this.select(-1);
    else return;
    event.preventDefault();
  }

  private walk([dx, dy]: [number, number]): void {
    if (!this.placed) return;
    const next = this.selected < 0 ? 0 : neighbour(this.placed, this.selected, dx, dy);
    if (next >= 0) this.goTo(next);
  }
}
