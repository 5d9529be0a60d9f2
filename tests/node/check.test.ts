// `gradbox check`: what counts as a snippet and as its output, and the report.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fencedSnippets, matches } from '../../web/cli/markdown.ts';
import { scratchFolder } from './scratch.ts';

const cli = new URL('../../build/node/cli.mjs', import.meta.url).pathname;

function check(markdown: string, ...args: string[]): Promise<{ code: number; stdout: string }> {
  const file = path.join(scratchFolder(), 'text.md');
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

  it('may be exercises, and take hidden code and files', () => {
    const [exercise, solution] = fencedSnippets(
      `${fence('python hidden=start', 'x = 1')}${fence('ini file=.env', 'KEY=2')}
${fence('python exercise after=start with=.env', 'print(x)')}
${fence('output', '2')}
${fence('python solution', 'print(x + 1)')}`,
    );
    expect(exercise).toMatchObject({
      role: 'exercise',
      source: 'print(x)',
      expected: '2',
      setup: 'x = 1',
      files: { '.env': 'KEY=2' },
    });
    expect(solution).toMatchObject({
      role: 'solution',
      source: 'print(x + 1)',
      expected: '2',
      setup: 'x = 1',
      files: { '.env': 'KEY=2' },
    });
    expect(() => fencedSnippets(fence('python after=nowhere', ''))).toThrow(
      'line 2: no hidden block nowhere before it',
    );
    expect(() => fencedSnippets(fence('python solution', ''))).toThrow('without an exercise');
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

  it('checks exercises: the solution is right, and the start isn’t yet', async () => {
    const exercise = (start: string, goal: string, solution: string) =>
      `${fence('python exercise', start)}${fence('output', goal)}${fence('python solution', solution)}`;
    expect(await check(exercise('print(1)', '2', 'print(1 + 1)'))).toEqual({
      code: 0,
      stdout: '  ✓ line 2\n  ✓ line 8\n2 passed, 0 failed\n',
    });
    const solved = await check(exercise('print(2)', '2', 'print(2)'));
    expect(solved.stdout).toContain('✗ line 2: the exercise prints what it asks for as it stands');
    const wrong = await check(exercise('print(1)', '2', 'print(3)'));
    expect(wrong.stdout).toContain('✗ line 8: it prints something else\n      - 2\n      + 3');
    const endless = await check(fence('python exercise', 'print(1)'));
    expect(endless.stdout).toContain('no output says what the exercise asks for');
  });

  it('gives snippets their hidden code and files', async () => {
    const text =
      fence('python hidden=two', 'x = 2') +
      fence('text file=data/a.txt', 'from a file') +
      fence('python after=two with=data/a.txt', 'print(x, open("data/a.txt").read(), end="")') +
      fence('output', '2 from a file');
    expect(await check(text)).toEqual({
      code: 0,
      stdout: '  ✓ line 8\n1 passed, 0 failed\n',
    });
  });

  it('runs them with another Python, where only it can say what is right', async () => {
    const text =
      fence('python', 'import sys, torch\nprint(sys.platform, torch.ones(1))') +
      fence('output', 'linux tensor([1.])') +
      fence('python gradbox', 'import sys\nprint(sys.platform)') +
      fence('python', 'raise ValueError("no")') +
      fence('output', 'Traceback (most recent call last):\n...\nValueError: no');
    const { code, stdout } = await check(text, '--python', '/usr/bin/python3');
    expect(stdout).toBe('  ✓ line 2\n  ✓ line 13\n2 passed, 0 failed, 1 skipped\n');
    expect(code).toBe(0);
    expect((await check(fence('python', ''), '--python', '/nowhere')).stdout).toContain(
      '/nowhere: spawn /nowhere ENOENT',
    );
  });
});
