/** What each empty view says: what will appear there, and how to make it appear. */

import { el } from './dom';

/** Text with `code` between backticks. */
function prose(text: string): HTMLElement {
  const p = el('p');
  text.split('`').forEach((part, i) => {
    p.append(i % 2 ? el('code', { text: part }) : part);
  });
  return p;
}

function empty(title: string, text: string): HTMLElement {
  return el('div', { class: 'empty' }, el('strong', { text: title }), prose(text));
}

export const emptyGraph = () =>
  empty(
    'No graph yet',
    'Call `loss.backward()` and the operations that it walked through appear here, from the leaves down to the loss.',
  );

export const emptyHooks = () =>
  empty(
    'No module was called yet',
    'Call an `nn.Module`, as in `model(x)`, and each step through it appears here with its shapes and statistics.',
  );

export const emptyTraining = () =>
  empty(
    'No loss yet',
    'Each scalar on which `backward()` is called becomes a point of a curve here, while the snippet runs. A run that trains can be paused, stepped, and given another learning rate.',
  );

export const emptyVariables = () =>
  empty(
    'No variables yet',
    'Tensors and modules that a snippet has in its variables when it ends appear here, to be looked at as numbers or pictures.',
  );

export const emptyFiles = () =>
  empty(
    'No files yet',
    'Files that a snippet writes appear here. Upload data for it to `open()`, or make a small file such as `.env`.',
  );

export const emptyModel = () =>
  empty(
    'No model open',
    'Drop an `.onnx` file here to see it as a graph, run it on your own input and time each node. It stays on this machine.',
  );

export const emptyPickle = () =>
  empty(
    'No pickle open',
    'Drop a `.pkl`, `.pt` or `.pth` file here, or one of joblib or NumPy, to see what loading it would import and call. It is read, never executed, and stays on this machine.',
  );

export function emptyConsole(shortcut: string): HTMLElement {
  return el(
    'div',
    { class: 'empty' },
    el('strong', { text: 'Ready when you are' }),
    el(
      'p',
      {},
      'Press Run or ',
      el('kbd', { text: shortcut }),
      ' and what the snippet prints appears here. It runs in this tab; nothing leaves it.',
    ),
  );
}
