// Sessions in the manner of onnxruntime-web's InferenceSession.
import { openFile } from '../lib/onnx-file.ts';
import { core, fail, give, type InferenceCore, told } from './core.ts';
import { OnnxError } from './errors.ts';
import { receive, send, Tensor, wireStrings } from './tensor.ts';

/** What a model declares for an input or output: `shape` has names where it is open. */
export interface ValueMetadata {
  name: string;
  isTensor: boolean;
  /** 'float32', 'string'; of what is no tensor ONNX's text: `seq(tensor(int64))`. */
  type: string;
  shape: (number | string)[];
}

export interface NodeTime {
  name: string;
  op_type: string;
  ms: number;
}

export interface SessionOptions {
  /** Files with the model's external data, by the location that the model gives. */
  external?: Record<string, Uint8Array>;
  /** The same as onnxruntime-web writes it. */
  externalData?: readonly { path: string; data: Uint8Array | ArrayBuffer }[];
  /** Whatever else onnxruntime-web takes does nothing here. */
  [name: string]: unknown;
}

/** A sequence is an array; null stands for an optional that holds nothing. */
export type Value = Tensor | readonly Value[] | null;

type Wire =
  | { tensor: number }
  | { strings: string[]; shape: number[] }
  | { sequence: Wire[] }
  | null;

interface Declared {
  name: string;
  type: string;
  dtype?: string;
  shape?: (number | string | null)[];
}

interface Description {
  inputs: Declared[];
  outputs: Declared[];
}

const metadata = ({ name, type, dtype, shape }: Declared): ValueMetadata => {
  const isTensor = type.startsWith('tensor(');
  const text = type.slice('tensor('.length, -1);
  return {
    name,
    isTensor,
    type: isTensor ? (dtype ?? text) : type,
    shape: (shape ?? []).map((size) => size ?? ''),
  };
};

const finalizers = new FinalizationRegistry<[InferenceCore, number]>(([c, id]) => {
  c._gi_session_free(id);
});

async function bytesOf(model: unknown): Promise<Uint8Array> {
  if (model instanceof Uint8Array) return model;
  if (typeof model !== 'string' && !(model instanceof URL)) {
    // By its name: pages that aren't isolated have no SharedArrayBuffer to compare with.
    const kind = Object.prototype.toString.call(model);
    if (/^\[object (Shared)?ArrayBuffer\]$/.test(kind)) return new Uint8Array(model as ArrayBuffer);
    throw new OnnxError('TypeError', 'a model is given as bytes or as an address');
  }
  const answer = await fetch(model);
  if (!answer.ok) {
    throw new OnnxError('RuntimeError', `${model} can't be fetched: ${answer.status}`);
  }
  return new Uint8Array(await answer.arrayBuffer());
}

/** A model, ready to run. `InferenceSession.create` makes one. */
export class InferenceSession {
  readonly inputMetadata: readonly ValueMetadata[];
  readonly outputMetadata: readonly ValueMetadata[];
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  private id: number;

  private constructor(
    private readonly core: InferenceCore,
    id: number,
  ) {
    this.id = id;
    finalizers.register(this, [core, id], this);
    const about = JSON.parse(told(core, core._gi_describe(id))) as Description;
    this.inputMetadata = about.inputs.map(metadata);
    this.outputMetadata = about.outputs.map(metadata);
    this.inputNames = about.inputs.map(({ name }) => name);
    this.outputNames = about.outputs.map(({ name }) => name);
  }

  /**
   * Reads a model, given as bytes or as an address to fetch it from, and makes it ready.
   * @throws OnnxError on bytes that are no model, and on operators that aren't supported
   */
  static create(
    model: ArrayBufferLike | Uint8Array | string | URL,
    options?: SessionOptions,
  ): Promise<InferenceSession>;
  static create(
    model: ArrayBufferLike,
    byteOffset: number,
    byteLength?: number,
    options?: SessionOptions,
  ): Promise<InferenceSession>;
  static async create(
    model: unknown,
    first?: number | SessionOptions,
    second?: number,
    third?: SessionOptions,
  ): Promise<InferenceSession> {
    const [c, whole] = await Promise.all([core(), bytesOf(model)]);
    const part = typeof first === 'number';
    const bytes = part ? whole.subarray(first, second && first + second) : whole;
    const options = (part ? third : first) ?? {};
    const external = { ...(options as SessionOptions).external };
    for (const { path, data } of (options as SessionOptions).externalData ?? []) {
      external[path] = data instanceof Uint8Array ? data : new Uint8Array(data);
    }
    if (!openFile(c, bytes, external)) fail(c);
    return new InferenceSession(c, c._gi_session() || fail(c));
  }

  /**
   * Runs the model. `fetches`: names of outputs, or of any values of the main graph; an object's
   * keys are names too.
   * @throws OnnxError on inputs that are missing, unknown or don't fit, and naming a node that fails
   */
  async run(
    feeds: Readonly<Record<string, Value>>,
    fetches?: readonly string[] | Readonly<Record<string, unknown>>,
  ): Promise<Record<string, any>> {
    const list = Array.isArray(fetches);
    return this.execute(feeds, list ? fetches : fetches && Object.keys(fetches), false).results;
  }

  /** As `run`, and how long each node took. */
  async profile(
    feeds: Readonly<Record<string, Value>>,
  ): Promise<{ results: Record<string, any>; times: NodeTime[] }> {
    return this.execute(feeds, undefined, true);
  }

  /** Frees the model's memory. */
  async release(): Promise<void> {
    finalizers.unregister(this);
    this.core._gi_session_free(this.id);
    this.id = 0;
  }

  private execute(
    feeds: Readonly<Record<string, Value>>,
    fetches: readonly string[] | undefined,
    times: boolean,
  ) {
    const { core: c } = this;
    const sent: number[] = [];
    try {
      const inputs = Object.entries(feeds).map(([name, value]) => [
        name,
        toWire(c, name, value, sent),
      ]);
      give(c, JSON.stringify({ inputs, outputs: fetches ?? [], times }));
      const answer = JSON.parse(told(c, c._gi_run(this.id))) as {
        outputs: Wire[];
        times: [string, string, number][];
      };
      const names = fetches ?? this.outputNames;
      const results = Object.fromEntries(
        names.map((name, i) => [name, fromWire(c, answer.outputs[i]!)]),
      );
      return {
        results,
        times: answer.times.map(([name, op_type, ms]) => ({ name, op_type, ms })),
      };
    } finally {
      for (const handle of sent) c._gi_tensor_free(handle);
    }
  }
}

function toWire(c: InferenceCore, name: string, value: Value, sent: number[]): Wire {
  if (value === null) return null;
  if (Array.isArray(value)) return { sequence: value.map((v) => toWire(c, name, v, sent)) };
  if (!(value instanceof Tensor)) {
    throw new OnnxError('TypeError', `Input '${name}': a Tensor is wanted, not ${typeof value}`);
  }
  if (value.type === 'string') return wireStrings(value);
  const tensor = send(c, value);
  sent.push(tensor);
  return { tensor };
}

function fromWire(c: InferenceCore, wire: Wire): any {
  if (wire === null) return null;
  if ('tensor' in wire) return receive(c, wire.tensor);
  if ('strings' in wire) return new Tensor('string', wire.strings, wire.shape);
  return wire.sequence.map((item) => fromWire(c, item));
}
