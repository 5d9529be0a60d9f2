/** The Model tab: an ONNX model as a graph, its inputs and outputs, and what it says of itself. */

import {
  type Histogram,
  type ModelDescription,
  type ModelTensor,
  missingFile,
} from '@runtime/model/messages';
import { el, formatBytes, formatCount, formatDuration } from '../dom';
import { acceptDrops } from '../drops';
import { type IconName, icon } from '../icons';
import type { Session, SessionEvents } from '../session';
import { aboutView } from './about';
import { NodeDetails } from './details';
import { find, type ViewGraph, viewGraph } from './graph';
import { forget, isKept, type KeptModel, keep, kept } from './keep';
import { ModelGraph } from './model-graph';
import { ModelSession } from './model-session';
import { type RunResult, RunView } from './run-view';
import { pythonSnippet } from './snippet';
import { timesOf } from './times';

const VIEWS = { graph: 'Graph', run: 'Run', about: 'About' } as const;
type View = keyof typeof VIEWS;

/** The memory of WebAssembly ends at 4 GB, and a model is there twice while it is read. */
const LARGEST = 1_500_000_000;
const SLOWEST = 5;

type Files = Record<string, Uint8Array>;

const nameOf = (location: string) => location.split(/[\\/]/).at(-1) ?? location;

export interface ModelPanelOptions {
  createSession: (events: SessionEvents) => Session;
  /** Put a snippet into the editor, with the file it loads among the session's. */
  openSnippet: (source: string, file: KeptModel) => void;
}

export class ModelPanel {
  private readonly session: ModelSession;
  private model: KeptModel | null = null;
  private description: ModelDescription | null = null;
  private graph: ViewGraph | null = null;
  private times = new Map<number, number>();
  /** The worker has the model. */
  private loaded = false;
  private opening = 0;
  private restored = false;
  private found: number[] = [];
  private foundAt = -1;
  private readonly histograms = new Map<string, Promise<Histogram>>();
  /** A model whose weights are in a file that hasn't been given. */
  private incomplete: { name: string; bytes: Uint8Array; files: Files; wants: string } | null =
    null;
  private readonly picker: HTMLInputElement;
  private readonly dataPicker: HTMLInputElement;
  private readonly dataButton: HTMLElement;
  private readonly name = el('span', { class: 'panel-note p-file' });
  private readonly message = el('p', { class: 'p-message', attrs: { role: 'status', hidden: '' } });
  private readonly actions: HTMLElement;
  private readonly keepButton: HTMLButtonElement;
  private readonly content: HTMLElement;
  private readonly toggles: Record<View, HTMLButtonElement>;
  private readonly search: HTMLInputElement;
  private readonly note = el('span', { class: 'panel-note', attrs: { role: 'status' } });
  private readonly heatButton: HTMLButtonElement;
  private readonly graphTools: HTMLElement;
  private readonly details: NodeDetails;
  private readonly drawing: ModelGraph;
  private readonly runView: RunView;
  private readonly about = el('div', { class: 'm-pane' });

  constructor(
    root: HTMLElement,
    private readonly empty: HTMLElement,
    private readonly options: ModelPanelOptions,
  ) {
    this.session = new ModelSession(options.createSession, () => {
      this.loaded = false;
      this.histograms.clear();
    });
    this.picker = el('input', {
      attrs: {
        type: 'file',
        accept: '.onnx,.ort,.pb,.data,.bin',
        multiple: '',
        hidden: '',
        'aria-label': 'Open a model',
      },
      on: {
        change: () => {
          void this.openFiles([...(this.picker.files ?? [])]);
          this.picker.value = '';
        },
      },
    });
    this.dataPicker = el('input', {
      attrs: { type: 'file', hidden: '', 'aria-label': 'Open the file with the weights' },
      on: {
        change: () => {
          const file = this.dataPicker.files?.[0];
          if (file) void this.give(file);
          this.dataPicker.value = '';
        },
      },
    });
    const button = (text: string, name: IconName | null, act: () => void) =>
      el(
        'button',
        { class: 'button', attrs: { type: 'button' }, on: { click: act } },
        name && icon(name),
        text,
      );
    const toggle = (text: string, act: () => void) =>
      el('button', {
        class: 'toggle',
        text,
        attrs: { type: 'button', 'aria-pressed': 'false' },
        on: { click: act },
      });
    this.keepButton = toggle('Keep', () => void this.toggleKept());
    this.keepButton.title = 'Keep this model on this machine, for the next visit';
    this.actions = el(
      'span',
      { class: 'm-actions' },
      this.keepButton,
      button('Open as code', 'edit', () => this.openAsCode()),
    );
    this.actions.hidden = true;
    const bar = el(
      'div',
      { class: 'panel-bar' },
      button('Open model', 'upload', () => this.picker.click()),
      this.name,
      this.actions,
      this.picker,
      this.dataPicker,
    );
    this.dataButton = button('Open it', 'upload', () => this.dataPicker.click());
    this.details = new NodeDetails(
      (name) => this.weigh(name),
      () => this.drawing.goTo(-1),
    );
    this.drawing = new ModelGraph(this.details.root, (index) => {
      this.details.show(this.graph, index, this.times.get(index));
    });
    this.runView = new RunView(
      (inputs) => this.run(inputs),
      () => this.session.stop('Stopped.'),
      () => this.slowest(),
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
    this.heatButton = toggle('Times', () => {
      this.heatButton.ariaPressed = String(this.heatButton.ariaPressed !== 'true');
      this.colour();
    });
    this.heatButton.title = 'Colour nodes by how long they took';
    this.heatButton.hidden = true;
    this.graphTools = el(
      'span',
      { class: 'm-graph-tools' },
      this.search,
      this.note,
      this.heatButton,
      this.drawing.tools,
    );
    this.toggles = {
      graph: toggle(VIEWS.graph, () => this.show('graph')),
      run: toggle(VIEWS.run, () => this.show('run')),
      about: toggle(VIEWS.about, () => this.show('about')),
    };
    this.content = el(
      'div',
      { class: 'p-content' },
      el(
        'div',
        { class: 'panel-bar' },
        el('span', { class: 'p-toggles' }, ...Object.values(this.toggles)),
        this.graphTools,
      ),
      this.drawing.root,
      this.runView.root,
      this.about,
    );
    this.content.hidden = true;
    root.append(bar, this.message, this.content, empty);
    acceptDrops(root, 'Drop to open the model', (files) => {
      const [file] = files;
      // The file that is missing, dropped alone.
      if (
        this.incomplete &&
        files.length === 1 &&
        file &&
        nameOf(this.incomplete.wants) === file.name
      )
        void this.give(file);
      else void this.openFiles(files);
    });
  }

  /** The tab is shown: a kept model comes back the first time. */
  refresh(): void {
    this.drawing.refresh();
    if (this.restored || this.model || !isKept()) return;
    this.restored = true;
    kept().then(
      (model) => {
        if (model && !this.model) void this.open(model);
      },
      (error: Error) => this.say(`The kept model could not be read: ${error.message}`, true),
    );
  }

  openFile(file: File): Promise<void> {
    return this.openFiles([file]);
  }

  /** Files picked together: a model, and what its tensors may be in. */
  private async openFiles(list: readonly File[]): Promise<void> {
    const file = list.find(({ name }) => /\.(onnx|ort|pb)$/i.test(name)) ?? list[0];
    if (!file) return;
    const files: Files = {};
    for (const each of list) {
      const bytes = await this.read(each);
      if (!bytes) return;
      files[each.name] = bytes;
    }
    await this.open({ name: file.name, bytes: files[file.name] as Uint8Array }, files);
  }

  private async read(file: File): Promise<Uint8Array | undefined> {
    if (file.size > LARGEST) {
      this.say(
        `${file.name} has ${formatBytes(file.size)}, more than fits into memory here.`,
        true,
      );
      return undefined;
    }
    try {
      return new Uint8Array(await file.arrayBuffer());
    } catch (error) {
      this.say(`${file.name} could not be read: ${(error as Error).message}`, true);
      return undefined;
    }
  }

  /** The file that is missing. */
  private async give(file: File): Promise<void> {
    const { incomplete } = this;
    const bytes = await this.read(file);
    if (!incomplete || !bytes) return;
    await this.join(incomplete, { ...incomplete.files, [nameOf(incomplete.wants)]: bytes });
  }

  /** Opens a model with the files that its tensors are in, which become part of it. */
  private async join({ name, bytes }: KeptModel, files: Files): Promise<void> {
    this.say(`Opening ${name}…`);
    // Models name files by paths; only what was picked is ever looked at.
    const external: Files = {};
    for (;;) {
      try {
        const answer = await this.session.ask({ ask: 'join', bytes, external });
        return await this.open({ name, bytes: answer.bytes });
      } catch (error) {
        const wants = missingFile((error as Error).message);
        const there = wants === undefined ? undefined : files[nameOf(wants)];
        if (wants === undefined) {
          this.say(`${name} could not be opened: ${(error as Error).message}`, true);
          return;
        }
        if (!there || wants in external) return this.want({ name, bytes }, files, wants);
        external[wants] = there;
      }
    }
  }

  private want(model: KeptModel, files: Files, wants: string): void {
    this.incomplete = { ...model, files, wants };
    this.say(`The weights of ${model.name} are in another file: ${nameOf(wants)}. `);
    this.message.append(this.dataButton);
  }

  private async open(model: KeptModel, files: Files = {}): Promise<void> {
    this.incomplete = null;
    const turn = ++this.opening;
    this.say(`Opening ${model.name}…`);
    try {
      const { description, graph, problem } = await this.session.ask({
        ask: 'open',
        bytes: model.bytes,
      });
      if (turn !== this.opening) return;
      this.loaded = true;
      this.histograms.clear();
      this.say('');
      this.present(model, description, viewGraph(graph), problem);
    } catch (error) {
      // What was open before stays, here and in the worker.
      if (turn !== this.opening) return;
      if (missingFile((error as Error).message) !== undefined) await this.join(model, files);
      else {
        this.say(`${model.name} could not be opened: ${(error as Error).message}`, true);
      }
    }
  }

  private present(
    model: KeptModel,
    description: ModelDescription,
    graph: ViewGraph,
    problem: string | null,
  ): void {
    this.model = model;
    this.description = description;
    this.graph = graph;
    this.times = new Map();
    this.name.textContent = `${model.name} · ${formatBytes(model.bytes.length)}`;
    this.name.title = model.name;
    this.actions.hidden = false;
    this.keepButton.ariaPressed = 'false';
    void this.showKept();
    this.empty.hidden = true;
    this.content.hidden = false;
    this.heatButton.hidden = true;
    this.heatButton.ariaPressed = 'false';
    this.search.value = '';
    this.find();
    this.drawing.show(graph);
    this.runView.show(description.inputs, problem);
    this.about.replaceChildren(aboutView(description));
    this.show('graph');
  }

  private say(text: string, isError = false): void {
    this.message.textContent = text;
    this.message.classList.toggle('is-error', isError);
    this.message.hidden = text === '';
  }

  private show(view: View): void {
    for (const [name, button] of Object.entries(this.toggles)) {
      button.ariaPressed = String(name === view);
    }
    this.drawing.root.hidden = view !== 'graph';
    this.graphTools.hidden = view !== 'graph';
    this.runView.root.hidden = view !== 'run';
    this.about.hidden = view !== 'about';
    if (view === 'graph') this.drawing.refresh();
  }

  private find(): void {
    const { graph } = this;
    if (!graph) return;
    this.found = find(graph, this.search.value);
    this.foundAt = -1;
    this.drawing.mark(this.found);
    const ops = graph.nodes.filter(({ kind }) => kind === 'op').length;
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

  private async run(inputs: ModelTensor[]): Promise<RunResult> {
    const { model, graph } = this;
    if (!model || !graph) throw new Error('No model is open.');
    if (!this.loaded) {
      // The worker was stopped, or broke.
      await this.session.ask({ ask: 'open', bytes: model.bytes });
      this.loaded = true;
    }
    const result = await this.session.ask({ ask: 'run', inputs });
    if (this.graph === graph) {
      this.times = timesOf(graph, result.times);
      this.heatButton.hidden = false;
      this.heatButton.ariaPressed = 'true';
      this.colour();
    }
    return result;
  }

  private colour(): void {
    this.drawing.setTimes(this.heatButton.ariaPressed === 'true' ? this.times : null);
  }

  /** The nodes that took longest, each a way to its place in the graph. */
  private slowest(): HTMLElement | null {
    const { graph } = this;
    const longest = [...this.times].sort(([, a], [, b]) => b - a).slice(0, SLOWEST);
    if (!graph || longest.length < 2) return null;
    return el(
      'p',
      { class: 'm-slowest' },
      'Slowest: ',
      ...longest.map(([index, ms]) =>
        el('button', {
          class: 'toggle',
          text: `${graph.nodes[index]?.title} ${formatDuration(ms)}`,
          attrs: { type: 'button' },
          on: {
            click: () => {
              this.show('graph');
              this.drawing.goTo(index);
            },
          },
        }),
      ),
    );
  }

  private weigh(name: string): Promise<Histogram> {
    let histogram = this.histograms.get(name);
    if (!histogram) {
      histogram = this.session.ask({ ask: 'weights', name }).then((answer) => answer.histogram);
      this.histograms.set(name, histogram);
    }
    return histogram;
  }

  private openAsCode(): void {
    const { model, description } = this;
    if (!model || !description) return;
    this.options.openSnippet(
      pythonSnippet(model.name, description.inputs, this.runView.sizes),
      model,
    );
  }

  private async showKept(): Promise<void> {
    const model = await kept().catch(() => undefined);
    const isThis =
      model?.name === this.model?.name && model?.bytes.length === this.model?.bytes.length;
    this.keepButton.ariaPressed = String(model !== undefined && isThis);
  }

  private async toggleKept(): Promise<void> {
    const { model } = this;
    if (!model) return;
    const wanted = this.keepButton.ariaPressed !== 'true';
    try {
      if (wanted) await keep(model);
      else await forget();
      this.keepButton.ariaPressed = String(wanted);
      this.say(
        wanted
          ? `${model.name} stays on this machine until you press Keep again.`
          : `${model.name} is no longer kept.`,
      );
    } catch (error) {
      this.say(`The browser did not keep the model: ${(error as Error).message}`, true);
    }
  }
}
