/** The recorder's events as the Hooks tab keeps them: bounded, filtered, without any screen. */

import type { HookRecord } from '@runtime/protocol';
import { flagsOf } from './hook-flags';

export interface HookEvent extends HookRecord {
  /** Running number over the whole run, from 1. */
  seq: number;
}

/** Events kept; earlier ones are counted and forgotten. */
export const MAX_EVENTS = 5000;

export const BYPASSED = 'bypassed';
/** Not a kind of the recorder's: every event that has a flag. */
export const FLAGGED = 'flagged';

export class HookLog {
  /** All events of the run, also those no longer kept. */
  total = 0;
  /** Modules whose hooks were bypassed. */
  readonly bypassed = new Set<string>();
  flagged = 0;
  readonly kinds = new Set<string>();
  private events: HookEvent[] = [];
  private text = '';
  private kind = '';
  private matching: HookEvent[] = [];

  get rows(): readonly HookEvent[] {
    return this.matching;
  }

  get dropped(): number {
    return this.total - this.events.length;
  }

  clear(): void {
    this.total = 0;
    this.bypassed.clear();
    this.flagged = 0;
    this.kinds.clear();
    this.events = [];
    this.matching = [];
  }

  add(events: readonly Omit<HookEvent, 'seq'>[]): void {
    // Events that would be forgotten at once are only counted.
    const skip = Math.max(0, events.length - MAX_EVENTS);
    for (let i = 0; i < events.length; i++) {
      const event = events[i] as Omit<HookEvent, 'seq'>;
      this.total += 1;
      this.kinds.add(event.kind);
      if (event.kind === BYPASSED) this.bypassed.add(event.module);
      if (flagsOf(event).length > 0) this.flagged += 1;
      if (i < skip) continue;
      const row = { ...event, seq: this.total };
      this.events.push(row);
      if (this.accepts(row)) this.matching.push(row);
    }
    if (this.events.length > MAX_EVENTS) {
      this.events = this.events.slice(-MAX_EVENTS);
      const oldest = this.events[0]?.seq ?? 0;
      const from = this.matching.findIndex((row) => row.seq >= oldest);
      this.matching = from < 0 ? [] : this.matching.slice(from);
    }
  }

  /** Show only events whose module contains `text` and whose kind is `kind` ('' for every kind). */
  filter(text: string, kind: string): void {
    this.text = text.trim().toLowerCase();
    this.kind = kind;
    this.matching = this.events.filter((event) => this.accepts(event));
  }

  private accepts(event: HookEvent): boolean {
    if (this.kind === FLAGGED && flagsOf(event).length === 0) return false;
    if (this.kind !== '' && this.kind !== FLAGGED && event.kind !== this.kind) return false;
    return this.text === '' || event.module.toLowerCase().includes(this.text);
  }
}
