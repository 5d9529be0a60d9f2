/** The Training tab: a live curve of every scalar on which `backward()` was called. */

import type { ControlMessage, PictureRecord, StepRecord, TrainingMessage } from '@runtime/protocol';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { el, formatCount, formatNumber } from './dom';
import { invalidate } from './frames';
import { alignSeries, LossSeries, smoothed } from './loss-series';
import { type Key, recall, remember } from './storage';
import { cssColor, onThemeChange } from './theme';
import { LayersView } from './training/layers-view';
import { drawMarks, type Mark, markText } from './training/marks';
import { PicturesView } from './training/pictures-view';
import { rateText } from './training/rate-field';
import { RunControls } from './training/run-controls';

/** More labels than this share no readable legend; the rest is counted in a note. */
const MOST_SERIES = 8;
/** Runs that can be laid under the current one. */
const MOST_EARLIER = 4;
/** Steps a second are measured over this window, in milliseconds. */
const WINDOW = 1500;

export interface LossUpdate {
  label: string;
  /** Index of the first of `values` in the whole series. */
  first: number;
  values: ArrayLike<number | null>;
}

interface EarlierRun {
  filename: string;
  series: LossSeries[];
}

/** A line of the plot. */
interface Curve {
  label: string;
  series: LossSeries;
  /** How many runs ago; 0 for the current one. */
  age: number;
}

export class TrainingPanel {
  private earlier: EarlierRun[] = [];
  private filename = '';
  private overlay = recall('overlay-runs') === '1';
  private series = new Map<string, LossSeries>();
  private hiddenLabels = new Set<string>();
  private plot: uPlot | null = null;
  private plotKey = '';
  private log = recall('log-scale') === '1';
  private smooth = recall('smooth') === '1';
  private showsLayers = recall('layers') === '1';
  private running = false;
  private controlled = false;
  private usedRate: number | null = null;
  private arrivals: { at: number; total: number }[] = [];
  private total = 0;
  private rate = 0;
  private readonly holder: HTMLElement;
  private readonly body: HTMLElement;
  private readonly bar: HTMLElement;
  private readonly lastNode = el('span', { class: 'stat-value' });
  private readonly stepNode = el('span', { class: 'stat-value' });
  private readonly rateNode = el('span', { class: 'stat-value' });
  private readonly note = el('span', { class: 'panel-note' });
  private readonly layersButton: HTMLButtonElement;
  private readonly layers = new LayersView();
  private readonly picturesButton: HTMLButtonElement;
  private readonly pictures = new PicturesView();
  private showsPictures = recall('pictures') !== '0';
  /** Where the reader changed a learning rate. */
  private marks: Mark[] = [];
  readonly controls: RunControls;
  private readonly rateOfLearningValue = el('span', { class: 'stat-value' });
  private readonly rateOfLearning = el(
    'span',
    { class: 'stat', title: 'Learning rate' },
    el('span', { class: 'stat-label', text: 'lr' }),
    this.rateOfLearningValue,
  );
  private readonly draw = () => this.render();

  constructor(
    root: HTMLElement,
    private readonly empty: HTMLElement,
    private readonly isVisible: () => boolean,
    control: {
      onControl: (message: ControlMessage) => void;
      onPaused: (iteration: number | null) => void;
    },
  ) {
    this.controls = new RunControls(control);
    const toggle = (text: string, label: string, title: string, key: Key, on: boolean) =>
      el('button', {
        class: 'toggle',
        text,
        title,
        attrs: { type: 'button', 'aria-label': label, 'aria-pressed': String(on) },
        on: { click: (event) => this.toggle(event.currentTarget as HTMLElement, key) },
      });
    const logButton = toggle('Log', 'Log scale', 'Log scale', 'log-scale', this.log);
    const overlayButton = toggle(
      'Overlay',
      'Overlay earlier runs',
      'Show earlier runs of this snippet beneath this one',
      'overlay-runs',
      this.overlay,
    );
    const smoothButton = toggle(
      'Smooth',
      'Smooth the curve',
      'Draw a moving average, which shows the trend of a noisy loss',
      'smooth',
      this.smooth,
    );
    this.layersButton = toggle(
      'Layers',
      'Layers: show parameters over time',
      'Weights, gradients and the size of updates of each parameter over time',
      'layers',
      this.showsLayers,
    );
    this.picturesButton = toggle(
      'Model',
      'Model: show what it makes of the data',
      'The decision boundary or the curve of a model with one or two inputs; filters and activations of one that sees images',
      'pictures',
      this.showsPictures,
    );
    const stat = (label: string, value: HTMLElement) =>
      el('span', { class: 'stat' }, el('span', { class: 'stat-label', text: label }), value);
    this.bar = el(
      'div',
      { class: 'panel-bar' },
      stat('Loss', this.lastNode),
      stat('Step', this.stepNode),
      stat('Steps/s', this.rateNode),
      this.rateOfLearning,
      this.note,
      el(
        'span',
        { class: 'toggles' },
        this.picturesButton,
        this.layersButton,
        overlayButton,
        smoothButton,
        logButton,
      ),
    );
    this.holder = el('div', { class: 'plot', attrs: { role: 'img', 'aria-label': 'Loss curve' } });
    this.bar.hidden = true;
    this.body = el('div', { class: 'tr-body' }, this.holder, this.pictures.root);
    root.append(this.bar, this.controls.root, this.body, this.layers.root, empty);
    new ResizeObserver(() => invalidate(this.draw)).observe(this.holder);
    onThemeChange(() => {
      this.plotKey = '';
      invalidate(this.draw);
    });
  }

  begin(filename: string): void {
    this.keep();
    this.filename = filename;
    this.series = new Map();
    this.layers.clear();
    this.pictures.clear();
    this.marks = [];
    this.usedRate = null;
    this.controls.begin();
    this.hiddenLabels.clear();
    this.arrivals = [];
    this.total = 0;
    this.rate = 0;
    this.running = true;
    invalidate(this.draw);
  }

  /** The run before becomes an earlier one, if it trained: a lone backward() is no curve. */
  private keep(): void {
    const series = [...this.series.values()].filter((s) => s.count > 3);
    if (series.length === 0) return;
    this.earlier.unshift({ filename: this.filename, series });
    this.earlier.length = Math.min(this.earlier.length, MOST_EARLIER);
  }

  /** Where the run stands. What it counted until then has been added before. */
  setState(message: TrainingMessage): void {
    this.controls.set(message);
    // Steps a second are those of a run that runs.
    if (message.paused) this.arrivals = [];
    const step = Math.max(0, ...[...this.series.values()].map(({ count }) => count));
    for (const { name, group, lr } of message.changes) {
      const which = message.groups.length > 1 ? `${name} ${group} ` : '';
      this.marks.push({ step, text: `${which}lr ${rateText(lr)}` });
    }
    this.usedRate = message.groups[0]?.lr ?? null;
    this.controlled = message.groups.length > 0 && message.controls;
    invalidate(this.draw);
  }

  finish(): void {
    this.running = false;
    this.controls.finish();
    invalidate(this.draw);
  }

  add(updates: readonly LossUpdate[]): void {
    let added = 0;
    for (const { label, values } of updates) {
      added += values.length;
      let series = this.series.get(label);
      if (!series) {
        if (this.series.size >= MOST_SERIES) {
          this.hiddenLabels.add(label);
          continue;
        }
        series = new LossSeries(label);
        this.series.set(label, series);
      }
      series.push(values);
    }
    this.total += added;
    this.measure();
    invalidate(this.draw);
  }

  /** Redraw after the tab became visible. */
  refresh(): void {
    invalidate(this.draw);
  }

  private measure(): void {
    const now = performance.now();
    this.arrivals.push({ at: now, total: this.total });
    while (this.arrivals.length > 2 && now - (this.arrivals[0]?.at ?? now) > WINDOW) {
      this.arrivals.shift();
    }
    const oldest = this.arrivals[0];
    if (oldest && now - oldest.at > 50) {
      this.rate = ((this.total - oldest.total) / (now - oldest.at)) * 1000;
    }
  }

  private toggle(button: HTMLElement, key: Key): void {
    const on = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(on));
    remember(key, on ? '1' : '0');
    if (key === 'log-scale') this.log = on;
    if (key === 'overlay-runs') this.overlay = on;
    if (key === 'smooth') this.smooth = on;
    if (key === 'layers') this.showsLayers = on;
    if (key === 'pictures') this.showsPictures = on;
    invalidate(this.draw);
  }

  /** What optimizers did, as far as it was looked at. */
  addSteps(steps: readonly StepRecord[]): void {
    this.layers.add(steps);
    invalidate(this.draw);
  }

  addPictures(pictures: readonly PictureRecord[]): void {
    this.pictures.add(pictures);
    invalidate(this.draw);
  }

  /** Earlier runs first, so that the current one is drawn over them. */
  private curves(shown: LossSeries[]): Curve[] {
    const current = shown.map((series) => ({ label: series.label, series, age: 0 }));
    if (!this.overlay) return current;
    const labels = new Set(shown.map((s) => s.label));
    const earlier = this.earlier
      .filter(({ filename }) => filename === this.filename)
      .flatMap((run, i) =>
        run.series
          .filter((s) => labels.has(s.label))
          .map((series) => ({ label: earlierLabel(series.label, i + 1), series, age: i + 1 })),
      );
    return [...earlier.reverse(), ...current];
  }

  private render(): undefined {
    // A curve of one point is no curve: a lone backward() belongs to the Graph tab.
    const shown = [...this.series.values()].filter((s) => s.count > 0);
    const nothing = shown.length === 0;
    this.empty.hidden = !nothing || this.running;
    this.bar.hidden = nothing;
    const showsLayers = this.showsLayers && this.layers.history.layers.size > 0;
    this.layersButton.hidden = this.layers.history.layers.size === 0;
    this.body.hidden = nothing;
    this.picturesButton.hidden = this.pictures.size === 0;
    this.pictures.root.hidden = !this.showsPictures || this.pictures.size === 0;
    this.layers.root.hidden = nothing || !showsLayers;
    if (nothing || !this.isVisible()) {
      if (nothing) this.dropPlot();
      return;
    }
    this.pictures.draw();
    const main = shown[0] as LossSeries;
    this.lastNode.textContent = formatNumber(main.last);
    this.stepNode.textContent = formatCount(main.count);
    this.rateNode.textContent = this.rate > 0 ? formatCount(this.rate) : '–';
    this.note.textContent = this.noteText(shown);
    // What optimizers of the core use now, or else what one was seen to use.
    const lr = this.usedRate ?? this.layers.history.learningRate;
    // While it can be changed it stands in a field.
    this.rateOfLearning.hidden = lr === null || (this.running && this.controlled);
    this.rateOfLearningValue.textContent = lr === null ? '' : rateText(lr);
    this.holder.dataset.points = String(main.count);

    const width = Math.floor(this.holder.clientWidth);
    const height = Math.floor(this.holder.clientHeight);
    if (width < 40 || height < 40) return;
    const curves = this.curves(shown);
    const data = this.data(curves);
    this.holder.dataset.curves = String(curves.length);
    const key = `${this.log}|${this.smooth}|${curves.map((c) => c.label).join('|')}`;
    if (!this.plot || key !== this.plotKey) {
      this.dropPlot();
      this.plotKey = key;
      this.plot = new uPlot(this.plotOptions(curves, width, height), data, this.holder);
      return;
    }
    if (this.plot.width !== width || this.plot.height !== height - this.legendHeight()) {
      this.plot.setSize({ width, height: height - this.legendHeight() });
    }
    this.plot.setData(data);
  }

  private data(curves: Curve[]): uPlot.AlignedData {
    const keep = (value: number): number | null =>
      Number.isFinite(value) && (!this.log || value > 0) ? value : null;
    return alignSeries(
      curves.map(({ series }) => {
        const { steps, values } = series.points();
        return { steps, values: (this.smooth ? smoothed(values) : values).map(keep) };
      }),
    );
  }

  private noteText(shown: LossSeries[]): string {
    const notes: string[] = [];
    if (this.hiddenLabels.size > 0) notes.push(`${this.hiddenLabels.size} more losses not drawn`);
    if (shown.some((s) => Number.isNaN(s.last))) notes.push('the loss is nan');
    else if (this.log && shown.some((s) => s.last <= 0)) notes.push('values ≤ 0 left out');
    const stride = Math.max(...shown.map((s) => s.stride));
    const mark = this.marks.at(-1);
    if (mark) notes.push(markText(mark));
    if (stride > 1) notes.push(`a point is the mean of ${stride} steps`);
    return notes.join(' · ');
  }

  private legendHeight(): number {
    return this.holder.querySelector<HTMLElement>('.u-legend')?.offsetHeight ?? 0;
  }

  private dropPlot(): void {
    this.plot?.destroy();
    this.plot = null;
    this.plotKey = '';
  }

  /** The values under the pointer. */
  private point(plot: uPlot, curves: readonly Curve[]): void {
    const { idx } = plot.cursor;
    const step = typeof idx === 'number' ? plot.data[0][idx] : undefined;
    if (step === undefined) {
      this.note.textContent = this.noteText([...this.series.values()]);
      return;
    }
    const values = curves.map((_, i) => formatNumber(plot.data[i + 1]?.[idx as number] ?? null));
    this.note.textContent = `step ${formatCount(step)}: ${values.filter((v) => v !== '').join(', ')}`;
  }

  private plotOptions(curves: Curve[], width: number, height: number): uPlot.Options {
    const axis = {
      stroke: cssColor('--muted'),
      grid: { stroke: cssColor('--line'), width: 1 },
      ticks: { stroke: cssColor('--line'), width: 1, size: 4 },
      font: '11px system-ui, sans-serif',
    };
    const many = curves.length > 1;
    const first = curves.findIndex((c) => c.age === 0);
    return {
      width,
      height: height - (many ? 28 : 0),
      padding: [12, 16, 0, 0],
      legend: { show: many, live: false },
      cursor: { points: { size: 7 }, drag: { x: false, y: false } },
      hooks: {
        setCursor: [(plot) => this.point(plot, curves)],
        draw: [(plot) => drawMarks(plot, this.marks)],
      },
      scales: { x: { time: false }, y: this.log ? { distr: 3 } : {} },
      axes: [
        {
          ...axis,
          size: 30,
          label: 'step',
          labelSize: 16,
          labelGap: -2,
          labelFont: '11px system-ui, sans-serif',
          values: (_, ticks) => ticks.map((v) => (v % 1 ? '' : formatCount(v))),
        },
        { ...axis, size: 58, values: (_, ticks) => ticks.map((v) => formatNumber(v)) },
      ],
      series: [
        { label: 'step' },
        ...curves.map(({ label, series, age }, i) => ({
          label,
          stroke: cssColor(age > 0 ? '--faint' : `--series-${((i - first) % MOST_SERIES) + 1}`),
          width: age > 0 ? 1.25 : 1.75,
          // The further back, the finer the dashes.
          ...(age > 0 ? { dash: [8 / age, 3] } : {}),
          spanGaps: true,
          // Whole pixels would make stairs of a curve that falls slowly.
          pxAlign: 0,
          points: { show: () => series.count < 3, size: 6 },
        })),
      ],
    };
  }
}

function earlierLabel(label: string, age: number): string {
  return age === 1 ? `${label}, last run` : `${label}, ${age} runs ago`;
}
