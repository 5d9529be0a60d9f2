/** Snippets that the reader has given a name, kept in this browser. */
import type { RuntimeChoice } from '@runtime/protocol';
import { recall, remember } from './storage';

export interface Saved {
  name: string;
  source: string;
  runtime: RuntimeChoice;
}

export function savedSnippets(): Saved[] {
  try {
    const list = JSON.parse(recall('snippets') ?? '[]') as Saved[];
    return list.filter(
      (entry) => typeof entry?.name === 'string' && typeof entry.source === 'string',
    );
  } catch {
    return [];
  }
}

/** Saves under the name, in place of one that has it. False when there is no room. */
export function saveSnippet(entry: Saved): boolean {
  const others = savedSnippets().filter(({ name }) => name !== entry.name);
  return remember('snippets', JSON.stringify([entry, ...others]));
}

export function deleteSnippet(name: string): void {
  remember('snippets', JSON.stringify(savedSnippets().filter((entry) => entry.name !== name)));
}
