// torch.save and torch.load: what real PyTorch writes is read here and the other way round; what
// would run code, or can't be held, is refused. safetensors files are as the format says.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { RuntimeName } from '../../web/runtime/protocol.ts';
import { scratchFolder } from './scratch.ts';
import { Snippets } from './snippets.ts';

type Files = Record<string, Uint8Array>;
type Where = 'pytorch' | RuntimeName;

const script = (name: string) => new URL(`./files/${name}.py`, import.meta.url).pathname;
const snippets = { micropython: new Snippets(), cpython: new Snippets('cpython') };
afterAll(() => Promise.all(Object.values(snippets).map((s) => s.close())));

function inPyTorch(file: string, files: Files): { stdout: string; files: Files } {
  const cwd = scratchFolder();
  for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(cwd, name), bytes);
  const stdout = execFileSync('/usr/bin/python3', [file], { cwd, encoding: 'utf8' });
  const after = readdirSync(cwd).map((name) => [
    name,
    new Uint8Array(readFileSync(path.join(cwd, name))),
  ]);
  return { stdout, files: Object.fromEntries(after) };
}

async function run(where: Where, name: string, files: Files = {}) {
  if (where === 'pytorch') return inPyTorch(script(name), files);
  const source = readFileSync(script(name), 'utf8');
  const runtime = where as 'micropython' | 'cpython';
  const ran = await snippets[runtime].run(source, { runtime, files });
  expect(ran.done.error?.traceback).toBeUndefined();
  return ran;
}

const places: Where[] = ['pytorch', 'micropython', 'cpython'];
const written = new Map<Where, Promise<Files>>();
const filesOf = (where: Where) => {
  if (!written.has(where))
    written.set(
      where,
      run(where, 'write').then((ran) => ran.files),
    );
  return written.get(where)!;
};
let truth: Promise<string> | undefined;

describe.each(places)('written by %s', (writer) => {
  test.each(places)(
    'read by %s',
    async (reader) => {
      truth ??= filesOf('pytorch').then((files) => inPyTorch(script('read'), files).stdout);
      const { stdout } = await run(reader, 'read', await filesOf(writer));
      expect(stdout.split('\n')).toEqual((await truth).split('\n'));
    },
    60_000,
  );
});

const readOld = `
import torch
saved = torch.load("old.pt")
for key in saved:
    if key not in ("ordered", "large"):
        print(key, saved[key])
print(list(saved["ordered"].items()), saved["large"].sum())
saved["base"][4] = 100
print(saved["view"], saved["transposed"].stride(), saved["again"] is saved["base"])
model = torch.load("layers.pt")
print(model, model(torch.ones(1, 2)))
`;
const writeOld = `
import torch
saved = torch.load("plain.pt")
del saved["sets"]
torch.save(saved, "old.pt", _use_new_zipfile_serialization=False)
layers = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU())
torch.save(layers, "layers.pt", _use_new_zipfile_serialization=False)
`;
let old: Promise<{ stdout: string; files: Files }> | undefined;

test.each<'micropython' | 'cpython'>(['micropython', 'cpython'])(
  'the format before PyTorch 1.6 on %s',
  async (runtime) => {
    old ??= filesOf('pytorch').then((files) => {
      const file = path.join(scratchFolder(), 'old.py');
      writeFileSync(file, writeOld + readOld);
      return inPyTorch(file, files);
    });
    const { stdout, files } = await old;
    const ran = await snippets[runtime].run(readOld, { runtime, files });
    expect(ran.done.error?.traceback).toBeUndefined();
    expect(ran.stdout).toBe(stdout);
  },
  60_000,
);

describe.each<'micropython' | 'cpython'>(['micropython', 'cpython'])('refused by %s', (runtime) => {
  const made = inPyTorch(script('refused'), {}).files;
  test.each([
    ['evil', /Refused to load '(posix|nt)\.system'/],
    ['config', /Refused to load '__main__\.Config'/],
    ['complex', /torch\.complex64/],
    ['old', /truncated/],
    ['oldevil', /Refused to load '(posix|nt)\.system'/],
    ['none', /since PyTorch 1\.6/],
    ['getattr', /Refused to load '__builtin__\.getattr'/],
    ['eval', /Refused to load 'builtins\.eval'/],
    ['dotted', /Refused to load 'torch\.nn\.Linear'/],
    ['module', /Refused to load 'torch\.nn\.functional\.relu'/],
    ['data', /calls something that is no function/],
    ['state', /Refused to set the state of a list/],
    ['short', /truncated/],
  ])('%s', async (name, message) => {
    const source = `import torch\nclass Config: pass\ntorch.load("${name}.pt")\n`;
    const ran = await snippets[runtime].run(source, { runtime, files: made });
    expect(ran.done.error?.message).toMatch(message);
    expect(Object.keys(ran.files)).toEqual([]);
  });
});

// The format by hand, as its description has it, with elements made by real PyTorch.
const reference = `
import json, struct, sys, torch
def read(name):
    data = open(name, "rb").read()
    n = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + n])
    print(n % 8, header.pop("__metadata__", None))
    kinds = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64, "I32": torch.int32, "U8": torch.uint8, "BOOL": torch.bool}
    end = 0
    for name in sorted(header, key=lambda k: header[k]["data_offsets"]):
        e = header[name]
        a, b = e["data_offsets"]
        assert a == end
        end = b
        print(name, torch.frombuffer(bytearray(data[8 + n + a:8 + n + b]), dtype=kinds[e["dtype"]]).reshape(e["shape"]))
    assert 8 + n + end == len(data)
def write(name, tensors):
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for key, (kind, t) in tensors.items():
        raw = t.numpy().tobytes()
        header[key] = {"dtype": kind, "shape": list(t.shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(header).encode()
    open(name, "wb").write(struct.pack("<Q", len(text)) + text + body)
`;
const tensors = `
tensors = {"w": torch.arange(6.0).reshape(2, 3) / 7, "i": torch.tensor([1, -2]), "b": torch.tensor([True, False]), "d": torch.tensor(0.1, dtype=torch.float64)}
`;

test.each<'micropython' | 'cpython'>(['micropython', 'cpython'])(
  'safetensors on %s',
  async (runtime) => {
    const folder = scratchFolder();
    const write = path.join(folder, 'write.py');
    const kinds = `{"w": "F32", "i": "I64", "b": "BOOL", "d": "F64"}`;
    writeFileSync(
      write,
      `${reference}${tensors}write("a.safetensors", {k: (${kinds}[k], t) for k, t in tensors.items()})\nfor k in sorted(tensors): print(k, tensors[k])\n`,
    );
    const theirs = inPyTorch(write, {});
    const source = `
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
loaded = load_file("a.safetensors")
for k in sorted(loaded): print(k, loaded[k])
${tensors}
with safe_open("a.safetensors", framework="pt") as f:
    assert f.keys() == sorted(tensors) and f.metadata() == {"format": "pt"}
    assert torch.equal(f.get_tensor("w"), tensors["w"])
save_file({"w": tensors["w"].t(), "i": tensors["i"], "d": tensors["d"], "b": tensors["b"]}, "ours.safetensors", metadata={"by": "us"})
`;
    const ran = await snippets[runtime].run(source, { runtime, files: theirs.files });
    expect(ran.done.error?.traceback).toBeUndefined();
    expect(ran.stdout).toBe(theirs.stdout);
    const read = path.join(folder, 'read.py');
    writeFileSync(read, `${reference}read("ours.safetensors")\n`);
    const expected = path.join(folder, 'expected.py');
    writeFileSync(
      expected,
      `import torch\n${tensors}print(0, {"by": "us"})\nfor k in ("d", "i", "w", "b"): print(k, tensors[k].t() if k == "w" else tensors[k])\n`,
    );
    expect(inPyTorch(read, ran.files).stdout).toBe(inPyTorch(expected, {}).stdout);
  },
);
