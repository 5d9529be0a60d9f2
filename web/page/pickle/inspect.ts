/** Finds the pickles in a file and tells what each of them would do. Nothing is executed. */

import { type Disassembly, disassemble, type Problem } from './disassemble';
import { ascii, numpyArray, otherFormat } from './formats';
import { follow, type GlobalUse, MOST_CALLS, type Reading } from './machine';
import { type Judged, judge, loadsItsArgument, takesMembers } from './names';
import { NEWEST_PROTOCOL, OPCODES, PROTO } from './opcodes';
import { fullName, type Value } from './values';
import { type Verdict, verdict } from './verdict';
import { inflate, readEntry, type ZipEntry, ZipError, zipEntries } from './zip';

/** A pickle of more than this is not looked at: its listing would not fit into memory. */
export const LARGEST_PICKLE = 512 << 20;
/** An entry of an archive that isn't called a pickle is looked at up to this size. */
const LARGEST_SNIFFED = 64 << 20;
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

/** It isn't a pickle and can run nothing: that is no mistake to be shown as one. */
export class Harmless extends InspectError {}

export async function inspect(blob: Blob): Promise<Report> {
  if (blob.size === 0) throw new InspectError('The file is empty.');
  const head = new Uint8Array(await blob.slice(0, 512).arrayBuffer());
  try {
    if (ascii(head, 0, 4) === 'PK\x03\x04') return await ofArchive(blob);
    if (ascii(head, 0, 4) === 'PK\x05\x06') throw new InspectError('The archive is empty.');
    const other = await otherFormat(blob, head);
    if (other && !(await runsAnyway(blob, head))) {
      throw new (HARMLESS.test(other) ? Harmless : InspectError)(other);
    }
    if (blob.size > LARGEST_PICKLE) {
      throw new InspectError(
        `The file has more than ${LARGEST_PICKLE >> 20} MB, which is too much.`,
      );
    }
    let bytes: Uint8Array = new Uint8Array(await blob.arrayBuffer());
    // joblib's compression is zlib's unless told otherwise.
    const packing = bytes[0] === 0x1f && bytes[1] === 0x8b ? 'gzip' : isZlib(bytes) ? 'zlib' : null;
    if (packing) {
      const format = packing === 'zlib' ? 'deflate' : packing;
      bytes = await inflate(bytes, format, LARGEST_PICKLE, `The ${packing} file`);
    }
    return numpyReport(bytes) ?? ofBytes(bytes, packing ? `${packing}, with a pickle` : 'pickle');
  } catch (error) {
    if (error instanceof ZipError) throw new InspectError(error.message);
    throw error;
  }
}

const HARMLESS = /can run nothing|holds no code/;

/** How zlib's streams begin; `x` is no opcode. */
const isZlib = (bytes: Uint8Array) =>
  bytes[0] === 0x78 && ((bytes[0] << 8) | (bytes[1] ?? 0)) % 31 === 0;

/** A file that begins like another format may be a pickle all the same, made to be overlooked. */
async function runsAnyway(blob: Blob, head: Uint8Array): Promise<boolean> {
  const begin = disassemble(head);
  if (begin.problem && !begin.problem.cut) return false;
  if (blob.size > LARGEST_PICKLE) return true;
  const { trace } = follow(new Uint8Array(await blob.arrayBuffer()));
  const { globals, fault } = trace;
  return globals.some(({ offset }) => !fault || offset < fault.offset);
}

/** An array of objects is a pickle behind a header. */
function numpyReport(bytes: Uint8Array): Report | null {
  const array = numpyArray(bytes);
  if (!array) return null;
  const { dtype, shape, data, objects } = array;
  if (!objects) {
    throw new Harmless(
      `This is a NumPy array (.npy) of ${dtype} ${shape}, not a pickle: it holds no objects and can run nothing.`,
    );
  }
  const sections: Section[] = [];
  addSections(sections, bytes, data, 'objects of the array', 0);
  return {
    format: 'NumPy array of objects',
    sections,
    notes: [`Only numpy.load(…, allow_pickle=True) loads it.`],
    verdict: verdict(sections),
    checkpoint: false,
  };
}

async function ofNumpyArchive(blob: Blob, entries: readonly ZipEntry[]): Promise<Report> {
  const arrays = entries.filter(({ name }) => name.endsWith('.npy'));
  const sections: Section[] = [];
  for (const entry of arrays.slice(0, MOST_SECTIONS)) {
    const bytes = await readEntry(blob, entry, LARGEST_PICKLE);
    const array = numpyArray(bytes);
    if (!array) throw new InspectError(`“${entry.name}” in the archive is no NumPy array.`);
    if (array.objects) addSections(sections, bytes, array.data, entry.name, 0);
  }
  if (arrays.length > MOST_SECTIONS) {
    throw new InspectError(`The archive has ${arrays.length} arrays, too many to look into.`);
  }
  if (sections.length === 0) {
    throw new Harmless(
      `This is an archive of ${arrays.length} NumPy ${arrays.length === 1 ? 'array' : 'arrays'} (.npz), not a pickle: none holds objects, so it can run nothing.`,
    );
  }
  return {
    format: 'archive of NumPy arrays',
    sections,
    notes: ['Only numpy.load(…, allow_pickle=True) loads its objects.'],
    verdict: verdict(sections),
    checkpoint: false,
  };
}

async function ofArchive(blob: Blob): Promise<Report> {
  const entries = await zipEntries(blob);
  const pickles = entries.filter(({ name }) => /\.(?:pkl|pickle)$/i.test(name));
  if (pickles.length === 0) {
    if (entries.some(({ name }) => name.endsWith('.npy'))) return ofNumpyArchive(blob, entries);
    pickles.push(...(await unnamedPickles(blob, entries)));
  }
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
  for (const use of script ? sections.flatMap(({ globals }) => globals) : []) {
    if (use.module.split('.')[0] !== '__torch__') continue;
    Object.assign(use, { judgement: 'layer', why: 'a class of the code in this archive' });
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
    verdict: verdict(sections),
    checkpoint: !script && has(/(?:^|\/)data\.pkl$/) === 1,
  };
}

/** Entries that begin like pickles of protocol 2 or later, whatever they are called. */
async function unnamedPickles(blob: Blob, entries: readonly ZipEntry[]): Promise<ZipEntry[]> {
  const found: ZipEntry[] = [];
  for (const entry of entries.slice(0, MOST_SECTIONS)) {
    if (entry.size < 3 || entry.size > LARGEST_SNIFFED) continue;
    const [code, protocol = 0] = await readEntry(blob, entry, LARGEST_SNIFFED);
    if (code === PROTO && protocol >= 2 && protocol <= NEWEST_PROTOCOL) found.push(entry);
  }
  return found;
}

function withoutPickles(entries: readonly ZipEntry[]): string {
  const names = entries.map(({ name }) => name);
  const some = names.slice(0, 3).join(', ');
  return `This is a zip archive without a pickle in it; it holds ${some}${names.length > 3 ? ', …' : ''}.`;
}

/** torch.save's magic number before PyTorch 1.6, a pickle of its own. */
const LEGACY_MAGIC = '119547037146038801333356';
const LEGACY_TITLES = ['magic number', 'protocol', 'system', 'data', 'storage keys'];

function ofBytes(bytes: Uint8Array, format: string): Report {
  const sections: Section[] = [];
  const first = follow(bytes);
  const { code } = first;
  if (bytes[0] !== PROTO && code.problem && !names(code)) throw new InspectError(noPickle(code));
  let end = addSections(sections, bytes, 0, 'pickle', 0, first);
  const legacy = sections[0]?.gives === `the int ${LEGACY_MAGIC}`;
  if (legacy && sections[0]) sections[0].title = LEGACY_TITLES[0] as string;
  // Programs may write one pickle after another; after those of PyTorch come its storages.
  const most = legacy ? LEGACY_TITLES.length : MOST_SECTIONS;
  let count = 1;
  while (end < bytes.length && count < most && !sections.at(-1)?.code.problem) {
    const next = follow(bytes, end);
    const { problem, offsets } = next.code;
    if (problem && (!legacy || offsets.length === 0) && bytes[end] !== PROTO) break;
    const title = legacy ? (LEGACY_TITLES[count] as string) : `pickle ${count + 1}`;
    end = addSections(sections, bytes, end, title, 0, next);
    count++;
  }
  const notes: string[] = [];
  const outside = sections.reduce((sum, { persistent }) => sum + persistent, 0);
  if (outside > 0 && !legacy) {
    notes.push(
      `It refers to ${outside === 1 ? 'an object' : `${outside} objects`} outside of the pickle: pickle.load alone stops there.`,
    );
  }
  const rest = bytes.length - end;
  if (rest > 0 && !sections.some(({ code: { problem } }) => problem)) {
    const what = legacy ? 'with the elements of tensors' : 'which pickle.load does not read';
    notes.push(`${rest} more bytes follow, ${what}.`);
  }
  return {
    format: legacy ? 'PyTorch checkpoint of before 1.6' : format,
    sections,
    notes,
    verdict: verdict(sections),
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
  reading: Reading = follow(bytes, start),
): number {
  const { code, trace } = reading;
  const first = sections.length;
  const section = sectionOf(title, reading);
  sections.push(section);
  for (const use of section.globals) {
    if (loadsItsArgument(use.module, use.name)) addArguments(sections, use, title, depth);
    else if (takesMembers(use.module, use.name) && takesOnlyConstants(use)) {
      Object.assign(use, { judgement: 'unknown', why: 'takes a member of a class, as enums do' });
    } else if (
      use.module.startsWith('joblib.') &&
      use.judgement === 'tensor' &&
      trace.arrays.opaque
    ) {
      const why = 'stands for an array of elements that this page can’t step over';
      Object.assign(use, { judgement: 'unknown', why });
    }
  }
  for (const at of trace.arrays.pickles.slice(0, MOST_SECTIONS - sections.length)) {
    addSections(
      sections,
      bytes,
      at,
      `${title} › array at ${at}`,
      depth + 1,
      follow(bytes, at, false),
    );
  }
  if (trace.arrays.count > 0) addUnstepped(sections, first, bytes, start);
  return code.end;
}

function sectionOf(title: string, { code, trace }: Reading): Section {
  const { globals, fault, protocol, persistent, result } = trace;
  const judged = globals.map((use) => ({ ...use, ...judge(use.module, use.name) }));
  return { title, code, globals: judged, fault, protocol, persistent, gives: summary(result) };
}

/** The pickles that a function would load from its arguments. */
function addArguments(sections: Section[], use: JudgedGlobal, title: string, depth: number): void {
  // With all its calls looked into, the name alone is no danger.
  let whole = use.called > 0 && use.called === use.calls.length && use.again === 0;
  for (const { bytes } of use.calls) {
    if (!bytes || depth >= DEEPEST || sections.length >= MOST_SECTIONS) {
      whole = false;
      continue;
    }
    addNested(sections, bytes.data, `${title} › bytes at ${bytes.at}`, depth + 1);
  }
  if (whole) {
    Object.assign(use, { judgement: 'plain', why: 'loads a pickle, shown beside this one' });
  }
}

/** Whether getattr is used as pickles of enums use it: for members of classes, never called. */
function takesOnlyConstants(use: GlobalUse): boolean {
  return (
    use.called === use.calls.length &&
    use.again === 0 &&
    use.calls.every(
      ({ memberOf }) => memberOf && judge(memberOf.module, memberOf.name).judgement !== 'danger',
    )
  );
}

/** Elements that joblib steps over are instructions for pickle.load, if they read like some. */
function addUnstepped(sections: Section[], first: number, bytes: Uint8Array, start: number): void {
  const known = new Set(
    sections.slice(first).flatMap(({ globals }) => globals.map((use) => fullName(use))),
  );
  const title = `${sections[first]?.title} › as pickle.load reads it`;
  const other = sectionOf(title, follow(bytes, start, false));
  const dangerous = other.globals.some(
    (use) => use.judgement === 'danger' && !known.has(fullName(use)),
  );
  if (dangerous) sections.push(other);
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
