// Writes every case as an ONNX file, for Python's checker: node write-files.mjs FOLDER OPSET...
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { load, nn, torch } from '../../../build/node/gradbox.mjs';
import { cases } from './cases.mjs';
import { exportCase } from './export-case.mjs';

const [folder, ...opsets] = process.argv.slice(2);
await load();
mkdirSync(folder, { recursive: true });
for (const opset of opsets.map(Number)) {
  cases({ torch, nn }).forEach((c, i) => {
    if (opset < (c.from ?? 0)) return;
    const { bytes } = exportCase(torch, c, opset, 2);
    const name = `${String(i).padStart(3, '0')}-${c.name.replaceAll(/\W+/g, '_')}-${opset}.onnx`;
    writeFileSync(path.join(folder, name), bytes);
  });
}
