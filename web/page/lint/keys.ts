/** Keys that stand in a snippet, by the patterns of those who issue them. */
import type { Note } from './notes';
import type { Program } from './program';

const PROVIDERS: [name: string, pattern: RegExp][] = [
  ['ANTHROPIC_API_KEY', /^sk-ant-[\w-]{16,}$/],
  ['OPENAI_API_KEY', /^sk-(?:proj-)?[\w-]{16,}$/],
  ['AWS_ACCESS_KEY_ID', /^(?:AKIA|ASIA)[0-9A-Z]{16}$/],
  ['GOOGLE_API_KEY', /^AIza[\w-]{35}$/],
  ['GITHUB_TOKEN', /^(?:gh[pousr]_\w{36,}|github_pat_\w{22,})$/],
  ['HF_TOKEN', /^hf_[A-Za-z0-9]{20,}$/],
  ['SLACK_TOKEN', /^xox[abeoprs]-[\w-]{10,}$/],
  ['STRIPE_API_KEY', /^[rs]k_(?:live|test)_\w{16,}$/],
];
const NAMED = /(?:api_?key|secret|token|password|passwd)$/i;

/** A value that looks drawn at random: long, one word, with digits among letters. */
const random = (value: string) =>
  value.length >= 16 && /^[\w+/=.-]+$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value);

export function* hardCodedKeys(program: Program): Generator<Note> {
  for (const node of program.strings) {
    const match = /^([A-Za-z]*)(['"])(.*)\2$/.exec(program.of(node));
    if (match?.[1] !== '') continue;
    const value = match[3]!;
    const assigned = node.prevSibling?.name === 'AssignOp' ? node.prevSibling.prevSibling : null;
    const target = assigned ? program.of(assigned).split('.').at(-1)! : '';
    const provider = PROVIDERS.find(([, pattern]) => pattern.test(value))?.[0];
    if (!provider && !(NAMED.test(target) && random(value))) continue;
    const name = provider ?? target.toUpperCase();
    const edits = [{ from: node.from, to: node.to, insert: `os.environ["${name}"]` }];
    if (!/^\s*import\s+os\b/m.test(program.text)) {
      edits.unshift({ from: 0, to: 0, insert: 'import os\n' });
    }
    yield {
      rule: 'hard-coded-key',
      from: node.from,
      to: node.to,
      text: 'A key in the code goes wherever the code goes: into links, commits and screenshots. Keep it in .env and read it from the environment.',
      fixes: [{ title: 'Move to .env', edits, secret: { name, value } }],
    };
  }
}
