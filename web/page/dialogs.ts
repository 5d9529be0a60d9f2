/** A dialog of the page: the browser's own, with a title and a way out. */
import { el } from './dom';

export function openDialog(title: string, ...content: Node[]): HTMLDialogElement {
  const close = el('button', {
    class: 'button',
    text: 'Close',
    attrs: { type: 'button' },
    on: { click: () => dialog.close() },
  });
  const dialog = el(
    'dialog',
    { class: 'dialog', attrs: { 'aria-label': title } },
    el('h2', { text: title }),
    ...content,
    el('div', { class: 'dialog-end' }, close),
  );
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => {
    // The backdrop belongs to the dialog itself.
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function button(text: string, act: () => void, kind = 'button'): HTMLButtonElement {
  return el('button', { class: kind, text, attrs: { type: 'button' }, on: { click: act } });
}
