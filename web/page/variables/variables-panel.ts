/** The Variables tab: tensors and modules that are alive after a run. */

import type { VariableRecord } from '@runtime/protocol';
import { el, formatBytes, formatCount } from '../dom';
import { invalidate } from '../frames';
import { shapeText } from '../graph/model';
import { type TensorRecord, TensorViewer } from './viewer';

/** A variable with what belongs to it: a module's parameters and buffers. */
interface Entry {
  variable: VariableRecord;
  parts: TensorRecord[];
}

function entriesOf(variables: readonly VariableRecord[]): Entry[] {
  const entries: Entry[] = [];
  for (const variable of variables) {
    const last = entries.at(-1);
    const isPart =
      variable.kind === 'tensor' &&
      last?.variable.kind === 'module' &&
      variable.name.startsWith(`${last.variable.name}.`);
    if (isPart) last.parts.push(variable);
    else entries.push({ variable, parts: [] });
  }
  return entries;
}

const total = (tensors: readonly TensorRecord[], size: (tensor: TensorRecord) => number) =>
  tensors.reduce((sum, tensor) => sum + size(tensor), 0);

export class VariablesPanel {
  private entries: Entry[] = [];
  private readonly open = new Set<string>();
  private chosen = '';
  private text = '';
  private readonly bar: HTMLElement;
  private readonly body: HTMLElement;
  private readonly note = el('span', { class: 'panel-note', attrs: { role: 'status' } });
  private readonly list = el('div', { class: 'tv-list', attrs: { role: 'list' } });
  private readonly viewer = new TensorViewer();
  private readonly draw = () => this.render();

  constructor(
    root: HTMLElement,
    private readonly empty: HTMLElement,
  ) {
    const filter = el('input', {
      class: 'field',
      attrs: { type: 'search', placeholder: 'Filter variables', 'aria-label': 'Filter by name' },
      on: {
        input: () => {
          this.text = filter.value.trim().toLowerCase();
          invalidate(this.draw);
        },
      },
    });
    this.bar = el('div', { class: 'panel-bar' }, filter, this.note);
    this.body = el('div', { class: 'tv-body' }, this.list, this.viewer.root);
    root.append(this.bar, this.body, empty);
    invalidate(this.draw);
  }

  begin(): void {
    this.set([]);
  }

  set(variables: readonly VariableRecord[]): void {
    this.entries = entriesOf(variables);
    invalidate(this.draw);
  }

  refresh(): void {
    invalidate(this.draw);
  }

  private render(): undefined {
    const nothing = this.entries.length === 0;
    this.empty.hidden = !nothing;
    this.bar.hidden = nothing;
    this.body.hidden = nothing;
    const tensors = this.entries.flatMap(({ variable, parts }) =>
      variable.kind === 'tensor' ? [variable, ...parts] : parts,
    );
    const bytes = total(tensors, (tensor) => tensor.bytes);
    const count = `${formatCount(tensors.length)} tensor${tensors.length === 1 ? '' : 's'}`;
    this.note.textContent = `${count}, ${formatBytes(bytes)}`;
    this.list.replaceChildren(...this.entries.flatMap((entry) => this.rows(entry)));
    const chosen = tensors.find(({ name }) => name === this.chosen) ?? null;
    this.viewer.show(chosen);
    return undefined;
  }

  private matches({ name }: VariableRecord): boolean {
    return name.toLowerCase().includes(this.text);
  }

  private rows({ variable, parts }: Entry): HTMLElement[] {
    if (variable.kind === 'tensor') return this.matches(variable) ? [this.tensorRow(variable)] : [];
    const found = parts.filter((part) => this.matches(part));
    if (found.length === 0 && !this.matches(variable)) return [];
    // Parameters that are looked for show without being opened.
    const isOpen = this.open.has(variable.name) || (this.text !== '' && found.length > 0);
    const elements = total(parts, ({ values }) => values.size);
    const row = this.row(
      variable.name,
      [
        variable.type,
        `${formatCount(elements)} elements`,
        variable.training ? 'train' : 'eval',
        formatBytes(total(parts, ({ bytes }) => bytes)),
      ],
      () => {
        if (!this.open.delete(variable.name)) this.open.add(variable.name);
      },
    );
    row.button.setAttribute('aria-expanded', String(isOpen));
    row.button.classList.add('is-module');
    return [row.item, ...(isOpen ? found.map((part) => this.tensorRow(part, variable.name)) : [])];
  }

  /** @param owner the module that it belongs to, which stands above it */
  private tensorRow(tensor: TensorRecord, owner = ''): HTMLElement {
    const flags = [
      tensor.requiresGrad ? (tensor.gradFn ?? 'requires_grad') : '',
      tensor.grad ? '.grad' : '',
    ];
    const { item, button } = this.row(
      tensor.name,
      [
        shapeText(tensor.shape),
        tensor.dtype,
        flags.filter((flag) => flag !== '').join(', '),
        formatBytes(tensor.bytes),
      ],
      () => {
        this.chosen = this.chosen === tensor.name ? '' : tensor.name;
      },
    );
    button.setAttribute('aria-pressed', String(tensor.name === this.chosen));
    if (owner) {
      button.classList.add('is-part');
      const label = button.querySelector('.tv-name');
      if (label) label.textContent = tensor.name.slice(owner.length + 1);
    }
    return item;
  }

  private row(name: string, cells: string[], act: () => void) {
    const button = el(
      'button',
      {
        class: 'tv-row',
        attrs: { type: 'button', 'data-name': name },
        on: {
          click: () => {
            act();
            this.render();
            // The row was made anew.
            this.list.querySelector<HTMLElement>(`[data-name="${CSS.escape(name)}"]`)?.focus();
          },
        },
      },
      el('span', { class: 'tv-name', text: name, title: name }),
      ...cells.map((text) => el('span', { text, title: text })),
    );
    return { button, item: el('div', { attrs: { role: 'listitem' } }, button) };
  }
}
