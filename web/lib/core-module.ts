// What the compiled core (build/wasm/gradbox_core.mjs) offers. The C functions are declared in
// wasm/*.cpp; every one of them catches its exceptions and gives a value that says so.

import type { FileCalls } from './onnx-file.ts';

/** A handle of a tensor: a positive int. 0 stands for None. */
export type Handle = number;

/** Functions of plain numbers: one wasm call each, nothing is marshalled. */
export interface CoreCalls {
  _gb_slots(): number;
  _gb_tags(): number;
  _gb_text(): number;
  _gb_out(): number;
  _gb_reserve(slots: number, tags: number, text: number): number;

  _gb_call(op: number, count: number, asFunction: number): number;
  _gb_call_t(op: number, a: Handle): number;
  _gb_call_tt(op: number, a: Handle, b: Handle): number;
  _gb_call_tf(op: number, a: Handle, x: number): number;
  _gb_call_ti(op: number, a: Handle, x: number): number;
  _gb_call_ft(op: number, x: number, a: Handle): number;
  _gb_call_it(op: number, x: number, a: Handle): number;

  _gb_empty(dtype: number, ndim: number): Handle;
  _gb_free(h: Handle): number;
  _gb_valid(h: Handle): number;
  _gb_share(h: Handle): Handle;
  _gb_live_handles(): number;
  _gb_live_tensors(): number;
  _gb_live_bytes(): number;
  _gb_peak_bytes(): number;

  _gb_dtype(h: Handle): number;
  _gb_set_anomaly_mode(on: number): number;
  _gb_storage_bytes(h: Handle): number;
  _gb_base(h: Handle): Handle;
  _gb_node_hook(node: number, cb: number, before: number): number;
  _gb_remove_node_hook(id: number): number;
  _gb_node_frame(node: number): number;
  _gb_node_variable(node: number): Handle;
  nodeSaved(node: number): string;
  nodeTensor(node: number, name: string): Handle;
  _gb_converted(h: Handle, dtype: number): Handle;
  _gb_dim(h: Handle): number;
  _gb_size(h: Handle, d: number): number;
  _gb_stride(h: Handle, d: number): number;
  _gb_numel(h: Handle): number;
  _gb_offset(h: Handle): number;
  _gb_version(h: Handle): number;
  _gb_uid(h: Handle): number;
  _gb_data_ptr(h: Handle): number;
  _gb_is_contiguous(h: Handle): number;
  _gb_shape(h: Handle): number;
  _gb_strides(h: Handle): number;
  _gb_item(h: Handle): number;
  _gb_contiguous(h: Handle): Handle;
  _gb_bump_version(h: Handle): number;
  _gb_set_data(h: Handle, other: Handle): number;

  _gb_generator_new(): number;
  _gb_generator_free(g: number): number;
  _gb_generator_seed(g: number, seed: number): number;
  _gb_generator_initial_seed(g: number): number;
  _gb_generator_use(g: number): number;
  _gb_generator_state(g: number): Handle;
  _gb_generator_set_state(g: number, state: Handle): number;
  _gb_default_dtype(): number;
  _gb_set_default_dtype(code: number): number;
  _gb_promote_types(a: number, b: number): number;

  _gb_requires_grad(h: Handle): number;
  _gb_is_leaf(h: Handle): number;
  _gb_retains_grad(h: Handle): number;
  _gb_set_requires_grad(h: Handle, on: number): number;
  _gb_retain_grad(h: Handle): number;
  _gb_grad_enabled(): number;
  _gb_set_grad_enabled(on: number): number;
  _gb_grad(h: Handle): number;
  _gb_set_grad(h: Handle, g: Handle): number;
  _gb_data(h: Handle): Handle;
  _gb_detach(h: Handle): Handle;
  _gb_backward(
    h: Handle,
    grad: Handle,
    retain: number,
    createGraph: number,
    inputs: number,
  ): number;
  _gb_backward_many(
    outputs: number,
    inputs: number,
    grads: number,
    retain: number,
    createGraph: number,
  ): number;
  _gb_grads(
    outputs: number,
    inputs: number,
    grads: number,
    retain: number,
    createGraph: number,
    allowUnused: number,
  ): number;
  _gb_grad_fn(h: Handle): number;
  _gb_node_free(id: number): number;
  _gb_tensor_hook(h: Handle, cb: number): number;
  _gb_remove_tensor_hook(id: number): number;

  _gb_function_apply(cb: number, frame: number, count: number): number;
  _gb_function_save(frame: number, count: number): number;
  _gb_function_saved(frame: number): number;
  _gb_function_dirty(frame: number, count: number): number;
  _gb_saved_hooks_push(cb: number): number;
  _gb_saved_hooks_pop(): number;
  _gb_autocast(dtype: number): number;
  _gb_set_inference_mode(on: number): number;
  _gb_is_inference(h: Handle): number;
  _gb_function_needs(frame: number, i: number): number;

  _gb_module_free(m: number): number;
  _gb_module_train(m: number, on: number): number;
  _gb_module_training(m: number): number;
  _gb_module_zero_grad(m: number, setToNone: number): number;
  _gb_module_to(m: number, dtype: number): number;
  _gb_remove_module_hook(id: number): number;
  _gb_module_call(m: number, frame: number, count: number): number;
  _gb_module_forward(m: number, frame: number, count: number): number;
  _gb_module_bypass(m: number, count: number): number;

  /** 0 failed, 1 done; 2: done, and a learning rate was set from outside (runtime/control.ts). */
  _gb_optim_step(id: number): number;
  _gb_optim_zero(id: number, setToNone: number): number;
  _gb_optim_free(id: number): number;

  _gb_record_enable(on: number): number;
  _gb_record_dropped(): number;
  _gb_record_skipped(): number;
}

/** Functions that carry text or bytes; Embind converts them. */
export interface CoreTexts {
  lastError(): string;
  outText(): string;
  opsJson(): string;
  released(): string;
  tensorText(h: Handle, prefix: string): string;
  setPrintOptions(
    precision: number,
    threshold: number,
    edgeitems: number,
    linewidth: number,
    sciMode: number,
  ): number;
  nodeName(id: number): string;
  nodeNext(id: number): string;
  functionName(cb: number, name: string): void;

  layersJson(): string;
  moduleNew(kind: string, config: string, cb: number): number;
  moduleAdopt(m: number, path: string): number;
  moduleName(m: number): string;
  moduleText(m: number): string;
  moduleExtra(m: number, text: string): number;
  moduleParam(m: number, name: string, h: Handle): number;
  moduleComputed(m: number, name: string, h: Handle): number;
  moduleSet(m: number, json: string): number;
  moduleBuffer(m: number, name: string, h: Handle, persistent: number): number;
  moduleChild(m: number, name: string, child: number): number;
  moduleDel(m: number, name: string): number;
  moduleGet(m: number, name: string): Handle;
  moduleListing(m: number): string;
  moduleHook(m: number, kind: string, cb: number): number;
  moduleLoad(m: number, strict: number, count: number): string;

  optimizersJson(): string;
  optimNew(kind: string, options: string, count: number): number;
  optimGet(id: number, group: number, name: string): string;
  optimSet(id: number, group: number, name: string, value: string): number;
  optimAddGroup(id: number, options: string, count: number): number;
  optimState(id: number): string;
  optimLoad(id: number, text: string): number;

  /** A copy of the file's bytes; null after a failure. */
  onnxExport(m: number, frame: number, options: string, count: number): Uint8Array | null;
  onnxWarnings(): string;
  /** A file with external data for the model that is loaded next. */
  /** Id of a session; `run` 0 only reads the model, to be looked at. */
  onnxLoad(run: number): number;
  onnxFree(id: number): number;
  onnxWrite(id: number): Uint8Array | null;
  onnxDescribe(id: number): string;
  onnxGraph(id: number): string;
  /** A handle; 0 after a failure. */
  onnxInitializer(id: number, name: string): Handle;
  /** Id of the model as a module. */
  onnxModule(id: number): number;
  onnxRun(id: number, request: string): string;

  recordDrain(): string;
  updatesDrain(): string;
  /** "" for none; `all`: also those that would wait. */
  picturesDrain(all: boolean): string;
  lossesDrain(): string;
  graphJson(h: Handle): string;
  lastGraphJson(): string;
}

export interface CoreModule extends CoreCalls, CoreTexts, FileCalls {
  HEAP8: Int8Array;
  /** Called by the core for every callback; gives a count, -1 for unchanged, -2 for raised. */
  /** The line of the snippet that runs: 0 for none, -1 for "don't ask now". For the recorder. */
  snippetLine?(): number;
  callFrontEnd(
    kind: number,
    cb: number,
    module: number,
    frame: number,
    changed: number,
    count: number,
  ): number;
}

/** What the glue's factory is given. Node must hand over the bytes: the glue can't read files. */
export interface CoreOptions {
  wasmBinary?: ArrayBuffer | Uint8Array;
  locateFile?: (name: string) => string;
  print?: (text: string) => void;
  printErr?: (text: string) => void;
}
export type CreateCore = (options?: CoreOptions) => Promise<CoreModule>;
