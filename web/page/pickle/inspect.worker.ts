/** Looks into files away from the main thread: a pickle may have millions of instructions. */

import { Harmless, InspectError, inspect, type Report } from './inspect';

export interface InspectRequest {
  id: number;
  file: Blob;
}

export type InspectReply = { id: number } & (
  | { report: Report; error?: undefined }
  | { error: string; harmless: boolean; report?: undefined }
);

/** The worker's side of `postMessage`; the DOM typings would make `self` a window. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<InspectRequest>) => void) | null;
  postMessage(reply: InspectReply): void;
}

const scope = self as unknown as WorkerScope;

scope.onmessage = ({ data: { id, file } }) => {
  inspect(file).then(
    (report) => scope.postMessage({ id, report }),
    (error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      scope.postMessage({
        id,
        error: error instanceof InspectError ? text : `The file could not be read: ${text}`,
        harmless: error instanceof Harmless,
      });
    },
  );
};
