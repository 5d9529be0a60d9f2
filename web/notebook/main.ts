/** Start-up of the notebook page: its toolbar, and what was there at the last visit. */
import '@page/styles/tokens.css';
import '@page/styles/base.css';
import '@page/styles/brand.css';
import '@page/styles/console.css';
import './notebook.css';
import { byId, el, saveText } from '@page/dom';
import { type IconName, icon } from '@page/icons';
import { initTheme } from '@page/theme';
import { initThemeButton } from '@page/theme-button';
import type { RuntimeChoice } from '@runtime/protocol';
import { Hub } from '@runtime/sandbox/client';
import { initOffline } from '../offline/register.ts';
import { fromIpynb, type NotebookData, toIpynb } from './ipynb.ts';
import { Kernel } from './kernel.ts';
import { Notebook } from './notebook.ts';

const LARGEST = 20_000_000;

const FIRST: NotebookData = {
  title: 'notebook',
  cells: [
    {
      kind: 'markdown',
      source:
        '# A notebook\n\nThe cells below share **one session**: what one defines, the next can use. Press `Shift Enter` in each.',
      outputs: [],
      count: null,
    },
    {
      kind: 'code',
      source:
        'import torch\n\nw = torch.tensor(1.0, requires_grad=True)\nloss = (w * 3 - 6) ** 2\nloss',
      outputs: [],
      count: null,
    },
    { kind: 'code', source: 'loss.backward()\nw.grad', outputs: [], count: null },
  ],
};

initTheme();
const say = (text: string) => {
  byId('status').textContent = text;
};
const kernel = new Kernel(new Hub(byId<HTMLIFrameElement>('hub')), () => {
  if (byId('status').textContent === 'Loading…') say('Ready');
});
const notebook = new Notebook(byId('cells'), kernel, say);

function action(id: string, name: IconName, label: string, title: string, act: () => void) {
  const button = byId<HTMLButtonElement>(id);
  button.append(icon(name), el('span', { text: label }));
  button.title = title;
  button.setAttribute('aria-label', label);
  button.addEventListener('click', act);
  return button;
}

const runAll = action('run-all', 'run', 'Run all', 'Every cell, in a new session', () => {
  runAll.disabled = true;
  stop.disabled = false;
  void notebook.runAll().finally(() => {
    runAll.disabled = false;
    stop.disabled = true;
  });
});
const stop = action('stop', 'stop', 'Stop', 'Ends what runs; variables are lost', () =>
  notebook.restart(),
);
action('restart', 'back', 'Restart', 'A new session without variables', () => notebook.restart());
const picker = byId<HTMLInputElement>('file');
action('open', 'upload', 'Open', 'Open a notebook (.ipynb)', () => picker.click());
action('save', 'download', 'Save', 'Download as .ipynb', () => {
  saveText(`${notebook.title || 'notebook'}.ipynb`, toIpynb(notebook.data), 'application/json');
});
action('add-code', 'plus', 'Code', 'Add a cell', () => void notebook.add('code'));
action('add-text', 'plus', 'Text', 'Add a text in Markdown', () => void notebook.add('markdown'));

const title = byId<HTMLInputElement>('title');
title.addEventListener('input', () => {
  notebook.title = title.value.replace(/[/\\:*?"<>|]/g, ' ').trim();
  notebook.changed();
});

function show(data: NotebookData): void {
  notebook.open(data);
  title.value = data.title;
}

async function openFile(file: File): Promise<void> {
  try {
    if (file.size > LARGEST) throw new Error('it is larger than 20 MB');
    const { data, left } = fromIpynb(await file.text(), file.name.replace(/\.ipynb$/, ''));
    notebook.restart();
    show(data);
    const note = left > 0 ? ` ${left} outputs that are no text were left out.` : '';
    say(`Opened ${file.name}. Nothing has run yet.${note}`);
  } catch (error) {
    say(`${file.name} can’t be opened: ${(error as Error).message}.`);
  }
}
picker.addEventListener('change', () => {
  const [file] = picker.files ?? [];
  if (file) void openFile(file);
  picker.value = '';
});
document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  const [file] = event.dataTransfer?.files ?? [];
  if (file) void openFile(file);
});
addEventListener('pagehide', () => notebook.save());

const runtime = byId<HTMLSelectElement>('runtime');
for (const [value, text] of [
  ['auto', 'Auto'],
  ['micropython', 'MicroPython'],
  ['cpython', 'CPython'],
] as const) {
  runtime.append(el('option', { text, attrs: { value } }));
}
runtime.addEventListener('change', () => {
  kernel.runtime = runtime.value as RuntimeChoice;
  say('A new session: no variables yet.');
});

initThemeButton(byId('theme'));

show(Notebook.recalled() ?? FIRST);
initOffline('./');
