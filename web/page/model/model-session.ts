/** The Model tab's side of its worker: questions and answers in order. */

import type { ModelAnswer, ModelQuestion } from '@runtime/model/messages';
import type { Session, SessionEvents } from '../session';

type AnswerTo<Q extends ModelQuestion['ask']> = Extract<ModelAnswer, { ask: Q }>;

interface Waiting {
  resolve: (answer: ModelAnswer) => void;
  reject: (error: Error) => void;
}

export class ModelSession {
  private session: Session | null = null;
  private nextId = 1;
  private readonly waiting = new Map<number, Waiting>();

  /** @param onLost the worker ended and the model in it is gone */
  constructor(
    private readonly create: (events: SessionEvents) => Session,
    private readonly onLost: () => void,
  ) {}

  ask<Q extends ModelQuestion>(question: Q): Promise<AnswerTo<Q['ask']>> {
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      this.waiting.set(id, { resolve: (answer) => resolve(answer as AnswerTo<Q['ask']>), reject });
      this.started().send({ type: 'model', id, ...question });
    });
  }

  /** Ends the worker, whatever it does. */
  stop(reason: string): void {
    this.session?.close();
    this.lost(reason);
  }

  private started(): Session {
    this.session ??= this.create({
      onMessage: (message) => {
        if (message.type !== 'model') return;
        const waiting = this.waiting.get(message.id);
        this.waiting.delete(message.id);
        if (message.answer) waiting?.resolve(message.answer);
        else waiting?.reject(new Error(message.error));
      },
      onState: () => {},
      onDone: () => {},
      onBroken: (text) => this.lost(`The runtime broke: ${text}`),
      onLimit: (text) => this.lost(`Stopped: ${text}`),
    });
    return this.session;
  }

  private lost(reason: string): void {
    this.session = null;
    this.onLost();
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of waiting) reject(new Error(reason));
  }
}
