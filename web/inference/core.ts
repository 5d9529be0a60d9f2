// The module behind this library: build/wasm/gradbox_inference.mjs (wasm/inference/session.cpp).
import create from '@core/gradbox_inference.mjs';
import { addressBeside, readBeside } from '../lib/beside.ts';
import type { FileCalls } from '../lib/onnx-file.ts';
import { OnnxError } from './errors.ts';

export interface InferenceCore extends FileCalls {
  _gi_text(size: number): number;
  _gi_error(): number;
  _gi_session(): number;
  _gi_session_free(id: number): number;
  _gi_describe(id: number): number;
  _gi_run(id: number): number;
  _gi_tensor(dtype: number, rank: number): number;
  _gi_tensor_free(handle: number): number;
  _gi_data(handle: number): number;
  _gi_shape(handle: number): number;
}

type Create = (options: {
  wasmBinary?: ArrayBuffer | Uint8Array;
  locateFile?: (name: string) => string;
}) => Promise<InferenceCore>;

/** Settings, in onnxruntime-web's places. What isn't named here may be set and does nothing. */
export const env: {
  wasm: {
    /** The folder that holds gradbox_inference.wasm, or `{wasm: address of the file}`. */
    wasmPaths?: string | { wasm?: string | URL };
    /** The file's bytes. */
    wasmBinary?: ArrayBuffer | Uint8Array;
    [name: string]: unknown;
  };
  [name: string]: unknown;
} = { wasm: {} };

const file = 'gradbox_inference.wasm';

function address(): string | undefined {
  const { wasmPaths } = env.wasm;
  if (typeof wasmPaths === 'string') return wasmPaths + file;
  if (wasmPaths?.wasm) return String(wasmPaths.wasm);
  return addressBeside(file);
}

let loading: Promise<InferenceCore> | undefined;

/** The module, which the first session starts. */
export function core(): Promise<InferenceCore> {
  loading ??= start().catch((error) => {
    loading = undefined; // the next session tries again
    throw error;
  });
  return loading;
}

function start(): Promise<InferenceCore> {
  const where = address();
  const wasmBinary =
    env.wasm.wasmBinary ?? (where ? undefined : readBeside([file], import.meta.url));
  return (create as Create)({
    ...(wasmBinary && { wasmBinary }),
    ...(where && { locateFile: () => where }),
  });
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Leaves text for the next call. */
export function give(c: InferenceCore, text: string): void {
  const bytes = encoder.encode(text);
  const room = c._gi_text(bytes.length) >>> 0;
  if (bytes.length > 0 && room === 0) fail(c);
  c.HEAPU8.set(bytes, room);
}

/** The text of a call that gave its length. @throws OnnxError for -1 */
export function told(c: InferenceCore, length: number): string {
  if (length < 0) fail(c);
  const at = c._gi_text(-1) >>> 0;
  return decoder.decode(c.HEAPU8.subarray(at, at + length));
}

/** @throws OnnxError the latest failure */
export function fail(c: InferenceCore): never {
  const text = told(c, Math.max(c._gi_error(), 0));
  const cut = text.indexOf('\n');
  throw new OnnxError(text.slice(0, Math.max(cut, 0)) || 'RuntimeError', text.slice(cut + 1));
}
