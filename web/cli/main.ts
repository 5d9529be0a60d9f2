/** The command line: runs snippets in the worker that the page uses, under Node. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { DoneMessage, Language, RuntimeChoice, WorkerMessage } from '@runtime/protocol.ts';
import { check } from './check.ts';
import { convert } from './convert.ts';
import { runOnnx } from './onnx.ts';

const HELP = `Usage: gradbox run FILE [options]
       gradbox check FILE.md... [--runtime NAME | --python PROGRAM]
       gradbox onnx MODEL [options]
       gradbox convert FILE.pt [--to safetensors|onnx] [--out FILE]

run: runs a Python (.py) or JavaScript (.js, .mjs) snippet on Gradbox's own core.

check: runs every fenced snippet of Markdown files and compares what it prints
with the block of output that follows it (web/docs/CHECK.md). --python PROGRAM
runs them with a Python of this machine instead: does real PyTorch agree?

  --runtime NAME   auto (default), micropython, cpython or javascript
  --env FILE       environment variables for the snippet, as a .env file;
                   without it, the .env file beside FILE, if there is one
  --file PATH      a file that the snippet may open, under its own name;
                   may be given several times
  --out DIR        write the files that the snippet writes to this folder;
                   without it they are lost when the run ends
  --stats          time, first output and live tensors, on stderr
  --help           this text

The snippet has no access to this machine's files: it sees only its own,
in memory. Exit code: 0 on success, 1 when the snippet fails or what it
gives to sys.exit(), 2 when the command line is wrong.

onnx: runs an ONNX model and prints {"outputs": [...]}.

  --inputs FILE    JSON: {"inputs": [{"name", "shape", "dtype", "data"}]},
                   data a flat list; the outputs have the same form
  --outputs A,B    these values instead of the model's outputs
  --times          how long each node took, on stderr
  --describe       inputs, outputs, opsets, ops and parameter count
  --external FILE  a file with external data of the model, which names it so;
                   may be given several times, no other file is opened
  --save FILE      write the model as one file, external data inside

convert: writes the weights of a checkpoint (.pt, .pth) as safetensors, or as
an ONNX model that has them as initializers and outputs; no code of the file
runs. Names stay; numbers and texts go into the metadata.
`;

class Usage extends Error {}

interface Options {
  file: string;
  runtime: RuntimeChoice;
  language: Language;
  files: Record<string, Uint8Array>;
  out: string | undefined;
  stats: boolean;
}

const RUNTIMES: RuntimeChoice[] = ['auto', 'micropython', 'cpython', 'javascript'];

function read(file: string): Uint8Array {
  if (!existsSync(file) || !statSync(file).isFile()) throw new Usage(`no such file: ${file}`);
  return new Uint8Array(readFileSync(file));
}

function parse(args: string[]): Options | undefined {
  let parsed: ReturnType<typeof parseCommand>;
  try {
    parsed = parseCommand(args);
  } catch (error) {
    throw new Usage((error as Error).message);
  }
  const { values, positionals } = parsed;
  if (values.help) return undefined;
  const [command, file, ...rest] = positionals;
  if (command !== 'run') throw new Usage(command ? `no command ${command}` : 'no command given');
  if (!file) throw new Usage('which file?');
  if (rest.length > 0) throw new Usage(`one file at a time; ${rest[0]} is one too many`);
  const runtime = RUNTIMES.find((name) => name === values.runtime);
  if (!runtime) throw new Usage(`no runtime ${values.runtime}: ${RUNTIMES.join(', ')}`);
  const language = /\.(m?js)$/.test(file) ? 'javascript' : 'python';
  if (runtime !== 'auto' && (runtime === 'javascript') !== (language === 'javascript')) {
    throw new Usage(`${runtime} doesn't run ${path.basename(file)}`);
  }
  read(file);
  const files: Record<string, Uint8Array> = {};
  const beside = path.join(path.dirname(file), '.env');
  if (values.env) files['.env'] = read(values.env);
  else if (existsSync(beside)) files['.env'] = read(beside);
  for (const name of values.file ?? []) files[path.basename(name)] = read(name);
  return { file, runtime, language, files, out: values.out, stats: values.stats ?? false };
}

function parseCommand(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      runtime: { type: 'string', default: 'auto' },
      env: { type: 'string' },
      file: { type: 'string', multiple: true },
      out: { type: 'string' },
      stats: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

/** `gradbox onnx`: gives the exit code. */
async function onnxCommand(args: string[]): Promise<number> {
  let parsed: ReturnType<typeof parseOnnx>;
  try {
    parsed = parseOnnx(args);
  } catch (error) {
    throw new Usage((error as Error).message);
  }
  const { values, positionals } = parsed;
  const [file, ...rest] = positionals;
  if (!file) throw new Usage('which model?');
  if (rest.length > 0) throw new Usage(`one model at a time; ${rest[0]} is one too many`);
  read(file);
  if (values.inputs) read(values.inputs);
  const external = Object.fromEntries(
    (values.external ?? []).map((name) => [path.basename(name), read(name)]),
  );
  try {
    const text = await runOnnx({
      file,
      inputs: values.inputs,
      outputs: values.outputs?.split(','),
      describe: values.describe ?? false,
      times: values.times ?? false,
      external,
      save: values.save,
    });
    process.stdout.write(text);
    return 0;
  } catch (error) {
    process.stderr.write(`gradbox: ${(error as Error).message}\n`);
    return 1;
  }
}

function parseOnnx(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      inputs: { type: 'string' },
      outputs: { type: 'string' },
      describe: { type: 'boolean' },
      times: { type: 'boolean' },
      external: { type: 'string', multiple: true },
      save: { type: 'string' },
    },
  });
}

/** `gradbox convert`: gives the exit code. */
async function convertCommand(args: string[]): Promise<number> {
  let parsed: ReturnType<typeof parseConvert>;
  try {
    parsed = parseConvert(args);
  } catch (error) {
    throw new Usage((error as Error).message);
  }
  const { values, positionals } = parsed;
  const [file, ...rest] = positionals;
  if (!file) throw new Usage('which checkpoint?');
  if (rest.length > 0) throw new Usage(`one file at a time; ${rest[0]} is one too many`);
  const { to } = values;
  if (to !== 'safetensors' && to !== 'onnx') {
    throw new Usage(`no format ${to}: safetensors, onnx`);
  }
  read(file);
  return convert(file, to, values.out);
}

function parseConvert(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: { to: { type: 'string', default: 'safetensors' }, out: { type: 'string' } },
  });
}

/** Runs the snippet; its output goes to stdout and stderr as it comes. Gives the exit code. */
function run({ file, runtime, language, files, out, stats }: Options): Promise<number> {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url));
  const written: Record<string, Uint8Array> = {};
  let memory = '';
  return new Promise((resolve) => {
    const end = (code: number) => {
      resolve(code);
      void worker.terminate();
    };
    worker.on('error', (error) => {
      process.stderr.write(`The runtime broke: ${error.message}\n`);
      end(1);
    });
    worker.on('message', (message: WorkerMessage) => {
      switch (message.type) {
        case 'ready':
          worker.postMessage({
            type: 'run',
            id: 1,
            source: readFileSync(file, 'utf8'),
            runtime,
            language,
            filename: path.basename(file),
            files,
            env: {},
          });
          break;
        case 'stdout':
          (message.stream === 'stderr' ? process.stderr : process.stdout).write(message.text);
          break;
        case 'notice':
          process.stderr.write(`${message.text}\n`);
          break;
        case 'files':
          Object.assign(written, message.changed);
          break;
        case 'memory':
          memory = `${message.tensors} live tensors, ${message.bytes} bytes`;
          break;
        case 'done':
          if (message.error) process.stderr.write(`${message.error.traceback}\n`);
          if (out) save(out, written);
          if (stats) process.stderr.write(`${describe(message)}; ${memory}\n`);
          end(message.exitCode ?? (message.ok ? 0 : 1));
      }
    });
    const warm =
      runtime !== 'auto' ? runtime : language === 'python' ? 'micropython' : 'javascript';
    worker.postMessage({ type: 'init', warm });
  });
}

function describe({ runtime, ms, firstOutputMs }: DoneMessage): string {
  const first =
    firstOutputMs === null ? 'no output' : `first output after ${firstOutputMs.toFixed(1)} ms`;
  return `${runtime}: ${ms.toFixed(1)} ms, ${first}`;
}

function save(folder: string, files: Record<string, Uint8Array>): void {
  for (const [name, data] of Object.entries(files)) {
    const target = path.join(folder, name);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, data);
  }
}

/** The arguments of `check`. */
function parseCheck(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { runtime: { type: 'string', default: 'auto' }, python: { type: 'string' } },
  });
  const runtime = RUNTIMES.find((name) => name === values.runtime);
  if (!runtime) throw new Usage(`no runtime ${values.runtime}: ${RUNTIMES.join(', ')}`);
  if (positionals.length === 0) throw new Usage('which files?');
  for (const file of positionals) read(file);
  return { files: positionals, runtime, python: values.python };
}

try {
  const args = process.argv.slice(2);
  const help = args.includes('--help') || args.includes('-h');
  if (args[0] === 'onnx' && !help) {
    process.exitCode = await onnxCommand(args.slice(1));
  } else if (args[0] === 'convert' && !help) {
    process.exitCode = await convertCommand(args.slice(1));
  } else if (args[0] === 'check' && !help) {
    const { files, runtime, python } = parseCheck(args.slice(1));
    process.exitCode = await check(files, runtime, python);
  } else {
    const options = parse(args);
    if (options) process.exitCode = await run(options);
    else process.stdout.write(HELP);
  }
} catch (error) {
  if (!(error instanceof Usage)) throw error;
  process.stderr.write(`gradbox: ${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}
