// The bridge's part about callbacks, modules, custom functions, optimizers, export, recorder.
import type { BridgeOptions, FrontHandle } from './bridge.ts';
import { BridgeBase } from './bridge-refs.ts';
import type { CoreModule } from './core-module.ts';
import { callbackKinds } from './native.ts';
import { openFile } from './onnx-file.ts';

type MaybeHandle = FrontHandle | null | undefined;
/** See "Callbacks" in ARCHITECTURE.md. */
export type Dispatcher = (
  kind: string,
  cb: number,
  module: number,
  frame: number,
  changed: number,
  ...handles: (FrontHandle | number | null)[]
) => unknown;

const forwardHook = callbackKinds.indexOf('forward_hook');
const backwardHook = callbackKinds.indexOf('backward_hook');

/** JSON text with each `{"tensor":n}` replaced. */
const renumber = (text: string, f: (n: number) => number): string =>
  JSON.stringify(
    JSON.parse(text, (key, value) =>
      key === 'tensor' && typeof value === 'number' ? f(value) : value,
    ),
  );

export class BridgeModules extends BridgeBase {
  private dispatcher: Dispatcher | undefined;
  private replied: MaybeHandle[] = [];
  private onnxText = '';

  constructor(core: CoreModule, options: BridgeOptions) {
    super(core, options);
    core.callFrontEnd = (...call) => this.callFrontEnd(...call);
  }

  // ---- callbacks ----

  set_dispatcher(fn: Dispatcher | null): void {
    this.dispatcher = fn ?? undefined;
  }

  /** What the callback that is running gives back. */
  reply(...handles: MaybeHandle[]): 1 {
    this.replied = handles;
    return 1;
  }

  /** Callback ids and function frames that the core has let go of, as JSON; "" for none. */
  released(): string {
    return this.core.released();
  }

  private callFrontEnd(
    kind: number,
    cb: number,
    module: number,
    frame: number,
    changed: number,
    count: number,
  ): number {
    const outs = count === 0 ? [] : this.native.outs(count);
    const counted = (kind === forwardHook || kind === backwardHook) && count > 0;
    const handles = outs.map((h, i) => {
      if (counted && i === 0) return h;
      return h === 0 ? null : (this.give(h) as FrontHandle);
    });
    let answer: unknown;
    try {
      answer = this.dispatcher?.(callbackKinds[kind]!, cb, module, frame, changed, ...handles);
    } catch (error) {
      this.failed(error);
      return -2;
    }
    if (answer === false) return -2;
    if (answer == null) return -1;
    const list = this.answered(answer);
    this.writeHandles(list);
    return list.length;
  }

  private answered(answer: unknown): ArrayLike<MaybeHandle> {
    if (answer === 1) {
      const list = this.replied;
      this.replied = [];
      return list;
    }
    if (Array.isArray(answer)) return answer;
    const proxy = answer as { toJs?: () => unknown; destroy?: () => void };
    if (typeof proxy.toJs === 'function') {
      const plain = proxy.toJs() as MaybeHandle[];
      proxy.destroy?.();
      return plain;
    }
    return [answer as FrontHandle];
  }

  /** Removes a hook of any kind. */
  remove_hook(id: number): number {
    return id < 0 ? this.core._gb_remove_module_hook(-id) : this.core._gb_remove_tensor_hook(id);
  }

  // ---- modules ----

  layers_json(): string {
    return this.core.layersJson();
  }

  module_new(kind: string, config: string | null, cb: number): number | false {
    return this.core.moduleNew(kind, config || '{}', cb) || this.failed();
  }

  module_free(m: number): number {
    return this.core._gb_module_free(m);
  }

  /** Id of a module below m by its dotted path: a child that a layer of the core made itself. */
  module_adopt(m: number, path: string): number | false {
    return this.core.moduleAdopt(m, path) || this.failed();
  }

  module_name(m: number): string | false {
    return this.core.moduleName(m) || this.failed();
  }

  module_repr(m: number): string | false {
    return this.core.moduleText(m) || this.failed();
  }

  module_param(m: number, name: string, h: MaybeHandle): 1 | false {
    return this.done(this.core.moduleParam(m, name, this.id(h)));
  }

  /** Puts a tensor computed from other parameters in the place of a parameter. */
  module_computed(m: number, name: string, h: MaybeHandle): 1 | false {
    return this.done(this.core.moduleComputed(m, name, this.id(h)));
  }

  /** Changes arguments that a layer was made with: `{"p":0.1}`. */
  module_set(m: number, json: string): 1 | false {
    return this.done(this.core.moduleSet(m, json));
  }

  /** `persistent`: 0 or 1; -1 assigns a buffer and keeps the persistence that it had. */
  module_buffer(m: number, name: string, h: MaybeHandle, persistent: number): 1 | false {
    return this.done(this.core.moduleBuffer(m, name, this.id(h), persistent));
  }

  module_child(m: number, name: string, child: number): 1 | false {
    return this.done(this.core.moduleChild(m, name, child));
  }

  module_del(m: number, name: string): 1 | false {
    return this.done(this.core.moduleDel(m, name));
  }

  /** A parameter or buffer by its (dotted) name: handle, or 0 when it is None or absent. */
  module_get_param(m: number, name: string): FrontHandle | 0 | false {
    const h = this.core.moduleGet(m, name);
    return h === 0 ? 0 : this.give(h);
  }

  module_params_json(m: number): string | false {
    return this.core.moduleListing(m) || this.failed();
  }

  module_train(m: number, on: unknown): 1 | false {
    return this.done(this.core._gb_module_train(m, on ? 1 : 0));
  }

  module_training(m: number): number | false {
    return this.flag(this.core._gb_module_training(m));
  }

  module_zero_grad(m: number, setToNone: unknown): 1 | false {
    return this.done(this.core._gb_module_zero_grad(m, setToNone ? 1 : 0));
  }

  /** Casts floating parameters and buffers; they stay the tensors they are. */
  module_to(m: number, dtype: number): 1 | false {
    return this.done(this.core._gb_module_to(m, dtype));
  }

  /** What a front end's `extra_repr()` gives; to be set before module_repr(). */
  module_extra_repr(m: number, text: string): 1 | false {
    return this.done(this.core.moduleExtra(m, text));
  }

  /** load_state_dict of `...[name, handle]`; gives `{"missing":[...],"unexpected":[...]}`. */
  module_load(m: number, strict: unknown, ...pairs: (string | FrontHandle)[]): string | false {
    const { native } = this;
    native.begin();
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      native.string(String(pairs[i]));
      native.handle(this.id(pairs[i + 1] as FrontHandle));
    }
    return this.core.moduleLoad(m, strict ? 1 : 0, native.count) || this.failed();
  }

  /** Gives a hook id for remove_hook(). */
  module_hook(m: number, kind: string, cb: number): number | false {
    const id = this.core.moduleHook(m, kind, cb);
    return id === 0 ? this.failed() : -id;
  }

  module_call(
    m: number,
    frame: number,
    ...handles: MaybeHandle[]
  ): (FrontHandle | null)[] | 1 | false {
    this.writeHandles(handles);
    const n = this.core._gb_module_call(m, frame, handles.length);
    if (n === -2) return 1;
    return n < 0 ? this.failed() : this.giveMany(n);
  }

  /** A native layer's `forward()` called directly: without hooks, which the recorder notes. */
  module_forward(
    m: number,
    frame: number,
    ...handles: MaybeHandle[]
  ): (FrontHandle | null)[] | false {
    this.writeHandles(handles);
    const n = this.core._gb_module_forward(m, frame, handles.length);
    return n < 0 ? this.failed() : this.giveMany(n);
  }

  module_bypass(m: number, ...handles: MaybeHandle[]): 1 | false {
    this.writeHandles(handles);
    return this.done(this.core._gb_module_bypass(m, handles.length));
  }

  // ---- custom functions ----

  /** The class name that grad_fn shows for functions of this callback. */
  function_name(cb: number, name: string): 1 {
    this.core.functionName(cb, name);
    return 1;
  }

  function_apply(
    cb: number,
    frame: number,
    ...handles: MaybeHandle[]
  ): (FrontHandle | null)[] | false {
    this.writeHandles(handles);
    const n = this.core._gb_function_apply(cb, frame, handles.length);
    return n < 0 ? this.failed() : this.giveMany(n);
  }

  function_save(frame: number, ...handles: MaybeHandle[]): 1 | false {
    this.writeHandles(handles);
    return this.done(this.core._gb_function_save(frame, handles.length));
  }

  function_saved(frame: number): (FrontHandle | null)[] | false {
    const n = this.core._gb_function_saved(frame);
    return n < 0 ? this.failed() : this.giveMany(n);
  }

  function_dirty(frame: number, ...handles: MaybeHandle[]): 1 | false {
    this.writeHandles(handles);
    return this.done(this.core._gb_function_dirty(frame, handles.length));
  }

  saved_hooks_push(cb: number): 1 | false {
    return this.done(this.core._gb_saved_hooks_push(cb));
  }

  saved_hooks_pop(): 1 | false {
    return this.done(this.core._gb_saved_hooks_pop());
  }

  function_needs(frame: number, i: number): number | false {
    return this.flag(this.core._gb_function_needs(frame, i));
  }

  // ---- optimizers ----

  optimizers_json(): string {
    return this.core.optimizersJson();
  }

  optim_new(kind: string, options: string | null, ...handles: FrontHandle[]): number | false {
    this.writeHandles(handles);
    return this.core.optimNew(kind, options || '{}', handles.length) || this.failed();
  }

  optim_add_group(id: number, options: string | null, ...handles: FrontHandle[]): 1 | false {
    this.writeHandles(handles);
    return this.done(this.core.optimAddGroup(id, options || '{}', handles.length));
  }

  /** 2: done, and a learning rate was set from outside. */
  optim_step(id: number): number | false {
    return this.core._gb_optim_step(id) || this.failed();
  }

  optim_zero(id: number, setToNone: unknown): 1 | false {
    return this.done(this.core._gb_optim_zero(id, setToNone ? 1 : 0));
  }

  /** `param_groups[group][name] = x`; a list or None comes as JSON text. */
  /** `param_groups[group][name]` as JSON. */
  optim_get(id: number, group: number, name: string): string | false {
    return this.core.optimGet(id, group, name) || this.failed();
  }

  optim_set(id: number, group: number, name: string, x: number | boolean | string): 1 | false {
    const value = typeof x === 'string' ? x : JSON.stringify(x);
    return this.done(this.core.optimSet(id, group, name, value));
  }

  optim_state_json(id: number): string | false {
    return this.core.optimState(id) || this.failed();
  }

  optim_load_json(id: number, text: string): 1 | false {
    return this.done(this.core.optimLoad(id, text));
  }

  optim_free(id: number): number {
    return this.core._gb_optim_free(id);
  }

  // ---- export and recorder ----

  onnx_export(
    m: number,
    frame: number,
    options: string | null,
    ...handles: FrontHandle[]
  ): Uint8Array | false {
    this.writeHandles(handles);
    return this.core.onnxExport(m, frame, options || '{}', handles.length) ?? this.failed();
  }

  /** What the last export warned of, as a JSON list of strings. */
  onnx_warnings(): string {
    return this.core.onnxWarnings();
  }

  /** Id of a model; `run` 0: only read, to be looked at. */
  onnx_load(bytes: unknown, run: number): number | false {
    const given = bytes as { toJs?: () => Uint8Array };
    const data = typeof given.toJs === 'function' ? given.toJs() : (bytes as Uint8Array);
    return (openFile(this.core, data) && this.core.onnxLoad(run)) || this.failed();
  }

  onnx_free(s: number): number {
    return this.core.onnxFree(s);
  }

  onnx_describe(s: number): string | false {
    return this.core.onnxDescribe(s) || this.failed();
  }

  onnx_graph(s: number): string | false {
    return this.core.onnxGraph(s) || this.failed();
  }

  /** Id of the model as a module. */
  onnx_module(s: number): number | false {
    return this.core.onnxModule(s) || this.failed();
  }

  /**
   * Runs a model: `{"inputs":[[name,value]],"outputs":[name]}`, where `{"tensor":i}` is the i-th of
   * the handles. Gives the handles of the result, whose text onnx_answer() gives in the same form.
   */
  onnx_run(s: number, request: string, ...handles: FrontHandle[]): (FrontHandle | null)[] | false {
    const ids = handles.map((h) => this.id(h));
    const text = this.core.onnxRun(
      s,
      renumber(request, (i) => ids[i]!),
    );
    if (!text) return this.failed();
    const out: (FrontHandle | null)[] = [];
    this.onnxText = renumber(text, (h) => out.push(this.give(h) as FrontHandle) - 1);
    return out;
  }

  onnx_answer(): string {
    return this.onnxText;
  }

  record_enable(on: unknown): number {
    return this.core._gb_record_enable(on ? 1 : 0);
  }

  record_drain(): string {
    return this.core.recordDrain();
  }

  /** Events lost because the log was full. */
  record_dropped(): number {
    return this.core._gb_record_dropped();
  }

  losses_drain(): string {
    return this.core.lossesDrain();
  }

  graph_json(h: FrontHandle): string | false {
    return this.core.graphJson(this.id(h)) || this.failed();
  }

  last_graph_json(): string {
    return this.core.lastGraphJson();
  }
}
