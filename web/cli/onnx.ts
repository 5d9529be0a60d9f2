/** `gradbox onnx`: runs an ONNX model on inputs from a JSON file, or says what it is. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dtypeNames } from '@lib/dtypes.ts';
import { load } from '@lib/load.ts';
import { onnx } from '@lib/onnx.ts';
import { type Description, type Feed, OnnxTensor, type ValueInfo } from '@lib/onnx-session.ts';

export interface OnnxOptions {
  file: string;
  inputs: string | undefined;
  outputs: string[] | undefined;
  describe: boolean;
  times: boolean;
  /** Files with external data, by the name that the model has for them. */
  external: Record<string, Uint8Array>;
  /** Where to write the model as one file. */
  save: string | undefined;
}

/** A tensor in a file: elements in a flat list, row-major. */
interface Entry {
  name: string;
  shape?: number[];
  dtype?: string;
  data?: (number | boolean | string)[];
  /** Instead of `data`, for inputs that are sequences. */
  sequence?: Entry[];
}

/** What is wrong with the inputs' file; the command line itself is right. */
export class InputError extends Error {}

function feed(entry: Entry): Feed {
  if (entry.sequence) return entry.sequence.map(feed);
  const { name, data, shape, dtype = 'float32' } = entry;
  const title = name ? `input "${name}"` : 'an item of a sequence';
  if (!Array.isArray(data)) throw new InputError(`${title} has no "data", a flat list`);
  const dims = shape ?? [data.length];
  const count = dims.reduce((n, d) => n * d, 1);
  if (count !== data.length) {
    throw new InputError(
      `${title}: shape [${dims}] wants ${count} items, but data has ${data.length}`,
    );
  }
  if (dtype === 'string') return { strings: data.map(String), shape: dims };
  if (!(dtype in dtypeNames)) throw new InputError(`${title}: there is no dtype ${dtype}`);
  return new OnnxTensor(dtype, data as number[], dims);
}

function readInputs(file: string | undefined): Record<string, Feed> {
  if (file === undefined) return {};
  let json: { inputs?: Entry[] };
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InputError(`${file}: ${(error as Error).message}`);
  }
  if (!Array.isArray(json?.inputs)) throw new InputError(`${file} has no list "inputs"`);
  return Object.fromEntries(
    json.inputs.map((entry) => {
      if (typeof entry.name !== 'string') throw new InputError(`${file}: an input has no "name"`);
      return [entry.name, feed(entry)];
    }),
  );
}

/** JSON text of one element; what JSON has no number for is a string. */
function element(x: number | bigint, isBool: boolean): string {
  if (isBool) return x ? 'true' : 'false';
  return typeof x === 'bigint' || Number.isFinite(x) ? String(x) : `"${x}"`;
}

function members(value: any): string {
  if (value === null) return '"value":null';
  if (Array.isArray(value)) return `"sequence":[${value.map((v) => `{${members(v)}}`).join(',')}]`;
  if ('strings' in value) {
    return `"shape":[${value.shape}],"dtype":"string","data":${JSON.stringify(value.strings)}`;
  }
  const { type, dims, data } = value as OnnxTensor;
  const items = Array.from(data as ArrayLike<number | bigint>, (x) => element(x, type === 'bool'));
  return `"shape":[${dims}],"dtype":"${type}","data":[${items.join(',')}]`;
}

const infoText = ({ name, type, shape }: ValueInfo): string =>
  `  ${name}: ${type}${shape ? ` [${shape.map((n) => n ?? '?').join(', ')}]` : ''}`;

function describe(about: Description): string {
  const opsets = about.opsets.map((o) => `${o.domain || 'ai.onnx'} ${o.version}`);
  const ops = Object.entries(about.ops).map(([op, n]) => `${op} ${n}`);
  return [
    'Inputs:',
    ...about.inputs.map(infoText),
    'Outputs:',
    ...about.outputs.map(infoText),
    `Opsets: ${opsets.join(', ')}`,
    `IR version: ${about.ir_version}`,
    ...(about.producer ? [`Producer: ${about.producer}`] : []),
    `Nodes: ${about.nodes}`,
    `Ops: ${ops.join(', ')}`,
    `Parameters: ${about.parameters}`,
    '',
  ].join('\n');
}

/** Gives what the command prints. */
export async function runOnnx(options: OnnxOptions): Promise<string> {
  await load();
  const bytes = new Uint8Array(readFileSync(options.file));
  const { external } = options;
  if (options.save) {
    const whole = onnx.rewrite(bytes, { external });
    writeFileSync(options.save, whole);
    return `${options.save}: ${whole.length} bytes\n`;
  }
  if (options.describe) return describe(onnx.inspect(bytes, { external }).description);
  const feeds = readInputs(options.inputs);
  const session = onnx.load(bytes, { external });
  if (options.times) {
    for (const { name, op_type, ms } of session.profile(feeds).times) {
      process.stderr.write(`${ms.toFixed(3).padStart(10)} ms  ${op_type}  ${name}\n`);
    }
  }
  const results = session.runSync(feeds, options.outputs);
  const outputs = Object.entries(results).map(
    ([name, value]) => `{"name":${JSON.stringify(name)},${members(value)}}`,
  );
  return `{"outputs":[${outputs.join(',')}]}\n`;
}
