// The notebook's parts that need no page: its files, and the value of a cell's last line.
import { expect, test } from 'vitest';
import { fromIpynb, toIpynb } from '../../web/notebook/ipynb.ts';
import { showLast } from '../../web/notebook/show-last.ts';

const SHOWN = '(lambda _: None if _ is None else print(repr(_)))';

test.each([
  ['x', `${SHOWN}((x))`],
  ['x = 1\nx + 1  # two\n', `x = 1\n${SHOWN}((x + 1))  # two\n`],
  ['a, b', `${SHOWN}((a, b))`],
  ['f(\n    1,\n)', `${SHOWN}((f(\n    1,\n)))`],
  ['x = 1', 'x = 1'],
  ['x;', 'x;'],
  ['print(x)', 'print(x)'],
  ['if x:\n    x', 'if x:\n    x'],
  ['def f(:', 'def f(:'],
  ['', ''],
])('%j shows its value: %j', (source, shown) => {
  expect(showLast(source)).toBe(shown);
});

test('a notebook survives being saved and opened', () => {
  const data = {
    title: 'lesson',
    cells: [
      { kind: 'markdown' as const, source: '# Title\ntext', outputs: [], count: null },
      {
        kind: 'code' as const,
        source: 'print(1)\nboom()\n',
        outputs: [
          { kind: 'out' as const, text: '1\n' },
          { kind: 'error' as const, text: "Traceback\nNameError: name 'boom'" },
        ],
        count: 3,
      },
    ],
  };
  expect(fromIpynb(toIpynb(data), 'lesson')).toEqual({ data, left: 0 });
});

test('what others write is read, and what isn’t text is counted', () => {
  const { data, left } = fromIpynb(
    JSON.stringify({
      nbformat: 4,
      cells: [
        { cell_type: 'raw', source: 'raw' },
        {
          cell_type: 'code',
          source: ['a\n', 'b'],
          outputs: [
            { output_type: 'execute_result', data: { 'text/plain': ['42'] } },
            {
              output_type: 'display_data',
              data: { 'image/png': 'AAAA', 'text/plain': '<Figure>' },
            },
            { output_type: 'error', traceback: ['\u001b[0;31mValueError\u001b[0m: no'] },
          ],
        },
      ],
    }),
    'x',
  );
  expect(left).toBe(1);
  expect(data.cells).toEqual([
    { kind: 'markdown', source: 'raw', outputs: [], count: null },
    {
      kind: 'code',
      source: 'a\nb',
      outputs: [
        { kind: 'out', text: '42\n' },
        { kind: 'error', text: 'ValueError: no' },
      ],
      count: null,
    },
  ]);
  expect(() => fromIpynb('x', 'x')).toThrow('it isn’t JSON');
  expect(() => fromIpynb('{"worksheets": []}', 'x')).toThrow('it has no cells');
});
