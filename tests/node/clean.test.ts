import { describe, expect, test } from 'vitest';
import { cleanSource } from '../../web/runtime/clean.ts';

const clean = (text: string) => cleanSource(text, 'python');

describe('text that is code already', () => {
  test.each([
    ['a loop', 'for i in range(3):\n    print(i)\n'],
    ['a function with a blank line', 'def f(x):\n\n    return x\n\nf(1)'],
    ['typography inside strings', 's = "it’s “quoted” — a b"  # don’t\nprint(s)'],
    ['numbers at the ends of lines', 'a = 1\nb = 2\nc = 30\n'],
    ['an emoji with a joiner', 'print("👩\u200d💻")'],
    ['one indented line', '    return x'],
    ['a doctest in a docstring', 'def f():\n    """\n    >>> f()\n    1\n    """\n    return 1\n'],
    ['a list of numbers on lines of their own', 'x = [\n1,\n2,\n3,\n]\n'],
    ['nothing', ''],
    ['line ends of Windows', 'a = 1\r\nb = 2\r\n'],
  ])('%s stays', (_, text) => {
    expect(clean(text)).toBeNull();
  });
});

test('common indentation goes, the rest stays', () => {
  expect(clean('    if x:\n        y = 1\n\n    z = 2')).toEqual({
    text: 'if x:\n    y = 1\n\nz = 2',
    reasons: ['common indentation removed'],
  });
});

test('typographic quotes become straight, and what they quote stays', () => {
  expect(clean('print(“don’t”, ‘a’)')?.text).toBe('print("don’t", \'a\')');
  expect(clean('d[‘it’s’] = 1')?.text).toBe("d['it’s'] = 1");
  expect(clean('“““Doc.\nMore.”””')?.text).toBe('"""Doc.\nMore."""');
});

test('non-breaking spaces and minus signs become plain', () => {
  expect(clean('if x:\n\u00a0\u00a0\u00a0\u00a0y = x \u2212 1')?.text).toBe('if x:\n    y = x - 1');
});

test('zero-width characters go', () => {
  expect(clean('\ufeffx\u200b = 1')?.text).toBe('x = 1');
});

test('a Python session keeps its input only', () => {
  const session = '>>> x = 2\n>>> for i in range(x):\n...     print(i)\n...\n0\n1\n>>> x\n2';
  expect(clean(session)).toEqual({
    text: 'x = 2\nfor i in range(x):\n    print(i)\n\nx',
    reasons: ['prompts and output removed'],
  });
});

test('an IPython session keeps its input only', () => {
  const session =
    'In [1]: x = 2\n\nIn [2]: if x:\n   ...:     print(x)\n   ...: \n2\n\nIn [3]: x\nOut[3]: 2';
  expect(clean(session)?.text.trim()).toBe('x = 2\n\nif x:\n    print(x)\n\nx');
});

describe('line numbers', () => {
  const code = 'import torch\n\nif True:\n    print(1)';
  test.each([
    ['in front', '1 import torch\n2\n3 if True:\n4     print(1)'],
    ['in front with dots', '9. import torch\n10.\n11. if True:\n12.     print(1)'],
    ['in front with bars', ' 1 | import torch\n 2 |\n 3 | if True:\n 4 |     print(1)'],
    ['in a column above', '1\n2\n3\n4\nimport torch\n\nif True:\n    print(1)'],
    ['between the lines', '1\nimport torch\n2\n\n3\nif True:\n4\n    print(1)'],
  ])('%s go', (_, text) => {
    expect(clean(text)?.text.trimEnd()).toBe(code);
  });

  test('behind go', () => {
    expect(clean('a = f()  1\nb = g()  2\nc = h()  3')?.text).toBe('a = f()\nb = g()\nc = h()');
  });
});

test('a fence and a caption go', () => {
  expect(clean('```python\nx = 1\n```\n')?.text).toBe('x = 1');
  expect(clean('Copy code\nx = 1')?.text).toBe('x = 1');
});

test('in JavaScript, template strings and comments stay', () => {
  expect(cleanSource('const s = `“x”` // ’', 'javascript')).toBeNull();
});

test('cleaning twice changes nothing more', () => {
  const first = clean('    >>> print(“a”)\n    a')!.text;
  expect(first).toBe('print("a")');
  expect(clean(first)).toBeNull();
});
