/** The Model tab: an ONNX model as a graph, its inputs and outputs, and what it says of itself. */

import {
  type GraphInfo,
  type Histogram,
  type ModelDescription,
  type ModelFeed,
  missingFile,
} from '@runtime/model/messages';
import { el, formatBytes } from '../dom';
import { acceptDrops } from '../drops';
import { type IconName, icon } from '../icons';
import type { Session, SessionEvents } from '../session';
import { aboutView } from './about';
import { otherFormat } from './formats';
import { GraphView } from './graph-view';
import { forget, isKept, type KeptModel, keep, kept } from './keep';
import { ModelSession } from './model-session';
import { type RunResult, RunView } from './run-view';
import { hasWeights, pythonSnippet, trainingSnippet } from './snippet';

const VIEWS = { graph: 'Graph', run: 'Run', about: 'About' } as const;
type View = keyof typeof VIEWS;

/** The memory of WebAssembly ends at 4 GB, and a model is there twice while it is read. */
const LARGEST = 1_500_000_000;
/** A model that ran longer isn't run again to see the shapes of its values. */
const SLOW = 1500;

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
  /** The worker has the model. */
  private loaded = false;
  private opening = 0;
  private restored = false;
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
  private readonly tuneButton: HTMLButtonElement;
  private readonly keepButton: HTMLButtonElement;
  private readonly content: HTMLElement;
  private readonly toggles: Record<View, HTMLButtonElement>;
  private readonly graphView = new GraphView((name) => this.weigh(name));
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
        accept: '.onnx,.pb,.data,.bin',
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
    this.tuneButton = button('Fine-tune', 'edit', () => this.openAsCode(trainingSnippet));
    this.actions = el(
      'span',
      { class: 'm-actions' },
      this.keepButton,
      button('Open as code', 'edit', () => this.openAsCode(pythonSnippet)),
      this.tuneButton,
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
    this.runView = new RunView(
      (inputs) => this.run(inputs),
      () => this.session.stop('Stopped.'),
      () => this.graphView.slowest(() => this.show('graph')),
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
        this.graphView.tools,
      ),
      this.graphView.root,
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
    this.graphView.refresh();
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
    const file = list.find(({ name }) => /\.(onnx|pb)$/i.test(name)) ?? list[0];
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
    const other = otherFormat(model.bytes);
    if (other) {
      this.opening++;
      this.say(`${model.name} could not be opened: ${other}`, true);
      return;
    }
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
      this.present(model, description, graph, problem);
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
    graph: GraphInfo,
    problem: string | null,
  ): void {
    this.model = model;
    this.description = description;
    this.name.textContent = `${model.name} · ${formatBytes(model.bytes.length)}`;
    this.name.title = model.name;
    this.actions.hidden = false;
    this.tuneButton.hidden = problem !== null || !hasWeights(graph);
    this.keepButton.ariaPressed = 'false';
    void this.showKept();
    this.empty.hidden = true;
    this.content.hidden = false;
    this.graphView.show(graph);
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
    this.graphView.root.hidden = view !== 'graph';
    this.graphView.tools.hidden = view !== 'graph';
    this.runView.root.hidden = view !== 'run';
    this.about.hidden = view !== 'about';
    if (view === 'graph') this.graphView.refresh();
  }

  private async run(inputs: ModelFeed[]): Promise<RunResult> {
    const { model } = this;
    if (!model) throw new Error('No model is open.');
    if (!this.loaded) {
      // The worker was stopped, or broke.
      await this.session.ask({ ask: 'open', bytes: model.bytes });
      this.loaded = true;
    }
    const result = await this.session.ask({ ask: 'run', inputs });
    if (this.model === model) {
      this.graphView.setTimes(result.times);
      if (result.ms < SLOW) void this.learn(model, inputs);
    }
    return result;
  }

  /** Shapes that the file doesn't tell; without them the graph is as good as before. */
  private async learn(model: KeptModel, inputs: ModelFeed[]): Promise<void> {
    const values = this.graphView.made;
    if (values.length === 0) return;
    try {
      const { shapes } = await this.session.ask({ ask: 'shapes', inputs, values });
      if (this.model === model) this.graphView.learn(shapes);
    } catch {
      // Stopped, or too much memory.
    }
  }

  private weigh(name: string): Promise<Histogram> {
    let histogram = this.histograms.get(name);
    if (!histogram) {
      histogram = this.session.ask({ ask: 'weights', name }).then((answer) => answer.histogram);
      this.histograms.set(name, histogram);
    }
    return histogram;
  }

  private openAsCode(write: typeof pythonSnippet): void {
    const { model, description } = this;
    if (!model || !description) return;
    const { inputs, outputs } = description;
    const source = write({ file: model.name, inputs, outputs, sizes: this.runView.sizes });
    this.options.openSnippet(source, model);
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
