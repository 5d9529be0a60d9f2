/**
 * What the page remembers between visits. localStorage may be missing, full or forbidden (private
 * windows, sandboxed iframes), so every access is guarded and the page works without it.
 */

const PREFIX = 'gradbox.';
/** Snippets beyond this are not remembered: writing them on each pause would be felt. */
const LONGEST = 200_000;

export type Key =
  | 'source'
  | 'filename'
  | 'runtime'
  | 'theme'
  | 'split-main'
  | 'split-side'
  | 'tab'
  | 'log-scale'
  | 'overlay-runs'
  | 'every-layer'
  | 'smooth'
  | 'layers'
  | 'pictures'
  | 'snippets'
  | 'secrets'
  | 'model-kept'
  | 'notebook';

let enabled = true;

/** Stop reading and writing, for embedded pages that must not disturb the full one's memory. */
export function disableStorage(): void {
  enabled = false;
}

/** Whether it was kept. */
export function remember(key: Key, value: string): boolean {
  if (!enabled || value.length > LONGEST) return false;
  try {
    localStorage.setItem(PREFIX + key, value);
    return true;
  } catch {
    // Remembering is a courtesy; the page does not depend on it.
    return false;
  }
}

export function forget(key: Key): void {
  if (!enabled) return;
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing can be there then.
  }
}

export function recall(key: Key): string | null {
  if (!enabled) return null;
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}
