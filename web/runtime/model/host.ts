/** Holds the model of the Model tab, on a core of its own. */

import * as library from '@lib/index.ts';
import {
  type Fetched,
  type InferenceSession,
  inspectModel,
  loadSession,
  OnnxTensor,
  rewriteModel,
} from '@lib/onnx-session.ts';
import type { Host } from '../runtime.ts';
import type {
  GraphInfo,
  ModelAnswer,
  ModelNumbers,
  ModelQuestion,
  ModelReply,
  ModelTensor,
} from './messages.ts';
import { histogram } from './statistics.ts';

export class ModelHost {
  private ready: Promise<void> | undefined;
  private session: InferenceSession | null = null;
  private problem: string | null = null;

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
        return this.run(question.inputs);
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
    return { ask: 'open', description, graph: graph as GraphInfo, problem };
  }

  private loaded(): InferenceSession {
    if (!this.session) throw new Error(this.problem ?? 'no model is open');
    return this.session;
  }

  private run(inputs: readonly ModelTensor[]): ModelAnswer {
    const session = this.loaded();
    const given: OnnxTensor[] = [];
    const feeds = Object.fromEntries(
      inputs.map(({ name, dtype, shape, data }) => {
        if (dtype === 'string') return [name, { strings: data as string[], shape }];
        const tensor = new OnnxTensor(dtype, data as ModelNumbers, shape);
        given.push(tensor);
        return [name, tensor];
      }),
    );
    try {
      const began = performance.now();
      const { results, times } = session.profile(feeds);
      const ms = performance.now() - began;
      const outputs = Object.entries(results).flatMap(([name, value]) => flat(name, value));
      return { ask: 'run', outputs, times, ms };
    } finally {
      for (const tensor of given) tensor.dispose();
    }
  }

  private elements(name: string): ModelNumbers {
    const value = this.loaded().initializer(name);
    const data = value.data as ModelNumbers;
    value.dispose();
    return data;
  }
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
