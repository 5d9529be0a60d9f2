/// <reference lib="webworker" />
/**
 * The service worker: after the first visit the pages open without a network. It keeps every file by
 * its path and the hash of its content, so a new version fetches only what has changed, and no page is
 * ever made of two versions. It sees requests of our own pages alone: boxes that stand in pages of other
 * origins have a hub of their own there, and the frame in which snippets run asks for nothing.
 */

/** Paths and hashes, from the build (web/vite.offline.config.ts). */
declare const FILES: Record<string, string>;
/** Large files that are kept when they were first used: CPython's. */
declare const LATER: Record<string, string>;

const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const CACHE = 'gradbox';
const AT_ONCE = 6;

// Once each: the build puts the whole list in the place of the name.
const first = FILES;
const later = LATER;
const root = new URL('./', worker.location.href);
const hashes = new Map(Object.entries({ ...later, ...first }));
const keyOf = (path: string, hash: string) => new URL(`${path}?sha256=${hash}`, root).href;

async function hashOf(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The same bytes as an answer of their own: one that came by a redirection may not open a page, and
 * what the host said of compression is no longer true.
 */
function answerOf(bytes: ArrayBuffer, { headers }: Response): Response {
  const kept = new Headers(headers);
  kept.delete('Content-Encoding');
  kept.set('Content-Length', String(bytes.byteLength));
  return new Response(bytes, { headers: kept });
}

/** Fetches a file for the cache. @throws Error when the host has it no more, or another version. */
async function keep(cache: Cache, path: string, hash: string): Promise<void> {
  const response = await fetch(new URL(path, root), { cache: 'no-cache' });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const bytes = await response.arrayBuffer();
  if ((await hashOf(bytes)) !== hash) throw new Error(`${path} is of another version`);
  await cache.put(keyOf(path, hash), answerOf(bytes, response));
}

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  const there = new Set((await cache.keys()).map(({ url }) => url));
  const wanted = Object.entries(first).filter(([path, hash]) => !there.has(keyOf(path, hash)));
  const next = async (): Promise<void> => {
    for (let one = wanted.shift(); one; one = wanted.shift()) await keep(cache, ...one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

/** This version is the one in use: what only others had can go. */
async function activate(): Promise<void> {
  const cache = await caches.open(CACHE);
  const ours = new Set([...hashes].map(([path, hash]) => keyOf(path, hash)));
  const stale = (await cache.keys()).filter(({ url }) => !ours.has(url));
  await Promise.all(stale.map((request) => cache.delete(request)));
  await worker.clients.claim();
}

async function answer(request: Request, path: string, hash: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(keyOf(path, hash));
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok && path in later) void remember(cache, path, hash, response.clone());
  return response;
}

async function remember(cache: Cache, path: string, hash: string, response: Response) {
  const bytes = await response.arrayBuffer();
  if ((await hashOf(bytes)) === hash) {
    await cache.put(keyOf(path, hash), answerOf(bytes, response));
  }
}

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(activate()));
worker.addEventListener('message', ({ data }) => {
  if (data === 'take over') void worker.skipWaiting();
});
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || !url.href.startsWith(root.href)) return;
  let path = decodeURIComponent(url.pathname.slice(root.pathname.length));
  if (path === '' || path.endsWith('/')) path += 'index.html';
  const hash = hashes.get(path);
  if (hash) event.respondWith(answer(request, path, hash));
  else if (hashes.has(`${path}/index.html`) && request.mode === 'navigate') {
    event.respondWith(Response.redirect(`${url.pathname}/`));
  }
});
