/** The page's models, apart from any screen: losses, hook events, graphs, files, languages. */

import { EXAMPLES, parseExample } from '@examples/index';
import { asText, cleanPath, FileStore } from '@page/file-store';
import { excerpt, type GraphNode } from '@page/graph/model';
import { hooksCsv } from '@page/hook-csv';
import { flagsOf } from '@page/hook-flags';
import { HookLog, MAX_EVENTS } from '@page/hook-log';
import { detectLanguage } from '@page/language';
import { alignSeries, LossSeries } from '@page/loss-series';
import { describe, expect, test } from 'vitest';

describe('LossSeries', () => {
  test('keeps every value while they are few', () => {
    const series = new LossSeries('loss');
    series.push([3, 2, 1]);
    expect(series.points()).toEqual({ steps: [1, 2, 3], values: [3, 2, 1] });
    expect(series.last).toBe(1);
  });

  test('does not take a loss that is no number for 0', () => {
    const series = new LossSeries('loss');
    series.push([3, null, 1]);
    expect(series.points().values).toEqual([3, Number.NaN, 1]);
    series.push([null]);
    expect(series.last).toBeNaN();
  });

  test('averages neighbours when they are many, and ends with the last value', () => {
    const series = new LossSeries('loss');
    const values = Array.from({ length: 100_001 }, (_, i) => i);
    for (let i = 0; i < values.length; i += 777) series.push(values.slice(i, i + 777));
    const points = series.points();
    expect(points.steps.length).toBeLessThan(2100);
    expect(points.steps.length).toBeGreaterThan(900);
    expect(series.count).toBe(100_001);
    expect(points.steps.at(-1)).toBe(100_001);
    expect(points.values.at(-1)).toBe(100_000);
    // A mean of consecutive integers lies in their middle, whatever the stride.
    const middle = points.steps[500]! - 1 - (series.stride - 1) / 2;
    expect(points.values[500]).toBe(middle);
    expect(points.steps).toEqual([...points.steps].sort((a, b) => a - b));
  });
});

test('alignSeries puts several series on one axis', () => {
  expect(
    alignSeries([
      { steps: [1, 2, 3], values: [9, 8, 7] },
      { steps: [2, 4], values: [5, null] },
    ]),
  ).toEqual([
    [1, 2, 3, 4],
    [9, 8, 7, null],
    [null, 5, null, null],
  ]);
});

describe('HookLog', () => {
  const event = (module: string, kind = 'forward') => ({
    module,
    class: 'Linear',
    kind,
    dtype: 'float32',
    shapes: '[2, 3]',
    min: 0,
    mean: 0,
    max: 0,
    std: 0,
    nans: 0,
    infs: 0,
    ms: 0,
    depth: 0,
    bins: [],
  });

  test('filters by module and kind, also for events that come later', () => {
    const log = new HookLog();
    log.add([event('fc1'), event('fc2', 'backward'), event('relu')]);
    log.filter('FC', '');
    expect(log.rows.map((row) => row.module)).toEqual(['fc1', 'fc2']);
    log.add([event('fc3', 'backward'), event('tanh')]);
    expect(log.rows.map((row) => row.module)).toEqual(['fc1', 'fc2', 'fc3']);
    log.filter('fc', 'backward');
    expect(log.rows.map((row) => row.seq)).toEqual([2, 4]);
  });

  test('keeps the latest events and counts the others', () => {
    const log = new HookLog();
    log.filter('odd', '');
    const many = Array.from({ length: MAX_EVENTS + 500 }, (_, i) => event(i % 2 ? 'odd' : 'even'));
    log.add(many);
    log.add(many);
    expect(log.total).toBe(2 * many.length);
    expect(log.dropped).toBe(log.total - MAX_EVENTS);
    expect(log.rows.length).toBe(MAX_EVENTS / 2);
    expect(log.rows.at(-1)!.seq).toBe(log.total);
  });
});

test('flags tell bad numbers in any event and bad sizes in gradients', () => {
  const size = (max: number | null) => ({ min: 0, max, nans: 0, infs: 0 });
  expect(flagsOf({ kind: 'forward', ...size(1e9) })).toEqual([]);
  expect(flagsOf({ kind: 'forward', ...size(1), nans: 2, infs: 1 })).toEqual(['nan', 'inf']);
  expect(flagsOf({ kind: 'backward', ...size(0) })).toEqual(['zero']);
  expect(flagsOf({ kind: 'backward', ...size(1e-9) })).toEqual(['vanishing']);
  expect(flagsOf({ kind: 'tensor', ...size(1e9) })).toEqual(['exploding']);
  expect(flagsOf({ kind: 'backward', ...size(null), nans: 1 })).toEqual(['nan']);
  expect(flagsOf({ kind: 'backward', ...size(0.1) })).toEqual([]);
});

describe('excerpt of a graph', () => {
  const node = (id: number, kind: GraphNode['kind']): GraphNode => ({
    id,
    name: `n${id}`,
    kind,
    shape: [],
    dtype: 'float32',
  });

  test('turns edges so that they run from inputs to the loss', () => {
    const nodes = [node(1, 'root'), node(2, 'op'), node(3, 'leaf')];
    const backward = [
      { from: 1, to: 2 },
      { from: 2, to: 3 },
    ];
    const forward = [
      { from: 2, to: 1 },
      { from: 3, to: 2 },
    ];
    expect(excerpt({ nodes, edges: backward }).edges).toEqual(forward);
    expect(excerpt({ nodes, edges: forward }).edges).toEqual(forward);
  });

  test('keeps the nodes nearest to the loss', () => {
    const nodes = [node(0, 'root'), ...Array.from({ length: 999 }, (_, i) => node(i + 1, 'op'))];
    const edges = nodes.slice(1).map(({ id }) => ({ from: id - 1, to: id }));
    const part = excerpt({ nodes, edges }, 10);
    expect(part.total).toBe(1000);
    expect(part.nodes.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(part.edges).toHaveLength(9);
  });
});

describe('files', () => {
  test.each([
    ['.env', '.env'],
    ['/data//points.csv', 'data/points.csv'],
    ['a\\b.txt', 'a/b.txt'],
    ['./x', 'x'],
    ['../x', null],
    ['a/../../x', null],
    ['  ', null],
    ['/', null],
  ])('cleanPath(%j) is %j', (raw, clean) => {
    expect(cleanPath(raw)).toBe(clean);
  });

  test('asText refuses what is no text', () => {
    expect(asText(new TextEncoder().encode('grüße'))).toBe('grüße');
    expect(asText(new Uint8Array([1, 0, 2]))).toBeNull();
    expect(asText(new Uint8Array([0xff, 0xfe]))).toBeNull();
  });

  test('a run changes and deletes', () => {
    const store = new FileStore();
    let told = 0;
    store.onChange(() => {
      told += 1;
    });
    store.set('a', new Uint8Array([1]));
    store.apply({ changed: { b: new Uint8Array([2]) }, deleted: ['a'] });
    expect(store.names()).toEqual(['b']);
    expect(store.snapshot()).toEqual({ b: new Uint8Array([2]) });
    expect(told).toBe(2);
  });
});

describe('examples', () => {
  test.each(EXAMPLES.map((example) => [example.filename, example] as const))(
    '%s is complete, and its language is plain to see',
    (_, example) => {
      expect(example.title.length).toBeLessThan(50);
      expect(example.about).toMatch(/\.$/);
      expect(example.source).not.toMatch(/^(?:#|\/\/) title:/m);
      expect(detectLanguage(example.source)).toBe(example.language);
    },
  );

  test('front matter gives files their lines', () => {
    const example = parseExample(
      'x.py',
      '# title: T\n# about: A.\n# group: G\n# order: 3\n# file .env: A=1\\nB=2\n\nprint(1)\n',
    );
    expect(example.files).toEqual({ '.env': 'A=1\nB=2\n' });
    expect(example.source).toBe('print(1)\n');
    expect(example).toMatchObject({ name: 'x', order: 3, language: 'python' });
  });

  test('front matter that lacks a field is an error', () => {
    expect(() => parseExample('x.py', '# title: T\nprint(1)\n')).toThrow('incomplete front matter');
  });
});

describe('detectLanguage', () => {
  test.each([
    ['', 'python'],
    ['x = 1', 'python'],
    ['for i in range(3):\n    print(i)', 'python'],
    ['const a = torch.tensor([1, 2]);\nconsole.log(a);', 'javascript'],
    ['let x = 1\nx += 1', 'javascript'],
    ['import torch\nw = torch.ones(2)\nprint({"a": 1})', 'python'],
    ['// a comment\nfor (const x of [1, 2]) {\n  print(x);\n}', 'javascript'],
  ])('%j is %s', (source, language) => {
    expect(detectLanguage(source)).toBe(language);
  });
});

test('hook events become CSV that keeps commas, quotes and missing numbers', () => {
  const event = {
    seq: 7,
    module: 'say "a, b"',
    class: 'Linear',
    kind: 'forward',
    shapes: '[2, 1]',
    dtype: 'float32',
    min: -0.5,
    mean: null,
    max: 1e-9,
    std: 0,
    nans: 0,
    infs: 2,
    ms: null,
    depth: 1,
    bins: [3, 0, 1],
  };
  expect(hooksCsv([event])).toBe(
    'seq,module,class,kind,shapes,dtype,min,mean,max,std,nans,infs,ms,depth,flags,bins\r\n' +
      '7,"say ""a, b""",Linear,forward,"[2, 1]",float32,-0.5,,1e-9,0,0,2,,1,inf,3 0 1\r\n',
  );
});
