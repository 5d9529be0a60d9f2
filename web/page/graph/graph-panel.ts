/**
 * The Graph tab: the autograd DAG of the last `backward()`, its modules folded or open, with details
 * of the chosen node, and forward and backward step by step.
 */

import { el, formatCount, saveBytes, saveText, svg } from '../dom';
import { invalidate } from '../frames';
import { iconButton } from '../icons';
import { arrowHead, neighbour, nodeElementId } from './draw';
import { graphPng, graphSvg } from './export';
import {
  type AutogradGraph,
  callName,
  type Excerpt,
  excerpt,
  fold,
  foldedAtFirst,
  Modules,
  NODE_HEIGHT,
  nodeWidth,
  type Part,
  type ShownNode,
} from './model';
import { details } from './node-details';
import { Picture } from './picture';
import { Player } from './player';
import { Steps } from './steps';
import { type Surroundings, stepStory, tip } from './story';
import { Viewport } from './viewport';

export interface GraphPanelOptions {
  isVisible: () => boolean;
  /** Show the line of the snippet that made a node. */
  onLine: (line: number) => void;
}

/** A graph and what was derived from it. */
interface Scene {
  graph: AutogradGraph;
  part: Part;
  modules: Modules;
  steps: Steps;
  around: Surroundings;
}

function sceneOf(graph: AutogradGraph): Scene {
  const part = excerpt(graph);
  return {
    graph,
    part,
    modules: new Modules(graph),
    steps: new Steps(part.nodes),
    around: {
      nodes: new Map(part.nodes.map((node) => [node.id, node])),
      edges: part.edges,
      steps: new Map(
        part.nodes.flatMap(({ id, step }) => (step === undefined ? [] : [[id, step]])),
      ),
    },
  };
}

/** Whether the same calls can be folded in both. */
const sameCalls = (a: AutogradGraph, b: AutogradGraph) =>
  (a.calls ?? []).map(({ path }) => path).join() === (b.calls ?? []).map(({ path }) => path).join();

export class GraphPanel {
  private scene: Scene | null = null;
  private waiting: AutogradGraph | null = null;
  private folded = new Set<number>();
  private shown: Excerpt | null = null;
  private selected = -1;
  private readonly surface: SVGSVGElement;
  private readonly picture: Picture;
  private readonly viewport: Viewport;
  private readonly player: Player;
  private readonly bar: HTMLElement;
  private readonly body: HTMLElement;
  private readonly foldButton: HTMLButtonElement;
  private readonly stage = el('div', { class: 'g-stage' });
  private readonly details = el('div', {
    class: 'g-details',
    attrs: { role: 'status', hidden: '' },
  });
  private readonly tip = el('div', { class: 'g-tip', attrs: { role: 'tooltip', hidden: '' } });
  private readonly story = el('div', {
    class: 'g-story',
    attrs: { hidden: '', tabindex: '0', role: 'region', 'aria-label': 'The step' },
  });
  private readonly note = el('span', { class: 'panel-note' });
  private readonly draw = () => this.render();

  constructor(
    root: HTMLElement,
    private readonly empty: HTMLElement,
    private readonly options: GraphPanelOptions,
  ) {
    const group = svg('g');
    this.surface = svg(
      'svg',
      {
        class: 'g-surface',
        tabindex: 0,
        role: 'application',
        'aria-label':
          'Autograd graph. Arrow keys choose a node, Enter folds or opens its module, Space plays step by step, Shift and arrows pan, plus and minus zoom, 0 fits.',
      },
      arrowHead(),
      group,
    );
    this.viewport = new Viewport(this.surface, group);
    this.picture = new Picture(group, () => this.placed());
    this.player = new Player(
      (at) => this.whereText(at),
      (at) => this.moved(at),
    );
    const save = (text: string, act: () => void) =>
      el('button', {
        class: 'button',
        title: `Download as ${text}`,
        text,
        attrs: { type: 'button' },
        on: { click: act },
      });
    this.foldButton = el('button', {
      class: 'button',
      attrs: { type: 'button' },
      on: { click: () => this.foldAll(this.folded.size === 0) },
    });
    this.bar = el(
      'div',
      { class: 'panel-bar g-tools' },
      this.note,
      el('span', { class: 'spacer' }),
      this.player.start,
      this.foldButton,
      save('SVG', () => this.saveSvg()),
      save('PNG', () => void this.savePng()),
      iconButton('minus', 'Zoom out', () => this.viewport.zoom(1 / 1.25)),
      iconButton('plus', 'Zoom in', () => this.viewport.zoom(1.25)),
      iconButton('fit', 'Fit', () => this.viewport.fit()),
    );
    this.stage.append(this.surface, this.details, this.tip);
    this.body = el('div', { class: 'g-body' }, this.stage, this.story);
    root.append(this.bar, this.player.controls, this.body, empty);
    this.hide(true);
    this.surface.addEventListener('click', (event) => this.click(event));
    this.surface.addEventListener('dblclick', (event) => this.toggleFold(this.nodeAt(event)));
    this.surface.addEventListener('keydown', (event) => this.key(event));
    this.surface.addEventListener('pointerover', (event) => this.hover(event));
    this.surface.addEventListener('pointerleave', () => this.hideTip());
    new ResizeObserver(() => {
      if (this.shown && !this.player.active) this.viewport.fit();
    }).observe(this.stage);
  }

  begin(): void {
    this.player.leave();
    this.waiting = null;
    this.scene = null;
    this.folded = new Set();
    invalidate(this.draw);
  }

  set(graph: AutogradGraph): void {
    this.waiting = graph;
    invalidate(this.draw);
  }

  refresh(): void {
    invalidate(this.draw);
  }

  /** Marks the nodes that a line of the snippet made. */
  showLine(line: number): void {
    this.picture.markLine(line);
  }

  private hide(nothing: boolean): void {
    this.empty.hidden = !nothing;
    this.bar.hidden = nothing;
    this.body.hidden = nothing;
  }

  private render(): boolean {
    // A step is read at leisure, while a training loop goes on.
    if (this.waiting && !this.player.active) {
      const again = this.scene && sameCalls(this.scene.graph, this.waiting);
      const foldedPaths = again ? this.foldedPlaces() : null;
      this.scene = sceneOf(this.waiting);
      this.folded = foldedPaths
        ? new Set(
            (this.waiting.calls ?? []).flatMap(({ id }, i) => (foldedPaths.has(i) ? [id] : [])),
          )
        : foldedAtFirst(this.waiting, this.scene.modules);
      this.waiting = null;
      this.shown = null;
    }
    const { scene } = this;
    const nothing = !scene || scene.graph.nodes.length === 0;
    this.hide(nothing);
    if (nothing) {
      this.select(-1);
      this.shown = null;
      this.picture.clear();
      return false;
    }
    if (!this.options.isVisible()) return false;
    if (!this.shown) this.layOut(scene);
    return this.picture.drawSome();
  }

  /** Which of the graph's calls are folded, by their place: ids change from step to step. */
  private foldedPlaces(): Set<number> {
    const calls = this.scene?.graph.calls ?? [];
    return new Set(calls.flatMap(({ id }, i) => (this.folded.has(id) ? [i] : [])));
  }

  private layOut(scene: Scene): void {
    this.shown = fold(scene.part, scene.modules, this.folded);
    this.player.set(scene.steps.count);
    this.foldButton.hidden = !scene.modules.any;
    this.foldButton.textContent = this.folded.size > 0 ? 'Open modules' : 'Fold modules';
    this.note.textContent = this.noteText(scene);
    this.picture.request(this.shown);
  }

  private noteText({ part, graph }: Scene): string {
    const { nodes, total, truncated } = part;
    const run = graph.run && graph.run > 1 ? `, backward ${formatCount(graph.run)}` : '';
    if (total > nodes.length || truncated) {
      const all = `${truncated ? 'more than ' : ''}${formatCount(total)}`;
      return `Showing the ${formatCount(nodes.length)} nodes nearest to the loss, of ${all}${run}`;
    }
    const ops = nodes.filter((node) => node.kind !== 'leaf').length;
    const leaves = nodes.length - ops;
    return `${ops} ${ops === 1 ? 'operation' : 'operations'}, ${leaves} ${leaves === 1 ? 'leaf' : 'leaves'}${run}`;
  }

  /** The layout is there. */
  private placed(): void {
    const { layout, isSame } = this.picture;
    if (!layout || !this.shown) return;
    const chosen = this.selected;
    this.select(-1);
    const root = this.shown.nodes.findIndex((node) => node.kind === 'root');
    // The same picture again, as each training step draws it: keep the reader's place.
    if (!isSame) this.viewport.fit(layout, layout.nodes[root] ?? layout.nodes.at(-1));
    else if (chosen >= 0) this.select(chosen);
    if (this.player.active) this.moved(this.player.position);
    invalidate(this.draw);
  }

  // ---- folding ----

  private foldAll(on: boolean): void {
    if (!this.scene) return;
    this.folded = on ? this.scene.modules.inner() : new Set();
    this.relayout();
  }

  private toggleFold(index: number): void {
    const node = this.shown?.nodes[index];
    if (!node || !this.scene) return;
    if (node.group !== undefined) this.folded.delete(node.group);
    else {
      const inner = this.scene.modules.around(node.id).at(-1);
      if (!inner) return;
      this.folded.add(inner.id);
    }
    this.relayout();
  }

  private relayout(): void {
    this.select(-1);
    this.shown = null;
    invalidate(this.draw);
  }

  // ---- steps ----

  private whereText(at: number): string {
    const { steps } = this.scene ?? {};
    if (!steps) return '';
    if (at === 0) return 'Start';
    const backward = steps.count - steps.forward;
    return at <= steps.forward
      ? `Forward ${at} of ${steps.forward}`
      : `Backward ${at - steps.forward} of ${backward}`;
  }

  private moved(at: number | null): void {
    const { scene } = this;
    if (!scene || at === null) {
      this.story.hidden = true;
      this.picture.showPlain();
      invalidate(this.draw);
      return;
    }
    if (this.selected >= 0) this.select(-1);
    const step = scene.steps.all[at - 1];
    const index = this.picture.showStep(scene.steps, at, scene.around);
    this.story.hidden = false;
    this.story.replaceChildren(
      ...(step
        ? stepStory(step, scene.around)
        : [el('p', { text: 'Forward first: each operation computes its output. Then backward.' })]),
    );
    if (step?.node.line) this.options.onLine(step.node.line);
    if (index >= 0) this.reveal(index);
  }

  // ---- export ----

  private svgText(): string {
    const { layout, group } = this.picture;
    if (!layout) return '';
    // A large graph may still be filling in.
    while (this.picture.drawSome()) {}
    const chosen = this.selected;
    this.select(-1);
    const background = getComputedStyle(this.stage).backgroundColor;
    const text = graphSvg(group, layout, background);
    this.select(chosen);
    return text;
  }

  private saveSvg(): void {
    const text = this.svgText();
    if (text) saveText('graph.svg', text, 'image/svg+xml');
  }

  private async savePng(): Promise<void> {
    const { layout } = this.picture;
    if (!layout) return;
    try {
      saveBytes('graph.png', await graphPng(this.svgText(), layout), 'image/png');
    } catch (error) {
      this.note.textContent = `No PNG: ${error instanceof Error ? error.message : error}. SVG has no limit.`;
    }
  }

  // ---- pointer and keys ----

  private nodeAt(event: MouseEvent): number {
    const element = (event.target as Element).closest('.g-node');
    return element ? this.picture.indexOf(element) : -1;
  }

  private click(event: MouseEvent): void {
    if (this.viewport.dragged) return;
    const index = this.nodeAt(event);
    this.select(index);
    const line = this.shown?.nodes[index]?.line;
    if (line) this.options.onLine(line);
  }

  private hover(event: PointerEvent): void {
    const index = event.pointerType === 'touch' ? -1 : this.nodeAt(event);
    const node = this.shown?.nodes[index];
    const element = this.picture.elementOf(index);
    if (!node || !element || !this.scene || index === this.selected) {
      this.hideTip();
      return;
    }
    this.tip.replaceChildren(...tip(node, this.scene.around));
    this.tip.hidden = false;
    const stage = this.stage.getBoundingClientRect();
    const box = element.getBoundingClientRect();
    const left = Math.min(box.left - stage.left, stage.width - this.tip.offsetWidth - 8);
    const below = box.bottom - stage.top + 6;
    const fits = below + this.tip.offsetHeight < stage.height;
    this.tip.style.left = `${Math.max(8, left)}px`;
    this.tip.style.top = `${fits ? below : Math.max(4, box.top - stage.top - this.tip.offsetHeight - 6)}px`;
  }

  private hideTip(): void {
    this.tip.hidden = true;
  }

  private key(event: KeyboardEvent): void {
    const arrows: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const arrow = arrows[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (arrow && event.shiftKey) this.viewport.pan(-arrow[0] * 60, -arrow[1] * 60);
    else if (arrow && arrow[0] !== 0 && this.player.active) this.player.step(arrow[0]);
    else if (arrow) this.walk(arrow);
    else if (event.key === ' ') this.player.toggle();
    else if (event.key === '+' || event.key === '=') this.viewport.zoom(1.25);
    else if (event.key === '-') this.viewport.zoom(1 / 1.25);
    else if (event.key === '0') this.viewport.fit();
    else if (event.key === 'Enter' && this.selected >= 0) this.toggleFold(this.selected);
    else if (event.key === 'Escape' && this.selected >= 0) this.select(-1);
    else if (event.key === 'Escape' && this.player.active) this.player.leave();
    else return;
    event.preventDefault();
  }

  private walk([dx, dy]: [number, number]): void {
    const { layout } = this.picture;
    if (!layout || !this.shown) return;
    const root = this.shown.nodes.findIndex((node) => node.kind === 'root');
    const next = this.selected < 0 ? Math.max(0, root) : neighbour(layout, this.selected, dx, dy);
    if (next < 0) return;
    this.select(next);
    this.reveal(next);
  }

  private reveal(index: number): void {
    const at = this.picture.layout?.nodes[index];
    const node = this.shown?.nodes[index];
    if (!at || !node) return;
    const width = nodeWidth(node);
    this.viewport.reveal(at.x - width / 2, at.y - NODE_HEIGHT / 2, width, NODE_HEIGHT);
  }

  private isInLowerHalf(node: Element): boolean {
    const stage = this.stage.getBoundingClientRect();
    return node.getBoundingClientRect().top > stage.top + stage.height / 2;
  }

  private select(index: number): void {
    this.hideTip();
    this.selected = index;
    const element = this.picture.select(index);
    const node = this.shown?.nodes[index];
    this.details.hidden = !node;
    if (!node || !this.shown || !this.scene) {
      this.surface.removeAttribute('aria-activedescendant');
      return;
    }
    this.details.classList.toggle('is-top', element !== null && this.isInLowerHalf(element));
    this.surface.setAttribute('aria-activedescendant', nodeElementId(node.id));
    this.details.replaceChildren(
      ...details(node, this.shown, this.scene.around, {
        fold: this.foldLabel(node),
        onFold: () => this.toggleFold(index),
        onLine: this.options.onLine,
        onClose: () => {
          this.select(-1);
          this.surface.focus();
        },
      }),
    );
  }

  private foldLabel(node: ShownNode): string {
    if (node.kind === 'group') return 'Open';
    const inner = this.scene?.modules.around(node.id).at(-1);
    return inner ? `Fold ${callName(inner)}` : '';
  }
}
