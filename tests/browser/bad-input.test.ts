/** Whatever a reader runs, there is a clear message, and the page works on. */

import { describe, expect, test } from 'vitest';
import { type Playground, useBrowser, withPage } from './harness';

useBrowser();

const PYTHONS = ['micropython', 'cpython'] as const;

async function worksOn(playground: Playground): Promise<void> {
  await playground.type('import torch\nprint(torch.ones(2) * 3)');
  expect(await playground.run(60_000)).toBe('tensor([3., 3.])\n');
}

/** The one-based number of the marked line, by the gutter's order of lines. */
function markedLine(playground: Playground): Promise<number> {
  return playground.page.evaluate(() => {
    const lines = [...document.querySelectorAll('.cm-line')];
    return lines.findIndex((line) => line.classList.contains('cm-errorLine')) + 1;
  });
}

describe.each(PYTHONS)('on %s', (runtime) => {
  const cases = [
    {
      name: 'a syntax error',
      source: 'x = 1\ny = 2\nif x = y:\n    print(x)\n',
      line: 3,
      says: /SyntaxError/,
    },
    {
      name: 'a name that torch lacks, with the closest known names',
      source: 'import torch\n\ntorch.lnispace(0, 1, 3)\n',
      line: 3,
      says: /AttributeError.*lnispace[\s\S]*linspace/,
    },
    {
      name: 'torch.nosuch',
      source: 'import torch\nprint("before")\ntorch.nosuch(1)\n',
      line: 3,
      says: /before[\s\S]*AttributeError: module 'torch' has no attribute 'nosuch'/,
    },
    {
      name: 'shapes that do not fit',
      source: 'import torch\na = torch.ones(2, 3)\nb = torch.ones(4, 5)\na @ b\n',
      line: 4,
      says: /RuntimeError: mat1 and mat2 shapes cannot be multiplied \(2x3 and 4x5\)/,
    },
    {
      name: 'backward() on a non-scalar',
      source: 'import torch\nw = torch.ones(3, requires_grad=True)\n(w * 2).backward()\n',
      line: 3,
      says: /RuntimeError: grad can be implicitly created only for scalar outputs/,
    },
    {
      name: 'a 10 GB allocation',
      source: 'import torch\nx = torch.zeros(50000, 50000)\n',
      line: 2,
      says: /(?:RuntimeError|MemoryError).*(?:memory|allocate)/i,
    },
    {
      name: 'an error inside a function, at the deepest line of the snippet',
      source: 'def f(x):\n    return 1 / x\n\nprint("before")\nf(0)\n',
      line: 2,
      says: /before[\s\S]*ZeroDivisionError/,
    },
  ];

  test.each(cases)('$name', async ({ source, line, says }) => {
    await withPage({}, async (playground) => {
      await playground.chooseRuntime(runtime);
      await playground.type(source);
      const output = await playground.run(60_000);
      expect(output).toMatch(says);
      expect(await playground.status()).toMatch(/^Failed/);
      expect(await markedLine(playground)).toBe(line);
      expect(await playground.page.textContent('.cm-errorNote')).toMatch(/Error/);

      // The mark speaks of the old text: an edit removes it.
      await playground.page.keyboard.press('Control+End');
      await playground.page.keyboard.insertText('#');
      expect(await playground.page.locator('.cm-errorLine').count()).toBe(0);
      await worksOn(playground);
    });
  });

  test('a traceback line leads to the editor line', async () => {
    await withPage({}, async (playground) => {
      await playground.chooseRuntime(runtime);
      await playground.type('a = 1\nb = 2\nraise ValueError("no")\n');
      await playground.run(60_000);
      await playground.page.click('.line-link >> text=/line 3/');
      expect(await playground.page.textContent('.cm-activeLine')).toContain('raise ValueError');
    });
  });

  test('Stop ends an endless loop within a second, and the next Run works', async () => {
    await withPage({}, async (playground) => {
      await playground.chooseRuntime(runtime);
      await playground.type('print("in")\nwhile True:\n    pass\n');
      await playground.start();
      await playground.printed('in', 60_000);
      const pressed = performance.now();
      await playground.page.click('#run-button[data-state="running"]');
      const output = await playground.finished(1000);
      expect(performance.now() - pressed).toBeLessThan(1000);
      expect(output).toMatch(/in\nStopped after/);
      await worksOn(playground);
    });
  });

  test('an endless print leaves the page responsive and can be stopped', async () => {
    await withPage({}, async (playground) => {
      await playground.chooseRuntime(runtime);
      await playground.type('i = 0\nwhile True:\n    print("line", i)\n    i += 1\n');
      await playground.start();
      await playground.page.waitForSelector('.console-dropped:not([hidden])', { timeout: 60_000 });
      await playground.page.waitForTimeout(1000);
      await playground.page.keyboard.press('Control+.');
      const output = await playground.finished(1000);
      expect(output).toMatch(/line \d+\n/);
      expect(output.split('\n').length).toBeLessThan(11_000);
      await worksOn(playground);
    });
  });
});

describe('on JavaScript', () => {
  const cases = [
    {
      name: 'a syntax error',
      source: 'const x = 1;\nconst y = ;\nconsole.log(x);\n',
      line: 2,
      says: /SyntaxError/,
    },
    {
      name: 'a name that torch lacks, with the closest known names',
      source: 'const a = 1;\ntorch.lnispace(0, 1, 3);\n',
      line: 2,
      says: /lnispace[\s\S]*linspace/,
    },
    {
      name: 'shapes that do not fit',
      source: 'const a = torch.ones(2, 3);\nconst b = torch.ones(4, 5);\na.matmul(b);\n',
      line: 3,
      says: /mat1 and mat2 shapes cannot be multiplied \(2x3 and 4x5\)/,
    },
    {
      name: 'backward() on a non-scalar',
      source: 'const w = torch.ones(3, { requires_grad: true });\nw.mul(2).backward();\n',
      line: 2,
      says: /grad can be implicitly created only for scalar outputs/,
    },
    {
      name: 'a 10 GB allocation',
      source: 'console.log("before");\ntorch.zeros(50000, 50000);\n',
      line: 2,
      says: /before[\s\S]*(?:memory|allocate)/i,
    },
  ];

  test.each(cases)('$name', async ({ source, line, says }) => {
    await withPage({}, async (playground) => {
      await playground.chooseRuntime('javascript');
      await playground.type(source);
      expect(await playground.run()).toMatch(says);
      expect(await playground.status()).toMatch(/^Failed/);
      expect(await markedLine(playground)).toBe(line);
      await playground.type('console.log(torch.ones(2).mul(3));\n');
      expect(await playground.run()).toBe('tensor([3., 3.])\n');
    });
  });

  test('an endless print leaves the page responsive and can be stopped', async () => {
    await withPage({}, async (playground) => {
      await playground.chooseRuntime('javascript');
      await playground.type('for (let i = 0; ; i++) console.log("line", i);\n');
      await playground.start();
      await playground.finished(30_000);
      // Its lines are drawn a few hundred a frame.
      await playground.printed('Stopped: the snippet printed more than 50,000 lines');
      const output = await playground.output();
      expect(output).toMatch(/line \d+\n/);
      expect(output.split('\n').length).toBeLessThan(11_000);
      await playground.type('console.log(1 + 1);\n');
      expect(await playground.run()).toBe('2\n');
    });
  });

  test('Stop ends an endless loop within a second, and the next Run works', async () => {
    await withPage({}, async (playground) => {
      await playground.chooseRuntime('javascript');
      await playground.type('console.log("in");\nfor (;;) {}\n');
      await playground.start();
      await playground.page.waitForTimeout(500);
      const pressed = performance.now();
      await playground.page.click('#run-button[data-state="running"]');
      await playground.finished(1000);
      expect(performance.now() - pressed).toBeLessThan(1000);
      await playground.type('console.log(1 + 1);\n');
      expect(await playground.run()).toBe('2\n');
    });
  });
});
