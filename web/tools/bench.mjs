// Runs the benchmarks in web/tools/bench/ and prints a table for each.
//   npm run bench                 all
//   npm run bench -- sizes loop   those whose file names are given
//   npm run bench -- --json FILE  writes the rows as JSON too
//
// A benchmark is a module that exports `name`, a heading, and `async run()`, which gives rows
// `{what, value, unit, note?}`; value is a number or a text.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { at, main, StepFailed, say, walk } from './common.mjs';
import { setUp } from './setup.mjs';

function show(value) {
  if (typeof value !== 'number') return String(value);
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

function print(title, rows) {
  console.log(`\n${title}`);
  const width = Math.max(...rows.map((row) => row.what.length));
  const digits = Math.max(...rows.map((row) => show(row.value).length));
  for (const { what, value, unit, note } of rows) {
    const end = note ? `   ${note}` : '';
    console.log(`  ${what.padEnd(width)}  ${show(value).padStart(digits)} ${unit}${end}`);
  }
}

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' } },
  });
  const files = walk(at('web/tools/bench')).filter((file) => file.endsWith('.mjs'));
  const known = new Map(files.map((file) => [path.basename(file, '.mjs'), file]));
  for (const name of positionals) {
    if (!known.has(name))
      throw new StepFailed(`No benchmark ${name}: ${[...known.keys()].join(' ')}`);
  }
  await setUp(['bench']);
  await build(undefined, { quiet: true });

  const all = {};
  for (const name of positionals.length ? positionals : known.keys()) {
    const bench = await import(pathToFileURL(known.get(name)).href);
    say(`Running ${name} ...`);
    all[name] = await bench.run();
    print(bench.name, all[name]);
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify(all, null, 2)}\n`);
});
