/** The graph's layout, folded modules, and the order of its steps. */
import { layered } from '@page/graph/layered';
import { type AutogradGraph, excerpt, fold, type GraphNode, Modules } from '@page/graph/model';
import { Steps } from '@page/graph/steps';
import { describe, expect, test } from 'vitest';

const node = (id: number, extra: Partial<GraphNode> = {}): GraphNode => ({
  id,
  name: `n${id}`,
  kind: 'op',
  shape: [],
  dtype: 'float32',
  ...extra,
});

const box = (id: number) => ({ id, width: 80 + (id % 5) * 20, height: 40 });

/** A chain of blocks with parameters and a connection past each block. */
function blocks(count: number) {
  const nodes = [box(0)];
  const edges: { from: number; to: number }[] = [];
  const add = (...inputs: number[]) => {
    const id = nodes.length;
    nodes.push(box(id));
    for (const from of inputs) edges.push({ from, to: id });
    return id;
  };
  let x = 0;
  for (let i = 0; i < count; i++) {
    const inner = add(add(x, add(), add()), add());
    x = add(inner, x);
  }
  return { id: 7, nodes, edges };
}

describe('layered', () => {
  test.each([1, 12, 200])('%i blocks: no overlap, every edge leads down', (count) => {
    const request = blocks(count);
    const { id, nodes, edges, width, height } = layered(request);
    expect(id).toBe(7);
    request.edges.forEach(({ from, to }, i) => {
      expect(nodes[to]!.y).toBeGreaterThan(nodes[from]!.y);
      const ys = edges[i]!.map(({ y }) => y);
      expect(ys).toEqual([...ys].sort((a, b) => a - b));
    });
    const rows = new Map<number, number[]>();
    nodes.forEach(({ x, y }, i) => {
      const half = request.nodes[i]!.width / 2;
      expect(x - half).toBeGreaterThanOrEqual(0);
      expect(x + half).toBeLessThanOrEqual(width);
      expect(y).toBeLessThan(height);
      rows.set(y, [...(rows.get(y) ?? []), i]);
    });
    for (const row of rows.values()) {
      const sorted = row.sort((a, b) => nodes[a]!.x - nodes[b]!.x);
      sorted.slice(1).forEach((right, i) => {
        const left = sorted[i]!;
        const gap = (request.nodes[left]!.width + request.nodes[right]!.width) / 2;
        expect(nodes[right]!.x - nodes[left]!.x).toBeGreaterThanOrEqual(gap);
      });
    }
  });

  test('a long chain stays a column', () => {
    const { width } = layered(blocks(200));
    expect(width).toBeLessThan(1000);
  });

  test('nothing, and one node', () => {
    expect(layered({ id: 1, nodes: [], edges: [] })).toMatchObject({ width: 0, height: 0 });
    expect(layered({ id: 1, nodes: [box(0)], edges: [] }).nodes).toHaveLength(1);
  });
});

/** loss(4) <- fc's op(3) <- outer op(2) <- x(1); fc.weight(5) belongs to fc. */
const graph: AutogradGraph = {
  nodes: [
    node(4, { kind: 'root', step: 1 }),
    node(3, { call: 11, step: 2 }),
    node(2, { call: 10, step: 4 }),
    node(5, { kind: 'leaf', label: 'fc.weight', step: 3 }),
    node(1, { kind: 'leaf', step: 5 }),
  ],
  edges: [
    { from: 4, to: 3 },
    { from: 3, to: 2 },
    { from: 3, to: 5 },
    { from: 2, to: 1 },
  ],
  calls: [
    { id: 10, parent: null, path: '', class: 'Net' },
    { id: 11, parent: 10, path: 'fc', class: 'Linear' },
  ],
};

describe('modules', () => {
  const modules = new Modules(graph);
  const shownIds = (folded: number[]) =>
    fold(excerpt(graph), modules, new Set(folded)).nodes.map(({ id }) => id);

  test('a parameter is inside the only module that uses it', () => {
    expect(modules.around(5).map(({ path }) => path)).toEqual(['', 'fc']);
    expect(modules.around(4)).toEqual([]);
    expect([...modules.inner()]).toEqual([11]);
  });

  test('fold into one node that keeps the edges to the outside', () => {
    expect(shownIds([])).toEqual([4, 3, 2, 5, 1]);
    const { nodes, edges } = fold(excerpt(graph), modules, new Set([11]));
    expect(nodes.map(({ id }) => id)).toEqual([4, -11, 2, 1]);
    expect(nodes[1]).toMatchObject({ kind: 'group', name: 'fc', label: 'Linear', inside: [3, 5] });
    expect(edges.map(({ from, to }) => [from, to])).toEqual([
      [-11, 4],
      [2, -11],
      [1, 2],
    ]);
    expect(shownIds([10, 11])).toEqual([4, -10]);
  });

  test('what would become a circle stays open', () => {
    const calls = [{ id: 1, parent: null, path: '', class: 'M' }];
    const nodes = [node(3, { kind: 'root', call: 1 }), node(2), node(1, { call: 1 })];
    const edges = [
      { from: 3, to: 2 },
      { from: 2, to: 1 },
    ];
    const around: AutogradGraph = { nodes, edges, calls };
    expect(fold(excerpt(around), new Modules(around), new Set([1])).nodes).toHaveLength(3);
  });
});

test('steps go forward as nodes were made and backward as they ran', () => {
  const steps = new Steps(graph.nodes);
  expect(steps.all.map(({ phase, node: { id } }) => `${phase[0]}${id}`).join(' ')).toBe(
    'f2 f3 f4 b4 b3 b5 b2 b1',
  );
  expect(steps.forward).toBe(3);
  expect(steps.stateOf(node(3), 1)).toBe('waiting');
  expect(steps.stateOf(node(3), 2)).toBe('value');
  expect(steps.stateOf(node(3), 5)).toBe('gradient');
  expect(steps.stateOf(node(1, { kind: 'leaf' }), 7)).toBe('value');
});
