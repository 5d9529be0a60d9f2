/** Tells Python from JavaScript by what a reader would look at. */

import type { Language } from '@runtime/protocol';

const PYTHON = [
  /^\s*(?:def|class)\s+\w+.*:\s*(?:#.*)?$/m,
  /^\s*(?:import\s+[\w.]+(?:\s+as\s+\w+)?|from\s+[\w.]+\s+import\s.*)\s*(?:#.*)?$/m,
  /^\s*(?:if|elif|else|for|while|with|try|except)\b.*:\s*(?:#.*)?$/m,
  /\bprint\s*\(/,
  /^\s*#/m,
  /\b(?:None|True|False|self)\b/,
];

const JAVASCRIPT = [
  /^\s*(?:const|let|var)\s+[\w{[]/m,
  /=>/,
  /\bconsole\.\w+\s*\(/,
  /^\s*(?:async\s+)?function\b/m,
  /;\s*(?:\/\/.*)?$/m,
  /^\s*(?:\/\/|\/\*)/m,
  /\bnew\s+[\w.]+\s*\(/,
  /^\s*import\b.*\bfrom\s+['"]/m,
  /\}\s*$/m,
];

const hits = (patterns: readonly RegExp[], text: string): number =>
  patterns.filter((pattern) => pattern.test(text)).length;

/** The language of a snippet; Python when nothing tells. */
export function detectLanguage(source: string): Language {
  // The beginning tells, and a huge paste must not be scanned on each key.
  const text = source.slice(0, 20_000);
  return hits(JAVASCRIPT, text) > hits(PYTHON, text) ? 'javascript' : 'python';
}
