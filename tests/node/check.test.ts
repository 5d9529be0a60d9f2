// `gradbox check`: what counts as a snippet and as its output, and the report.
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fencedSnippets, matches } from '../../web/cli/markdown.ts';

const cli = new URL('../../build/node/cli.mjs', import.meta.url).pathname;

function check(markdown: string, ...args: string[]): Promise<{ code: number; stdout: string }> {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'gradbox-')), 'text.md');
  writeFileSync(file, markdown);
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, 'check', file, ...args], (error, stdout) => {
      resolve({ code: error ? Number(error.code) : 0, stdout: stdout.replace(`${file}\n`, '') });
    });
  });
}

const fence = (info: string, text: string) => `\`\`\`${info}\n${text}\n\`\`\`\n`;

describe('snippets', () => {
  it('have the output that follows directly', () => {
    const text =
      `# Title\n\n${fence('python', 'print(1)')}\n${fence('', '1')}` +
      `${fence('py', 'print(2)')}\nIn between.\n\n${fence('output', '2')}${fence('bash', 'ls')}`;
    expect(
      fencedSnippets(text).map(({ line, source, expected }) => [line, source, expected]),
    ).toEqual([
      [4, 'print(1)', '1'],
      [11, 'print(2)', null],
    ]);
  });

  it('take words on their fence', () => {
    const [a, b, c] = fencedSnippets(
      fence('python session', 'a') +
        fence('{.python session=x runtime=cpython}', 'b') +
        fence('js skip', 'c'),
    );
    expect([a!.session, b!.session, b!.runtime, c!.skip, c!.language]).toEqual([
      'python',
      'x',
      'cpython',
      true,
      'javascript',
    ]);
  });

  it('may stand in longer fences, which hold others as text', () => {
    expect(fencedSnippets(`\`\`\`\`md\n${fence('python', 'print(1)')}\`\`\`\`\n`)).toEqual([]);
  });
});

describe('output', () => {
  it.each([
    ['1\n2', '1\n2\n', true],
    ['1', '1\n2\n', false],
    ['1\n...\n4', '1\n2\n3\n4\n', true],
    ['1\n...', '2\n', false],
    ['[1, ...]', '[1, 2]\n', false],
    [
      'Traceback (most recent call last):\n  ...\nValueError: no',
      'Traceback (most recent call last):\n  File "snippet.py", line 1\nValueError: no\n',
      true,
    ],
  ])('%j against %j: %s', (expected, printed, right) => {
    expect(matches(expected, printed)).toBe(right);
  });
});

describe('the command', () => {
  it('passes what is right, shows what differs, and fails', async () => {
    const { code, stdout } = await check(
      fence('python', 'print(1 + 1)') +
        fence('output', '2') +
        fence('python', 'print(3)') +
        fence('', '4'),
    );
    expect(code).toBe(1);
    expect(stdout).toBe(
      '  ✓ line 2\n  ✗ line 8: it prints something else\n      - 4\n      + 3\n1 passed, 1 failed\n',
    );
  });

  it('shares a session where the fences say so', async () => {
    const shared =
      fence('python session', 'x = 20') + fence('python session', 'print(x + 1)') + fence('', '21');
    expect(await check(shared)).toEqual({
      code: 0,
      stdout: '  ✓ line 2\n  ✓ line 5\n2 passed, 0 failed\n',
    });
    const apart = fence('python', 'x = 20') + fence('python', 'print(x)');
    const { code, stdout } = await check(apart);
    expect(code).toBe(1);
    expect(stdout).toContain("NameError: name 'x' is not defined");
  });

  it('runs JavaScript, and Python on the runtime that is asked for', async () => {
    const text =
      fence('js', 'console.log(torch.ones(2))') +
      fence('', 'tensor([1., 1.])') +
      fence('python', 'import sys\nprint(sys.implementation.name)') +
      fence('', 'cpython');
    expect((await check(text, '--runtime', 'cpython')).stdout).toContain('2 passed, 0 failed');
  });
});
