// Models from ONNX files: run as sessions in the manner of onnxruntime-web, looked at, and turned
// into modules to train.
import type { Handle } from './core-module.ts';
import { type TensorData, type TensorOptions, tensor } from './creation.ts';
import { type DTypeName, dtypeNames } from './dtypes.ts';
import { copyElements, type Items, type TypedArray, tensorFromItems } from './elements.ts';
import { TorchError } from './errors.ts';
import { OnnxModule } from './nn/imported.ts';
import { openFile } from './onnx-file.ts';
import { state, throwLast } from './state.ts';
import { Tensor } from './tensor.ts';

/** What a model declares for an input or output: `shape` has names and nulls where it is open. */
export interface ValueInfo {
  name: string;
  /** ONNX's text: `tensor(float)`, `seq(tensor(int64))`. */
  type: string;
  dtype?: string;
  shape?: (number | string | null)[];
}

export interface Description {
  ir_version: number;
  producer: string;
  domain: string;
  doc: string;
  metadata: Record<string, string>;
  opsets: { domain: string; version: number }[];
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  /** How often each operator occurs. */
  ops: Record<string, number>;
  nodes: number;
  parameters: number;
  functions: string[];
}

export interface NodeTime {
  name: string;
  op_type: string;
  ms: number;
}

/** Strings, which have no tensor: row-major, with their shape. */
export interface Strings {
  strings: string[];
  shape: number[];
}

/** What a session takes: a sequence as an array of tensors, an empty optional as null. */
export type Feed = OnnxTensor | TensorData | Items | Strings | readonly Feed[] | null;
/** What a session gives; sequences as arrays. */
export type Fetched = OnnxTensor | Strings | Fetched[] | null;

const ortNames: Record<string, DTypeName> = { float64: 'float64', double: 'float64' };

/** `new onnx.Tensor('float32', data, dims)` of onnxruntime: a typed array with a shape. */
export class OnnxTensor {
  readonly tensor: Tensor;

  constructor(type: string, data: Items, dims?: readonly number[]);
  constructor(tensor: Tensor);
  constructor(type: string | Tensor, data?: Items, dims?: readonly number[]) {
    if (type instanceof Tensor) {
      this.tensor = type;
      return;
    }
    const dtype = dtypeNames[(ortNames[type] ?? type) as keyof typeof dtypeNames];
    if (!dtype) throw new TorchError('TypeError', `no dtype ${type}`);
    const shape = dims ?? [data!.length];
    this.tensor = new Tensor(
      tensorFromItems(state().native, dtype.code, shape, data!) || throwLast(),
    );
  }

  /** A copy of the elements, row-major. */
  get data(): TypedArray {
    return copyElements(state().native, this.tensor.handle) ?? throwLast();
  }

  get dims(): number[] {
    return [...this.tensor.shape];
  }

  get type(): string {
    return this.tensor.dtype.name;
  }

  get size(): number {
    return this.tensor.numel() as unknown as number;
  }

  dispose(): void {
    this.tensor.delete();
  }
}

type Wire = { tensor: Handle } | Strings | { sequence: Wire[] } | null;

const finalizers = new FinalizationRegistry<number>((id) => {
  state().core.onnxFree(id);
});

export interface LoadOptions {
  /** Files with the model's external data, by the location that it gives. */
  external?: Record<string, Uint8Array>;
}

function loadModel(bytes: Uint8Array | ArrayBuffer, options: LoadOptions, run: 0 | 1): number {
  const { core } = state();
  const data = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  if (!openFile(core, data, options.external)) throwLast();
  return core.onnxLoad(run) || throwLast();
}

/** A model, ready to run. */
export class InferenceSession {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  private readonly about: Description;
  private id: number;

  /** @throws TorchError on bytes that are no model, and on operators that aren't supported */
  constructor(bytes: Uint8Array | ArrayBuffer, options: LoadOptions = {}) {
    this.id = loadModel(bytes, options, 1);
    finalizers.register(this, this.id, this);
    this.about = JSON.parse(state().core.onnxDescribe(this.id) || throwLast());
    this.inputs = this.about.inputs;
    this.outputs = this.about.outputs;
  }

  /** As onnxruntime's: takes bytes, or an address to fetch them from. */
  static async create(
    model: Uint8Array | ArrayBuffer | string | URL,
    options: LoadOptions = {},
  ): Promise<InferenceSession> {
    if (typeof model !== 'string' && !(model instanceof URL)) {
      return new InferenceSession(model, options);
    }
    const answer = await fetch(model);
    if (!answer.ok) {
      throw new TorchError('RuntimeError', `${model} can't be fetched: ${answer.status}`);
    }
    return new InferenceSession(await answer.arrayBuffer(), options);
  }

  get inputNames(): string[] {
    return this.inputs.map(({ name }) => name);
  }

  get outputNames(): string[] {
    return this.outputs.map(({ name }) => name);
  }

  /**
   * Runs the model. `fetches`: names of outputs, or of any values of the main graph.
   * @throws TorchError on inputs that are missing, unknown or don't fit, and naming a node that fails
   */
  async run(
    feeds: Record<string, Feed>,
    fetches?: readonly string[],
  ): Promise<Record<string, any>> {
    return this.runSync(feeds, fetches);
  }

  /** `run` without a promise. */
  runSync(feeds: Record<string, Feed>, fetches?: readonly string[]): Record<string, any> {
    return this.execute(feeds, fetches, false).results;
  }

  /** As `run`, and how long each node took. */
  profile(feeds: Record<string, Feed>): { results: Record<string, any>; times: NodeTime[] } {
    return this.execute(feeds, undefined, true);
  }

  private execute(
    feeds: Record<string, Feed>,
    fetches: readonly string[] | undefined,
    timed: boolean,
  ) {
    const made: Tensor[] = [];
    const inputs = Object.entries(feeds).map(([name, value]) => {
      const info = this.inputs.find((i) => i.name === name);
      return [name, toWire(value, info, made)];
    });
    const names = fetches ?? this.outputNames;
    const request = { inputs, outputs: fetches ?? [], times: timed };
    const text = state().core.onnxRun(this.id, JSON.stringify(request));
    for (const t of made) t.delete();
    const answer = JSON.parse(text || throwLast()) as {
      outputs: Wire[];
      times: [string, string, number][];
    };
    const results = Object.fromEntries(
      names.map((name, i) => [name, fromWire(answer.outputs[i]!)]),
    );
    const times = answer.times.map(([name, op_type, ms]) => ({ name, op_type, ms }));
    return { results, times };
  }

  /** Inputs, outputs, operator sets, operators, parameter count. */
  describe(): Description {
    return structuredClone(this.about);
  }

  /** The main graph: nodes with attributes, initializers' shapes. */
  graph(): any {
    return JSON.parse(state().core.onnxGraph(this.id) || throwLast());
  }

  /** A tensor of the file. @throws TorchError on a name that no initializer has */
  initializer(name: string): OnnxTensor {
    return new OnnxTensor(new Tensor(state().core.onnxInitializer(this.id, name) || throwLast()));
  }

  /** The model as a module with a copy of the weights: hooks, gradients, training, export. */
  toModule(): OnnxModule {
    return new OnnxModule(state().core.onnxModule(this.id) || throwLast());
  }

  /** Frees the model's memory. */
  async release(): Promise<void> {
    this.delete();
  }

  delete(): void {
    finalizers.unregister(this);
    state().core.onnxFree(this.id);
    this.id = 0;
  }
}

function toWire(value: Feed, info: ValueInfo | undefined, made: Tensor[]): Wire {
  if (value === null) return null;
  if (value instanceof OnnxTensor) return { tensor: value.tensor.handle };
  if (value instanceof Tensor) return { tensor: value.handle };
  if (typeof value === 'object' && 'strings' in value) return value as Strings;
  if (info?.type.startsWith('seq(') && Array.isArray(value)) {
    return { sequence: value.map((item) => toWire(item as Feed, undefined, made)) };
  }
  const texts = stringsIn(value);
  if (texts) return texts;
  const dtype = info?.dtype && dtypeNames[info.dtype as keyof typeof dtypeNames];
  const t = tensor(value as TensorData, (dtype ? { dtype } : {}) as TensorOptions);
  made.push(t);
  // A flat list fills a shape that the model fixes.
  const shape = info?.shape;
  if (ArrayBuffer.isView(value) && shape?.every((n) => typeof n === 'number')) {
    const shaped = (t as any).reshape(shape) as Tensor;
    made.push(shaped);
    return { tensor: shaped.handle };
  }
  return { tensor: t.handle };
}

/** Nested arrays of strings as a tensor of strings; undefined for anything else. */
function stringsIn(value: unknown): Strings | undefined {
  const shape: number[] = [];
  let first = value;
  while (Array.isArray(first)) {
    shape.push(first.length);
    first = first[0];
  }
  if (typeof first !== 'string') return undefined;
  return {
    strings: shape.length ? (value as string[]).flat(Number.POSITIVE_INFINITY) : [first],
    shape,
  };
}

function fromWire(value: Wire): Fetched {
  if (value === null) return null;
  if ('tensor' in value) return new OnnxTensor(new Tensor(value.tensor));
  if ('sequence' in value) return value.sequence.map(fromWire);
  return value;
}

/** Reads a model and makes it ready to run. */
export function loadSession(
  bytes: Uint8Array | ArrayBuffer,
  options: LoadOptions = {},
): InferenceSession {
  return new InferenceSession(bytes, options);
}

/** What a model is, and its graph, without making it ready: unknown operators do no harm. */
export function inspectModel(
  bytes: Uint8Array | ArrayBuffer,
  options: LoadOptions = {},
): { description: Description; graph: any } {
  const { core } = state();
  const id = loadModel(bytes, options, 0);
  try {
    return {
      description: JSON.parse(core.onnxDescribe(id) || throwLast()),
      graph: JSON.parse(core.onnxGraph(id) || throwLast()),
    };
  } finally {
    core.onnxFree(id);
  }
}

/**
 * The model written anew, as one file: external data within, elements as raw data. Nothing that the
 * file says is lost.
 */
export function rewriteModel(
  bytes: Uint8Array | ArrayBuffer,
  options: LoadOptions = {},
): Uint8Array {
  const { core } = state();
  const id = loadModel(bytes, options, 0);
  try {
    return core.onnxWrite(id) ?? throwLast();
  } finally {
    core.onnxFree(id);
  }
}

/** A tensor of a model that isn't made ready to run. @throws TorchError on a name that none has */
export function initializerOf(bytes: Uint8Array | ArrayBuffer, name: string): OnnxTensor {
  const { core } = state();
  const id = loadModel(bytes, {}, 0);
  try {
    return new OnnxTensor(new Tensor(core.onnxInitializer(id, name) || throwLast()));
  } finally {
    core.onnxFree(id);
  }
}
