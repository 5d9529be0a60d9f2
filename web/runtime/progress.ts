/** How far a load has come, for code that fetches its files by itself. */
import type { ProgressMessage } from './protocol.ts';

const EVERY_MS = 60;

/**
 * Runs `work` and reports the bytes that `fetch` delivers meanwhile. The total is the sum of the
 * lengths that servers tell, as far as responses have begun; compressed transfers tell none.
 */
export async function withFetchProgress<T>(
  what: string,
  report: (message: ProgressMessage) => void,
  work: () => Promise<T>,
): Promise<T> {
  const original = globalThis.fetch;
  let loaded = 0;
  let total = 0;
  let last = 0;
  const tell = (now = performance.now()) => {
    last = now;
    report({ type: 'progress', what, loaded, total: Math.max(total, loaded) });
  };
  tell();
  globalThis.fetch = async (...args) => {
    const response = await original(...args);
    if (!response.body || !response.ok) return response;
    if (!response.headers.get('Content-Encoding')) {
      total += Number(response.headers.get('Content-Length') ?? 0);
    }
    const counted = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          loaded += chunk.length;
          const now = performance.now();
          if (now - last > EVERY_MS) tell(now);
          controller.enqueue(chunk);
        },
      }),
    );
    const { headers, status, statusText } = response;
    return new Response(counted, { headers, status, statusText });
  };
  try {
    return await work();
  } finally {
    globalThis.fetch = original;
    tell();
  }
}
