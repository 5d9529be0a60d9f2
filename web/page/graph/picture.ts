/** The drawn graph: laid out in a worker, filled in over a few frames, and its looks in each step. */

import { svg } from '../dom';
import { drawEdge, drawNode, layoutNodes } from './draw';
import type { LayoutReply, LayoutRequest } from './layout-messages';
import { type Excerpt, fitSecondLine, nodeLines, type ShownNode } from './model';
import { addSamples, sampleText } from './numbers';
import type { Steps } from './steps';
import type { Surroundings } from './story';

/** Elements drawn in one frame; a large graph fills in over a few frames. */
const ELEMENTS_A_FRAME = 150;

export class Picture {
  layout: LayoutReply | null = null;
  /** The last layout has the size of the one before: the same graph, most likely. */
  isSame = false;
  private worker: Worker | null = null;
  private requestId = 0;
  private shown: Excerpt | null = null;
  private drawn = 0;
  private selected = -1;
  private line = 0;
  /** What is drawn of a step, to be repeated for elements that are drawn later. */
  private step: { steps: Steps; at: number; around: Surroundings } | null = null;
  private readonly edges = svg('g');
  private readonly nodes = svg('g');

  constructor(
    readonly group: SVGGElement,
    private readonly onPlaced: () => void,
  ) {
    group.append(this.edges, this.nodes);
  }

  clear(): void {
    this.requestId += 1;
    this.shown = null;
    this.layout = null;
    this.step = null;
    this.edges.replaceChildren();
    this.nodes.replaceChildren();
  }

  request(shown: Excerpt): void {
    this.requestId += 1;
    const request: LayoutRequest = {
      id: this.requestId,
      nodes: layoutNodes(shown),
      edges: shown.edges.map(({ from, to }) => ({ from, to })),
    };
    this.worker ??= new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
    this.worker.onmessage = ({ data }: MessageEvent<LayoutReply>) => {
      if (data.id !== this.requestId) return;
      this.isSame = this.layout?.width === data.width && this.layout.height === data.height;
      this.shown = shown;
      this.layout = data;
      this.drawn = 0;
      this.edges.replaceChildren();
      this.nodes.replaceChildren();
      this.onPlaced();
    };
    this.worker.postMessage(request);
  }

  /** Draw the next elements; true when some are left. */
  drawSome(): boolean {
    const { shown, layout } = this;
    if (!shown || !layout) return false;
    const edgeCount = shown.edges.length;
    const total = edgeCount + shown.nodes.length;
    if (this.drawn >= total) return false;
    const end = Math.min(total, this.drawn + ELEMENTS_A_FRAME);
    for (let i = this.drawn; i < end; i++) {
      if (i < edgeCount) {
        this.edges.append(drawEdge(layout.edges[i] ?? []));
        continue;
      }
      const index = i - edgeCount;
      const node = shown.nodes[index];
      const at = layout.nodes[index];
      if (node && at) this.nodes.append(drawNode(node, at));
    }
    this.drawn = end;
    if (end === total) {
      this.select(this.selected);
      this.markLine(this.line);
      if (this.step) this.showStep(this.step.steps, this.step.at, this.step.around);
    }
    return end < total;
  }

  elementOf(index: number): Element | null {
    return this.nodes.children[index] ?? null;
  }

  indexOf(element: Element): number {
    return [...this.nodes.children].indexOf(element);
  }

  select(index: number): Element | null {
    this.nodes.querySelector('.is-selected')?.classList.remove('is-selected');
    this.selected = index;
    const element = this.elementOf(index);
    element?.classList.add('is-selected');
    return element;
  }

  markLine(line: number): void {
    this.line = line;
    this.shown?.nodes.forEach((node, i) => {
      this.elementOf(i)?.classList.toggle('is-of-line', line > 0 && node.line === line);
    });
  }

  // ---- steps ----

  showPlain(): void {
    this.step = null;
    this.shown?.nodes.forEach((node, i) => {
      this.look(i, '', nodeLines(node)[1]);
    });
    for (const edge of this.edges.children) edge.classList.remove('is-forward', 'is-backward');
  }

  /** The graph after `at` steps; gives the index of the node that the last one is at, or -1. */
  showStep(steps: Steps, at: number, around: Surroundings): number {
    this.step = { steps, at, around };
    const { shown } = this;
    if (!shown) return -1;
    const now = steps.all[at - 1];
    let current = -1;
    shown.nodes.forEach((node, i) => {
      const isNow =
        now !== undefined && (node.id === now.node.id || node.inside?.includes(now.node.id));
      if (isNow) current = i;
      const state = stateOf(node, steps, at, around);
      this.look(i, `is-${state}${isNow ? ' is-now' : ''}`, secondLine(node, state));
    });
    const id = shown.nodes[current]?.id;
    shown.edges.forEach(({ to }, i) => {
      const { classList } = this.edges.children[i] ?? {};
      classList?.toggle('is-forward', to === id && now?.phase === 'forward');
      classList?.toggle('is-backward', to === id && now?.phase === 'backward');
    });
    return current;
  }

  /** Changes only what differs: there may be thousands of nodes. */
  private look(index: number, look: string, text: string): void {
    const element = this.elementOf(index);
    const node = this.shown?.nodes[index];
    if (!element || !node) return;
    if (element.getAttribute('data-look') !== look) {
      element.setAttribute('data-look', look);
      element.classList.remove('is-waiting', 'is-value', 'is-gradient', 'is-now');
      if (look) element.classList.add(...look.split(' '));
    }
    const line = element.lastElementChild;
    const fitted = fitSecondLine(node, text);
    if (line && line.textContent !== fitted) line.textContent = fitted;
  }
}

type State = ReturnType<Steps['stateOf']>;

/** A folded module is as far as the farthest node inside. */
function stateOf(node: ShownNode, steps: Steps, at: number, around: Surroundings): State {
  if (node.kind !== 'group') return steps.stateOf(node, at);
  const inside = (node.inside ?? []).flatMap((id) => around.nodes.get(id) ?? []);
  const operations = inside.filter(({ kind }) => kind !== 'leaf');
  const states = operations.map((one) => steps.stateOf(one, at));
  if (states.includes('gradient')) return 'gradient';
  return states.includes('value') ? 'value' : 'waiting';
}

function secondLine(node: ShownNode, state: State): string {
  const plain = nodeLines(node)[1];
  if (node.kind === 'group' || state === 'waiting') return plain;
  if (state === 'value') return node.value ? sampleText(node.value) : plain;
  const arrived = node.grads?.[0];
  if (!arrived) return '∇ None';
  const sum = node.before ? (addSamples(node.before, arrived) ?? arrived) : arrived;
  return `∇ ${sampleText(sum)}`;
}
