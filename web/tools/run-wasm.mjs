// Runs a WebAssembly executable (the Catch2 suite) under Node:
//   node web/tools/run-wasm.mjs [--file FILE|--folder FOLDER]... build/wasm/gradbox_tests.mjs [arguments]
// Each FILE, and each FOLDER with all that is in it, is there for the module under its bare name.
// The glue would fetch() its .wasm, which Node refuses for files: the bytes are handed over.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const args = process.argv.slice(2);
const given = [];
while (args[0] === '--file' || args[0] === '--folder') given.push(args.splice(0, 2)[1]);
const module = args.shift();
if (!module) {
  console.error('usage: node run-wasm.mjs [--file FILE|--folder FOLDER]... MODULE.mjs [arguments]');
  process.exit(2);
}
const file = path.resolve(module);

function copy(FS, from, to) {
  if (!statSync(from).isDirectory()) {
    FS.writeFile(to, readFileSync(from));
    return;
  }
  FS.mkdir(to);
  for (const name of readdirSync(from)) copy(FS, path.join(from, name), `${to}/${name}`);
}

const { default: create } = await import(pathToFileURL(file).href);
try {
  await create({
    wasmBinary: readFileSync(file.replace(/\.m?js$/, '.wasm')),
    arguments: args,
    preRun: [
      ({ FS }) => {
        for (const name of given) copy(FS, name, path.basename(name));
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
