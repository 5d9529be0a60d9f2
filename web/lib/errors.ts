/** The Python exception class that PyTorch would raise. */
export type ErrorKind =
  | 'RuntimeError'
  | 'TypeError'
  | 'ValueError'
  | 'IndexError'
  | 'KeyError'
  | 'AttributeError'
  | 'NotImplementedError'
  | 'AssertionError'
  | 'CallbackError';

/** Every error of the library: `kind` is PyTorch's exception class, `message` its wording. */
export class TorchError extends Error {
  constructor(
    readonly kind: ErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = kind;
  }
}

/** Edits that turn one name into the other; swapping two neighbours is one of them. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        next[j] = Math.min(next[j]!, before[j - 2]! + 1);
      }
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}

/** The known names that are closest to `name`, nearest first, at most three. */
export function closestNames(name: string, known: Iterable<string>): string[] {
  const limit = Math.max(2, Math.ceil(name.length / 2.5));
  const lower = name.toLowerCase();
  const found: [number, string][] = [];
  for (const k of new Set(known)) {
    if (k.startsWith('_')) continue;
    const plain = k.toLowerCase();
    let d = distance(lower, plain);
    // The beginning of a name, or a name with more to it, is near too.
    const longer = plain.startsWith(lower) || lower.startsWith(plain);
    if (d >= limit && longer && Math.min(lower.length, plain.length) > 2) d = limit - 0.5;
    found.push([d, k]);
  }
  found.sort((a, b) => a[0] - b[0] || a[1].localeCompare(b[1]));
  // When nothing is like it, the least unlike still show what sort of names there are.
  const near = found.filter(([d]) => d < limit);
  return (near.length > 0 ? near : found).slice(0, 3).map(([, k]) => k);
}

/** PyTorch's text for a missing name, with the nearest known ones. */
export function missingName(owner: string, name: string, known: Iterable<string>): TorchError {
  const near = closestNames(name, known).map((k) => `'${k}'`);
  const last = near.pop();
  const hint = last
    ? ` Did you mean: ${near.length ? `${near.join(', ')} or ${last}` : last}?`
    : '';
  return new TorchError('AttributeError', `${owner} has no attribute '${name}'.${hint}`);
}
