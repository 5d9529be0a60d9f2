/**
 * A run under the reader's hands: it pauses between iterations, goes on step by step, and takes other
 * learning rates. An iteration ends with a step of an optimizer, or, in a run that has no optimizer
 * of the core, with a backward.
 */
import type { CoreModule } from '@lib/core-module.ts';
import { around } from './around.ts';
import type { ControlMessage, GroupRecord, LoopRecord, Send, TrainingMessage } from './protocol.ts';
import type { ControlLine, LoopCounter } from './runtime.ts';

const EVERY_MS = 50;
/** Between two looks at the line: more where a look is slow, so that looking takes a hundredth. */
const LOOK_MS = 200;
const MOST_LOOK_MS = 500;
const LOOKS_SHARE = 0.01;
/** While paused: short at first, when the reader may be stepping, longer as the pause goes on. */
const NAP_MS = 50;
const MOST_NAP_MS = 200;
const NAPS_SHARE = 1 / 20;
const MOST_GROUPS = 20;

type Mode = 'running' | 'stepping' | 'pausing';

interface Rate {
  optimizer: number;
  group: number;
  lr: number;
}

export class Control {
  /** Milliseconds spent paused. */
  pausedMs = 0;
  private core: CoreModule | undefined;
  private mode: Mode = 'running';
  private iteration = 0;
  private readonly optimizers = new Map<number, { name: string; groups: number }>();
  /** Set by the reader, not yet in use. */
  private wanted: Rate[] = [];
  private changes: GroupRecord[] = [];
  /** Which loop is the outermost, and when it was first seen. */
  private begun = '';
  private loopStart = 0;
  private lastSent = 0;
  private sent = '';
  private lastLook = performance.now();
  private lookMs = LOOK_MS;

  /** @param flush sends all that the run has gathered, before it waits */
  constructor(
    private readonly send: Send,
    private readonly line: ControlLine | undefined,
    private readonly loops: () => LoopCounter | undefined,
    private readonly flush: () => void,
  ) {}

  /** Follows a core from the start of a run on it. */
  follow(core: CoreModule): void {
    this.core = core;
    this.iteration = 0;
    this.optimizers.clear();
    around(core, 'optimNew', (make) => (kind, ...rest) => {
      const id = make(kind, ...rest);
      if (id) this.optimizers.set(id, { name: kind, groups: 1 });
      return id;
    });
    around(core, 'optimAddGroup', (add) => (id, ...rest) => {
      const done = add(id, ...rest);
      const optimizer = this.optimizers.get(id);
      if (done && optimizer) optimizer.groups++;
      return done;
    });
    around(core, '_gb_optim_free', (free) => (id) => {
      this.optimizers.delete(id);
      return free(id);
    });
    around(core, '_gb_optim_step', (step) => (id) => {
      const before = this.wanted.length > 0 && this.apply(id);
      if (!step(id)) return 0;
      this.boundary();
      const after = this.wanted.length > 0 && this.apply(id);
      return before || after ? 2 : 1;
    });
    around(
      core,
      '_gb_backward',
      (backward) =>
        (...args) =>
          this.afterBackward(backward(...args)),
    );
    around(
      core,
      '_gb_backward_many',
      (backward) =>
        (...args) =>
          this.afterBackward(backward(...args)),
    );
  }

  /** Called often: tells the page how far the run has come, and hears it now and then. */
  tick(now = performance.now()): void {
    if (now - this.lastSent >= EVERY_MS) this.tell(now);
    if (now - this.lastLook >= this.lookMs) this.look(now);
  }

  /** The last state of the run. */
  finish(): void {
    this.tell(performance.now());
  }

  private afterBackward(done: number): number {
    if (done && this.optimizers.size === 0) this.boundary();
    return done;
  }

  private boundary(): void {
    this.iteration++;
    if (this.mode === 'running') this.tick();
    if (this.mode !== 'running') this.wait();
  }

  private look(now: number): void {
    if (!this.line) return;
    for (const message of this.line.read()) this.hear(message);
    this.lastLook = performance.now();
    const wanted = (this.lastLook - now) / LOOKS_SHARE;
    // One slow look says little.
    this.lookMs = Math.min(MOST_LOOK_MS, Math.max(LOOK_MS, (this.lookMs + wanted) / 2));
  }

  private hear(message: ControlMessage): void {
    switch (message.type) {
      case 'pause':
        this.mode = 'pausing';
        break;
      case 'step':
        this.mode = 'stepping';
        break;
      case 'resume':
        this.mode = 'running';
        break;
      case 'lr': {
        const { optimizer, group, lr } = message;
        const other = (rate: Rate) => rate.optimizer !== optimizer || rate.group !== group;
        this.wanted = [...this.wanted.filter(other), { optimizer, group, lr }];
      }
    }
  }

  /** Until the reader goes on, or the worker is ended. */
  private wait(): void {
    const { line } = this;
    if (!line) return;
    const began = performance.now();
    this.flush();
    this.mode = 'pausing';
    this.tell(began, true);
    while (this.mode === 'pausing') {
      for (const message of line.read()) this.hear(message);
      const waited = performance.now() - began;
      const nap = Math.min(MOST_NAP_MS, Math.max(NAP_MS, waited * NAPS_SHARE));
      if (this.mode === 'pausing') line.sleep(nap);
    }
    const now = performance.now();
    this.pausedMs += now - began;
    this.lastLook = now;
    this.tell(now);
  }

  /** Puts the rates that the reader set into an optimizer; only during its own step, see optim_step. */
  private apply(id: number): boolean {
    const core = this.core!;
    const [now, later] = [
      this.wanted.filter(({ optimizer }) => optimizer === id),
      this.wanted.filter(({ optimizer }) => optimizer !== id),
    ];
    this.wanted = later;
    for (const { optimizer, group, lr } of now) {
      if (!core.optimSet(optimizer, group, 'lr', JSON.stringify(lr))) continue;
      const name = this.optimizers.get(optimizer)?.name ?? '';
      this.changes.push({ optimizer, name, group, lr });
    }
    if (now.length > 0) this.flush();
    return now.length > 0;
  }

  /** The loops under way, and for how long the outermost has been. */
  private progress(now: number): { loops: LoopRecord[]; loopMs: number } {
    const counter = this.loops();
    const text = counter?.state() ?? '';
    if (!counter || text === '') return { loops: [], loopMs: 0 };
    const [begun, ...parts] = text.split(';');
    const ran = now - this.pausedMs;
    if (begun !== this.begun) {
      this.begun = begun!;
      this.loopStart = ran;
    }
    const loops = parts.map((part) => {
      const [k, done, total] = part.split(',').map(Number);
      return { label: counter.labels[k!] ?? '', done: done!, total: total! };
    });
    return { loops, loopMs: Math.round(ran - this.loopStart) };
  }

  private groups(): GroupRecord[] {
    const found: GroupRecord[] = [];
    for (const [optimizer, { name, groups }] of this.optimizers) {
      for (let group = 0; group < groups && found.length < MOST_GROUPS; group++) {
        const lr = Number(this.core!.optimGet(optimizer, group, 'lr'));
        if (Number.isFinite(lr)) found.push({ optimizer, name, group, lr });
      }
    }
    return found;
  }

  private tell(now: number, paused = false): void {
    if (this.iteration === 0) return;
    this.lastSent = now;
    const message: TrainingMessage = {
      type: 'training',
      iteration: this.iteration,
      paused,
      controls: this.line !== undefined,
      ...this.progress(now),
      groups: this.groups(),
      changes: this.changes,
    };
    // Time alone is no news.
    const text = JSON.stringify({ ...message, loopMs: 0 });
    if (text === this.sent) return;
    this.sent = text;
    this.changes = [];
    this.send(message);
  }
}
