// The command line: npm run -s gradbox -- run FILE. Builds what is missing first, quietly.
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { at, main } from './common.mjs';
import { setUp } from './setup.mjs';

await main(async () => {
  await setUp(['build']);
  await build(['core', 'node'], { quiet: true });
});
// npm runs scripts in the repository root; names of files are meant from where the user stood.
if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
const cli = at('build', 'node', 'cli.mjs');
process.argv[1] = cli;
await import(pathToFileURL(cli).href);
