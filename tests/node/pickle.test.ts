// The pickle panel's reader: the same instructions as CPython's pickletools finds, a verdict on what
// a file would do, and clear words about files that are broken or something else.
import { execFileSync } from 'node:child_process';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  argumentAt,
  argumentText,
  disassemble,
  opcodeAt,
} from '../../web/page/pickle/disassemble.ts';
import { inspect, type Report } from '../../web/page/pickle/inspect.ts';
import { OPCODES } from '../../web/page/pickle/opcodes.ts';

interface Made {
  pickles: Record<
    string,
    { bytes: string; listing: [number, string, string | null][]; error: string | null }
  >;
  saved: Record<string, string>;
}

const script = new URL('./files/make_pickles.py', import.meta.url).pathname;
const made: Made = JSON.parse(
  execFileSync('/usr/bin/python3', [script], { encoding: 'utf8', maxBuffer: 1 << 28 }),
);
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const look = (bytes: Uint8Array | string | Buffer) => inspect(new Blob([bytes as BlobPart]));
const pickled = (name: string) => look(bytesOf(made.pickles[name]!.bytes));
const saved = (name: string) => look(bytesOf(made.saved[name]!));
const globals = ({ sections }: Report) =>
  sections.flatMap((s) => s.globals.map((g) => `${g.module}.${g.name}`));

test('opcodes, offsets and arguments are those of pickletools, in all protocols', () => {
  const names = Object.keys(made.pickles);
  expect(names.length).toBeGreaterThan(400);
  const seen = new Set<string>();
  for (const name of names) {
    const { bytes: base64, listing, error } = made.pickles[name]!;
    const bytes = bytesOf(base64);
    const code = disassemble(bytes);
    const ours = [...code.offsets].map((offset) => {
      const argument = argumentAt(bytes, offset);
      return [
        offset,
        opcodeAt(bytes, offset).name,
        argument.kind === 'none' ? null : argumentText(bytes, argument),
      ];
    });
    // Long arguments are cut in our listing.
    const theirs = listing.map(([offset, opcode, argument], i) => {
      const text = ours[i]?.[2];
      const cut = typeof text === 'string' && / \(\d+ (?:bytes|characters|digits)\)\)?$/.test(text);
      return [offset, opcode, cut ? text : argument];
    });
    expect(ours, name).toEqual(theirs);
    expect(code.problem === null, name).toBe(error === null);
    for (const [, opcode] of listing) seen.add(opcode);
  }
  const all = OPCODES.flatMap((opcode) => opcode?.name ?? []);
  expect(all.filter((name) => !seen.has(name))).toEqual([]);
  expect(all).toHaveLength(68);
});

test.each([0, 1, 2, 3, 4, 5])('verdicts on protocol %i', async (protocol) => {
  const level = async (name: string) => (await pickled(`${name}.${protocol}`)).verdict.level;
  expect(await level('numbers')).toBe('data');
  expect(await level('sets')).toBe('data');
  expect(await level('cyclic')).toBe('data');
  expect(await level('array')).toBe('tensors');
  expect(await level('plain')).toBe('unknown');
  const { verdict } = await pickled(`system.${protocol}`);
  expect(verdict.level).toBe('danger');
  expect(verdict.title).toBe("Would execute: posix.system('echo pwned')");
  const evaluated = await pickled(`eval.${protocol}`);
  expect(evaluated.verdict.title).toContain("eval(\"__import__('os').system('id')\")");
});

test('a pickled tensor is a pickle in a pickle', async () => {
  const report = await pickled('tensor.4');
  expect(globals(report)).toContain('torch._utils._rebuild_tensor_v2');
  expect(report.verdict.level).toBe('tensors');
  expect(report.sections.map(({ title }) => title)).toContainEqual(
    expect.stringMatching(/› data$/),
  );
});

test('checkpoints of PyTorch', async () => {
  const weights = await saved('weights.pt');
  expect(weights).toMatchObject({ format: 'PyTorch checkpoint (zip)', checkpoint: true });
  expect(weights.verdict).toMatchObject({ level: 'tensors', title: 'Only tensors and containers' });
  expect(weights.sections[0]!.persistent).toBe(2);
  const legacy = await saved('legacy.pt');
  expect(legacy).toMatchObject({ format: 'PyTorch checkpoint of before 1.6', checkpoint: true });
  expect(legacy.sections.map(({ title }) => title)).toEqual([
    'magic number',
    'protocol',
    'system',
    'data',
    'storage keys',
  ]);
  expect(legacy.verdict.level).toBe('tensors');
  expect((await saved('model.pt')).verdict.level).toBe('layers');
  expect((await saved('danger.pt')).verdict.title).toContain("posix.system('echo pwned')");
  const scripted = await saved('script.pt');
  expect(scripted).toMatchObject({ format: 'TorchScript archive', checkpoint: false });
  expect(scripted.verdict.level).toBe('layers');
  const judged = scripted.sections.flatMap((s) => s.globals.map(({ judgement }) => judgement));
  expect(judged).not.toContain('unknown');
});

const text = (source: string) => Buffer.from(source, 'latin1');

test.each([
  ['a name through another module', '\x80\x04\x8c\x05torch\x8c\x09os.system\x93\x8c\x02id\x85R.'],
  ['a name that is computed', '\x80\x04cfoo\nbar\n)R\x8c\x06system\x93.'],
  [
    'a name from the memo',
    '\x80\x04\x8c\x02os\x94\x8c\x06system\x94h\x00h\x01\x93\x8c\x02id\x85R.',
  ],
  ['a call of what a call gave', "cbuiltins\ngetattr\n(cfoo\nbar\nS'x'\ntRS'y'\n\x85R."],
  ['INST', "(S'id'\nios\nsystem\n."],
  ['OBJ', "(cos\nsystem\nS'id'\no."],
  ['NEWOBJ_EX', "\x80\x04cos\nsystem\nS'id'\n\x85}\x92."],
  ['a name that is only imported', 'csubprocess\nPopen\n.'],
  ['before the file breaks off', "cos\nsystem\nS'id'\n\x85R\xff\xff"],
  ['before a fault', "cos\nsystem\nS'id'\n\x85R00000."],
  ['in the second pickle', 'N.\x80\x02cos\nsystem\nX\x02\x00\x00\x00id\x85R.'],
  ['thrown away after the call', "cos\nsystem\nS'id'\n\x85R0N."],
  ['the name of Python 2', "c__builtin__\neval\nS'1'\n\x85R."],
  ['a class that is changed', 'ccollections\nOrderedDict\n}b.'],
])('danger is seen: %s', async (_, source) => {
  const { verdict } = await look(text(source));
  expect(verdict.level).toBe('danger');
});

test('bombs stay small', async () => {
  // Each list holds the last one ten times: a hundred levels are 1e100 items.
  const laughs = `(lp0\n${'(g0\ng0\ng0\ng0\ng0\ng0\ng0\ng0\ng0\ng0\nlp0\n'.repeat(100)}.`;
  expect((await look(laughs)).verdict.level).toBe('data');
  const called = `cos\nsystem\n(lp0\n${'0(g0\ng0\ng0\ng0\ng0\ng0\ng0\nlp0\n'.repeat(50)}\x85R.`;
  expect((await look(text(called))).verdict.title.length).toBeLessThan(1000);
  const bomb = zip('archive/data.pkl', deflateRawSync(Buffer.alloc(50 << 20)), 100);
  await expect(look(bomb)).rejects.toThrow('inflates to more than 100 bytes');
  const huge = zip('archive/data.pkl', deflateRawSync(Buffer.alloc(10)), 4_000_000_000);
  await expect(look(huge)).rejects.toThrow('“archive/data.pkl” in the archive is too large');
});

/** A zip archive of one deflated entry that says it has `size` bytes. */
function zip(name: string, packed: Buffer, size: number): Buffer {
  const fields = Buffer.alloc(16);
  fields.writeUInt32LE(packed.length, 4);
  fields.writeUInt32LE(size, 8);
  fields.writeUInt16LE(name.length, 12);
  const local = Buffer.alloc(10);
  local.writeUInt32LE(0x04034b50);
  local.writeUInt16LE(8, 8);
  const central = Buffer.alloc(12);
  central.writeUInt32LE(0x02014b50);
  central.writeUInt16LE(8, 10);
  const body = Buffer.concat([local, Buffer.alloc(4), fields, Buffer.from(name), packed]);
  const entry = Buffer.concat([
    central,
    Buffer.alloc(4),
    fields,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(body.length, 16);
  return Buffer.concat([body, entry, end]);
}

test.each([
  ['', 'The file is empty.'],
  ['hello world, this is text', /^This is not a pickle: it begins with “hello world,”/],
  ['version https://git-lfs.github.com/spec/v1\n', /Git LFS pointer/],
  ['<!DOCTYPE html><html>', /web page/],
  ['\x89HDF\r\n\x1a\n', /HDF5/],
  ['PK\x03\x04 cut off here', /no directory at its end/],
  ['\x10\0\0\0\0\0\0\0{"a":1}         ', /safetensors/],
])('what is no pickle is named: %j', async (source, message) => {
  await expect(look(text(source))).rejects.toThrow(message);
});

test('a broken pickle is read as far as it goes', async () => {
  const huge = await look(text('\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xffabc'));
  expect(huge.sections[0]!.code.problem).toMatchObject({
    offset: 2,
    text: 'BINUNICODE8 says that 18446744073709551615 bytes follow, but 3 are left.',
  });
  expect(huge.verdict).toMatchObject({ level: 'data', broken: true });
  const cut = await look(bytesOf(made.pickles['dict.4']!.bytes).slice(0, 900));
  expect(cut.sections[0]!.code.problem!.text).toMatch(/left\.$|no STOP\.$/);
  const fault = await look(text('\x80\x02K\x01K\x02\x85R.'));
  expect(fault.sections[0]!.fault).toEqual({ offset: 7, text: 'REDUCE calls a plain value.' });
  const weights = bytesOf(made.saved['weights.pt']!);
  await expect(look(weights.slice(0, 500))).rejects.toThrow('the file was cut off');
});

test('random damage gives a report or a clear error', async () => {
  const whole = bytesOf(made.saved['weights.pt']!);
  const plain = bytesOf(made.pickles['texts.2']!.bytes);
  let seed = 1;
  const next = (n: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % n;
  };
  for (let i = 0; i < 400; i++) {
    const bytes = (i % 2 ? whole : plain).slice();
    for (let k = 0; k < 4; k++) bytes[next(bytes.length)] = next(256);
    const report = await look(bytes).catch((error: Error) => error);
    if (report instanceof Error) expect(report.constructor.name).toBe('InspectError');
  }
});

test('gzip is looked into, and one pickle after another', async () => {
  const packed = await look(gzipSync(bytesOf(made.pickles['system.4']!.bytes)));
  expect(packed.verdict.level).toBe('danger');
  const two = await look(text('\x80\x02N.\x80\x02K\x01.rest'));
  expect(two.sections.map(({ title }) => title)).toEqual(['pickle', 'pickle 2']);
  expect(two.notes).toEqual(['4 more bytes follow, which pickle.load does not read.']);
});
