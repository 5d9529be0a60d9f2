/** The Graph part of the Model tab: search, times, the chosen node, and graphs inside of nodes. */

import type { GraphInfo, Histogram, NodeTime, ValueShape } from '@runtime/model/messages';
import { el, formatCount, formatDuration } from '../dom';
import { NodeDetails } from './details';
import {
  find,
  type InnerGraph,
  learnShapes,
  madeValues,
  type ViewGraph,
  type ViewNode,
  viewGraph,
} from './graph';
import { ModelGraph } from './model-graph';
import { timesOf } from './times';

const SLOWEST = 5;

/** A graph on the way from the main one to the one that is shown. */
interface Level {
  title: string;
  graph: GraphInfo;
  view: ViewGraph;
}

export class GraphView {
  readonly root: HTMLElement;
  readonly tools: HTMLElement;
  private levels: Level[] = [];
  /** Of the main graph, by the place of the node. */
  private times = new Map<number, number>();
  private found: number[] = [];
  private foundAt = -1;
  private readonly search: HTMLInputElement;
  private readonly note = el('span', { class: 'panel-note', attrs: { role: 'status' } });
  private readonly heatButton: HTMLButtonElement;
  private readonly path = el('nav', {
    class: 'm-path',
    attrs: { 'aria-label': 'Graphs around this one' },
  });
  private readonly details: NodeDetails;
  private readonly drawing: ModelGraph;

  constructor(weigh: (name: string) => Promise<Histogram>) {
    this.details = new NodeDetails(
      weigh,
      () => this.drawing.goTo(-1),
      (inner, node) => this.enter(inner, node),
    );
    this.drawing = new ModelGraph(
      this.details.root,
      (index) => this.details.show(this.view, index, this.timeOf(index)),
      (index) => {
        const node = this.view?.nodes[index];
        const inner = node?.inner[0];
        if (node && inner) this.enter(inner, node);
      },
    );
    this.search = el('input', {
      class: 'field p-filter',
      attrs: { type: 'search', placeholder: 'Find a node', 'aria-label': 'Find a node' },
      on: {
        input: () => this.find(),
        keydown: (event) => {
          if (event.key === 'Enter') this.step(event.shiftKey ? -1 : 1);
        },
      },
    });
    this.heatButton = el('button', {
      class: 'toggle',
      text: 'Times',
      attrs: { type: 'button', 'aria-pressed': 'false' },
      on: {
        click: () => {
          this.heatButton.ariaPressed = String(this.heatButton.ariaPressed !== 'true');
          this.colour();
        },
      },
    });
    this.heatButton.title = 'Colour nodes by how long they took';
    this.heatButton.hidden = true;
    this.tools = el(
      'span',
      { class: 'm-graph-tools' },
      this.search,
      this.note,
      this.heatButton,
      this.drawing.tools,
    );
    this.path.hidden = true;
    this.root = el('div', { class: 'm-graph' }, this.path, this.drawing.root);
  }

  /** The graph that is shown. */
  private get view(): ViewGraph | null {
    return this.levels.at(-1)?.view ?? null;
  }

  private get main(): ViewGraph | null {
    return this.levels[0]?.view ?? null;
  }

  private timeOf(index: number): number | undefined {
    return this.levels.length === 1 ? this.times.get(index) : undefined;
  }

  show(graph: GraphInfo): void {
    this.times = new Map();
    this.heatButton.hidden = true;
    this.heatButton.ariaPressed = 'false';
    this.levels = [{ title: graph.name || 'model', graph, view: viewGraph(graph) }];
    this.present();
  }

  refresh(): void {
    this.drawing.refresh();
  }

  /** Values whose shapes a run could tell. */
  get made(): string[] {
    return this.main ? madeValues(this.main) : [];
  }

  learn(shapes: Record<string, ValueShape>): void {
    if (!this.main) return;
    learnShapes(this.main, shapes);
    if (this.levels.length === 1) this.drawing.relabel();
  }

  setTimes(times: readonly NodeTime[]): void {
    if (!this.main) return;
    this.times = timesOf(this.main, times);
    this.heatButton.hidden = this.levels.length > 1;
    this.heatButton.ariaPressed = 'true';
    this.colour();
  }

  /** The nodes that took longest, each a way to its place in the graph. */
  slowest(show: () => void): HTMLElement | null {
    const { main } = this;
    const longest = [...this.times].sort(([, a], [, b]) => b - a).slice(0, SLOWEST);
    if (!main || longest.length < 2) return null;
    return el(
      'p',
      { class: 'm-slowest' },
      'Slowest: ',
      ...longest.map(([index, ms]) =>
        el('button', {
          class: 'toggle',
          text: `${main.nodes[index]?.title} ${formatDuration(ms)}`,
          attrs: { type: 'button' },
          on: {
            click: () => {
              if (main !== this.main) return;
              show();
              this.leave(0);
              this.drawing.goTo(index);
            },
          },
        }),
      ),
    );
  }

  /** Into a graph inside of a node. */
  private enter({ title, graph }: InnerGraph, node: ViewNode): void {
    const around = this.levels.map((level) => level.graph);
    const name = node.name || node.title;
    this.levels.push({
      title: title === 'function' ? node.title : `${name} · ${title}`,
      graph,
      view: viewGraph(graph, around),
    });
    this.present();
    this.drawing.focus();
  }

  /** Back to the graph at this place of the path. */
  private leave(level: number): void {
    if (level === this.levels.length - 1) return;
    this.levels = this.levels.slice(0, level + 1);
    this.present();
    this.drawing.focus();
  }

  private present(): void {
    const { view } = this;
    if (!view) return;
    this.path.replaceChildren(
      ...this.levels.flatMap(({ title }, i) =>
        i === this.levels.length - 1
          ? [el('span', { text: title, attrs: { 'aria-current': 'true' } })]
          : [
              el('button', {
                class: 'toggle',
                text: title,
                attrs: { type: 'button' },
                on: { click: () => this.leave(i) },
              }),
              el('span', { text: '›', attrs: { 'aria-hidden': 'true' } }),
            ],
      ),
    );
    this.path.hidden = this.levels.length < 2;
    this.heatButton.hidden = this.times.size === 0 || this.levels.length > 1;
    this.search.value = '';
    this.drawing.show(view);
    this.find();
    this.colour();
  }

  private find(): void {
    const { view } = this;
    if (!view) return;
    this.found = find(view, this.search.value);
    this.foundAt = -1;
    this.drawing.mark(this.found);
    const ops = view.nodes.filter(({ kind }) => kind === 'op').length;
    this.note.textContent =
      this.search.value.trim() === ''
        ? `${formatCount(ops)} ${ops === 1 ? 'node' : 'nodes'}`
        : `${formatCount(this.found.length)} found`;
  }

  private step(by: number): void {
    const count = this.found.length;
    if (count === 0) return;
    this.foundAt = this.foundAt < 0 && by < 0 ? count - 1 : (this.foundAt + by + count) % count;
    this.drawing.goTo(this.found[this.foundAt] as number);
    this.note.textContent = `${this.foundAt + 1} of ${formatCount(count)}`;
  }

  private colour(): void {
    const isOn = this.levels.length === 1 && this.heatButton.ariaPressed === 'true';
    this.drawing.setTimes(isOn && this.times.size > 0 ? this.times : null);
  }
}
