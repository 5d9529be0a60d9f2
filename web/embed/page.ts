/**
 * `embed.html`: one box that fills a frame, for places where a script tag can't stand. Parameters
 * are the attributes of `<grad-box>`, and `code`, `setup`, `expected`; after `#` a shared snippet.
 *
 * To its parent it says `{source: "gradbox", type, ...}`: `ready`, `output {text, stream}`,
 * `height {height}`, `error {message}`, `done {ok, ms}`, `check {right}`. It obeys
 * `{target: "gradbox", type: "run" | "stop"}` from its parent.
 */
import { decodeShared } from '@page/share';
import type { GradBox } from './element.ts';
import './element.ts';

const NAMES = [
  'src',
  'lang',
  'runtime',
  'panels',
  'autorun',
  'readonly',
  'height',
  'theme',
  'setup',
  'expected',
  'time-limit',
];

const query = new URLSearchParams(location.search);
const say = (type: string, detail: object = {}) =>
  parent.postMessage({ source: 'gradbox', type, ...detail }, '*');

async function open(): Promise<void> {
  const box = document.createElement('grad-box') as GradBox;
  for (const name of NAMES) {
    const value = query.get(name);
    if (value !== null) box.setAttribute(name, value);
  }
  let source = query.get('code') ?? '';
  try {
    const shared = await decodeShared(location.hash);
    if (shared) {
      source = shared.source;
      // A link never runs by itself.
      box.removeAttribute('autorun');
    }
  } catch (error) {
    say('error', { message: (error as Error).message });
  }
  box.textContent = source;
  for (const type of ['output', 'error', 'done', 'check']) {
    box.addEventListener(`gradbox-${type}`, (event) => say(type, (event as CustomEvent).detail));
  }
  document.body.append(box);
  new ResizeObserver(() => {
    say('height', { height: Math.ceil(document.documentElement.getBoundingClientRect().height) });
  }).observe(document.documentElement);
  addEventListener('message', ({ source: from, data }) => {
    if (from !== parent || data?.target !== 'gradbox') return;
    if (data.type === 'run') void box.run();
    else if (data.type === 'stop') box.stop();
  });
  say('ready');
}

void open();
