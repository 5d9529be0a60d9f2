/** The Pickle tab: what a pickle would import, call and make, without executing it. */

import type { Background } from '../background';
import { el, formatBytes, formatCount, saveBytes } from '../dom';
import { acceptDrops } from '../drops';
import { invalidate } from '../frames';
import { icon } from '../icons';
import { VirtualTable } from '../virtual-table';
import { convertWeights, type WeightsFormat } from './convert';
import { opcodeAt } from './disassemble';
import type { JudgedGlobal, Report, Section } from './inspect';
import type { InspectReply, InspectRequest } from './inspect.worker';
import { argumentOf, MOST_ROWS, rowAt, Search } from './listing';
import { fullName } from './values';
import { LEVELS, type Level } from './verdict';

/** How a verdict looks. */
const LOOKS: Record<Level, 'good' | 'fair' | 'bad'> = {
  data: 'good',
  tensors: 'good',
  layers: 'good',
  unknown: 'fair',
  danger: 'bad',
};
const JUDGED = { danger: 'is-faulty', unknown: 'is-unknown', layer: '', tensor: '', plain: '' };
const ORDER = ['danger', 'unknown', 'layer', 'tensor', 'plain'];

/** A pickle that would print a line by the operating system's shell, to see what a bad one looks like. */
const SAMPLE = "cos\nsystem\n(S'echo this could have been any command'\ntR.";

function useText({ uses, called, times }: JudgedGlobal): string {
  const parts: string[] = [];
  if (called > 0) parts.push(`called ${called === 1 ? 'once' : `${formatCount(called)} times`}`);
  else parts.push(`named ${times === 1 ? 'once' : `${formatCount(times)} times`}`);
  if (uses.has('state set')) parts.push('changed');
  return parts.join(', ');
}

export class PicklePanel {
  private worker: Worker | null = null;
  private requestId = 0;
  private file: File | null = null;
  private report: Report | null = null;
  private section: Section | null = null;
  private search: Search | null = null;
  private readonly picker: HTMLInputElement;
  private readonly name = el('span', { class: 'panel-note p-file' });
  private readonly message = el('p', { class: 'p-message', attrs: { role: 'status', hidden: '' } });
  private readonly convertButtons: readonly HTMLButtonElement[];
  private readonly verdict = el('div', { class: 'p-verdict', attrs: { role: 'status' } });
  private readonly content: HTMLElement;
  private readonly sections: HTMLSelectElement;
  private readonly toggles: Record<'names' | 'opcodes', HTMLButtonElement>;
  private readonly filter: HTMLInputElement;
  private readonly count = el('span', { class: 'panel-note', attrs: { role: 'status' } });
  private readonly names: VirtualTable<JudgedGlobal>;
  private readonly opcodes: VirtualTable<number>;
  private view: 'names' | 'opcodes' = 'names';
  private readonly draw = () => this.continueSearch();

  constructor(
    root: HTMLElement,
    private readonly empty: HTMLElement,
    private readonly background: Background,
  ) {
    this.picker = el('input', {
      attrs: {
        type: 'file',
        accept: '.pkl,.pickle,.pt,.pth,.bin,.ckpt,.p,.npy,.npz,.joblib,.gz,.z',
        hidden: '',
        'aria-label': 'Open a pickle',
      },
      on: {
        change: () => {
          const file = this.picker.files?.[0];
          if (file) this.open(file);
          this.picker.value = '';
        },
      },
    });
    const button = (text: string, act: () => void, name?: 'upload' | 'download') =>
      el(
        'button',
        { class: 'button', attrs: { type: 'button' }, on: { click: act } },
        name && icon(name),
        text,
      );
    this.convertButtons = [
      button('Convert to safetensors', () => void this.convert('safetensors'), 'download'),
      button('Convert to ONNX', () => void this.convert('onnx'), 'download'),
    ];
    for (const each of this.convertButtons) each.hidden = true;
    const [, toOnnx] = this.convertButtons;
    if (toOnnx)
      toOnnx.title = 'An ONNX model without nodes: the weights as initializers and outputs';
    const bar = el(
      'div',
      { class: 'panel-bar' },
      button('Open file', () => this.picker.click(), 'upload'),
      this.name,
      ...this.convertButtons,
      this.picker,
    );
    empty.append(
      button('Show a dangerous one', () => this.open(new File([SAMPLE], 'dangerous.pkl'))),
    );
    const toggle = (view: 'names' | 'opcodes') =>
      el('button', {
        class: 'toggle',
        attrs: { type: 'button' },
        on: { click: () => this.showView(view) },
      });
    this.toggles = { names: toggle('names'), opcodes: toggle('opcodes') };
    this.sections = el('select', {
      class: 'field p-sections',
      attrs: { 'aria-label': 'Pickle of the file' },
      on: { change: () => this.showSection(Number(this.sections.value)) },
    });
    this.filter = el('input', {
      class: 'field p-filter',
      attrs: { type: 'search', placeholder: 'Filter', 'aria-label': 'Filter the listing' },
      on: { input: () => this.refilter() },
    });
    this.names = new VirtualTable<JudgedGlobal>(
      [
        { title: 'Name', width: 'minmax(170px, 1.5fr)', cell: fullName },
        { title: 'Use', width: 'minmax(108px, 0.7fr)', cell: useText },
        { title: 'What it is', width: 'minmax(150px, 1.5fr)', cell: ({ why }) => why },
        { title: 'Offset', width: '76px', numeric: true, cell: ({ offset }) => String(offset) },
      ],
      'Names that the pickle imports',
      ({ judgement }) => JUDGED[judgement],
      (use) => [...use.calls.slice(0, 5).map(({ text }) => text), use.why].join('\n'),
      (use) => this.goTo(use.calls[0]?.offset ?? use.offset),
    );
    this.opcodes = new VirtualTable<number>(
      [
        { title: 'Offset', width: '92px', numeric: true, cell: (offset) => String(offset) },
        { title: 'Opcode', width: '158px', cell: (offset) => this.opcode(offset) },
        { title: 'Argument', width: 'minmax(180px, 1fr)', cell: (offset) => this.argument(offset) },
      ],
      'Opcodes',
      (offset) => this.opcodeClass(offset),
      (offset) => this.argument(offset),
    );
    this.content = el(
      'div',
      { class: 'p-content' },
      this.verdict,
      el(
        'div',
        { class: 'panel-bar' },
        el('span', { class: 'p-toggles' }, this.toggles.names, this.toggles.opcodes),
        this.sections,
        this.filter,
        this.count,
      ),
      this.names.root,
      this.opcodes.root,
    );
    this.content.hidden = true;
    root.append(bar, this.message, this.content, empty);
    acceptDrops(root, 'Drop to look inside', ([file]) => {
      if (file) this.open(file);
    });
  }

  open(file: File): void {
    this.requestId += 1;
    this.say(`Looking into ${file.name}…`);
    this.worker ??= new Worker(new URL('./inspect.worker.ts', import.meta.url), { type: 'module' });
    this.worker.onmessage = ({ data }: MessageEvent<InspectReply>) => {
      if (data.id !== this.requestId) return;
      // What was open before stays when this can't be.
      if (data.report) this.show(file, data.report);
      else this.say(`${file.name}: ${data.error}`, !data.harmless);
    };
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.worker?.terminate();
      this.worker = null;
      this.say(`${file.name}: it could not be looked into. ${event.message ?? ''}`, true);
    };
    const request: InspectRequest = { id: this.requestId, file };
    this.worker.postMessage(request);
  }

  private say(text: string, isError = false): void {
    this.message.textContent = text;
    this.message.classList.toggle('is-error', isError);
    this.message.hidden = text === '';
  }

  private show(file: File, report: Report): void {
    this.file = file;
    this.report = report;
    this.say('');
    this.name.textContent = `${file.name} · ${formatBytes(file.size)} · ${report.format}`;
    this.name.title = file.name;
    const { level, title, text, broken } = report.verdict;
    const convertible =
      report.checkpoint && !broken && LEVELS.indexOf(level) <= LEVELS.indexOf('unknown');
    for (const button of this.convertButtons) button.hidden = !convertible;
    const look = broken && LOOKS[level] === 'good' ? 'fair' : LOOKS[level];
    this.verdict.className = `p-verdict is-${look}`;
    const problems = report.sections.flatMap(({ title: where, code, fault }) => {
      const problem = code.problem ?? fault;
      return problem ? [`Offset ${problem.offset} of ${where}: ${problem.text}`] : [];
    });
    const hints =
      convertible && level === 'unknown'
        ? ['Converting it takes the weights and makes none of these objects.']
        : [];
    this.verdict.replaceChildren(
      el('strong', { text: title }),
      el('p', { text }),
      ...[...problems, ...report.notes, ...hints].map((note) =>
        el('p', { class: 'p-note', text: note }),
      ),
    );
    this.sections.replaceChildren(
      ...report.sections.map(({ title: name, gives }, i) =>
        el('option', { text: `${name}: ${gives}`, attrs: { value: String(i) } }),
      ),
    );
    this.sections.hidden = report.sections.length < 2;
    this.filter.value = '';
    this.empty.hidden = true;
    this.content.hidden = false;
    // The section that matters most comes up.
    const worst = (section: Section) =>
      Math.min(...section.globals.map(({ judgement }) => ORDER.indexOf(judgement)), ORDER.length);
    const places = report.sections.map(worst);
    const first = Math.max(0, places.indexOf(Math.min(...places)));
    this.sections.value = String(first);
    this.showSection(first);
    this.showView(this.section?.globals.length ? 'names' : 'opcodes');
  }

  private showSection(index: number): void {
    const section = this.report?.sections[index];
    if (!section) return;
    this.section = section;
    const { globals, code } = section;
    this.toggles.names.textContent = `Names (${formatCount(globals.length)})`;
    this.toggles.opcodes.textContent = `Opcodes (${formatCount(code.offsets.length)})`;
    this.refilter();
  }

  private showView(view: 'names' | 'opcodes'): void {
    this.view = view;
    for (const [name, button] of Object.entries(this.toggles)) {
      button.setAttribute('aria-pressed', String(name === view));
    }
    this.names.root.hidden = view !== 'names';
    this.opcodes.root.hidden = view !== 'opcodes';
    this.refilter();
  }

  private refilter(): void {
    const { section } = this;
    if (!section) return;
    const text = this.filter.value.trim().toLowerCase();
    const sorted = [...section.globals].sort(
      (a, b) => ORDER.indexOf(a.judgement) - ORDER.indexOf(b.judgement) || a.offset - b.offset,
    );
    const names = sorted.filter((use) => fullName(use).toLowerCase().includes(text));
    this.names.setRows(names);
    this.names.reveal(0);
    this.search = null;
    if (this.view === 'names') {
      this.count.textContent =
        section.globals.length === 0
          ? 'It imports nothing.'
          : text
            ? `${formatCount(names.length)} found`
            : '';
      return;
    }
    const { offsets } = section.code;
    if (text === '') {
      this.opcodes.setRows(offsets.subarray(0, MOST_ROWS));
      this.count.textContent =
        offsets.length > MOST_ROWS
          ? `The first ${formatCount(MOST_ROWS)}; a filter finds more`
          : '';
    } else {
      this.search = new Search(section.code, text);
      invalidate(this.draw);
    }
    this.opcodes.reveal(0);
  }

  private continueSearch(): boolean {
    const { search } = this;
    if (!search) return false;
    search.step();
    this.opcodes.setRows(search.found);
    this.count.textContent = `${formatCount(search.found.length)} found${search.done ? '' : '…'}`;
    return !search.done;
  }

  /** Show an instruction in the listing. */
  private goTo(offset: number): void {
    const { section } = this;
    if (!section) return;
    this.filter.value = '';
    this.showView('opcodes');
    this.opcodes.reveal(rowAt(section.code.offsets, offset));
    this.opcodes.root.focus();
  }

  private opcode(offset: number): string {
    return this.section ? opcodeAt(this.section.code.bytes, offset).name : '';
  }

  private argument(offset: number): string {
    return this.section ? argumentOf(this.section.code, offset) : '';
  }

  /** Instructions that name, call or change something stand out. */
  private opcodeClass(offset: number): string {
    const opcode = this.opcode(offset);
    if (/GLOBAL|^INST|^EXT/.test(opcode)) return 'is-name';
    return /^(?:REDUCE|OBJ|NEWOBJ|NEWOBJ_EX|BUILD)$/.test(opcode) ? 'is-call' : '';
  }

  private async convert(format: WeightsFormat): Promise<void> {
    const { file } = this;
    if (!file) return;
    for (const button of this.convertButtons) button.disabled = true;
    this.say(`Converting ${file.name}…`);
    try {
      const { bytes, tensors, plain, leftOut } = await convertWeights(
        file,
        format,
        this.background,
      );
      const name = `${file.name.replace(/\.[^.]*$/, '')}.${format}`;
      saveBytes(name, bytes);
      const parts = [
        `${name}: ${formatCount(tensors)} ${tensors === 1 ? 'tensor' : 'tensors'}, ${formatBytes(bytes.length)}`,
      ];
      if (plain > 0) parts.push(`${formatCount(plain)} plain values went into its metadata`);
      if (leftOut.length > 0) parts.push(`left out: ${leftOut.slice(0, 5).join(', ')}`);
      this.say(`${parts.join('; ')}.`);
    } catch (error) {
      this.say(`${file.name} could not be converted: ${(error as Error).message}`, true);
    }
    for (const button of this.convertButtons) button.disabled = false;
  }
}
