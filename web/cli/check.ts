/** `gradbox check`: runs the snippets of Markdown files and compares what they print. */
import { readFileSync } from 'node:fs';
import type { RunMessage, RuntimeChoice } from '@runtime/protocol.ts';
import { type Fenced, fencedSnippets, matches } from './markdown.ts';
import { PythonProgram } from './python-program.ts';
import { type Ran, SnippetWorker } from './snippet-worker.ts';

const TIME_LIMIT = 60_000;

interface Result {
  snippet: Fenced;
  printed: string;
  /** The error's whole text. */
  error?: string;
  /** An earlier snippet of its session failed. */
  unreached?: boolean;
}

/** Runs programs: our worker, or a Python of this machine. */
interface Runner {
  run(request: Omit<RunMessage, 'type' | 'id'>, limit: number): Promise<Ran>;
  end(): void;
}

/**
 * Runs the files' snippets one after the other; prints a report and gives the exit code.
 *
 * @param python runs Python snippets with this interpreter, and no others
 */
export async function check(
  files: readonly string[],
  runtime: RuntimeChoice,
  python?: string,
): Promise<number> {
  const worker: Runner = python ? new PythonProgram(python) : new SnippetWorker();
  const count = { passed: 0, failed: 0, skipped: 0 };
  const say = (text: string) => process.stdout.write(`${text}\n`);
  try {
    for (const file of files) {
      say(file);
      let all: Fenced[];
      try {
        all = fencedSnippets(readFileSync(file, 'utf8'));
      } catch (error) {
        count.failed++;
        say(`  ✗ ${(error as Error).message}`);
        continue;
      }
      const results = new Map<Fenced, Result>();
      const here = ({ language, only }: Fenced) => !python || (language === 'python' && !only);
      const chosen = all.filter((snippet) => !snippet.skip && here(snippet));
      for (const session of new Set(chosen.map((snippet) => snippet.session))) {
        const together = chosen.filter((snippet) => snippet.session === session);
        for (const result of await runSession(worker, together, runtime)) {
          results.set(result.snippet, result);
        }
      }
      for (const snippet of all) {
        const result = results.get(snippet);
        if (!result) {
          count.skipped++;
          continue;
        }
        const problem = judge(result);
        if (problem) count.failed++;
        else count.passed++;
        say(`  ${problem ? '✗' : '✓'} line ${snippet.line}${problem ? `: ${problem}` : ''}`);
      }
      if (all.length === 0) say('  no snippets');
    }
  } finally {
    worker.end();
  }
  const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
  say(`${count.passed} passed, ${count.failed} failed${skipped}`);
  return count.failed > 0 ? 1 : 0;
}

/** What is wrong with it, or an empty text. */
function judge({ snippet: { expected, role }, printed, error, unreached }: Result): string {
  if (unreached) return 'not reached, because an earlier snippet of its session failed';
  const indented = (text: string, mark: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => `      ${mark} ${line}`)
      .join('\n');
  const whole = error ? `${printed}${error}\n` : printed;
  if (role !== 'snippet' && expected === null) return 'no output says what the exercise asks for';
  if (role === 'exercise') {
    return matches(expected!, whole) ? 'the exercise prints what it asks for as it stands' : '';
  }
  if (expected === null) return error ? `it failed\n${indented(error, '+')}` : '';
  if (matches(expected, whole)) return '';
  return `it prints something else\n${indented(expected, '-')}\n${indented(whole, '+')}`;
}

/** The snippets of a session as one program, with a mark where each begins. */
async function runSession(
  worker: Runner,
  snippets: Fenced[],
  runtime: RuntimeChoice,
): Promise<Result[]> {
  const { language } = snippets[0]!;
  const fits = (name: RuntimeChoice) =>
    name === 'auto' || (name === 'javascript') === (language === 'javascript');
  const own = snippets.find((snippet) => snippet.runtime)?.runtime;
  const mark = `--- ${Math.random().toString(36).slice(2)} ---`;
  const print = language === 'python' ? `print("${mark}")` : `console.log("${mark}");`;
  const { printed, error } = await worker.run(
    {
      source: snippets
        .map(({ setup, source }) => `${print}\n${setup === '' ? '' : `${setup}\n`}${source}\n`)
        .join(''),
      runtime: own ?? (fits(runtime) ? runtime : 'auto'),
      language,
      filename: language === 'python' ? 'snippet.py' : 'snippet.js',
      files: Object.fromEntries(
        snippets
          .flatMap(({ files }) => Object.entries(files))
          .map(([name, text]) => [name, new TextEncoder().encode(`${text}\n`)]),
      ),
      env: {},
    },
    TIME_LIMIT,
  );
  const parts = printed.split(`${mark}\n`).slice(1);
  // A syntax error anywhere keeps all of them from running.
  const last = Math.max(parts.length - 1, 0);
  return snippets.map((snippet, i) => ({
    snippet,
    printed: parts[i] ?? '',
    ...(error && i === last ? { error } : {}),
    ...(i > last ? { unreached: true } : {}),
  }));
}
