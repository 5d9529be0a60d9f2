/** What to think of a file, in plain words. */

import type { JudgedGlobal, Section } from './inspect';
import { fullName } from './values';

/** From harmless to harmful. */
export const LEVELS = ['data', 'tensors', 'layers', 'unknown', 'danger'] as const;
export type Level = (typeof LEVELS)[number];

export interface Verdict {
  level: Level;
  title: string;
  text: string;
  /** Some pickle is cut off, or would stop with an error. */
  broken: boolean;
}

const OF_JUDGEMENT = {
  plain: 'data',
  tensor: 'tensors',
  layer: 'layers',
  unknown: 'unknown',
  danger: 'danger',
} as const;

/** Names that fit into a title. */
const SHOWN = 3;

function list(texts: readonly string[]): string {
  const shown = texts.slice(0, SHOWN).join(', ');
  const left = texts.length - SHOWN;
  return left > 0 ? `${shown} and ${left} more` : shown;
}

/** The calls of dangerous names, or the names where none is called. */
function deeds(globals: readonly JudgedGlobal[]): { verb: string; what: string } {
  const calls = globals.flatMap((use) => use.calls.map(({ text }) => text));
  if (calls.length > 0) return { verb: 'execute', what: list([...new Set(calls)]) };
  return { verb: 'import', what: list(globals.map(fullName)) };
}

export function verdict(sections: readonly Section[]): Verdict {
  const globals = sections.flatMap((section) => section.globals);
  let worst = 0;
  for (const use of globals) {
    worst = Math.max(worst, LEVELS.indexOf(OF_JUDGEMENT[use.judgement]));
    // Changing what was imported, not an object made of it, changes it for the whole program.
    if (use.uses.has('state set')) worst = Math.max(worst, LEVELS.indexOf('danger'));
  }
  const problem = sections.find(({ code, fault }) => code.problem ?? fault);
  const broken = problem !== undefined;
  const level = LEVELS[worst] as Level;
  return { level, broken, ...words(level, globals, broken) };
}

function words(
  level: Level,
  globals: readonly JudgedGlobal[],
  broken: boolean,
): { title: string; text: string } {
  const but = broken
    ? 'The file is broken, though; what could be read holds '
    : 'Loading it makes ';
  switch (level) {
    case 'data':
      return {
        title: broken ? 'Broken, and no danger in what could be read' : 'Safe data',
        text: `${but}plain values and containers, and nothing else.`,
      };
    case 'tensors':
      return {
        title: broken
          ? 'Broken, and no danger in what could be read'
          : 'Only tensors and containers',
        text: `${but}tensors, arrays, plain values and containers, and nothing else.`,
      };
    case 'layers':
      return {
        title: 'Layers, tensors and containers',
        text: `${but}a whole model: objects of PyTorch's own classes. None of the names is known to do harm; a file of weights only (a state_dict) would need less trust.`,
      };
    case 'unknown': {
      const unknown = globals.filter(({ judgement }) => judgement === 'unknown');
      const called = unknown.some(({ uses }) => uses.has('called'));
      return {
        title: `Unknown ${unknown.length === 1 ? 'global' : 'globals'}: ${list(unknown.map(fullName))}`,
        text: `Loading it would import ${called ? 'and call ' : ''}code that this page doesn't know. Load it only if you trust who made the file.`,
      };
    }
    case 'danger': {
      const dangerous = globals.filter(({ judgement }) => judgement === 'danger');
      const changed = globals.filter(({ uses }) => uses.has('state set'));
      if (dangerous.length === 0) {
        return {
          title: `Would change ${list(changed.map(fullName))}`,
          text: 'Loading it would change what it imports, for the whole program. Do not load it.',
        };
      }
      const { verb, what } = deeds(dangerous);
      const reasons = [...new Set(dangerous.map(({ why }) => why))];
      return {
        title: `Would ${verb}: ${what}`,
        text: `Do not load this file. Of the names it uses, ${list(
          dangerous.map((use) => fullName(use)),
        )}: ${list(reasons)}.${broken ? " That it is broken doesn't help: pickles run as they are read." : ''}`,
      };
    }
  }
}
