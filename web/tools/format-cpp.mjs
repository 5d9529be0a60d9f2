// Formats the C++ sources in place with clang-format.
import { at, main, run, StepFailed, walk, which } from './common.mjs';

await main(async () => {
  const clangFormat = ['clang-format', 'clang-format-14'].find(which);
  if (!clangFormat) throw new StepFailed('clang-format was not found (Debian: clang-format).');
  const files = ['src', 'wasm', 'tests/core']
    .flatMap((folder) => walk(at(folder)))
    .filter((file) => /\.(h|cpp)$/.test(file));
  await run(clangFormat, ['-i', '--style=file', ...files]);
});
