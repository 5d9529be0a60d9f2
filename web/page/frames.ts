/**
 * One animation-frame loop for the whole page. Panels only note that they are stale; their `draw`
 * runs at most once a frame, and work that would pass the frame's budget waits for the next one,
 * so messages may arrive at any rate without blocking the main thread.
 */

/** Milliseconds of drawing a frame may take before the rest is put off. */
const BUDGET = 10;

/** Draws; returns true when it has more to do in the next frame. */
export type Draw = () => boolean | undefined;

const stale = new Set<Draw>();
let scheduled = false;

function frame(): void {
  scheduled = false;
  const start = performance.now();
  const due = [...stale];
  stale.clear();
  for (let i = 0; i < due.length; i++) {
    const draw = due[i] as Draw;
    if (i > 0 && performance.now() - start > BUDGET) {
      // What did not get its turn goes first next time: the set keeps insertion order.
      for (const waiting of due.slice(i)) stale.add(waiting);
      break;
    }
    if (draw()) stale.add(draw);
  }
  if (stale.size > 0) schedule();
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  // A hidden tab gets no animation frames; panels are then brought up to date when it is shown.
  requestAnimationFrame(frame);
}

/** Ask for `draw` to be called in the next frame; asking twice draws once. */
export function invalidate(draw: Draw): void {
  stale.add(draw);
  schedule();
}
