// Cases of single operators, and their results beside onnxruntime's.
import * as ort from 'onnxruntime-web';
import { expect } from 'vitest';
import { elements } from './model.mjs';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

export interface Entry {
  dtype: string;
  shape: number[];
  data: (number | bigint | string)[];
  constant?: boolean;
}

export interface Case {
  name: string;
  op: string;
  opset: number;
  inputs: (Entry | null)[];
  attributes: Record<string, unknown>;
  outputs?: number;
}

/** f(name, tensor) of every input that a run is given. */
export function feeds<T>(c: Case, f: (t: Entry) => T): Record<string, T> {
  const given = c.inputs.map((t, i) => [`x${i}`, t] as const);
  return Object.fromEntries(given.flatMap(([k, t]) => (t && !t.constant ? [[k, f(t)]] : [])));
}

export const ortTensor = (t: Entry) =>
  t.dtype === 'string'
    ? new ort.Tensor('string', t.data as string[], t.shape)
    : new ort.Tensor(t.dtype as 'float32', elements(t) as Float32Array, t.shape);

/** The numbers behind an array; float16 comes as its bits. */
export function numbers(data: ArrayLike<number | bigint>, type: string): number[] {
  const half = (h: number) => {
    const exponent = (h >> 10) & 31;
    const fraction = (h & 1023) / 1024;
    const size =
      exponent === 31
        ? fraction
          ? NaN
          : Infinity
        : exponent
          ? (1 + fraction) * 2 ** (exponent - 15)
          : fraction * 2 ** -14;
    return h >> 15 ? -size : size;
  };
  const bits = type === 'float16' && data instanceof Uint16Array;
  return Array.from(data, (v) => (bits ? half(Number(v)) : Number(v)));
}

export function expectClose(got: number[], want: number[]): void {
  expect(got.length).toBe(want.length);
  got.forEach((a, i) => {
    const b = want[i]!;
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return;
    expect(Math.abs(a - b), `element ${i}: ${a}, not ${b}`).toBeLessThan(2e-5 * (1 + Math.abs(b)));
  });
}
