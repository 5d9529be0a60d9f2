/** The Run part of the Model tab: a form for the inputs, and what came out. */

import type { ModelAnswer, ModelFeed, ValueInfo } from '@runtime/model/messages';
import { el, formatDuration, saveText } from '../dom';
import { shapeText } from './graph';
import {
  type Fill,
  filled,
  fillsFor,
  fromCsv,
  fromJson,
  fromPixels,
  InputError,
  imageLayout,
  imageSize,
  isFloat,
  likelySize,
  openSizes,
  type Scale,
  sampleOf,
  sequenceFromJson,
  sequenceOf,
  shapeWith,
} from './inputs';
import { outputsJson, outputView } from './outputs';

const FILLS: Record<Fill, string> = {
  normal: 'Random (normal)',
  uniform: 'Random (uniform)',
  zeros: 'Zeros',
  ones: 'Ones',
  json: 'JSON',
  image: 'Picture',
  csv: 'CSV file',
};
const SCALES: Record<Scale, string> = {
  unit: '0 to 1',
  symmetric: '−1 to 1',
  imagenet: 'ImageNet mean and std',
  bytes: '0 to 255',
};

/** Pixels of the longer side that a picture is given to models that take any size. */
const LARGEST_SIDE = 256;

export type RunResult = Extract<ModelAnswer, { ask: 'run' }>;

interface Field {
  info: ValueInfo;
  read: (sizes: ReadonlyMap<string, number>) => Promise<ModelFeed>;
}

export class RunView {
  readonly root: HTMLElement;
  private readonly fields = el('div', { class: 'm-fields' });
  private readonly button = el('button', {
    class: 'button is-primary',
    text: 'Run the model',
    attrs: { type: 'submit' },
  });
  private readonly message = el('p', {
    class: 'm-run-message',
    attrs: { role: 'status', hidden: '' },
  });
  private readonly results = el('div', { class: 'm-results' });
  private inputs: Field[] = [];
  private sizeFields = new Map<string, HTMLInputElement>();
  private running = false;

  /**
   * @param run rejects with what the model said
   * @param stop ends the run
   * @param onNode shows a node of the graph, by its place in the times
   */
  constructor(
    private readonly run: (inputs: ModelFeed[]) => Promise<RunResult>,
    private readonly stop: () => void,
    private readonly slowest: () => HTMLElement | null,
  ) {
    const form = el(
      'form',
      {
        class: 'm-form',
        on: {
          submit: (event) => {
            event.preventDefault();
            if (this.running) this.stop();
            else void this.start();
          },
        },
      },
      this.fields,
      el('div', { class: 'm-run-bar' }, this.button, this.message),
    );
    this.root = el('div', { class: 'm-run' }, form, this.results);
  }

  /** @param problem why the model can't be run */
  show(inputs: readonly ValueInfo[], problem: string | null): void {
    this.results.replaceChildren();
    this.say('');
    this.sizeFields = new Map();
    const sizes = new Map<string, number>();
    for (const info of inputs) {
      for (const { name, place } of openSizes(info)) {
        if (!sizes.has(name)) sizes.set(name, likelySize(info, place));
      }
    }
    const sizeRow = el(
      'div',
      { class: 'm-sizes' },
      ...[...sizes].map(([name, size]) => {
        const field = el('input', {
          class: 'field',
          attrs: { type: 'number', min: '0', value: String(size), 'aria-label': `Size ${name}` },
        });
        this.sizeFields.set(name, field);
        return el('label', {}, el('span', { text: name }), field);
      }),
    );
    sizeRow.hidden = sizes.size === 0;
    const made = inputs.map((info) => this.field(info));
    this.inputs = made.map(({ field }) => field);
    this.fields.replaceChildren(sizeRow, ...made.map(({ root }) => root));
    this.button.hidden = problem !== null;
    if (problem) this.say(`It can be looked at, but not run here: ${problem}`, true);
    else if (inputs.length === 0) this.say('It takes no inputs.');
  }

  /** The sizes chosen for dimensions that the model leaves open. */
  get sizes(): Map<string, number> {
    return new Map(
      [...this.sizeFields].map(([name, field]) => [
        name,
        Math.max(0, Math.trunc(Number(field.value) || 0)),
      ]),
    );
  }

  private say(text: string, isError = false): void {
    this.message.textContent = text;
    this.message.classList.toggle('is-error', isError);
    this.message.hidden = text === '';
  }

  private async start(): Promise<void> {
    this.running = true;
    this.button.textContent = 'Stop';
    this.say('Running…');
    try {
      const inputs: ModelFeed[] = [];
      for (const field of this.inputs) inputs.push(await field.read(this.sizes));
      const result = await this.run(inputs);
      const { runs, ms } = result.again;
      const mean = runs > 0 ? `; ${formatDuration(ms)} on average of ${runs} more runs` : '';
      this.say(`Ran in ${formatDuration(result.ms)}${mean}.`);
      this.results.replaceChildren(
        this.slowest() ?? '',
        ...result.outputs.map((tensor) => outputView(tensor)),
        el('button', {
          class: 'button',
          text: 'Download outputs as JSON',
          attrs: { type: 'button' },
          on: {
            click: () => saveText('outputs.json', outputsJson(result.outputs), 'application/json'),
          },
        }),
      );
    } catch (error) {
      // What came out before stays.
      this.say((error as Error).message, true);
    }
    this.running = false;
    this.button.textContent = 'Run the model';
  }

  /** Where the model takes pictures of any size, it gets this one as it is, up to a limit. */
  private async fitSizes(info: ValueInfo, file: File | undefined): Promise<void> {
    const { shape = [] } = info;
    const at = imageLayout(shape)?.channelsFirst === false ? 3 : 2;
    const fields = [at, at - 1].map((place) => {
      const size = shape[shape.length - place];
      return typeof size === 'string' ? this.sizeFields.get(size) : undefined;
    });
    if (!file || fields.every((field) => !field)) return;
    const image = await createImageBitmap(file).catch(() => null);
    if (!image) return;
    const scale = Math.min(1, LARGEST_SIDE / Math.max(image.width, image.height));
    [image.height, image.width].forEach((side, i) => {
      const field = fields[i];
      // Networks that halve pictures a few times want sides that can be halved.
      if (field) field.value = String(Math.max(32, Math.round((side * scale) / 32) * 32));
    });
    image.close();
  }

  private field(info: ValueInfo): { root: HTMLElement; field: Field } {
    const label = (what: string) => ({ 'aria-label': `${what} for ${info.name}` });
    const select = el(
      'select',
      { class: 'field', attrs: label('Values') },
      ...fillsFor(info).map((fill) => el('option', { text: FILLS[fill], attrs: { value: fill } })),
    );
    const text = el('textarea', {
      class: 'field m-json',
      attrs: { rows: '3', spellcheck: 'false', placeholder: sampleOf(info), ...label('JSON') },
    });
    const below = el('input', {
      class: 'field',
      attrs: { type: 'number', min: '1', value: '10', ...label('Ints below') },
    });
    const picture = el('input', {
      attrs: { type: 'file', accept: 'image/*', ...label('Picture') },
    });
    const scale = el(
      'select',
      { class: 'field', attrs: label('Range of pixels') },
      ...Object.entries(SCALES).map(([value, name]) =>
        el('option', { text: name, attrs: { value } }),
      ),
    );
    if (!isFloat(info.dtype)) scale.value = 'bytes';
    const csv = el('input', {
      attrs: { type: 'file', accept: '.csv,.tsv,.txt,text/csv', ...label('CSV') },
    });
    const parts: Partial<Record<Fill, HTMLElement>> = {
      json: text,
      image: el('div', { class: 'm-file' }, picture, scale),
      csv: el('div', { class: 'm-file' }, csv),
    };
    if (!isFloat(info.dtype) && info.dtype !== 'bool') {
      parts.uniform = el('label', { class: 'm-below' }, el('span', { text: 'below' }), below);
    }
    picture.addEventListener('change', () => void this.fitSizes(info, picture.files?.[0]));
    const choose = () => {
      for (const [fill, part] of Object.entries(parts)) part.hidden = fill !== select.value;
    };
    select.addEventListener('change', choose);
    choose();
    const root = el(
      'div',
      { class: 'm-field' },
      el(
        'div',
        { class: 'm-field-head' },
        el('strong', { text: info.name }),
        el('span', {
          class: 'panel-note',
          text: info.dtype ? `${info.dtype} ${shapeText(info.shape)}` : info.type,
        }),
        select,
      ),
      ...Object.values(parts),
    );
    const read = async (sizes: ReadonlyMap<string, number>): Promise<ModelFeed> => {
      const element = sequenceOf(info);
      if (element) return sequenceFromJson(info, element, text.value);
      const shape = shapeWith(info, sizes);
      const fill = select.value as Fill;
      switch (fill) {
        case 'json':
          return fromJson(info, shape, text.value);
        case 'csv':
          return fromCsv(info, shape, await fileOf(csv, info).text());
        case 'image': {
          const size = imageSize(info.shape ?? [], shape);
          const pixels = await pixelsOf(fileOf(picture, info), size);
          return fromPixels(info, shape, pixels, scale.value as Scale);
        }
        default:
          return filled(info, shape, fill, { below: Math.max(1, Number(below.value) || 1) });
      }
    };
    return { root, field: { info, read } };
  }
}

function fileOf(picker: HTMLInputElement, { name }: ValueInfo): File {
  const file = picker.files?.[0];
  if (!file) throw new InputError(`Input “${name}”: choose a file first.`);
  return file;
}

/** The picture at the size that the model takes, its middle part where the proportions differ. */
async function pixelsOf(
  file: File,
  { width, height }: { width: number; height: number },
): Promise<Uint8ClampedArray> {
  let image: ImageBitmap;
  try {
    image = await createImageBitmap(file);
  } catch {
    throw new InputError(`${file.name} is no picture that this browser can read.`);
  }
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, width);
  canvas.height = Math.max(1, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new InputError('The browser can’t draw the picture.');
  const part = Math.min(image.width / canvas.width, image.height / canvas.height);
  const [w, h] = [canvas.width * part, canvas.height * part];
  context.drawImage(
    image,
    (image.width - w) / 2,
    (image.height - h) / 2,
    w,
    h,
    0,
    0,
    canvas.width,
    canvas.height,
  );
  image.close();
  return context.getImageData(0, 0, canvas.width, canvas.height).data;
}
