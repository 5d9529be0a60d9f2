/** The page's end of the service worker: sets it up when nothing else is waiting, and tells of updates. */
import { el } from '@page/dom';
import './line.css';

const UPDATE_MS = 60 * 60_000;
/** After the page has loaded: the core and the runtime come first. */
const DELAY_MS = 2000;

/** @param root address of the folder with `sw.js`, which is all of `dist/` */
export function initOffline(root: string): void {
  // A page in a frame of others has no say in what their readers keep.
  if (parent !== window || !('serviceWorker' in navigator)) return;
  const start = () => {
    navigator.serviceWorker
      .register(new URL('sw.js', new URL(root, location.href)))
      .then(watch)
      // Without it everything works but without a network: private windows, an odd host.
      .catch(() => {});
  };
  const later = () => setTimeout(start, DELAY_MS);
  if (document.readyState === 'complete') later();
  else addEventListener('load', later);
}

function watch(registration: ServiceWorkerRegistration): void {
  const look = () => {
    const { installing, waiting } = registration;
    // The first version of all takes its place by itself.
    if (waiting && navigator.serviceWorker.controller) offer(waiting);
    installing?.addEventListener('statechange', look);
  };
  registration.addEventListener('updatefound', look);
  look();
  let last = Date.now();
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || Date.now() - last < UPDATE_MS) return;
    last = Date.now();
    registration.update().catch(() => {});
  });
}

let offered: ServiceWorker | undefined;

/** A quiet line at the lower edge. Nothing reloads by itself: what is being typed stays. */
function offer(waiting: ServiceWorker): void {
  if (offered === waiting) return;
  offered = waiting;
  document.querySelector('.update-line')?.remove();
  const reload = () => {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), {
      once: true,
    });
    waiting.postMessage('take over');
  };
  const line = el(
    'div',
    { class: 'update-line', attrs: { role: 'status' } },
    el('span', { text: 'A new version is there.' }),
    el('button', { text: 'Reload', attrs: { type: 'button' }, on: { click: reload } }),
    el('button', {
      text: 'Later',
      attrs: { type: 'button' },
      on: { click: () => line.remove() },
    }),
  );
  document.body.append(line);
}
