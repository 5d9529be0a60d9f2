/** Runs snippets in the built worker, as the command line does, many in one worker. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type {
  ControlMessage,
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
  private readonly line: MessagePort;

  constructor(warm: RuntimeName = 'micropython', options: { records?: boolean } = {}) {
    if (!existsSync(fileURLToPath(script))) throw new Error('build/node is missing: npm run build');
    const { port1, port2 } = new MessageChannel();
    this.line = port1;
    port1.unref();
    this.worker = new Worker(script, {
      workerData: { ...options, line: port2 },
      transferList: [port2],
    });
    this.worker.postMessage({ type: 'init', warm });
  }

  /** Asks something of the run under way. */
  control(message: ControlMessage): void {
    this.line.postMessage(message);
  }

  /** @param onMessage hears each message as it comes */
  run(
    source: string,
    options: Partial<RunMessage> = {},
    onMessage: (message: WorkerMessage) => void = () => {},
  ): Promise<Ran> {
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
        this.worker.off('message', receive);
        this.worker.off('error', onError);
      };
      const onError = (error: Error) => {
        settle();
        reject(error);
      };
      const receive = (message: WorkerMessage) => {
        ran.messages.push(message);
        onMessage(message);
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
      this.worker.on('message', receive);
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
