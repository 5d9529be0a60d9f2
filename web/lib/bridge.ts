// The one object that both Pythons talk to, registered there as the module `_gradbox`. Its table of
// functions, its tags and its rules stand in web/docs/ARCHITECTURE.md. In short: nothing here
// throws; a function that fails returns `false` and leaves the error in last_error().
import { BridgeAutograd } from './bridge-autograd.ts';
import type { TensorRef } from './bridge-refs.ts';
import type { CoreModule } from './core-module.ts';
import { copyBytes, type Items, tensorFromBytes, tensorFromItems, toJsonText } from './elements.ts';
import { Result } from './native.ts';
import { type OpIndex, opIndex } from './op-index.ts';

/** A handle as the front end sees it: an int, or an object that its collector can track. */
export type FrontHandle = number | TensorRef;
type MaybeHandle = FrontHandle | null | undefined;
type Answer = FrontHandle | (FrontHandle | null)[] | number[] | number | string | null | false;

interface LayerRow {
  name: string;
  args: unknown;
  takes: { name: string; type: string; default?: unknown }[];
  gives: string;
}

export interface BridgeOptions {
  /**
   * `int`: the front end frees handles itself (CPython's `__del__`).
   * `object`: handles are objects that a front end's proxies refer to (MicroPython).
   */
  handles: 'int' | 'object';
}

export class Bridge extends BridgeAutograd {
  // ---- operators ----

  ops_json(): string {
    return this.core.opsJson();
  }

  private lastResult = 0;

  private opIndex: OpIndex | undefined;

  private get ops(): OpIndex {
    this.opIndex ??= opIndex(this.core.opsJson());
    return this.opIndex;
  }

  /**
   * Looks an operator up: `4 * id + what it gives` (0 a tensor, 1 several, 2 something else, 3
   * depends), or -1. `ns`: torch, method, functional or linalg.
   */
  op_find(name: string, ns: string): number {
    return this.ops.find(name, ns);
  }

  /** Names of operators in a namespace, joined by commas. */
  op_names(ns: string): string {
    return this.ops.names(ns).join(',');
  }

  /** The known names nearest to `name`, joined by commas; `more` are further names, joined too. */
  op_closest(name: string, ns: string, more: string): string {
    return this.ops.closest(name, ns, more.split(',').filter(Boolean)).join(',');
  }

  private layers: Map<string, LayerRow> | undefined;

  private get layerRows(): Map<string, LayerRow> {
    if (!this.layers) {
      const listed = JSON.parse(this.core.layersJson()) as LayerRow[];
      this.layers = new Map(listed.map((layer) => [layer.name, layer]));
    }
    return this.layers;
  }

  /** Constructor arguments of a native layer as JSON (see layers_json); "" when there is none. */
  layer_args(kind: string): string {
    const row = this.layerRows.get(kind);
    return row ? JSON.stringify(row.args) : '';
  }

  /** What a native layer's forward takes and gives, as JSON, where that isn't tensors for a tensor. */
  layer_forward(kind: string): string {
    const row = this.layerRows.get(kind);
    if (!row) return '';
    const { takes, gives } = row;
    const plain = takes.every((arg) => arg.type === 'Tensor' && !('default' in arg));
    return plain && /^Tensor( output, Tensor\? indices)?$/.test(gives)
      ? ''
      : JSON.stringify({ takes, gives });
  }

  /** Names of what a native layer's forward takes, joined by commas. */
  layer_inputs(kind: string): string {
    return (this.layerRows.get(kind)?.takes ?? []).map((arg) => arg.name).join(',');
  }

  /** Names of the native layers, joined by commas. */
  layer_names(): string {
    return [...this.layerRows.keys()].join(',');
  }

  /** What the last `call` gave: a positive number for a tensor, otherwise a `Result` code. */
  result_kind(): number {
    return this.lastResult;
  }

  call(op: number, tags: string, ...args: unknown[]): Answer {
    const { native } = this;
    const asFunction = tags[0] === '*';
    try {
      native.begin();
      this.writeArguments(asFunction ? tags.slice(1) : tags, args);
    } catch (error) {
      return this.failed(error);
    }
    return this.answer(this.core._gb_call(op, native.count, asFunction ? 1 : 0));
  }

  call_t(op: number, a: FrontHandle): Answer {
    return this.answer(this.core._gb_call_t(op, this.id(a)));
  }

  call_tt(op: number, a: FrontHandle, b: FrontHandle): Answer {
    return this.answer(this.core._gb_call_tt(op, this.id(a), this.id(b)));
  }

  call_tf(op: number, a: FrontHandle, x: number): Answer {
    return this.answer(this.core._gb_call_tf(op, this.id(a), x));
  }

  call_ft(op: number, x: number, a: FrontHandle): Answer {
    return this.answer(this.core._gb_call_ft(op, x, this.id(a)));
  }

  call_ti(op: number, a: FrontHandle, x: number | bigint): Answer {
    return this.answer(this.core._gb_call_ti(op, this.id(a), Number(x)));
  }

  call_it(op: number, x: number | bigint, a: FrontHandle): Answer {
    return this.answer(this.core._gb_call_it(op, Number(x), this.id(a)));
  }

  private writeArguments(tags: string, args: unknown[]): void {
    const { native } = this;
    let next = 0;
    const list = (kind: 'I' | 'F' | 'T') => {
      const length = Number(args[next++]);
      native.list(kind, length);
      for (let i = 0; i < length; i++) {
        const item = args[next++];
        native.slot(kind === 'T' ? this.id(item as MaybeHandle) : Number(item));
      }
    };
    for (let i = 0; i < tags.length; i++) {
      switch (tags[i]) {
        case 't':
          native.handle(this.id(args[next++] as MaybeHandle));
          break;
        case 'n':
          native.none();
          break;
        case 'i':
          native.int(Number(args[next++]));
          break;
        case 'f':
          native.float(Number(args[next++]));
          break;
        case 'b':
          native.bool(Boolean(args[next++]));
          break;
        case 's':
          native.string(String(args[next++]));
          break;
        case 'd':
          native.dtype(Number(args[next++]));
          break;
        case 'k':
          native.keyword(String(args[next++]));
          break;
        case 'I':
        case 'F':
        case 'T':
          list(tags[i] as 'I' | 'F' | 'T');
          break;
        default:
          throw new TypeError(`unknown argument tag '${tags[i]}'`);
      }
    }
  }

  private answer(result: number): Answer {
    this.lastResult = result;
    if (result > 0) return this.give(result);
    const { native } = this;
    switch (result) {
      case Result.failed:
        return this.failed();
      case Result.none:
        return null;
      case Result.list:
        return this.giveMany(native.out(0), 1);
      case Result.string:
        return this.core.outText();
      case Result.numbers:
        return native.outs(native.out(0), 1);
      default:
        return native.out(0);
    }
  }

  // ---- tensors ----

  /** `from_list(dtype, ndim, ...shape, items)` */
  from_list(dtype: number, ndim: number, ...rest: unknown[]): FrontHandle | false {
    return this.safely(() =>
      this.give(
        tensorFromItems(this.native, dtype, rest.slice(0, ndim).map(Number), toItems(rest[ndim])),
      ),
    );
  }

  from_bytes(dtype: number, ndim: number, ...rest: unknown[]): FrontHandle | false {
    return this.safely(() => {
      const given = toPlain(rest[ndim]);
      const bytes = given instanceof Uint8Array ? given : Uint8Array.from(given as number[]);
      return this.give(tensorFromBytes(this.native, dtype, rest.slice(0, ndim).map(Number), bytes));
    });
  }

  to_bytes(h: FrontHandle): Uint8Array | false {
    return this.safely(() => copyBytes(this.native, this.id(h)) ?? this.failed());
  }

  to_list(h: FrontHandle): string | false {
    return this.safely(() => toJsonText(this.native, this.id(h)) ?? this.failed());
  }

  item(h: FrontHandle): number | false {
    const x = this.core._gb_item(this.id(h));
    // NaN is a value as well as the sign of a failure: ask again in a way that tells them apart.
    if (Number.isNaN(x) && this.core._gb_numel(this.id(h)) !== 1) return this.failed();
    return x;
  }

  repr(h: FrontHandle): string | false {
    return this.core.tensorText(this.id(h), 'tensor(') || this.failed();
  }

  /** repr with another beginning, such as `Parameter containing:\ntensor(`. */
  repr_as(h: FrontHandle, prefix: string): string | false {
    return this.core.tensorText(this.id(h), prefix) || this.failed();
  }

  /** `null` leaves an option as it is; `sci_mode`: 0, 1, or -2 for the default. */
  set_printoptions(
    precision: number | null,
    threshold: number | null,
    edgeitems: number | null,
    linewidth: number | null,
    sciMode: number | null,
  ): 1 {
    this.core.setPrintOptions(
      precision ?? -1,
      threshold ?? -1,
      edgeitems ?? -1,
      linewidth ?? -1,
      sciMode ?? -1,
    );
    return 1;
  }

  dtype(h: FrontHandle): number | false {
    return this.number(this.core._gb_dtype(this.id(h)));
  }

  dim(h: FrontHandle): number | false {
    return this.number(this.core._gb_dim(this.id(h)));
  }

  size(h: FrontHandle, d: number): number | false {
    return this.number(this.core._gb_size(this.id(h), d));
  }

  numel(h: FrontHandle): number | false {
    return this.number(this.core._gb_numel(this.id(h)));
  }

  stride(h: FrontHandle, d: number): number | false {
    return this.number(this.core._gb_stride(this.id(h), d));
  }

  offset(h: FrontHandle): number | false {
    return this.number(this.core._gb_offset(this.id(h)));
  }

  version(h: FrontHandle): number | false {
    return this.number(this.core._gb_version(this.id(h)));
  }

  uid(h: FrontHandle): number | false {
    return this.number(this.core._gb_uid(this.id(h)));
  }

  data_ptr(h: FrontHandle): number | false {
    return this.number(this.core._gb_data_ptr(this.id(h)));
  }

  is_contiguous(h: FrontHandle): number | false {
    return this.number(this.core._gb_is_contiguous(this.id(h)));
  }

  shape(h: FrontHandle): string | false {
    return this.native.shape(this.id(h))?.join(',') ?? this.failed();
  }

  strides(h: FrontHandle): string | false {
    const n = this.core._gb_strides(this.id(h));
    return n < 0 ? this.failed() : this.native.outs(n).join(',');
  }

  /** `tensor.data = other` */
  set_data(h: FrontHandle, other: FrontHandle): 1 | false {
    return this.done(this.core._gb_set_data(this.id(h), this.id(other)));
  }

  // ---- settings ----

  /** Generator 0 is the default one, which torch.manual_seed seeds. */
  generator_new(): number | false {
    return this.core._gb_generator_new() || this.failed();
  }

  generator_free(g: number): number {
    return this.core._gb_generator_free(g);
  }

  generator_seed(g: number, seed: number | bigint): 1 | false {
    return this.done(this.core._gb_generator_seed(g, Number(seed)));
  }

  generator_initial_seed(g: number): number {
    return this.core._gb_generator_initial_seed(g);
  }

  /** Operators draw from this generator from now on; gives the one before. */
  generator_use(g: number): number | false {
    return this.flag(this.core._gb_generator_use(g));
  }

  generator_state(g: number): FrontHandle | false {
    return this.give(this.core._gb_generator_state(g));
  }

  generator_set_state(g: number, state: FrontHandle): 1 | false {
    return this.done(this.core._gb_generator_set_state(g, this.id(state)));
  }

  default_dtype(): number {
    return this.core._gb_default_dtype();
  }

  set_default_dtype(code: number): 1 | false {
    return this.done(this.core._gb_set_default_dtype(code));
  }

  promote_types(a: number, b: number): number | false {
    const code = this.core._gb_promote_types(a, b);
    return code < 0 ? this.failed() : code;
  }
}

/** A Python object's proxy as plain data; anything else as it is. */
function toPlain(x: unknown): unknown {
  const proxy = x as { toJs?: () => unknown } | null;
  return typeof proxy?.toJs === 'function' ? proxy.toJs() : x;
}

function toItems(x: unknown): Items {
  if (typeof x === 'string') return x === '' ? [] : x.split(',');
  const plain = toPlain(x);
  if (plain == null) return [];
  if (typeof plain !== 'object') return [plain as number];
  return 'length' in plain ? (plain as Items) : Array.from(plain as Iterable<number>);
}

/** The bridge of one front end over one instance of the core. */
export function createBridge(core: CoreModule, options: BridgeOptions): Bridge {
  return new Bridge(core, options);
}
