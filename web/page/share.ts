/**
 * A snippet in an address: `#s=` and its JSON, deflated, in base64url. The part after `#` is never
 * sent to a server. Secrets have no place in it: only what is named here travels.
 */
import type { RuntimeChoice } from '@runtime/protocol';

export interface Shared {
  source: string;
  /** File name without ending. */
  stem: string;
  runtime: RuntimeChoice;
  /** Contents by path, as base64. */
  files: Record<string, string>;
}

/** Longer addresses are cut or refused by chat programs and some servers. */
export const MAX_FILES = 24_000;
/** What a link may unfold to: a small one could otherwise hold gigabytes. */
const MAX_UNPACKED = 4_000_000;
const KEY = 's=';

async function through(bytes: Uint8Array, stream: GenericTransformStream): Promise<Uint8Array> {
  const reader = new Blob([bytes as BlobPart]).stream().pipeThrough(stream).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MAX_UNPACKED) throw new Error('it is too long');
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

/** Files that fit into a link, smallest first, and the names of those that don't. */
export function filesToShare(
  files: Record<string, Uint8Array>,
  most = MAX_FILES,
): {
  shared: Record<string, string>;
  left: string[];
} {
  const shared: Record<string, string> = {};
  const left: string[] = [];
  let room = most;
  for (const [path, bytes] of Object.entries(files).sort((a, b) => a[1].length - b[1].length)) {
    if (isSecretFile(path) || bytes.length > room) left.push(path);
    else {
      room -= bytes.length;
      shared[path] = toBase64(bytes);
    }
  }
  return { shared, left };
}

/** `.env` and its like hold keys: they stay where they are. */
export function isSecretFile(path: string): boolean {
  return /^\.env(?:\..*)?$/.test(path.split('/').at(-1) ?? '');
}

/** The part of an address after `#`. */
export async function encodeShared(snippet: Shared): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(snippet));
  const packed = await through(bytes, new CompressionStream('deflate-raw'));
  const text = toBase64(packed).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return KEY + text;
}

/** What `location.hash` holds; null without a snippet. @throws Error when it is damaged. */
export async function decodeShared(hash: string): Promise<Shared | null> {
  const text = hash.replace(/^#/, '');
  if (!text.startsWith(KEY)) return null;
  let value: Partial<Shared> | null;
  try {
    const packed = fromBase64(text.slice(KEY.length).replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = await through(packed, new DecompressionStream('deflate-raw'));
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new Error('The link is damaged: it was perhaps cut on its way.');
  }
  if (typeof value?.source !== 'string') throw new Error('The link holds no snippet.');
  const runtime = ['micropython', 'cpython', 'javascript'].includes(value.runtime ?? '')
    ? value.runtime!
    : 'auto';
  const base64 = /^[\w+/]*={0,2}$/;
  const files = Object.entries(value.files ?? {}).filter(
    ([, data]) => typeof data === 'string' && data.length % 4 === 0 && base64.test(data),
  );
  return {
    source: value.source,
    stem: /^[\w -]{1,60}$/.test(value.stem ?? '') ? value.stem! : 'snippet',
    runtime,
    files: Object.fromEntries(files),
  };
}
