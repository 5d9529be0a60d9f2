/**
 * The session's files inside an Emscripten file system. Both Pythons keep them in memory below
 * HOME; writes that a snippet closes are noted so that the page learns of them at once.
 */
import type { FileSystem } from './micropython/load.ts';
import type { Send } from './protocol.ts';
import { HOME, type RunSink } from './runtime.ts';

export type Files = Record<string, Uint8Array>;

const WRITES = 3; // O_WRONLY | O_RDWR
const HIDDEN = new Set(['__pycache__']);

/** A path that stays inside the session: no `..`, no leading slash. Others give undefined. */
export function inside(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.length === 0) return undefined;
      parts.pop();
    } else {
      parts.push(part);
    }
  }
  return parts.length > 0 ? parts.join('/') : undefined;
}

function makeFolders(fs: FileSystem, path: string): void {
  const parts = path.split('/').slice(0, -1);
  for (let i = 1; i <= parts.length; i++) {
    const folder = parts.slice(0, i).join('/');
    if (folder === '') continue;
    try {
      fs.stat(folder);
    } catch {
      fs.mkdir(folder);
    }
  }
}

/** Writes a file, with the folders above it. */
export function put(fs: FileSystem, path: string, data: Uint8Array | string): void {
  makeFolders(fs, path);
  fs.writeFile(path, data);
}

/** Puts the files into an empty HOME and goes there. */
export function enterHome(fs: FileSystem, files: Files): void {
  makeFolders(fs, `${HOME}/x`);
  for (const [name, data] of Object.entries(files)) {
    const path = inside(name);
    if (path) put(fs, `${HOME}/${path}`, data);
  }
  fs.chdir(HOME);
}

/** Every file below HOME, by its path relative to it. */
export function readHome(fs: FileSystem, folder = HOME, found: Files = {}): Files {
  for (const name of fs.readdir(folder)) {
    if (name === '.' || name === '..' || HIDDEN.has(name)) continue;
    const path = `${folder}/${name}`;
    if (fs.isDir(fs.stat(path).mode)) readHome(fs, path, found);
    else found[path.slice(HOME.length + 1)] = fs.readFile(path);
  }
  return found;
}

/** Removes everything below HOME. */
export function emptyHome(fs: FileSystem & { rmdir(path: string): void }, folder = HOME): void {
  for (const name of fs.readdir(folder)) {
    if (name === '.' || name === '..') continue;
    const path = `${folder}/${name}`;
    if (fs.isDir(fs.stat(path).mode)) {
      emptyHome(fs, path);
      fs.rmdir(path);
    } else {
      fs.unlink(path);
    }
  }
}

/** Calls `changed` with the path, relative to HOME, of each file closed after writing or removed. */
export function watchHome(fs: FileSystem, changed: RunSink['fileChanged']): () => void {
  const { close, unlink, rename } = fs;
  const note = (path: string | undefined) => {
    if (!path?.startsWith(`${HOME}/`)) return;
    changed(path.slice(HOME.length + 1), () => {
      try {
        return fs.readFile(path);
      } catch {
        return undefined;
      }
    });
  };
  fs.close = (stream) => {
    const answer = close.call(fs, stream);
    if ((stream.flags ?? 0) & WRITES) note(stream.path);
    return answer;
  };
  fs.unlink = (path) => {
    unlink.call(fs, path);
    note(path);
  };
  fs.rename = (from, to) => {
    rename.call(fs, from, to);
    note(from);
    note(to);
  };
  return () => Object.assign(fs, { close, unlink, rename });
}

const same = (a: Uint8Array, b: Uint8Array) =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** What became of `before`: files that are new or differ, and those that are gone. */
export function difference(before: Files, after: Files): { changed: Files; deleted: string[] } {
  const changed: Files = {};
  for (const [path, data] of Object.entries(after)) {
    const old = before[path];
    if (!old || !same(old, data)) changed[path] = data;
  }
  return { changed, deleted: Object.keys(before).filter((path) => !(path in after)) };
}

/** A file that is written again and again is sent so often, in milliseconds. */
const RESEND_MS = 100;

/**
 * Tells the page of files as the snippet closes them: a worker that is stopped takes its file system
 * along, and a snippet that then loops for ever gives no occasion to send them later.
 */
export class FileNews {
  /** What the page has. */
  private readonly known: Files;
  private readonly sentAt = new Map<string, number>();
  private readonly waiting = new Map<string, () => Uint8Array | undefined>();

  constructor(
    before: Files,
    private readonly send: Send,
  ) {
    this.known = { ...before };
  }

  /** Whether the snippet has closed or removed any file. */
  get any(): boolean {
    return this.sentAt.size > 0;
  }

  changed(path: string, read: () => Uint8Array | undefined): void {
    const now = performance.now();
    if (now - (this.sentAt.get(path) ?? Number.NEGATIVE_INFINITY) < RESEND_MS) {
      this.waiting.set(path, read);
      return;
    }
    this.waiting.delete(path);
    this.sentAt.set(path, now);
    this.tell(path, read());
  }

  /** Sends what has waited long enough. */
  tick(): void {
    for (const [path, read] of this.waiting) this.changed(path, read);
  }

  /** The files at the end of the run: whatever the page does not know yet. */
  finish(files: Files): void {
    this.waiting.clear();
    const { changed, deleted } = difference(this.known, files);
    if (Object.keys(changed).length + deleted.length > 0) {
      this.send({ type: 'files', changed, deleted });
    }
  }

  private tell(path: string, data: Uint8Array | undefined): void {
    const old = this.known[path];
    if (data) {
      if (old && same(old, data)) return;
      this.known[path] = data;
      this.send({ type: 'files', changed: { [path]: data }, deleted: [] });
    } else if (old) {
      delete this.known[path];
      this.send({ type: 'files', changed: {}, deleted: [path] });
    }
  }
}
