/**
 * What the page (or the command line) and the worker say to each other. One worker a session; a
 * run that is stopped takes its worker with it, so nothing here asks a run to end.
 */

import type { ModelMessage, ModelReply } from './model/messages.ts';

export type RuntimeName = 'micropython' | 'cpython' | 'javascript';
/** `auto` lets the worker choose; for Python it starts on MicroPython. */
export type RuntimeChoice = 'auto' | RuntimeName;
export type Language = 'python' | 'javascript';

/** First message to a fresh worker. */
export interface InitMessage {
  type: 'init';
  /** The runtime to have ready before the first run. */
  warm: RuntimeName;
}

/** Run a snippet. The worker takes one run at a time and answers each with `done`. */
export interface RunMessage {
  type: 'run';
  /** Comes back in `done`. */
  id: number;
  source: string;
  runtime: RuntimeChoice;
  language: Language;
  /** The name that tracebacks show, as `snippet.py`. */
  filename: string;
  /** The session's files, by path relative to the working directory. The page owns them. */
  files: Record<string, Uint8Array>;
  /** Environment variables set before the snippet starts. */
  env: Record<string, string>;
  /** Record every call of every layer; without it, long loops are recorded now and then. */
  everyCall?: boolean;
  /**
   * For the cells of a notebook, on either Python: `on` goes on with the names and the core of the run
   * before, if that one was kept too; `begin` is the first of such a series.
   */
  keep?: 'begin' | 'on';
}

/**
 * What the reader asks of a run under way. It reaches the worker by a way of its own
 * (sandbox/signal.ts), since a computation leaves no time for messages.
 */
export type ControlMessage =
  | { type: 'pause' | 'resume' }
  /** Go on for one iteration. */
  | { type: 'step' }
  | { type: 'lr'; optimizer: number; group: number; lr: number };

export type PageMessage = InitMessage | RunMessage | ModelMessage;

/** The runtime named in `warm` can run. `ms`: how long that took. */
export interface ReadyMessage {
  type: 'ready';
  runtime: RuntimeName;
  ms: number;
}

/** Output of the snippet, collected for at most 30 ms. */
export interface OutputMessage {
  type: 'stdout';
  text: string;
  stream: 'stdout' | 'stderr';
}

/** Something that the worker itself has to say: one grey line. */
export interface NoticeMessage {
  type: 'notice';
  text: string;
}

/** A load under way, in bytes; `total` is 0 when nobody knows it. */
export interface ProgressMessage {
  type: 'progress';
  what: string;
  loaded: number;
  total: number;
}

/** Scalars on which `backward()` was called; `first` is the index of `values[0]` in its series. */
export interface LossSeriesUpdate {
  label: string;
  first: number;
  /** Null where the loss was nan or infinite. */
  values: (number | null)[];
}

export interface LossesMessage {
  type: 'losses';
  series: LossSeriesUpdate[];
}

/** How the finite elements of a tensor are spread; `bins` is a histogram from min to max. */
export interface DistributionRecord {
  min: number;
  mean: number;
  max: number;
  std: number;
  bins: number[];
}

/** What one step of an optimizer did. */
export interface StepRecord {
  /** From 1, over all optimizers. */
  step: number;
  /** Of the first group. */
  lr: number | null;
  params: {
    name: string;
    /** The norm of the update over the norm of the weight before; null for a weight of zeros. */
    ratio: number | null;
    weight: DistributionRecord | null;
    grad: DistributionRecord | null;
  }[];
}

/** Some of the steps since the last such message: the first 6 of a run, then one every 100 ms. */
export interface StepsMessage {
  type: 'steps';
  steps: StepRecord[];
}

/** Small pictures of one size, one after the other, channel by channel: 0 stands for `low`, 255 for `high`. */
export interface TilesRecord {
  count: number;
  /** How many there were. */
  of: number;
  channels: number;
  height: number;
  width: number;
  low: number;
  high: number;
  pixels: number[];
}

/** What a model makes of the plane or the line its data lie in, or of an image. */
export type PictureRecord =
  | {
      kind: 'plane';
      /** The same for the same model. */
      id: number;
      /** Class of the module; empty for several, or none. */
      model: string;
      /** What a cell is: the likeliest class, the probability of 1, or the output itself. */
      shows: 'class' | 'probability' | 'value';
      classes: number;
      x: number[];
      y: number[];
      columns: number;
      rows: number;
      /** Row by row, y rising. */
      cells: (number | null)[];
      /** Of classes: how sure the model is, in percent. */
      sure: (number | null)[];
      points: { x: number[]; y: number[]; target: (number | null)[] };
    }
  | {
      kind: 'line';
      id: number;
      model: string;
      shows: 'class' | 'probability' | 'value';
      x: (number | null)[];
      /** One list an output. */
      outputs: (number | null)[][];
      points: { x: number[]; target: (number | null)[] };
    }
  | {
      kind: 'image';
      id: number;
      model: string;
      target: number | null;
      predicted: number | null;
      image: TilesRecord | null;
      layers: { name: string; filters: TilesRecord | null; maps: TilesRecord | null }[];
    };

/** Of every model that changed since the last such message; a few a second. */
export interface PicturesMessage {
  type: 'pictures';
  pictures: PictureRecord[];
}

/** One `param_groups` entry of an optimizer of the core. */
export interface GroupRecord {
  /** The optimizer's number in the core. */
  optimizer: number;
  /** `Adam` */
  name: string;
  group: number;
  lr: number;
}

/** A loop over a known number of items that trains. */
export interface LoopRecord {
  /** What its variable is called, or empty. */
  label: string;
  /** Items taken so far, with the one that it is at. */
  done: number;
  total: number;
}

/** Where a training loop stands; sent when that changes, at most every 50 ms. */
export interface TrainingMessage {
  type: 'training';
  /** Steps of optimizers so far, or, where the core has none, calls of `backward()`. */
  iteration: number;
  paused: boolean;
  /** The worker hears `ControlMessage`s. */
  controls: boolean;
  /** The loops under way, the outermost first. */
  loops: LoopRecord[];
  /** Milliseconds since the outermost of them began, without pauses. */
  loopMs: number;
  groups: GroupRecord[];
  /** Learning rates that the reader set, as far as they are in use by now; since the last message. */
  changes: GroupRecord[];
}

/** One event of the hook recorder. Statistics are null where there was no tensor of numbers. */
export interface HookRecord {
  module: string;
  class: string;
  kind: string;
  shapes: string;
  /** Of the first tensor; empty without one. */
  dtype: string;
  min: number | null;
  mean: number | null;
  max: number | null;
  std: number | null;
  nans: number;
  infs: number;
  ms: number | null;
  /** How many modules are around. */
  depth: number;
  /** A histogram from min to max of up to 256 elements; empty when there is none. */
  bins: number[];
}

export interface HooksMessage {
  type: 'hooks';
  events: HookRecord[];
  /** Calls of modules that were passed over since the run began. */
  skipped: number;
}

/** What JSON has no number for arrives as text. */
export type Element = number | 'nan' | 'inf' | '-inf';

/** All elements of a small tensor, the first few of a larger one, in row-major order. */
export interface SampleRecord {
  shape: number[];
  values: Element[];
}

/** One node of the graph. What a backward left is there if it came by. */
export interface GraphNodeRecord {
  id: number;
  /** The backward function's name, as `grad_fn` prints it, or the class of a leaf. */
  name: string;
  kind: 'op' | 'leaf' | 'root';
  shape: readonly number[] | string | null;
  dtype: string | null;
  /** A parameter's name, where known. */
  label?: string | null;
  /** The operator, as the registry calls it, and those of its arguments that are no tensors. */
  op?: string;
  args?: Record<string, unknown>;
  /** The line of the snippet that made it. */
  line?: number;
  /** The module call in which it was made: an id in `calls`. */
  call?: number;
  /** What the forward computed; of a leaf, the leaf. */
  value?: SampleRecord;
  /** The place in the backward, from 1. */
  step?: number;
  /** The gradients that arrived, one an output of the forward. */
  grads?: (SampleRecord | null)[];
  /** Of a leaf: its `.grad` before. */
  before?: SampleRecord | null;
  /** Tensors that were kept for the backward. */
  saved?: { arg: string; value: SampleRecord | null }[];
}

/** Gradients go from `from` to `to`, which is what computed the argument `arg`. */
export interface GraphEdgeRecord {
  from: number;
  to: number;
  /** Which output of `to` it is. */
  output?: number;
  arg?: string;
  /** What was sent. */
  grad?: SampleRecord;
  /** The node's backward of ones: its derivative, if it works element by element or gives a scalar. */
  local?: SampleRecord;
}

/** A call of a module; `path` is empty for the outermost one. */
export interface GraphCallRecord {
  id: number;
  parent: number | null;
  path: string;
  class: string;
}

/** The autograd graph of the last `backward()` or `autograd.grad()`. */
export interface GraphRecord {
  nodes: GraphNodeRecord[];
  edges: GraphEdgeRecord[];
  calls?: GraphCallRecord[];
  /** Which backward of the run it was. */
  run?: number;
  /** There are more nodes than these, which are the nearest to where `backward()` began. */
  truncated?: boolean;
}

export interface GraphMessage {
  type: 'graph';
  graph: GraphRecord;
}

/** All elements in row-major order as far as float32 holds them; null of what is too large to send. */
export interface VariableValues {
  size: number;
  elements: Float32Array | null;
}

/** A tensor or a module that the snippet's variables hold when it ends. */
export type VariableRecord =
  | {
      kind: 'tensor';
      /** `x`, `net.0.weight`, `losses[3]` */
      name: string;
      /** `Tensor` or `Parameter` */
      type: string;
      shape: number[];
      dtype: string;
      bytes: number;
      requiresGrad: boolean;
      gradFn: string | null;
      values: VariableValues;
      grad: VariableValues | null;
    }
  | { kind: 'module'; name: string; type: string; training: boolean };

/** Sent at the end of a run. */
export interface VariablesMessage {
  type: 'variables';
  variables: VariableRecord[];
}

/** Files that the snippet closed or removed since the last such message. */
export interface FilesMessage {
  type: 'files';
  changed: Record<string, Uint8Array>;
  deleted: string[];
}

/** Live tensors of the session and the bytes of their storages. */
export interface MemoryMessage {
  type: 'memory';
  tensors: number;
  bytes: number;
}

export interface RunError {
  /** Class name, as `ValueError`. */
  type: string;
  message: string;
  /** The whole text as the language would print it, without a newline at its end. */
  traceback: string;
  /** One-based line of the snippet to mark, where the error has one. */
  line?: number;
  /** One-based column, for syntax errors. */
  column?: number;
}

/** The last message of a run; everything that it printed was sent before. */
export interface DoneMessage {
  type: 'done';
  id: number;
  ok: boolean;
  /** The runtime that finished the run. */
  runtime: RuntimeName;
  ms: number;
  /** From the arrival of `run` to the first output, or null when nothing was printed. */
  firstOutputMs: number | null;
  error?: RunError;
  /** What the snippet gave to sys.exit(), if it isn't 0. */
  exitCode?: number;
}

export type WorkerMessage =
  | ReadyMessage
  | OutputMessage
  | NoticeMessage
  | ProgressMessage
  | LossesMessage
  | HooksMessage
  | StepsMessage
  | PicturesMessage
  | TrainingMessage
  | GraphMessage
  | VariablesMessage
  | FilesMessage
  | MemoryMessage
  | ModelReply
  | DoneMessage;

/** How either side sends: `postMessage` of a page's worker, or of Node's. */
export type Send = (message: WorkerMessage) => void;
