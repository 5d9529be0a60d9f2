/** Start-up: read the address, restore what was remembered, wire the toolbar. */

import './styles/tokens.css';
import './styles/base.css';
import './styles/brand.css';
import './styles/layout.css';
import './styles/console.css';
import './styles/panels.css';
import './styles/data.css';
import './styles/graph.css';
import './styles/variables.css';
import './styles/run-controls.css';
import './styles/training.css';
import './styles/pictures.css';
import './styles/dialogs.css';
import './styles/model.css';
import './styles/pickle.css';
import { EXAMPLES } from '@examples/index';
import { initOffline } from '../offline/register';
import { byId, el } from './dom';
import { ExamplesMenu } from './examples-menu';
import { type IconName, icon } from './icons';
import { Playground } from './playground';
import { openSecretsDialog } from './secrets-dialog';
import { decodeShared } from './share';
import { initSplit } from './split';
import { disableStorage, recall } from './storage';
import { initTheme } from './theme';
import { initThemeButton } from './theme-button';

const query = new URLSearchParams(location.search);
const wanted = query.get('example');
const embedded = query.has('embed') && query.get('embed') !== '0';

if (embedded) {
  const { dataset } = document.documentElement;
  dataset.embed = '';
  const theme = query.get('theme');
  if (theme === 'light' || theme === 'dark') dataset.theme = theme;
  disableStorage();
}
initTheme();

/** The tabs that an embedded page shows, as `graph,hooks`; without any it has no tabs. */
function showPanels(list: string): void {
  const wanted = list.split(/[\s,]+/).filter(Boolean);
  if (wanted.length === 0) return;
  document.documentElement.dataset.panels = '';
  const tabs = [...document.querySelectorAll<HTMLElement>('.tab-list [role=tab]')];
  for (const tab of tabs) tab.hidden = !wanted.includes(tab.id.replace('tab-', ''));
  tabs.find((tab) => !tab.hidden)?.click();
}

initSplit({
  bar: byId('split-main'),
  container: byId('workbench'),
  property: '--split-main',
  axis: 'x',
  key: 'split-main',
  initial: 50,
});
initSplit({
  bar: byId('split-side'),
  container: byId('side'),
  property: '--split-side',
  axis: 'y',
  key: 'split-side',
  initial: 42,
});

/** `?time-limit=20`: seconds after which a run is ended. */
const seconds = Number(query.get('time-limit'));
const playground = new Playground(seconds > 0 ? { timeLimit: seconds * 1000 } : {});

if (embedded) showPanels(query.get('panels') ?? '');

initThemeButton(byId('theme-button'));

function iconAction(id: string, name: IconName, label: string, act: () => void): HTMLElement {
  const button = byId(id);
  button.append(icon(name));
  button.title = label;
  button.setAttribute('aria-label', label);
  button.addEventListener('click', act);
  return button;
}

const copyButton = iconAction('console-copy', 'copy', 'Copy output', () => {
  playground.copyOutput().then(
    () => flash('Copied'),
    () => flash('The browser refused to copy'),
  );
});
iconAction('console-clear', 'trash', 'Clear console', () => playground.clearOutput());

const docsLink = byId('docs-link');
docsLink.append(icon('cap'), el('span', { text: 'Docs' }));
docsLink.title = 'Tutorials, reference, embedding';
docsLink.setAttribute('aria-label', 'Docs');

const shareButton = byId('share-button');
shareButton.append(icon('share'), el('span', { text: 'Share' }));
shareButton.addEventListener('click', () => playground.share());
iconAction('secrets-button', 'key', 'Secrets', () => openSecretsDialog(playground.secrets));

/** A word beside the copy button for a moment. */
function flash(text: string): void {
  const note = el('span', { class: 'panel-note', text, attrs: { role: 'status' } });
  copyButton.before(note);
  setTimeout(() => note.remove(), 1500);
}

new ExamplesMenu(
  byId<HTMLButtonElement>('examples-button'),
  byId('examples-menu'),
  EXAMPLES,
  (example) => {
    playground.openExample(example, true);
    playground.editor.focus();
  },
);

const example = EXAMPLES.find(({ name }) => name === wanted);

/** A shared snippet, an example, or what was there at the last visit. Nothing runs by itself. */
async function openFirst(): Promise<void> {
  let problem = '';
  const shared = await decodeShared(location.hash).catch((error: Error) => {
    problem = error.message;
    return null;
  });
  const remembered = recall('source');
  if (shared) playground.openShared(shared);
  else if (example) playground.openExample(example, false);
  else if (remembered?.trim()) playground.open(remembered, recall('filename') ?? 'snippet');
  else if (EXAMPLES[0]) playground.openExample(EXAMPLES[0], false);
  if (problem) playground.say(problem);
  if (wanted && !example) {
    const names = EXAMPLES.map(({ name }) => name).join(', ');
    playground.say(`There is no example “${wanted}”. There are: ${names}.`);
  }
}
const opened = openFirst();
addEventListener('hashchange', () => {
  if (location.hash.startsWith('#s=')) void openFirst();
});

if (!embedded) initOffline('./');

if (embedded) {
  const link = byId<HTMLAnchorElement>('open-full');
  link.href = example ? `./?example=${encodeURIComponent(example.name)}` : './';
  if (location.hash) link.href = `./${location.hash}`;
  link.append(icon('open'), 'Full page');
  link.title = 'Open the full playground in a new tab';
  link.hidden = false;
  // A box of the embedding page whose reader pressed Run.
  addEventListener('message', ({ source, data }) => {
    if (source !== parent || data?.target !== 'gradbox') return;
    if (data.type === 'run') void opened.then(() => playground.run());
    else if (data.type === 'stop') playground.stop();
  });
}
