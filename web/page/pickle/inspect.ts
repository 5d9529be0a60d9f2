/** Finds the pickles in a file and tells what each of them would do. Nothing is executed. */

import { type Disassembly, disassemble, type Problem } from './disassemble';
import { type GlobalUse, MOST_CALLS, trace } from './machine';
import { type Judged, judge, loadsItsArgument } from './names';
import { OPCODES, PROTO } from './opcodes';
import type { Value } from './values';
import { type Verdict, verdict } from './verdict';
import { inflate, readEntry, type ZipEntry, ZipError, zipEntries } from './zip';

/** A pickle of more than this is not looked at: its listing would not fit into memory. */
export const LARGEST_PICKLE = 512 << 20;
/** Pickles in pickles in pickles. */
const DEEPEST = 4;
const MOST_SECTIONS = MOST_CALLS;

export type JudgedGlobal = GlobalUse & Judged;

/** One pickle of a file. */
export interface Section {
  title: string;
  code: Disassembly;
  globals: JudgedGlobal[];
  fault: Problem | null;
  protocol: number;
  persistent: number;
  /** "a dict of 3 items": what it gives. */
  gives: string;
}

export interface Report {
  /** What kind of file this is. */
  format: string;
  sections: Section[];
  /** What else there is to say about the file. */
  notes: string[];
  verdict: Verdict;
  /** PyTorch's checkpoint: `torch.load` reads it. */
  checkpoint: boolean;
}

/** The file can't be looked at; the message says why. */
export class InspectError extends Error {}

const ascii = (bytes: Uint8Array, start: number, length: number) =>
  String.fromCharCode(...bytes.subarray(start, start + length));

/** Files that are something else, by how they begin. */
function otherFormat(head: Uint8Array): string | null {
  const begin = ascii(head, 0, 64);
  if (begin.startsWith('version https://git-lfs')) {
    return 'This is a Git LFS pointer, a few lines that stand for the file. Fetch the file itself (git lfs pull).';
  }
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(begin)) {
    return 'This is a web page, not a pickle: the download gave a page instead of the file.';
  }
  if (begin.startsWith('\x89HDF\r\n')) return 'This is an HDF5 file, not a pickle.';
  if (begin.startsWith('GGUF')) return 'This is a GGUF file, not a pickle: it holds no code.';
  if (begin.startsWith('\x93NUMPY')) return 'This is a NumPy array file (.npy), not a pickle.';
  if (begin.startsWith('%PDF')) return 'This is a PDF, not a pickle.';
  if (begin.startsWith('\x89PNG') || begin.startsWith('\xff\xd8\xff')) {
    return 'This is a picture, not a pickle.';
  }
  if (ascii(head, 257, 5) === 'ustar') {
    return 'This is a tar archive. PyTorch before 0.1.10 wrote checkpoints so; unpack it and look at the file “pickle” in it.';
  }
  if (head[8] === 0x7b && head[7] === 0 && head[6] === 0 && head[5] === 0) {
    return 'This is a safetensors file, not a pickle: it holds tensors only and can run nothing.';
  }
  return null;
}

export async function inspect(blob: Blob): Promise<Report> {
  if (blob.size === 0) throw new InspectError('The file is empty.');
  const head = new Uint8Array(await blob.slice(0, 512).arrayBuffer());
  try {
    if (ascii(head, 0, 4) === 'PK\x03\x04') return await ofArchive(blob);
    if (ascii(head, 0, 4) === 'PK\x05\x06') throw new InspectError('The archive is empty.');
    const other = otherFormat(head);
    if (other) throw new InspectError(other);
    if (blob.size > LARGEST_PICKLE) {
      throw new InspectError(
        `The file has more than ${LARGEST_PICKLE >> 20} MB, which is too much.`,
      );
    }
    let bytes: Uint8Array = new Uint8Array(await blob.arrayBuffer());
    const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    if (packed) bytes = await inflate(bytes, 'gzip', LARGEST_PICKLE, 'The gzip file');
    return ofBytes(bytes, packed ? 'gzip, with a pickle' : 'pickle');
  } catch (error) {
    if (error instanceof ZipError) throw new InspectError(error.message);
    throw error;
  }
}

async function ofArchive(blob: Blob): Promise<Report> {
  const entries = await zipEntries(blob);
  const pickles = entries.filter(({ name }) => /\.(?:pkl|pickle)$/i.test(name));
  if (pickles.length === 0) throw new InspectError(withoutPickles(entries));
  const sections: Section[] = [];
  for (const entry of pickles.slice(0, MOST_SECTIONS)) {
    const bytes = await readEntry(blob, entry, LARGEST_PICKLE);
    addSections(sections, bytes, 0, entry.name, 0);
  }
  const notes: string[] = [];
  const has = (pattern: RegExp) => entries.filter(({ name }) => pattern.test(name)).length;
  const script = has(/(?:^|\/)constants\.pkl$/) > 0;
  const code = has(/(?:^|\/)code\/.*\.py$/);
  const tensors = has(/(?:^|\/)data\/\d+$/);
  if (tensors > 0)
    notes.push(
      `${tensors} ${tensors === 1 ? 'storage' : 'storages'} with the elements of tensors.`,
    );
  if (script) {
    notes.push(
      `TorchScript: ${code} ${code === 1 ? 'file' : 'files'} of code, which torch.jit.load compiles for its own interpreter; it can't reach Python.`,
    );
  }
  if (pickles.length > MOST_SECTIONS) {
    notes.push(`Only the first ${MOST_SECTIONS} of ${pickles.length} pickles were looked at.`);
  }
  return {
    format: script
      ? 'TorchScript archive'
      : has(/(?:^|\/)data\.pkl$/)
        ? 'PyTorch checkpoint (zip)'
        : 'zip archive',
    sections,
    notes,
    verdict: verdict(sections, script),
    checkpoint: !script && has(/(?:^|\/)data\.pkl$/) === 1,
  };
}

function withoutPickles(entries: readonly ZipEntry[]): string {
  const names = entries.map(({ name }) => name);
  if (names.some((name) => name.endsWith('.npy'))) {
    return 'This is an archive of NumPy arrays (.npz), not a pickle.';
  }
  const some = names.slice(0, 3).join(', ');
  return `This is a zip archive without a pickle in it; it holds ${some}${names.length > 3 ? ', …' : ''}.`;
}

/** torch.save's magic number before PyTorch 1.6, a pickle of its own. */
const LEGACY_MAGIC = '119547037146038801333356';
const LEGACY_TITLES = ['magic number', 'protocol', 'system', 'data', 'storage keys'];

function ofBytes(bytes: Uint8Array, format: string): Report {
  const sections: Section[] = [];
  const code = disassemble(bytes);
  if (bytes[0] !== PROTO && code.problem && !names(code)) throw new InspectError(noPickle(code));
  let end = addSections(sections, bytes, 0, 'pickle', 0);
  const legacy = sections[0]?.gives === `the int ${LEGACY_MAGIC}`;
  if (legacy && sections[0]) sections[0].title = LEGACY_TITLES[0] as string;
  // Programs may write one pickle after another; after those of PyTorch come its storages.
  const most = legacy ? LEGACY_TITLES.length : MOST_SECTIONS;
  let count = 1;
  while (end < bytes.length && count < most && !sections.at(-1)?.code.problem) {
    const next = disassemble(bytes, end);
    if (next.problem && (!legacy || next.offsets.length === 0) && bytes[end] !== PROTO) break;
    const title = legacy ? (LEGACY_TITLES[count] as string) : `pickle ${count + 1}`;
    end = addSections(sections, bytes, end, title, 0, next);
    count++;
  }
  const notes: string[] = [];
  const rest = bytes.length - end;
  if (rest > 0 && !sections.some(({ code: { problem } }) => problem)) {
    const what = legacy ? 'with the elements of tensors' : 'which pickle.load does not read';
    notes.push(`${rest} more bytes follow, ${what}.`);
  }
  return {
    format: legacy ? 'PyTorch checkpoint of before 1.6' : format,
    sections,
    notes,
    verdict: verdict(sections, false),
    checkpoint: legacy,
  };
}

/** Whether the instructions name anything: then they matter, however the file goes on. */
function names({ bytes, offsets }: Disassembly): boolean {
  return offsets.some((offset) =>
    /GLOBAL|INST|EXT/.test(OPCODES[bytes[offset] as number]?.name ?? ''),
  );
}

function noPickle({ bytes, problem }: Disassembly): string {
  const begin = ascii(bytes, 0, 12).replace(/[^ -~]/g, '·');
  return `This is not a pickle: it begins with “${begin}”. At offset ${problem?.offset}: ${problem?.text}`;
}

/** Adds the pickle at `start`, and those in its bytes; gives where it ends. */
function addSections(
  sections: Section[],
  bytes: Uint8Array,
  start: number,
  title: string,
  depth: number,
  code: Disassembly = disassemble(bytes, start),
): number {
  const { globals, fault, protocol, persistent, result } = trace(code);
  sections.push({
    title,
    code,
    globals: globals.map((use) => ({ ...use, ...judge(use.module, use.name) })),
    fault,
    protocol,
    persistent,
    gives: summary(result),
  });
  const section = sections.at(-1) as Section;
  for (const use of section.globals) {
    if (!loadsItsArgument(use.module, use.name)) continue;
    // With all its calls looked into, the name alone is no danger.
    let whole = use.called > 0 && use.called === use.calls.length;
    for (const call of use.calls) {
      if (!call.bytes || depth >= DEEPEST || sections.length >= MOST_SECTIONS) {
        whole = false;
        continue;
      }
      const inner = bytes.subarray(call.bytes.start, call.bytes.end);
      addNested(sections, inner, `${title} › bytes at ${call.bytes.start}`, depth + 1);
    }
    if (whole)
      Object.assign(use, { judgement: 'plain', why: 'loads a pickle, shown beside this one' });
  }
  return code.end;
}

function addNested(sections: Section[], bytes: Uint8Array, title: string, depth: number): void {
  let end = addSections(sections, bytes, 0, title, depth);
  if (sections.at(-1)?.gives !== `the int ${LEGACY_MAGIC}`) return;
  for (const part of LEGACY_TITLES.slice(1)) {
    if (end < bytes.length) end = addSections(sections, bytes, end, `${title} › ${part}`, depth);
  }
}

function summary(value: Value): string {
  switch (value.kind) {
    case 'plain':
      return /^-?\d+$/.test(value.text) ? `the int ${value.text}` : value.text.slice(0, 60);
    case 'text':
      return 'a str';
    case 'dict':
      return `a dict of ${value.items.length / 2} items`;
    case 'list':
    case 'tuple':
    case 'set':
    case 'frozenset':
      return `a ${value.kind} of ${value.items.length} items`;
    case 'call': {
      const { target } = value;
      return target.kind === 'global' ? `what ${target.module}.${target.name} gives` : 'an object';
    }
    case 'global':
      return `${value.module}.${value.name}`;
    case 'persistent':
      return 'an object kept outside of the pickle';
    case 'bytes':
    case 'bytearray':
      return `${value.end - value.start} ${value.kind}`;
    default:
      return 'nothing';
  }
}
