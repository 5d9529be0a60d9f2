/** What the core has counted and recorded, on its way to the page. */
import type { CoreModule } from '@lib/core-module.ts';
import type {
  GraphRecord,
  HookRecord,
  LossSeriesUpdate,
  PictureRecord,
  Send,
  StepRecord,
} from './protocol.ts';

const EVERY_MS = 50;
/** The graph is heavier than the rest and nobody reads it while it changes. */
const GRAPH_EVERY_MS = 1000;

export class Telemetry {
  private last = 0;
  private lastGraph = 0;
  private sentGraph = '';
  private skipped = 0;
  private core: CoreModule | undefined;

  constructor(
    private readonly send: Send,
    private readonly records: boolean,
    private readonly everyCall = false,
  ) {}

  /** Follows a core from the start of a run on it. */
  follow(core: CoreModule): void {
    if (this.core === core) return;
    this.core = core;
    core._gb_record_enable(this.records ? (this.everyCall ? 2 : 1) : 0);
  }

  tick(now = performance.now()): void {
    if (now - this.last < EVERY_MS) return;
    this.last = now;
    this.drain();
    this.sendPictures(false);
    if (now - this.lastGraph >= GRAPH_EVERY_MS) this.sendGraph(now);
  }

  /** Everything that there is, at the end of a run or where it pauses. */
  flush(): void {
    this.drain();
    this.sendPictures(true);
    this.sendGraph(performance.now());
  }

  private drain(): void {
    const { core, send } = this;
    if (!core) return;
    const losses = core.lossesDrain();
    if (losses) {
      const series = JSON.parse(losses) as LossSeriesUpdate[];
      if (series.length > 0) send({ type: 'losses', series });
    }
    const recorded = this.records ? core.recordDrain() : '';
    if (recorded) {
      const events = JSON.parse(recorded) as HookRecord[];
      const skipped = core._gb_record_skipped();
      if (events.length > 0 || skipped > this.skipped) send({ type: 'hooks', events, skipped });
      this.skipped = skipped;
    }
    const updates = this.records ? core.updatesDrain() : '[]';
    if (updates !== '[]') send({ type: 'steps', steps: JSON.parse(updates) as StepRecord[] });
    send({ type: 'memory', tensors: core._gb_live_tensors(), bytes: core._gb_live_bytes() });
  }

  private sendPictures(all: boolean): void {
    const text = this.records ? (this.core?.picturesDrain(all) ?? '') : '';
    if (text) this.send({ type: 'pictures', pictures: JSON.parse(text) as PictureRecord[] });
  }

  private sendGraph(now: number): void {
    this.lastGraph = now;
    const text = this.core?.lastGraphJson() ?? '';
    if (text === '' || text === this.sentGraph) return;
    this.sentGraph = text;
    this.send({ type: 'graph', graph: JSON.parse(text) as GraphRecord });
  }
}
