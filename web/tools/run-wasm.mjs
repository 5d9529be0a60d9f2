// Runs a WebAssembly executable (the Catch2 suite) under Node:
//   node web/tools/run-wasm.mjs [--file FILE]... build/wasm/gradbox_tests.mjs [arguments]
// Each FILE is there for the module under its bare name.
// The glue would fetch() its .wasm, which Node refuses for files: the bytes are handed over.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const args = process.argv.slice(2);
const files = [];
while (args[0] === '--file') files.push(args.splice(0, 2)[1]);
const module = args.shift();
if (!module) {
  console.error('usage: node run-wasm.mjs [--file FILE]... MODULE.mjs [arguments]');
  process.exit(2);
}
const file = path.resolve(module);
const { default: create } = await import(pathToFileURL(file).href);
try {
  await create({
    wasmBinary: readFileSync(file.replace(/\.m?js$/, '.wasm')),
    arguments: args,
    preRun: [
      ({ FS }) => {
        for (const name of files) FS.writeFile(path.basename(name), readFileSync(name));
      },
    ],
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
