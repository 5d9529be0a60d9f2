/** What the modules hold that MicroPython's snippets import: MicroPython's own and ours. */
import { nativeNames } from './names.ts';

const TOP_LEVEL = /^(?:def|class) +(\w+)|^((?:\w+(?:, | = )?)+) = |^from [\w.]+ import (.+)$/gm;

/** The names that a Python source defines at its top level. */
export function definedNames(source: string): Set<string> {
  const names = new Set<string>();
  for (const [, definition, targets, imported] of source.matchAll(TOP_LEVEL)) {
    if (definition) names.add(definition);
    for (const name of targets?.split(/, | = /) ?? []) names.add(name.trim());
    for (const part of imported?.split(',') ?? []) {
      const name = /(\w+)\s*$/.exec(part)?.[1];
      if (name) names.add(name);
    }
  }
  return names;
}

/** Modules whose contents are checked, with what they hold. */
export function moduleNames(sources: Record<string, string>): Map<string, ReadonlySet<string>> {
  const found = new Map<string, ReadonlySet<string>>(Object.entries(nativeNames));
  for (const [path, source] of Object.entries(sources)) {
    const module =
      /^_gb_(math|sys)\.py$/.exec(path)?.[1] ??
      path.replace(/(\/__init__)?\.py$/, '').replaceAll('/', '.');
    if (module.startsWith('_') || module === 'dotenv') continue;
    found.set(module, new Set([...definedNames(source), ...(nativeNames[module] ?? [])]));
  }
  return found;
}
