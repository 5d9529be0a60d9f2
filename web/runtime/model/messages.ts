/** What the Model tab and the worker that holds its model say to each other. */

import type { Description as ModelDescription, NodeTime, ValueInfo } from '@lib/onnx-session.ts';

export type { ModelDescription, NodeTime, ValueInfo };

/** A tensor of the file; `data` only when it is small. */
export interface TensorInfo {
  name?: string;
  dtype: string;
  shape: number[];
  data?: (number | string | boolean)[];
}

export interface AttributeInfo {
  name: string;
  /** ONNX's name of the kind: `INTS`, `TENSOR`, `GRAPH`; `REF` names one of the function around it. */
  type: string;
  value: unknown;
}

export interface NodeInfo {
  name: string;
  op_type: string;
  domain: string;
  /** Empty text: an optional input that is left out. */
  inputs: string[];
  outputs: string[];
  attributes: AttributeInfo[];
}

export interface GraphInfo {
  name: string;
  nodes: NodeInfo[];
  initializers: TensorInfo[];
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  value_infos: ValueInfo[];
  /** Of the main graph only. */
  functions?: FunctionInfo[];
}

/** An operator that the model defines by others. */
export interface FunctionInfo {
  name: string;
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: string[];
  nodes: NodeInfo[];
}

export type ModelNumbers =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** A tensor on its way to or from the model. */
export interface ModelTensor {
  name: string;
  dtype: string;
  shape: number[];
  data: ModelNumbers | string[];
}

/** What an input is given: a tensor, or those of a sequence. */
export type ModelFeed = ModelTensor | { name: string; sequence: ModelTensor[] };

/** What is known of a value once it was computed. */
export interface ValueShape {
  dtype: string;
  shape: number[];
}

/** Elements counted in equal steps from `min` to `max`. */
export interface Histogram {
  min: number;
  max: number;
  mean: number;
  std: number;
  nans: number;
  infs: number;
  zeros: number;
  bins: number[];
}

export type ModelQuestion =
  | { ask: 'open'; bytes: Uint8Array }
  /** The model with the files that its tensors are in, by the names that it has for them, as one. */
  | { ask: 'join'; bytes: Uint8Array; external: Record<string, Uint8Array> }
  | { ask: 'run'; inputs: ModelFeed[] }
  /** The shapes that values of the main graph have with these inputs. */
  | { ask: 'shapes'; inputs: ModelFeed[]; values: string[] }
  /** The distribution of an initializer. */
  | { ask: 'weights'; name: string };

export type ModelAnswer =
  /** `problem`: why the model can be looked at but not run. */
  | { ask: 'open'; description: ModelDescription; graph: GraphInfo; problem: string | null }
  | { ask: 'join'; bytes: Uint8Array }
  /** `ms`: of the first run; `again`: how many more there were for the times, and their mean. */
  | {
      ask: 'run';
      outputs: ModelTensor[];
      times: NodeTime[];
      ms: number;
      again: { runs: number; ms: number };
    }
  | { ask: 'shapes'; shapes: Record<string, ValueShape> }
  | { ask: 'weights'; histogram: Histogram };

export type ModelMessage = { type: 'model'; id: number } & ModelQuestion;
export type ModelReply = { type: 'model'; id: number } & (
  | { answer: ModelAnswer; error?: undefined }
  | { error: string; answer?: undefined }
);

/** The file that a model's tensors are in and that wasn't given along, from the core's complaint. */
export const missingFile = (error: string): string | undefined =>
  error.match(/its data is in the file '(.*)', which wasn't given along with the model/)?.[1];
