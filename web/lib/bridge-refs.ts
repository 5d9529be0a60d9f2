// What every part of the bridge needs: handles as the front end sees them, and errors.
import type { BridgeOptions, FrontHandle } from './bridge.ts';
import type { CoreModule, Handle } from './core-module.ts';
import { Native } from './native.ts';

/** A handle as an object: MicroPython's proxy of it tells when Python has let go. */
export class TensorRef {
  /** Round of the last sweep that found it in use. */
  mark = 0;
  constructor(public id: Handle) {}
}

export class BridgeBase {
  readonly native: Native;
  private readonly objects: boolean;
  private refs: TensorRef[] = [];
  private compactAt = 10_000;
  private round = 0;
  private liveProxies: (() => Iterable<unknown>) | undefined;
  private kind = '';
  private message = '';
  /** Called for each handle that the front end gets: a runtime's occasion to collect and report. */
  onHandle: (() => void) | undefined;
  /** A file that both sides can read: bytes cross to MicroPython through it, as no other way is fast. */
  exchange: { path: string; write(bytes: Uint8Array): void; read(): Uint8Array } | undefined;

  constructor(
    readonly core: CoreModule,
    options: BridgeOptions,
  ) {
    this.native = new Native(core);
    this.objects = options.handles === 'object';
  }

  // ---- bytes ----

  exchange_path(): string {
    return this.exchange?.path ?? '';
  }

  /** Writes a Uint8Array that a function gave into the exchange file. */
  exchange_put(bytes: Uint8Array): 1 {
    this.exchange?.write(bytes);
    return 1;
  }

  /** What is in the exchange file, to be handed to a function that takes bytes. */
  exchange_take(): Uint8Array {
    return this.exchange?.read() ?? new Uint8Array();
  }

  // ---- handles ----

  /** The core's handle; 0 for None. */
  id(h: FrontHandle | null | undefined): Handle {
    if (typeof h === 'number') return h;
    return h == null ? 0 : h.id;
  }

  protected give(h: Handle): FrontHandle | false {
    if (h <= 0) return this.failed();
    this.onHandle?.();
    if (!this.objects) return h;
    const ref = new TensorRef(h);
    this.refs.push(ref);
    if (this.refs.length > this.compactAt) this.compact();
    return ref;
  }

  /** Drops the entries of handles that were freed, so that the list stays as short as the live ones. */
  private compact(): void {
    this.refs = this.refs.filter((ref) => ref.id > 0);
    this.compactAt = this.refs.length * 2 + 10_000;
  }

  /** Handles that stand in out from `first` on; null for None. */
  protected giveMany(count: number, first = 0): (FrontHandle | null)[] {
    return this.native
      .outs(count, first)
      .map((h) => (h === 0 ? null : (this.give(h) as FrontHandle)));
  }

  protected writeHandles(handles: ArrayLike<FrontHandle | null | undefined>): void {
    this.native.begin();
    for (let i = 0; i < handles.length; i++) this.native.slot(this.id(handles[i]));
  }

  free(h: FrontHandle | null): number {
    if (h === null) return 0;
    if (typeof h === 'number') return this.core._gb_free(h);
    const freed = this.core._gb_free(h.id);
    h.id = -1;
    return freed;
  }

  valid(h: FrontHandle | null): number {
    return this.core._gb_valid(this.id(h));
  }

  /**
   * Watches MicroPython's map of the JavaScript objects that Python refers to: a tensor is freed
   * the moment its proxy is collected. The map is `globalThis.proxy_js_ref_map`.
   */
  watchProxies(map: Map<unknown, unknown>): void {
    const { core } = this;
    map.delete = (key: unknown): boolean => {
      if (key instanceof TensorRef && key.id > 0) {
        core._gb_free(key.id);
        key.id = -1;
      }
      return Map.prototype.delete.call(map, key);
    };
    this.liveProxies = () => map.keys();
  }

  /**
   * Frees the tensors whose handle objects aren't among `live`, the objects that the front end
   * still refers to, nor in an array among them. Gives the number freed. To be called only while no
   * bridge function runs.
   */
  sweep(live?: Iterable<unknown>): number {
    if (!this.objects) return 0;
    const round = ++this.round;
    const mark = (x: unknown) => {
      if (x instanceof TensorRef) x.mark = round;
    };
    const source = live ?? this.liveProxies?.();
    if (!source) return 0;
    for (const x of source) {
      mark(x);
      if (Array.isArray(x)) x.forEach(mark);
    }
    let freed = 0;
    const kept: TensorRef[] = [];
    for (const ref of this.refs) {
      if (ref.mark === round) {
        kept.push(ref);
      } else if (ref.id > 0) {
        freed += this.core._gb_free(ref.id);
        ref.id = -1;
      }
    }
    this.refs = kept;
    return freed;
  }

  live_tensors(): number {
    return this.core._gb_live_tensors();
  }

  live_handles(): number {
    return this.core._gb_live_handles();
  }

  live_bytes(): number {
    return this.core._gb_live_bytes();
  }

  // ---- errors ----

  /** Notes the failure: the core's latest error, or the one given. */
  protected failed(error?: unknown): false {
    if (error === undefined) {
      [this.kind, this.message] = this.native.lastError();
    } else {
      this.kind = error instanceof TypeError ? 'TypeError' : 'RuntimeError';
      this.message = error instanceof Error ? error.message : String(error);
    }
    return false;
  }

  last_error(): string {
    return `${this.kind}\n${this.message}`;
  }

  protected safely<R>(work: () => R): R | false {
    try {
      return work();
    } catch (error) {
      return this.failed(error);
    }
  }

  protected done(ok: number): 1 | false {
    return ok === 1 ? 1 : this.failed();
  }

  protected number(x: number): number | false {
    return Number.isNaN(x) ? this.failed() : x;
  }

  protected flag(x: number): number | false {
    return x < 0 ? this.failed() : x;
  }
}
