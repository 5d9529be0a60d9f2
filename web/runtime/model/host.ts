/** Holds the model of the Model tab, on a core of its own. */

import * as library from '@lib/index.ts';
import {
  type Feed,
  type Fetched,
  type InferenceSession,
  initializerOf,
  inspectModel,
  loadSession,
  OnnxTensor,
  rewriteModel,
} from '@lib/onnx-session.ts';
import type { Host } from '../runtime.ts';
import type {
  GraphInfo,
  ModelAnswer,
  ModelFeed,
  ModelNumbers,
  ModelQuestion,
  ModelReply,
  ModelTensor,
  ValueShape,
} from './messages.ts';
import { histogram } from './statistics.ts';

/** A run shorter than this is repeated: clocks of browsers go in steps of 0.1 ms. */
const SHORT = 60;
const MOST_RUNS = 30;
/** Milliseconds for all repetitions. */
const REPEATING = 150;
/** To look at shapes, values are kept in parts that grow to so many, up to so many elements. */
const AT_A_TIME = { first: 16, most: 512, elements: 1 << 22 };
/** Milliseconds for that. */
const LOOKING = 600;

export class ModelHost {
  private ready: Promise<void> | undefined;
  private session: InferenceSession | null = null;
  private problem: string | null = null;
  /** The model that can't be run, to look at its weights. */
  private looked: Uint8Array | null = null;

  constructor(private readonly host: Host) {}

  /** Never rejects: what went wrong is in the reply. */
  async reply(id: number, question: ModelQuestion): Promise<ModelReply> {
    try {
      this.ready ??= this.host.createCore().then((core) => library.load({ core }));
      await this.ready;
      return { type: 'model', id, answer: this.answer(question) };
    } catch (error) {
      return { type: 'model', id, error: error instanceof Error ? error.message : String(error) };
    }
  }

  private answer(question: ModelQuestion): ModelAnswer {
    switch (question.ask) {
      case 'open':
        return this.open(question.bytes);
      case 'join':
        return { ask: 'join', bytes: rewriteModel(question.bytes, question) };
      case 'run':
        return this.withFeeds(question.inputs, (feeds) => this.run(feeds));
      case 'shapes':
        return this.withFeeds(question.inputs, (feeds) => this.shapes(feeds, question.values));
      case 'weights':
        return { ask: 'weights', histogram: histogram(this.elements(question.name)) };
    }
  }

  /** A model that can't be run can still be looked at; the one before stays if this is none. */
  private open(bytes: Uint8Array): ModelAnswer {
    let next: InferenceSession | null = null;
    let problem: string | null = null;
    try {
      next = loadSession(bytes);
    } catch (error) {
      problem = (error as Error).message;
    }
    const { description, graph } = next
      ? { description: next.describe(), graph: next.graph() }
      : inspectModel(bytes);
    this.session?.delete();
    this.session = next;
    this.problem = problem;
    this.looked = next ? null : bytes;
    return { ask: 'open', description, graph: graph as GraphInfo, problem };
  }

  private loaded(): InferenceSession {
    if (!this.session) throw new Error(this.problem ?? 'no model is open');
    return this.session;
  }

  /** Hands the inputs over as the session takes them, and frees them after it. */
  private withFeeds<T>(inputs: readonly ModelFeed[], use: (feeds: Record<string, Feed>) => T): T {
    const given: OnnxTensor[] = [];
    const feed = ({ dtype, shape, data }: ModelTensor): Feed => {
      if (dtype === 'string') return { strings: data as string[], shape };
      const tensor = new OnnxTensor(dtype, data as ModelNumbers, shape);
      given.push(tensor);
      return tensor;
    };
    try {
      return use(
        Object.fromEntries(
          inputs.map((input) => [
            input.name,
            'sequence' in input ? input.sequence.map(feed) : feed(input),
          ]),
        ),
      );
    } finally {
      for (const tensor of given) tensor.dispose();
    }
  }

  private run(feeds: Record<string, Feed>): ModelAnswer {
    const session = this.loaded();
    const began = performance.now();
    const { results, times } = session.profile(feeds);
    const ms = performance.now() - began;
    const outputs = Object.entries(results).flatMap(([name, value]) => flat(name, value));
    if (ms > SHORT) return { ask: 'run', outputs, times, ms, again: { runs: 0, ms } };
    const sums = times.map(() => 0);
    const start = performance.now();
    let runs = 0;
    let taken = 0;
    while (runs < MOST_RUNS && performance.now() - start < REPEATING) {
      const before = performance.now();
      const again = session.profile(feeds);
      taken += performance.now() - before;
      for (const value of Object.values(again.results)) drop(value);
      // Loops may take other turns, and then there are other nodes.
      if (again.times.length !== times.length) break;
      again.times.forEach((time, i) => {
        sums[i] = (sums[i] as number) + time.ms;
      });
      runs++;
    }
    if (runs === 0) return { ask: 'run', outputs, times, ms, again: { runs, ms } };
    const means = times.map((time, i) => ({ ...time, ms: (sums[i] as number) / runs }));
    return { ask: 'run', outputs, times: means, ms, again: { runs, ms: taken / runs } };
  }

  /** Computes values that are no outputs, a part at a time, and keeps their shapes only. */
  private shapes(feeds: Record<string, Feed>, values: readonly string[]): ModelAnswer {
    const session = this.loaded();
    const shapes: Record<string, ValueShape> = {};
    const began = performance.now();
    let part = AT_A_TIME.first;
    for (let i = 0; i < values.length; ) {
      const names = values.slice(i, i + part);
      let elements = 0;
      for (const [name, value] of Object.entries(session.runSync(feeds, names))) {
        if (value instanceof OnnxTensor) {
          shapes[name] = { dtype: value.type, shape: value.dims };
          elements += value.size;
        }
        drop(value);
      }
      i += part;
      if (elements < AT_A_TIME.elements) part = Math.min(AT_A_TIME.most, part * 4);
      if (performance.now() - began > LOOKING) break;
    }
    return { ask: 'shapes', shapes };
  }

  private elements(name: string): ModelNumbers {
    const value = this.looked ? initializerOf(this.looked, name) : this.loaded().initializer(name);
    const data = value.data as ModelNumbers;
    value.dispose();
    return data;
  }
}

function drop(value: Fetched): void {
  if (Array.isArray(value)) value.forEach(drop);
  else if (value instanceof OnnxTensor) value.dispose();
}

/** The tensors in an output: one, or those of a sequence. */
function flat(name: string, value: Fetched): ModelTensor[] {
  if (value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, i) => flat(`${name}[${i}]`, item));
  if (!(value instanceof OnnxTensor)) {
    return [{ name, dtype: 'string', shape: value.shape, data: value.strings }];
  }
  const { type: dtype, dims: shape } = value;
  const data = value.data as ModelNumbers;
  value.dispose();
  return [{ name, dtype, shape, data }];
}
