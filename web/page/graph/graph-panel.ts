/** The Graph tab: the autograd DAG of the last `backward()`, with details of the chosen node. */

import { el, formatCount, saveText, svg } from '../dom';
import { invalidate } from '../frames';
import { icon } from '../icons';
import { arrowHead, drawEdge, drawNode, layoutNodes, neighbour } from './draw';
import { graphSvg } from './export';
import type { LayoutReply, LayoutRequest } from './layout-messages';
import {
  type AutogradGraph,
  type Excerpt,
  excerpt,
  NODE_HEIGHT,
  nodeWidth,
  shapeText,
} from './model';
import { Viewport } from './viewport';

const EXPLAIN = {
  op: 'A recorded operation. In backward it turns the gradient of its output into gradients of its inputs.',
  leaf: 'A leaf tensor with requires_grad=True. Its gradient is accumulated in .grad.',
  root: 'backward() started here, with a gradient of 1.',
} as const;

/** Elements drawn in one frame; a large graph fills in over a few frames. */
const ELEMENTS_A_FRAME = 150;

export class GraphPanel {
  private worker: Worker | null = null;
  private requestId = 0;
  private busy = false;
  private graph: AutogradGraph | null = null;
  /** The graph changed since it was last laid out. */
  private stale = false;
  private shown: Excerpt | null = null;
  private placed: LayoutReply | null = null;
  private drawnElements = 0;
  private selected = -1;
  private readonly surface: SVGSVGElement;
  private readonly group: SVGGElement;
  private readonly edges = svg('g');
  private readonly nodes = svg('g');
  private readonly viewport: Viewport;
  private readonly bar: HTMLElement;
  private readonly stage: HTMLElement;
  private readonly details: HTMLElement;
  private readonly note = el('span', { class: 'panel-note' });
  private readonly draw = () => this.render();

  constructor(
    root: HTMLElement,
    private readonly empty: HTMLElement,
    private readonly isVisible: () => boolean,
  ) {
    const group = svg('g', {}, this.edges, this.nodes);
    this.surface = svg(
      'svg',
      {
        class: 'g-surface',
        tabindex: 0,
        role: 'application',
        'aria-label':
          'Autograd graph. Arrow keys choose a node, Shift and arrows pan, plus and minus zoom, 0 fits.',
      },
      arrowHead(),
      group,
    );
    this.viewport = new Viewport(this.surface, group);
    this.group = group;
    const tool = (name: 'plus' | 'minus' | 'fit' | 'download', label: string, act: () => void) =>
      el(
        'button',
        {
          class: 'icon-button',
          title: label,
          attrs: { type: 'button', 'aria-label': label },
          on: { click: act },
        },
        icon(name),
      );
    this.bar = el(
      'div',
      { class: 'panel-bar' },
      this.note,
      el('span', { class: 'spacer' }),
      tool('download', 'Download as SVG', () => this.save()),
      tool('minus', 'Zoom out', () => this.viewport.zoom(1 / 1.25)),
      tool('plus', 'Zoom in', () => this.viewport.zoom(1.25)),
      tool('fit', 'Fit', () => this.viewport.fit()),
    );
    this.details = el('div', { class: 'g-details', attrs: { role: 'status', hidden: '' } });
    this.stage = el('div', { class: 'g-stage' });
    this.stage.append(this.surface, this.details);
    this.bar.hidden = true;
    this.stage.hidden = true;
    root.append(this.bar, this.stage, empty);
    this.surface.addEventListener('click', (event) => this.click(event));
    this.surface.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => {
      if (this.placed) this.viewport.fit();
    }).observe(this.stage);
  }

  begin(): void {
    this.graph = null;
    this.stale = true;
    invalidate(this.draw);
  }

  set(graph: AutogradGraph): void {
    this.graph = graph;
    this.stale = true;
    invalidate(this.draw);
  }

  refresh(): void {
    invalidate(this.draw);
  }

  private render(): boolean {
    const nothing = !this.graph || this.graph.nodes.length === 0;
    this.empty.hidden = !nothing;
    this.bar.hidden = nothing;
    this.stage.hidden = nothing;
    if (nothing) {
      this.forget();
      return false;
    }
    if (!this.isVisible()) return false;
    if (this.stale && !this.busy) this.requestLayout();
    return this.drawSome();
  }

  private forget(): void {
    this.shown = null;
    this.placed = null;
    this.stale = false;
    this.requestId += 1;
    this.busy = false;
    this.select(-1);
    this.edges.replaceChildren();
    this.nodes.replaceChildren();
  }

  private requestLayout(): void {
    if (!this.graph) return;
    this.stale = false;
    this.busy = true;
    this.requestId += 1;
    const part = excerpt(this.graph);
    const request: LayoutRequest = {
      id: this.requestId,
      nodes: layoutNodes(part),
      edges: part.edges,
    };
    this.layoutWorker().onmessage = ({ data }: MessageEvent<LayoutReply>) => {
      if (data.id !== this.requestId) return;
      this.busy = false;
      this.show(part, data);
    };
    this.layoutWorker().postMessage(request);
  }

  private layoutWorker(): Worker {
    this.worker ??= new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
    return this.worker;
  }

  private show(part: Excerpt, layout: LayoutReply): void {
    const again = this.placed?.width === layout.width && this.placed.height === layout.height;
    this.shown = part;
    this.placed = layout;
    this.drawnElements = 0;
    this.edges.replaceChildren();
    this.nodes.replaceChildren();
    const chosen = this.selected;
    this.select(-1);
    // The same picture again, as each training step draws it: keep the reader's place.
    const root = part.nodes.findIndex((node) => node.kind === 'root');
    if (!again) this.viewport.fit(layout, layout.nodes[root]);
    else if (chosen >= 0) this.selected = chosen;
    const ops = part.nodes.filter((node) => node.kind !== 'leaf').length;
    const leaves = part.nodes.length - ops;
    this.note.textContent =
      part.total > part.nodes.length
        ? `Showing the ${part.nodes.length} nodes nearest to the loss, of ${part.truncated ? 'more than ' : ''}${formatCount(part.total)}`
        : `${ops} ${ops === 1 ? 'operation' : 'operations'}, ${leaves} ${leaves === 1 ? 'leaf' : 'leaves'}`;
    invalidate(this.draw);
  }

  /** Draw the next elements; true when some are left. */
  private drawSome(): boolean {
    const { shown, placed } = this;
    if (!shown || !placed) return false;
    const edgeCount = shown.edges.length;
    const total = edgeCount + shown.nodes.length;
    if (this.drawnElements >= total) return false;
    const end = Math.min(total, this.drawnElements + ELEMENTS_A_FRAME);
    for (let i = this.drawnElements; i < end; i++) {
      if (i < edgeCount) {
        this.edges.append(drawEdge(placed.edges[i] ?? []));
        continue;
      }
      const index = i - edgeCount;
      const node = shown.nodes[index];
      const at = placed.nodes[index];
      if (node && at) this.nodes.append(drawNode(node, at));
    }
    this.drawnElements = end;
    if (end === total && this.selected >= 0) this.select(this.selected);
    return end < total;
  }

  private save(): void {
    if (!this.placed) return;
    // A large graph may still be filling in.
    while (this.drawSome()) {}
    const chosen = this.selected;
    this.select(-1);
    const background = getComputedStyle(this.stage).backgroundColor;
    saveText('graph.svg', graphSvg(this.group, this.placed, background), 'image/svg+xml');
    this.select(chosen);
  }

  private click(event: MouseEvent): void {
    if (this.viewport.dragged) return;
    const group = (event.target as Element).closest('.g-node');
    this.select(group ? [...this.nodes.children].indexOf(group) : -1);
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
    else if (event.key === 'Escape' && this.selected >= 0) this.select(-1);
    else return;
    event.preventDefault();
  }

  private walk([dx, dy]: [number, number]): void {
    if (!this.placed || !this.shown) return;
    const root = this.shown.nodes.findIndex((node) => node.kind === 'root');
    const next =
      this.selected < 0 ? Math.max(0, root) : neighbour(this.placed, this.selected, dx, dy);
    if (next < 0) return;
    this.select(next);
    const at = this.placed.nodes[next];
    const node = this.shown.nodes[next];
    if (!at || !node) return;
    const width = nodeWidth(node);
    this.viewport.reveal(at.x - width / 2, at.y - NODE_HEIGHT / 2, width, NODE_HEIGHT);
  }

  private isInLowerHalf(node: Element): boolean {
    const stage = this.stage.getBoundingClientRect();
    return node.getBoundingClientRect().top > stage.top + stage.height / 2;
  }

  private select(index: number): void {
    this.nodes.querySelector('.is-selected')?.classList.remove('is-selected');
    this.selected = index;
    const node = this.shown?.nodes[index];
    this.details.hidden = !node;
    if (!node || !this.shown) {
      this.surface.removeAttribute('aria-activedescendant');
      return;
    }
    const group = this.nodes.children[index];
    group?.classList.add('is-selected');
    this.details.classList.toggle('is-top', group !== undefined && this.isInLowerHalf(group));
    this.surface.setAttribute('aria-activedescendant', `g-node-${node.id}`);
    const { nodes, edges } = this.shown;
    const names = new Map(nodes.map((n) => [n.id, n.kind === 'leaf' ? n.label || 'leaf' : n.name]));
    const inputs = edges.filter((e) => e.to === node.id).map((e) => names.get(e.from) ?? '');
    const users = edges.filter((e) => e.from === node.id).map((e) => names.get(e.to) ?? '');
    const row = (label: string, text: string | null | undefined) =>
      text ? [el('dt', { text: label }), el('dd', { text })] : [];
    this.details.replaceChildren(
      el('strong', { text: node.kind === 'leaf' ? node.label || node.name : node.name }),
      el('p', { text: EXPLAIN[node.kind] }),
      el(
        'dl',
        {},
        ...row('shape', shapeText(node.shape)),
        ...row('dtype', node.dtype),
        ...row('from', inputs.join(', ')),
        ...row('to', users.join(', ')),
      ),
      el(
        'button',
        {
          class: 'icon-button',
          attrs: { type: 'button', 'aria-label': 'Close details' },
          on: { click: () => this.select(-1) },
        },
        icon('close'),
      ),
    );
  }
}
