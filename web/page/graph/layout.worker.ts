/** Lays graphs out away from the main thread: a large one may need longer than a frame. */

import { layered } from './layered';
import type { LayoutReply, LayoutRequest } from './layout-messages';

/** The worker's side of `postMessage`; the DOM typings would make `self` a window. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<LayoutRequest>) => void) | null;
  postMessage(reply: LayoutReply): void;
}

const scope = self as unknown as WorkerScope;

scope.onmessage = ({ data }) => scope.postMessage(layered(data));
