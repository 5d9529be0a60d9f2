/** The Pickle tab: files are looked into and never run; weights become safetensors. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Playground, useBrowser, withPage } from './harness';

useBrowser();

/** What real PyTorch and Python write. */
const files: Record<string, string> = JSON.parse(
  execFileSync(
    '/usr/bin/python3',
    [
      '-c',
      `
import base64, io, json, os, pickle, torch
class Runs:
    def __reduce__(self): return os.system, ("echo pwned",)
class Other: pass
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(2, 1)
out = {"data.pkl": pickle.dumps({"a": list(range(4000))}), "bad.pkl": pickle.dumps([1, Runs()]), "other.pkl": pickle.dumps(Other())}
for name, options in (("weights.pt", {}), ("old.pth", {"_use_new_zipfile_serialization": False})):
    f = io.BytesIO()
    torch.save({"model": torch.nn.Linear(2, 1).state_dict(), "half": torch.ones(3).half(), "epoch": 7}, f, **options)
    out[name] = f.getvalue()
f = io.BytesIO()
torch.save(Net(), f)
out["whole.pt"] = f.getvalue()
f = io.BytesIO()
import numpy
numpy.save(f, numpy.ones((2, 3)))
out["numbers.npy"] = f.getvalue()
print(json.dumps({k: base64.b64encode(v).decode() for k, v in out.items()}))
`,
    ],
    { encoding: 'utf8' },
  ),
);

async function open(page: Page, name: string, buffer = Buffer.from(files[name]!, 'base64')) {
  await page.setInputFiles('#panel-pickle input[type=file]', {
    name,
    mimeType: 'application/octet-stream',
    buffer,
  });
}

const title = (page: Page) => page.textContent('#panel-pickle .p-verdict strong');
const message = (page: Page) => page.textContent('#panel-pickle .p-message');

async function shown(page: Page, name: string): Promise<void> {
  await page.waitForSelector(`#panel-pickle .p-file:has-text("${name}")`);
}

test.each([1280, 360])('verdicts, names and opcodes, %i px wide', async (width) => {
  await withPage({ width }, async (playground) => {
    const { page } = playground;
    await playground.showTab('pickle');
    expect(await page.textContent('#panel-pickle .empty')).toContain('never executed');
    await open(page, 'bad.pkl');
    await shown(page, 'bad.pkl');
    expect(await title(page)).toBe("Would execute: posix.system('echo pwned')");
    await page.waitForSelector(
      '#panel-pickle .p-content .vt-row.is-faulty:has-text("posix.system")',
    );

    // A name leads to where it is called, with the keyboard alone.
    await page.focus('[aria-label="Names that the pickle imports"]');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[aria-label="Opcodes"] .vt-row.is-active:has-text("REDUCE")');

    await open(page, 'data.pkl');
    await shown(page, 'data.pkl');
    expect(await title(page)).toBe('Safe data');
    await page.waitForSelector('[aria-label="Opcodes"] .vt-row:has-text("PROTO")');
    // Thousands of opcodes, and no more rows than fit.
    expect(await page.$$eval('[aria-label="Opcodes"] .vt-row', (rows) => rows.length)).toBeLessThan(
      60,
    );
    await page.fill('[aria-label="Filter the listing"]', '3999');
    await page.waitForSelector('#panel-pickle .p-content .panel-note:has-text("1 found")');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      width,
    );
    await open(page, 'other.pkl');
    await shown(page, 'other.pkl');
    expect(await title(page)).toBe('Unknown global: __main__.Other');
  });
});

test('bad files are named, and lose nothing', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.showTab('pickle');
    await open(page, 'bad.pkl');
    await shown(page, 'bad.pkl');
    await open(page, 'notes.txt', Buffer.from('just some text'));
    await page.waitForSelector('#panel-pickle .p-message.is-error');
    expect(await message(page)).toContain('notes.txt: This is not a pickle');
    await open(page, 'half.pt', Buffer.from(files['weights.pt']!, 'base64').subarray(0, 700));
    await page.waitForSelector('#panel-pickle .p-message:has-text("half.pt")');
    expect(await message(page)).toContain('the file was cut off');
    // What was open is still there.
    expect(await title(page)).toContain('Would execute');
    await open(page, 'huge.pkl', Buffer.from('80048dffffffffffffffff', 'hex'));
    await shown(page, 'huge.pkl');
    expect(await page.textContent('#panel-pickle .p-verdict')).toContain(
      'Offset 2 of pickle: BINUNICODE8 says that 18446744073709551615 bytes follow, but 0 are left.',
    );
  });
});

test('weights come out of a model whose class is unknown; what is no pickle is no mistake', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.showTab('pickle');
    await open(page, 'whole.pt');
    await shown(page, 'whole.pt');
    expect(await title(page)).toBe('Unknown global: __main__.Net');
    expect(await page.textContent('#panel-pickle .p-verdict')).toContain('makes none of these');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('#panel-pickle button:has-text("Convert to safetensors")'),
    ]);
    expect(Object.keys(safetensors(readFileSync(await download.path())))).toEqual([
      'fc.bias',
      'fc.weight',
    ]);
    await open(page, 'numbers.npy');
    await page.waitForSelector('#panel-pickle .p-message:not(.is-error):has-text("numbers.npy")');
    expect(await message(page)).toContain('of <f8 (2, 3), not a pickle');
  });
});

/** The tensors of a safetensors file, and its metadata. */
function safetensors(bytes: Buffer): Record<string, { dtype?: string; shape?: number[] }> {
  const size = Number(bytes.readBigUInt64LE());
  return JSON.parse(bytes.subarray(8, 8 + size).toString());
}

async function convert(playground: Playground, name: string, to = 'safetensors'): Promise<Buffer> {
  const { page } = playground;
  await open(page, name);
  await shown(page, name);
  expect(await title(page)).toBe('Only tensors and containers');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.click(`#panel-pickle button:has-text("Convert to ${to}")`),
  ]);
  expect(download.suggestedFilename()).toBe(name.replace(/\.\w+$/, `.${to.toLowerCase()}`));
  await page.waitForSelector('#panel-pickle .p-message:has-text("3 tensors")');
  return readFileSync(await download.path());
}

test.each(['weights.pt', 'old.pth'])('%s becomes safetensors', async (name) => {
  await withPage({}, async (playground) => {
    await playground.showTab('pickle');
    const header = safetensors(await convert(playground, name));
    expect(header['model.weight']).toMatchObject({ dtype: 'F32', shape: [1, 2] });
    expect(header['model.bias']).toMatchObject({ dtype: 'F32', shape: [1] });
    expect(header.half).toMatchObject({ dtype: 'F16', shape: [3] });
    expect(header.__metadata__).toEqual({ epoch: '7' });
    // Neither the session's files nor the console know of it.
    expect(await playground.files()).toEqual([]);
  });
});

test('weights become an ONNX model, which onnxruntime reads', async () => {
  await withPage({}, async (playground) => {
    await playground.showTab('pickle');
    const model = await convert(playground, 'weights.pt', 'ONNX');
    const session = await ort.InferenceSession.create(model);
    const outputs = await session.run({});
    expect(Object.keys(outputs).sort()).toEqual(['half', 'model.bias', 'model.weight']);
    expect(outputs['model.weight']).toMatchObject({ type: 'float32', dims: [1, 2] });
    expect(outputs['model.bias']).toMatchObject({ type: 'float32', dims: [1] });
    expect(outputs.half).toMatchObject({ type: 'float16', dims: [3] });
  });
});

test('a file that a snippet wrote is looked into from the Files tab', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.type('import torch\ntorch.save({"w": torch.ones(2)}, "made.pt")\n');
    await playground.run();
    await playground.showTab('files');
    await page.click('[aria-label="Look inside made.pt"]');
    await shown(page, 'made.pt');
    expect(await title(page)).toBe('Only tensors and containers');
  });
});
