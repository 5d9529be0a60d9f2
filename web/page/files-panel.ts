/** The Files tab: list, upload, download, delete, and a small editor for text files like `.env`. */

import { el, formatBytes, saveBytes } from './dom';
import { acceptDrops } from './drops';
import { asText, cleanPath, type FileStore } from './file-store';
import { type IconName, icon } from './icons';

/** Beyond this a file would be copied to the worker with each run for seconds. */
const LARGEST = 200_000_000;

/** Other tabs that can open a file of the session. */
export interface LookInside {
  model: (file: File) => void;
  pickle: (file: File) => void;
}

const isModel = (name: string) => /\.onnx$/i.test(name);
const isPickle = (name: string) => /\.(?:pkl|pickle|pt|pth)$/i.test(name);
const asFile = (name: string, bytes: Uint8Array) =>
  new File([new Uint8Array(bytes)], name.split('/').at(-1) ?? name);

export class FilesPanel {
  private readonly list: HTMLElement;
  private readonly message = el('span', { class: 'panel-note', attrs: { role: 'status' } });
  private readonly picker: HTMLInputElement;
  private readonly form: HTMLFormElement;
  private readonly nameField: HTMLInputElement;
  private readonly textField: HTMLTextAreaElement;
  private editing: string | null = null;

  constructor(
    root: HTMLElement,
    private readonly empty: HTMLElement,
    private readonly store: FileStore,
    private readonly look: LookInside,
  ) {
    this.picker = el('input', {
      attrs: { type: 'file', multiple: '', hidden: '', 'aria-label': 'Upload files' },
      on: {
        change: () => {
          void this.upload([...(this.picker.files ?? [])]);
          this.picker.value = '';
        },
      },
    });
    const bar = el(
      'div',
      { class: 'panel-bar' },
      this.action('upload', 'Upload', () => this.picker.click()),
      this.action('plus', 'New file', () => this.edit(null)),
      this.message,
      this.picker,
    );
    this.nameField = el('input', {
      class: 'field',
      attrs: { 'aria-label': 'File name', placeholder: '.env', required: '', autocomplete: 'off' },
    });
    this.textField = el('textarea', {
      class: 'field file-text',
      attrs: { 'aria-label': 'File contents', spellcheck: 'false', rows: '8' },
    });
    this.form = el(
      'form',
      {
        class: 'file-form',
        attrs: { hidden: '' },
        on: {
          submit: (event) => {
            event.preventDefault();
            this.save();
          },
          keydown: (event) => {
            if (event.key === 'Escape') this.closeForm();
          },
        },
      },
      this.nameField,
      this.textField,
      el(
        'div',
        { class: 'file-form-actions' },
        el('button', { class: 'button is-primary', text: 'Save', attrs: { type: 'submit' } }),
        el('button', {
          class: 'button',
          text: 'Cancel',
          attrs: { type: 'button' },
          on: { click: () => this.closeForm() },
        }),
      ),
    );
    this.list = el('ul', { class: 'file-list' });
    root.append(bar, this.form, this.list, empty);
    acceptDrops(root, 'Drop to upload', (files) => void this.upload(files));
    store.onChange(() => this.render());
    this.render();
  }

  private action(name: IconName, text: string, act: () => void): HTMLButtonElement {
    return el(
      'button',
      { class: 'button', attrs: { type: 'button' }, on: { click: act } },
      icon(name),
      text,
    );
  }

  private render(): void {
    const names = this.store.names();
    this.empty.hidden = names.length > 0 || !this.form.hidden;
    this.list.hidden = names.length === 0;
    this.list.replaceChildren(...names.map((name) => this.row(name)));
  }

  private row(name: string): HTMLElement {
    const bytes = this.store.get(name) ?? new Uint8Array();
    const tool = (iconName: IconName, label: string, act: () => void) =>
      el(
        'button',
        {
          class: 'icon-button',
          title: label,
          attrs: { type: 'button', 'aria-label': `${label} ${name}` },
          on: { click: act },
        },
        icon(iconName),
      );
    const editable = asText(bytes) !== null;
    return el(
      'li',
      { class: 'file-row', attrs: { 'data-name': name } },
      el('span', { class: 'file-name', text: name }),
      el('span', { class: 'file-size', text: formatBytes(bytes.length) }),
      isModel(name) &&
        tool('search', 'Open in the Model tab', () => this.look.model(asFile(name, bytes))),
      isPickle(name) && tool('search', 'Look inside', () => this.look.pickle(asFile(name, bytes))),
      editable && tool('edit', 'Edit', () => this.edit(name)),
      tool('download', 'Download', () => {
        saveBytes(name.split('/').at(-1) ?? name, this.store.get(name) ?? new Uint8Array());
      }),
      tool('trash', 'Delete', () => {
        this.store.delete(name);
        this.message.textContent = `Deleted ${name}`;
        if (this.editing === name) this.closeForm();
      }),
    );
  }

  private edit(name: string | null): void {
    this.editing = name;
    this.nameField.value = name ?? '';
    this.textField.value = name ? (asText(this.store.get(name) ?? new Uint8Array()) ?? '') : '';
    this.form.hidden = false;
    this.empty.hidden = true;
    (name ? this.textField : this.nameField).focus();
  }

  private save(): void {
    const path = cleanPath(this.nameField.value);
    if (!path) {
      this.nameField.setCustomValidity('Give a name like .env or data/points.csv');
      this.nameField.reportValidity();
      this.nameField.addEventListener('input', () => this.nameField.setCustomValidity(''), {
        once: true,
      });
      return;
    }
    const renamedFrom = this.editing !== null && this.editing !== path ? this.editing : null;
    this.form.hidden = true;
    this.editing = null;
    if (renamedFrom) this.store.delete(renamedFrom);
    this.store.set(path, new TextEncoder().encode(this.textField.value));
    this.message.textContent = `Saved ${path}`;
  }

  private closeForm(): void {
    this.form.hidden = true;
    this.editing = null;
    this.render();
  }

  private async upload(files: readonly File[]): Promise<void> {
    let done = 0;
    const refused: string[] = [];
    for (const file of files) {
      const path = cleanPath(file.name);
      if (!path || file.size > LARGEST) {
        refused.push(file.name);
        continue;
      }
      try {
        this.store.set(path, new Uint8Array(await file.arrayBuffer()));
        done += 1;
      } catch {
        // A folder dropped as a file, or a file that vanished meanwhile.
        refused.push(file.name);
      }
    }
    const parts = done > 0 ? [`Uploaded ${done} ${done === 1 ? 'file' : 'files'}`] : [];
    if (refused.length > 0) {
      parts.push(`could not take ${refused.join(', ')} (limit ${formatBytes(LARGEST)})`);
    }
    this.message.textContent = parts.join('; ');
  }
}
