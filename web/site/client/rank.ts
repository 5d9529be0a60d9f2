/** Which sections a query means, best first. */
import type { Entry } from '../generate/site.ts';

/** How much one word counts in an entry; 0 when it isn't there. */
function weigh(entry: Entry, word: string): number {
  const heading = entry.h.toLowerCase();
  const names = heading.split(/[^\p{L}\p{N}_]+/u);
  if (heading === word || names.at(-1) === word) return 100;
  if (names.includes(word)) return 40;
  if (names.some((name) => name.startsWith(word))) return 20;
  if (heading.includes(word) || entry.p.toLowerCase().includes(word)) return 8;
  const text = entry.t.toLowerCase();
  const at = text.indexOf(word);
  if (at < 0) return 0;
  // A whole word, or the beginning of one, is meant more often than a part of another.
  return /[\p{L}\p{N}]/u.test(text[at - 1] ?? ' ') ? 1 : 3;
}

/** Entries that hold every word of the query. */
export function search(entries: readonly Entry[], query: string): Entry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const found: { entry: Entry; weight: number }[] = [];
  for (const entry of entries) {
    let weight = 0;
    for (const word of words) {
      const one = weigh(entry, word);
      if (one === 0) {
        weight = 0;
        break;
      }
      weight += one;
    }
    if (weight > 0) found.push({ entry, weight });
  }
  return found.sort((a, b) => b.weight - a.weight).map(({ entry }) => entry);
}
