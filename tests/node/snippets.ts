/** Runs snippets in the built worker, as the command line does, many in one worker. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type {
  DoneMessage,
  RunMessage,
  RuntimeName,
  WorkerMessage,
} from '../../web/runtime/protocol.ts';

const script = new URL('../../build/node/worker.mjs', import.meta.url);

export interface Ran {
  stdout: string;
  stderr: string;
  notices: string[];
  files: Record<string, Uint8Array>;
  deleted: string[];
  messages: WorkerMessage[];
  done: DoneMessage;
}

export class Snippets {
  private readonly worker: Worker;
  private id = 0;

  constructor(warm: RuntimeName = 'micropython', options: { records?: boolean } = {}) {
    if (!existsSync(fileURLToPath(script))) throw new Error('build/node is missing: npm run build');
    this.worker = new Worker(script, { workerData: options });
    this.worker.postMessage({ type: 'init', warm });
  }

  run(source: string, options: Partial<RunMessage> = {}): Promise<Ran> {
    const id = ++this.id;
    const ran: Omit<Ran, 'done'> = {
      stdout: '',
      stderr: '',
      notices: [],
      files: {},
      deleted: [],
      messages: [],
    };
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.worker.off('message', onMessage);
        this.worker.off('error', onError);
      };
      const onError = (error: Error) => {
        settle();
        reject(error);
      };
      const onMessage = (message: WorkerMessage) => {
        ran.messages.push(message);
        if (message.type === 'stdout') ran[message.stream] += message.text;
        if (message.type === 'notice') ran.notices.push(message.text);
        if (message.type === 'files') {
          Object.assign(ran.files, message.changed);
          ran.deleted.push(...message.deleted);
        }
        if (message.type !== 'done' || message.id !== id) return;
        settle();
        resolve({ ...ran, done: message });
      };
      this.worker.on('message', onMessage);
      this.worker.on('error', onError);
      const language = options.language ?? 'python';
      const request: RunMessage = {
        type: 'run',
        id,
        source,
        runtime: 'auto',
        language,
        filename: language === 'python' ? 'snippet.py' : 'snippet.js',
        files: {},
        env: {},
        ...options,
      };
      this.worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}
