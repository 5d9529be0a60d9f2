/**
 * A snippet as one file that needs nothing else: opened from a disk, without a network, it shows the
 * snippet and what it printed, and runs when Run is pressed.
 */
import { CPYTHON_FILES } from '@runtime/sandbox/messages';
import { coreUrl, microPythonUrl, workerUrl } from '@runtime/sandbox/urls';
import { type PageParts, type SavedSnippet, shell } from './offline-shell';
import { toBase64 } from './share';

/** `'sha256-...'` of the sandboxed frame's script, by the build. */
declare const FRAME_HASH: string;

export interface OfflineSnippet extends SavedSnippet {
  /** Whether CPython goes in as well. */
  cpython: boolean;
}

async function get(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response;
}

async function packed(url: string): Promise<string> {
  const { body } = await get(url);
  const zipped = new Response(body!.pipeThrough(new CompressionStream('gzip')));
  return toBase64(new Uint8Array(await zipped.arrayBuffer()));
}

export async function offlinePage(snippet: OfflineSnippet): Promise<Blob> {
  const base = new URL('./', document.baseURI).href;
  const urls: Record<string, string> = {
    app: `${base}embed/standalone.js`,
    worker: workerUrl,
    core: coreUrl,
    micropython: microPythonUrl,
  };
  if (snippet.cpython) for (const name of CPYTHON_FILES) urls[name] = `${base}pyodide/${name}`;
  const names = Object.keys(urls);
  const [licences, ...parts] = await Promise.all([
    get(`${base}licenses.md`).then((response) => response.text()),
    ...names.map((name) => packed(urls[name]!)),
  ]);
  const page: PageParts = {
    ...snippet,
    base,
    licences: licences!,
    frameHash: FRAME_HASH,
    nonce: toBase64(crypto.getRandomValues(new Uint8Array(18))),
    parts: Object.fromEntries(names.map((name, i) => [name, parts[i]!])),
  };
  return new Blob(shell(page), { type: 'text/html' });
}
