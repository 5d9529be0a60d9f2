/**
 * The acceptance snippets lie beside the repository, not in it: `shared/seed/snippets` next to some
 * folder above this one, or above the main repository when this is a worktree of it.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));

/** The folder of the repository that this worktree belongs to. */
function mainRepository(): string {
  try {
    const args = ['rev-parse', '--path-format=absolute', '--git-common-dir'];
    return path.dirname(execFileSync('git', args, { cwd: here, encoding: 'utf8' }).trim());
  } catch {
    return here;
  }
}

function find(): string | undefined {
  for (const start of [here, mainRepository()]) {
    for (let folder = start; ; folder = path.dirname(folder)) {
      const candidate = path.join(folder, 'shared', 'seed', 'snippets');
      if (existsSync(candidate)) return candidate;
      if (folder === path.dirname(folder)) break;
    }
  }
  return undefined;
}

/** Undefined in a clone without them; suites then say so and skip. */
export const seedFolder = find();

export function seedSnippet(name: string): string {
  if (!seedFolder) throw new Error('shared/seed/snippets is absent');
  return readFileSync(path.join(seedFolder, name), 'utf8');
}
