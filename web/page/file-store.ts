/**
 * The session's files. The page owns them: they go to the worker with each run and come back when
 * a snippet writes some, so a stopped worker loses nothing that was closed before.
 */

export interface FileChanges {
  changed: Record<string, Uint8Array>;
  deleted: readonly string[];
}

/** Files of more than this are not opened in the small text editor. */
export const MAX_EDITABLE = 200_000;

export class FileStore {
  private readonly files = new Map<string, Uint8Array>();
  private readonly listeners = new Set<() => void>();

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  names(): string[] {
    return [...this.files.keys()].sort((a, b) => a.localeCompare(b));
  }

  get(path: string): Uint8Array | undefined {
    return this.files.get(path);
  }

  has(path: string): boolean {
    return this.files.has(path);
  }

  set(path: string, bytes: Uint8Array): void {
    this.files.set(path, bytes);
    this.announce();
  }

  delete(path: string): void {
    if (this.files.delete(path)) this.announce();
  }

  /** What a run did to the files. */
  apply({ changed, deleted }: FileChanges): void {
    for (const [path, bytes] of Object.entries(changed)) this.files.set(path, bytes);
    for (const path of deleted) this.files.delete(path);
    this.announce();
  }

  /** All files, as a run gets them. */
  snapshot(): Record<string, Uint8Array> {
    return Object.fromEntries(this.files);
  }

  private announce(): void {
    for (const listener of this.listeners) listener();
  }
}

/** A path inside the session's folder: no leading slash, no `..`, no empty parts. Null if none is left. */
export function cleanPath(raw: string): string | null {
  const parts = raw
    .trim()
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..')) return null;
  return parts.join('/');
}

/** The text of a file, or null when it is no UTF-8 text. */
export function asText(bytes: Uint8Array): string | null {
  if (bytes.length > MAX_EDITABLE || bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
