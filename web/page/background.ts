/**
 * Runs a snippet of the page's own beside the reader's: in a worker that ends with it, with no part
 * in the console, the views and the session's files.
 */

import type { RunRequest, Session, SessionEvents } from './session';

export interface BackgroundResult {
  stdout: string;
  /** What the snippet wrote. */
  files: Record<string, Uint8Array>;
}

/** Rejects with the snippet's error, in the words of its last line. */
export type Background = (
  request: Pick<RunRequest, 'source' | 'language' | 'files'>,
) => Promise<BackgroundResult>;

export function background(create: (events: SessionEvents) => Session): Background {
  return (request) =>
    new Promise((resolve, reject) => {
      const result: BackgroundResult = { stdout: '', files: {} };
      const session = create({
        onMessage: (message) => {
          if (message.type === 'stdout' && message.stream === 'stdout') {
            result.stdout += message.text;
          } else if (message.type === 'files') Object.assign(result.files, message.changed);
        },
        onState: () => {},
        onDone: ({ error }) => {
          session.close();
          if (error) reject(new Error(error.message || error.type));
          else resolve(result);
        },
        onBroken: (text) => {
          session.close();
          reject(new Error(text));
        },
        onLimit: (text) => {
          session.close();
          reject(new Error(text));
        },
      });
      session.run({ ...request, runtime: 'auto', filename: 'background.py', env: {} });
    });
}
