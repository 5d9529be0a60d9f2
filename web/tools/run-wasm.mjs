// Runs a WebAssembly executable (the Catch2 suite) under Node:
//   node web/tools/run-wasm.mjs build/wasm/gradbox_tests.mjs [arguments]
// The glue would fetch() its .wasm, which Node refuses for files: the bytes are handed over.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [module, ...args] = process.argv.slice(2);
if (!module) {
  console.error('usage: node run-wasm.mjs MODULE.mjs [arguments]');
  process.exit(2);
}
const file = path.resolve(module);
const { default: create } = await import(pathToFileURL(file).href);
try {
  await create({
    wasmBinary: readFileSync(file.replace(/\.m?js$/, '.wasm')),
    arguments: args,
    thisProgram: path.basename(file),
    print: (line) => process.stdout.write(`${line}\n`),
    printErr: (line) => process.stderr.write(`${line}\n`),
    quit: (status, unwind) => {
      process.exitCode = status;
      throw unwind;
    },
  });
} catch (error) {
  if (error?.name !== 'ExitStatus') {
    console.error(error);
    process.exitCode = 3;
  }
}
