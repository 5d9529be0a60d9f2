// The Model tab's pure parts: the graph as it is drawn, filled inputs, outputs as text, the snippet.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { categoryOf } from '../../web/page/model/categories.ts';
import { otherFormat } from '../../web/page/model/formats.ts';
import {
  edgeLabels,
  find,
  learnShapes,
  shapeText,
  viewGraph,
  weightText,
} from '../../web/page/model/graph.ts';
import {
  filled,
  fillsFor,
  fromCsv,
  fromJson,
  fromPixels,
  imageLayout,
  imageSize,
  likelySize,
  openSizes,
  sampleOf,
  sequenceFromJson,
  sequenceOf,
  shapeWith,
} from '../../web/page/model/inputs.ts';
import { npyBytes } from '../../web/page/model/npy.ts';
import { pictureOf } from '../../web/page/model/output-picture.ts';
import { best, outputsJson, rowsOf } from '../../web/page/model/outputs.ts';
import { pythonSnippet, trainingSnippet } from '../../web/page/model/snippet.ts';
import { heat, timesOf } from '../../web/page/model/times.ts';
import type { GraphInfo, NodeInfo, ValueInfo } from '../../web/runtime/model/messages.ts';
import { histogram } from '../../web/runtime/model/statistics.ts';

const node = (op: string, inputs: string[], outputs: string[], more: Partial<NodeInfo> = {}) => ({
  name: '',
  op_type: op,
  domain: '',
  inputs,
  outputs,
  attributes: [],
  ...more,
});
const value = (name: string, shape: ValueInfo['shape'], dtype = 'float32'): ValueInfo => ({
  name,
  type: `tensor(${dtype === 'float32' ? 'float' : dtype})`,
  dtype,
  ...(shape ? { shape } : {}),
});
const graph = (parts: Partial<GraphInfo>): GraphInfo => ({
  name: 'g',
  nodes: [],
  initializers: [],
  inputs: [],
  outputs: [],
  value_infos: [],
  ...parts,
});
const edgesOf = (g: GraphInfo) => {
  const { nodes, edges } = viewGraph(g);
  return edges.map(({ from, to }) => `${nodes[from]!.title}>${nodes[to]!.title}`);
};

test('weights and constants stand on the nodes that use them', () => {
  const view = viewGraph(
    graph({
      inputs: [value('x', ['N', 3]), value('w', [3, 4])],
      outputs: [value('y', ['N', 2])],
      initializers: [
        { name: 'w', dtype: 'float32', shape: [3, 4] },
        { name: 'b', dtype: 'float32', shape: [4] },
      ],
      nodes: [
        node('Constant', [], ['s'], {
          attributes: [
            { name: 'value', type: 'TENSOR', value: { dtype: 'int64', shape: [2], data: [-1, 2] } },
          ],
        }),
        node('Gemm', ['x', 'w', 'b'], ['h'], { name: 'fc' }),
        node('Relu', ['h'], ['r']),
        node('Reshape', ['r', 's'], ['y']),
      ],
    }),
  );
  // `w` is an initializer, though the file lists it as an input too.
  expect(view.nodes.map(({ title }) => title)).toEqual(['x', 'Gemm', 'Relu', 'Reshape', 'y']);
  const weights = view.nodes.map((n) => n.weights.map((w) => `${w.role} ${weightText(w)}`));
  expect(weights).toEqual([[], ['B ⟨3×4⟩', 'C ⟨4⟩'], [], ['shape = [-1, 2]'], []]);
  expect(view.edges.map(({ value }) => value)).toEqual(['x', 'h', 'r', 'y']);
  expect(find(view, 'FC')).toEqual([1]);
  expect(find(view, 'relu')).toEqual([2]);
  expect(find(view, 'b')).toEqual([1]);
  expect(find(view, '  ')).toEqual([]);
});

test('what a subgraph takes from around it is an edge', () => {
  const branch = graph({
    nodes: [node('Add', ['a', 'z'], ['o']), node('Neg', ['o'], ['p'])],
    outputs: [value('p', [])],
  });
  const outer = graph({
    inputs: [value('a', []), value('c', [], 'bool')],
    nodes: [
      node('Abs', ['a'], ['z']),
      node('If', ['c'], ['y'], {
        attributes: [{ name: 'then_branch', type: 'GRAPH', value: branch }],
      }),
    ],
    outputs: [value('y', [])],
  });
  expect(edgesOf(outer)).toEqual(['a>Abs', 'c>If', 'a>If', 'Abs>If', 'If>y']);
});

test('cyclic files are drawn without what closes the circle', () => {
  const edges = edgesOf(
    graph({
      inputs: [value('x', [])],
      nodes: [
        node('Add', ['x', 'q'], ['p']),
        node('Mul', ['p', 'x'], ['q']),
        node('Neg', ['n'], ['n']),
      ],
      outputs: [value('q', [])],
    }),
  );
  expect(edges).toContain('x>Add');
  expect(edges).toContain('Add>Mul');
  expect(edges).not.toContain('Mul>Add');
  expect(edges).not.toContain('Neg>Neg');
});

test('times find their nodes, named or not', () => {
  const view = viewGraph(
    graph({
      nodes: [
        node('Relu', ['x'], ['a']),
        node('Conv', ['a'], ['b'], { name: 'c1' }),
        node('Relu', ['b'], ['d']),
      ],
    }),
  );
  const times = timesOf(view, [
    { name: '', op_type: 'Relu', ms: 1 },
    { name: 'c1', op_type: 'Conv', ms: 5 },
    { name: '', op_type: 'Relu', ms: 2 },
    { name: 'inside a subgraph', op_type: 'Add', ms: 3 },
  ]);
  expect([...times]).toEqual([
    [0, 1],
    [1, 5],
    [2, 2],
  ]);
  expect([heat(0, 4), heat(1, 4), heat(4, 4), heat(0, 0)]).toEqual([0, 0.5, 1, 0]);
});

test('open sizes are asked for by name', () => {
  const info = value('ids', ['N', null, 8], 'int64');
  expect(openSizes(info).map(({ name }) => name)).toEqual(['N', 'ids[1]']);
  expect(
    shapeWith(
      info,
      new Map([
        ['N', 2],
        ['ids[1]', 5],
      ]),
    ),
  ).toEqual([2, 5, 8]);
  expect(shapeText(info.shape)).toBe('N×?×8');
  expect(fillsFor(info)).toEqual(['uniform', 'zeros', 'ones', 'json']);
  expect(fillsFor(value('x', [1, 3, 32, 32]))).toContain('image');
  expect(fillsFor(value('x', ['N', 4]))).toContain('csv');
});

test('random inputs have the dtype and the distribution that was asked for', () => {
  const ids = filled(value('ids', [4, 500], 'int64'), [4, 500], 'uniform', { below: 7 });
  expect(ids.data).toBeInstanceOf(BigInt64Array);
  const seen = new Set([...(ids.data as BigInt64Array)].map(Number));
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  const noise = filled(value('x', [20000]), [20000], 'normal').data as Float32Array;
  const { mean, std, nans } = histogram(noise);
  expect(Math.abs(mean)).toBeLessThan(0.05);
  expect(Math.abs(std - 1)).toBeLessThan(0.05);
  expect(nans).toBe(0);
  expect(filled(value('m', [3], 'bool'), [3], 'ones').data).toEqual(new Uint8Array([1, 1, 1]));
  expect(() => filled(value('x', [1e6, 1e6]), [1e6, 1e6], 'zeros')).toThrow(
    'more than can be filled',
  );
});

test('JSON and CSV', () => {
  const x = value('x', ['N', 2]);
  expect(fromJson(x, [1, 2], '[[1, 2], [3, 4], [5, 6]]')).toMatchObject({ shape: [3, 2] });
  // A flat list fills the open size.
  expect(fromJson(x, [1, 2], '[1, 2, 3, 4]')).toEqual({
    name: 'x',
    dtype: 'float32',
    shape: [2, 2],
    data: new Float32Array([1, 2, 3, 4]),
  });
  expect(fromJson(value('b', [2], 'bool'), [2], '[true, false]').data).toEqual(
    new Uint8Array([1, 0]),
  );
  expect(() => fromJson(x, [1, 2], '[1, 2, 3]')).toThrow('“x” needs 2 elements (1×2), but 3');
  expect(() => fromJson(x, [1, 2], '[[1, 2], [3]]')).toThrow('differ in length');
  expect(() => fromJson(x, [1, 2], '[1, 2')).toThrow('“x”: this is no JSON');
  expect(() => fromJson(x, [1, 2], '["a", 2]')).toThrow('"a" is no number');
  expect(() => fromJson(value('i', [1], 'int64'), [1], '[1.5]')).toThrow('1.5 is no whole number');
  expect(fromCsv(x, [1, 2], 'a,b\n1,2\r\n3,4\n\n')).toMatchObject({ shape: [2, 2] });
  expect(() => fromCsv(x, [1, 2], '1,2\n3')).toThrow('line 2 has 1 cells, the first has 2');
  expect(() => fromCsv(x, [1, 2], '1,2\n3,x')).toThrow('line 2 has “x”');
});

test('pictures go channel by channel or pixel by pixel', () => {
  expect(imageLayout(['N', 3, 'H', 'W'])).toEqual({ channels: 3, channelsFirst: true });
  expect(imageLayout([1, 28, 28, 1])).toEqual({ channels: 1, channelsFirst: false });
  expect(imageLayout([8, 3, 4, 4])).toBeNull();
  expect(imageSize([1, 4, 5, 3], [1, 4, 5, 3])).toEqual({ height: 4, width: 5 });
  const pixels = new Uint8ClampedArray([255, 0, 51, 255, 0, 255, 102, 255]);
  const planes = fromPixels(value('x', [1, 3, 1, 2]), [1, 3, 1, 2], pixels, 'unit');
  expect([...(planes.data as Float32Array)].map((n) => n.toFixed(1))).toEqual([
    '1.0',
    '0.0',
    '0.0',
    '1.0',
    '0.2',
    '0.4',
  ]);
  const packed = fromPixels(value('x', [1, 2, 1, 3], 'uint8'), [1, 2, 1, 3], pixels, 'bytes');
  expect(packed.data).toEqual(new Uint8Array([255, 0, 51, 0, 255, 102]));
});

test('a histogram has the numbers of torch.histc, mean and std', () => {
  const data = new Float32Array([0, 0.5, -1.5, 2, 2.5, 0.25, 0, -0.75, Number.NaN, 1 / 0]);
  // torch.histc(x, 4), x.mean(), x.double().std() of the finite elements
  expect(histogram(data, 4)).toEqual({
    min: -1.5,
    max: 2.5,
    mean: 0.375,
    std: expect.closeTo(1.3228756555322954, 10),
    nans: 1,
    infs: 1,
    zeros: 2,
    bins: [2, 3, 1, 2],
  });
});

test('outputs as text and as JSON', () => {
  const scores = {
    name: 'y',
    dtype: 'float32',
    shape: [1, 12],
    data: new Float32Array([0, 9, 1, 2, 3, 4, 5, 6, 7, 8, Number.NaN, 1]),
  };
  const [top] = best(scores);
  expect(top!.map(({ index }) => index)).toEqual([1, 9, 8, 7, 6]);
  // torch.softmax of the elements that are numbers
  expect(top![0]!.chance).toBeCloseTo(0.6318, 3);
  const chances = { ...scores, shape: [2, 3], data: new Float32Array([0.7, 0.2, 0.1, 0, 1, 0]) };
  expect(best(chances).map((row) => row[0])).toEqual([
    { index: 0, value: expect.closeTo(0.7), chance: expect.closeTo(0.7) },
    { index: 1, value: 1, chance: 1 },
  ]);
  expect(rowsOf(scores)).toEqual(['0  9  1  2  3  4  5  6  7  8  …']);
  const ids = { name: 'i', dtype: 'int64', shape: [2], data: new BigInt64Array([1n, 2n ** 60n]) };
  expect(JSON.parse(outputsJson([ids]))).toEqual({
    outputs: [{ name: 'i', shape: [2], dtype: 'int64', data: [1, '1152921504606846976'] }],
  });
});

test('an output that looks like a picture is one', () => {
  const data = Float32Array.from({ length: 3 * 16 * 18 }, (_, i) => i / 864);
  const picture = pictureOf({ name: 'y', dtype: 'float32', shape: [2, 3, 16, 18], data });
  expect(picture).toMatchObject({ width: 18, height: 16, low: 0, high: 1 });
  expect([...picture!.pixels.subarray(4, 8)]).toEqual([0, 85, 170, 255]);
  const numbers = data.map((x) => x * 500 - 5);
  const grey = { name: 'y', dtype: 'float32', shape: [16, 18, 1], data: numbers };
  expect(pictureOf(grey)).toMatchObject({ width: 18, height: 16, low: -5 });
  // Features of a network, scores of classes or words, and tiny maps are none.
  for (const shape of [
    [1, 6, 12, 12],
    [16, 54],
    [1, 3, 8, 36],
    [1, 16, 540],
  ]) {
    expect(pictureOf({ ...grey, shape })).toBeNull();
  }
});

test('numpy reads what is downloaded', () => {
  const made = [
    { name: 'a', dtype: 'float32', shape: [2, 3], data: new Float32Array([0, 1.5, 2, 3, 4, -5]) },
    { name: 'b', dtype: 'int64', shape: [2], data: new BigInt64Array([1n, -(2n ** 60n)]) },
    { name: 'c', dtype: 'bool', shape: [], data: new Uint8Array([1]) },
  ].map((tensor) => Buffer.from(npyBytes(tensor)).toString('base64'));
  const code = `
import base64, io, numpy, sys
for text in sys.argv[1:]:
    a = numpy.load(io.BytesIO(base64.b64decode(text)))
    print(a.dtype, a.shape, a.tolist())`;
  expect(execFileSync('/usr/bin/python3', ['-c', code, ...made], { encoding: 'utf8' })).toBe(
    `float32 (2, 3) [[0.0, 1.5, 2.0], [3.0, 4.0, -5.0]]
int64 (2,) [1, -1152921504606846976]
bool () True
`,
  );
});

test('graphs inside of nodes', () => {
  const branch = graph({
    nodes: [node('MatMul', ['x', 'w'], ['m']), node('Add', ['m', 'outer'], ['t'])],
    outputs: [value('t', [2])],
  });
  const body = { name: 'Twice', domain: 'own', inputs: ['a'], outputs: ['b'], attributes: [] };
  const main = graph({
    nodes: [
      node('Neg', ['x'], ['outer']),
      node('If', ['c'], ['y'], {
        attributes: [{ name: 'then_branch', type: 'GRAPH', value: branch }],
      }),
      node('Twice', ['y'], ['z'], { domain: 'own' }),
    ],
    initializers: [{ name: 'w', dtype: 'float32', shape: [2, 2] }],
    inputs: [value('x', [1, 2]), value('c', [], 'bool')],
    outputs: [value('z', [1, 2])],
    functions: [{ ...body, nodes: [node('Add', ['a', 'a'], ['b'])] }],
  });
  const outer = viewGraph(main);
  const inner = outer.nodes.flatMap((n) => n.inner.map(({ title }) => `${n.title}: ${title}`));
  expect(inner).toEqual(['If: then_branch', 'Twice: function']);
  // What the branch takes from around it comes in; weights stay on its nodes.
  const then = viewGraph(branch, [main]);
  expect(then.nodes.map(({ kind, title }) => `${kind} ${title}`)).toEqual([
    'input x',
    'input outer',
    'op MatMul',
    'op Add',
    'output t',
  ]);
  expect(then.nodes[2]!.weights).toMatchObject([{ role: 'B', name: 'w', isMain: true }]);
  const twice = viewGraph(outer.nodes.find(({ title }) => title === 'Twice')!.inner[0]!.graph, [
    main,
  ]);
  expect(twice.nodes.map(({ title }) => title)).toEqual(['a', 'Add', 'b']);
  // Shapes stand once beside each value, as far as they are known.
  expect(edgeLabels(outer).filter(Boolean)).toEqual(['1×2', 'scalar', '1×2']);
  learnShapes(outer, { outer: { dtype: 'float32', shape: [1, 2] } });
  expect(edgeLabels(outer).filter(Boolean)).toHaveLength(4);
});

test('sequences and strings are written as JSON', () => {
  const info: ValueInfo = { name: 's', type: 'seq(tensor(float))' };
  expect(fillsFor(info)).toEqual(['json']);
  const fed = sequenceFromJson(info, sequenceOf(info)!, sampleOf(info));
  expect(fed).toMatchObject({
    sequence: [{ shape: [1, 2] }, { shape: [2, 2], data: new Float32Array([3, 4, 5, 6]) }],
  });
  const words = value('w', [3], 'string');
  expect(() => fromJson(words, [3], ' ')).toThrow(
    'Input “w” needs values, such as ["a", "b", "c"].',
  );
  expect(fromJson(words, [3], sampleOf(words)).data).toEqual(['a', 'b', 'c']);
});

test('open sizes begin with what makes sense', () => {
  const sizes = (info: ValueInfo) => info.shape!.map((_, i) => likelySize(info, i));
  expect(sizes(value('x', ['N', 3, 'H', 'W']))).toEqual([1, 1, 64, 64]);
  expect(sizes(value('x', ['N', 'h', 'w', 3]))).toEqual([1, 64, 64, 1]);
  expect(sizes(value('ids', ['batch', 'sequence'], 'int64'))).toEqual([1, 8]);
  expect(sizes(value('x', ['N', 'features']))).toEqual([1, 1]);
});

test.each([
  ['', 'the file is empty'],
  ['PK\x03\x04', 'Pickle tab'],
  ['\x80\x04\x95', 'Pickle tab'],
  ['<!DOCTYPE html>', 'web page'],
  ['Dear model,\nhow are you', 'a text file that begins with “Dear model,”'],
  ['\x20\0\0\0ORTM', 'ORT format'],
])('a file that is no model is named: %j', (source, words) => {
  expect(otherFormat(Buffer.from(source, 'latin1'))).toContain(words);
});

test('a model is taken for one', () => {
  expect(otherFormat(Buffer.from('\x08\x08\x12\x07pytorch:', 'latin1'))).toBeNull();
});

test('the snippet fits the inputs', () => {
  const inputs = [value('x', ['N', 3]), value('ids', [4], 'int64')];
  const sizes = new Map([['N', 2]]);
  const outputs = [value('scores', ['N', 7])];
  const model = { file: 'net.onnx', inputs, outputs, sizes };
  const text = pythonSnippet(model);
  expect(text).toContain('"x": torch.randn(2, 3),');
  expect(text).toContain('"ids": torch.randint(0, 10, (4,), dtype=torch.int64),');
  const training = trainingSnippet(model);
  expect(training).toContain('F.cross_entropy');
  expect(training).toContain('torch.randint(0, 7, ');
  expect(training).toContain('"net-tuned.onnx"');
  expect(training).toContain('"scores": {0: "N"},');
  expect(categoryOf('Conv')).toBe('layer');
  expect(categoryOf('QLinearAdd')).toBe('quantization');
  expect(categoryOf('Add')).toBe('math');
});
