/** The tabs together: which one shows, which has news, and what a run sends to each. */

import type {
  ControlMessage,
  HooksMessage,
  PictureRecord,
  StepRecord,
  TrainingMessage,
  VariableRecord,
} from '@runtime/protocol';
import type { Background } from './background';
import { byId } from './dom';
import {
  emptyFiles,
  emptyGraph,
  emptyHooks,
  emptyModel,
  emptyPickle,
  emptyTraining,
  emptyVariables,
} from './empty-states';
import type { FileStore } from './file-store';
import { FilesPanel } from './files-panel';
import { GraphPanel } from './graph/graph-panel';
import type { AutogradGraph } from './graph/model';
import { HooksPanel } from './hooks-panel';
import { ModelPanel, type ModelPanelOptions } from './model/model-panel';
import { PicklePanel } from './pickle/pickle-panel';
import { recall, remember } from './storage';
import { Tabs } from './tabs';
import { type LossUpdate, TrainingPanel } from './training-panel';
import { VariablesPanel } from './variables/variables-panel';

const NAMES = ['graph', 'hooks', 'training', 'variables', 'model', 'pickle', 'files'] as const;
type View = (typeof NAMES)[number];

export class Views {
  private readonly graph: GraphPanel;
  private readonly hooks: HooksPanel;
  private readonly training: TrainingPanel;
  private readonly variables: VariablesPanel;
  private readonly model: ModelPanel;
  private readonly tabs: Tabs;
  /** The reader's own choice of tab is left alone; without one, the view with news comes up. */
  private chosen = false;
  private filled = new Set<View>();
  private losses = 0;

  /** @param onLine show a line of the snippet */
  constructor(
    store: FileStore,
    onLine: (line: number) => void,
    background: Background,
    model: ModelPanelOptions,
    controls: {
      onControl: (message: ControlMessage) => void;
      onPaused: (iteration: number | null) => void;
    },
  ) {
    const root = (view: View) => byId(`panel-${view}`);
    const visible = (view: View) => () => !root(view).hidden;
    this.graph = new GraphPanel(root('graph'), emptyGraph(), {
      isVisible: visible('graph'),
      onLine,
    });
    this.hooks = new HooksPanel(root('hooks'), emptyHooks());
    this.training = new TrainingPanel(
      root('training'),
      emptyTraining(),
      visible('training'),
      controls,
    );
    this.variables = new VariablesPanel(root('variables'), emptyVariables());
    this.model = new ModelPanel(root('model'), emptyModel(), model);
    const pickle = new PicklePanel(root('pickle'), emptyPickle(), background);
    new FilesPanel(root('files'), emptyFiles(), store, {
      model: (file) => {
        this.tabs.show(NAMES.indexOf('model'), true);
        void this.model.openFile(file);
      },
      pickle: (file) => {
        this.tabs.show(NAMES.indexOf('pickle'), true);
        pickle.open(file);
      },
    });
    this.tabs = new Tabs(
      NAMES.map((view) => ({ button: byId(`tab-${view}`), panel: root(view) })),
      (index, byUser) => this.shown(index, byUser),
    );
    const saved = NAMES.indexOf(recall('tab') as View);
    this.chosen = saved >= 0;
    this.tabs.show(Math.max(0, saved));
  }

  begin(filename: string): void {
    this.filled = new Set();
    this.losses = 0;
    NAMES.forEach((_, i) => {
      this.tabs.mark(i, false);
    });
    this.graph.begin();
    this.hooks.begin();
    this.training.begin(filename);
    this.variables.begin();
  }

  finish(): void {
    this.training.finish();
    const current = NAMES[this.tabs.selected];
    if (this.chosen || !current || this.filled.has(current)) return;
    const best = (['hooks', 'graph', 'files', 'variables'] as const).find((view) =>
      this.filled.has(view),
    );
    if (best) this.tabs.show(NAMES.indexOf(best));
  }

  addLosses(updates: readonly LossUpdate[]): void {
    this.training.add(updates);
    for (const { values } of updates) this.losses += values.length;
    this.news('training');
    // A single backward() is no training: its graph says more.
    if (!this.chosen && this.losses > 3 && NAMES[this.tabs.selected] !== 'training') {
      this.tabs.show(NAMES.indexOf('training'));
    }
  }

  addSteps(steps: readonly StepRecord[]): void {
    this.training.addSteps(steps);
  }

  addPictures(pictures: readonly PictureRecord[]): void {
    this.training.addPictures(pictures);
  }

  /** Where the run stands in its loops. */
  setTraining(message: TrainingMessage): void {
    this.training.setState(message);
  }

  /** True if the key moved the run. */
  key(event: KeyboardEvent): boolean {
    return this.training.controls.key(event);
  }

  addHooks({ events, skipped }: HooksMessage): void {
    this.hooks.add(events, skipped);
    this.news('hooks');
  }

  setGraph(graph: AutogradGraph): void {
    this.graph.set(graph);
    this.news('graph');
  }

  get logsEveryLayer(): boolean {
    return this.hooks.everyLayer;
  }

  setVariables(variables: readonly VariableRecord[]): void {
    this.variables.set(variables);
    this.news('variables');
  }

  /** The reader put the cursor on this line of the snippet that ran. */
  lineChosen(line: number): void {
    this.graph.showLine(line);
  }

  filesChanged(): void {
    this.news('files');
  }

  private news(view: View): void {
    this.filled.add(view);
    this.tabs.mark(NAMES.indexOf(view), true);
  }

  private shown(index: number, byUser: boolean): void {
    this.tabs.mark(index, false);
    if (byUser) {
      this.chosen = true;
      remember('tab', NAMES[index] as View);
    }
    // A hidden panel has no size to draw into, so it catches up now.
    if (NAMES[index] === 'graph') this.graph.refresh();
    if (NAMES[index] === 'hooks') this.hooks.refresh();
    if (NAMES[index] === 'training') this.training.refresh();
    if (NAMES[index] === 'variables') this.variables.refresh();
    if (NAMES[index] === 'model') this.model.refresh();
  }
}
