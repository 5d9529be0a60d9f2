/** Which line of the snippet runs, for the nodes of the graph: asked by the core while it records. */

/** What looking for lines may take at once, and of the time of a run. */
const AT_ONCE_MS = 12;
const SHARE = 0.05;

/**
 * A look at the stack costs as much as a small operation. When a run has spent its share, the answer
 * is -1: the core then takes the line from the same place of the iteration before.
 */
export function thrifty(read: () => number): () => number {
  const began = performance.now();
  let spent = 0;
  return () => {
    const now = performance.now();
    if (spent > AT_ONCE_MS + SHARE * (now - began)) return -1;
    const line = read();
    spent += performance.now() - now;
    return line;
  };
}
