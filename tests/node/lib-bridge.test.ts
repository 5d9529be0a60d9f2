// The object that both Pythons use: nothing throws, handles have owners, callbacks find their way.
import { type Bridge, createBridge, type FrontHandle } from '@lib/bridge.ts';
import { TensorRef } from '@lib/bridge-refs.ts';
import { createCore } from '@lib/load.ts';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

const float32 = 3;
const int64 = 2;

let bridge: Bridge;
let id: Record<string, number>;

async function fresh(handles: 'int' | 'object'): Promise<void> {
  bridge = createBridge(await createCore(), { handles });
  id = {};
  for (const op of JSON.parse(bridge.ops_json())) id[op.name] ??= op.id;
}

const scalar = (x: number) => bridge.from_list(float32, 0, [x]) as FrontHandle;
const call = (name: string, tags: string, ...args: unknown[]) =>
  bridge.call(id[name]!, tags, ...args) as FrontHandle;

describe('int handles', () => {
  beforeAll(() => fresh('int'));

  it('runs operators on every path alike', () => {
    const a = scalar(6);
    const b = scalar(3);
    expect(bridge.item(bridge.call_tt(id.mul!, a, b) as number)).toBe(18);
    expect(bridge.item(call('mul', 'tt', a, b))).toBe(18);
    expect(bridge.item(bridge.call_tf(id.mul!, a, 0.5) as number)).toBe(3);
    expect(bridge.item(bridge.call_ti(id.pow!, a, 2) as number)).toBe(36);
    expect(bridge.item(bridge.call_ft(id.sub!, 10, a) as number)).toBe(4);
    expect(bridge.item(bridge.call_it(id.div!, 12, a) as number)).toBe(2);
    expect(bridge.item(bridge.call_t(id.neg!, a) as number)).toBe(-6);
  });

  it('passes keywords by name, with their own tag', () => {
    const a = scalar(6);
    const b = scalar(3);
    expect(bridge.item(call('add', 'tkt', a, 'other', b))).toBe(9);
    expect(bridge.item(call('add', 'ttki', a, b, 'alpha', 2))).toBe(12);
  });

  it('answers false and keeps the error', () => {
    const a = bridge.from_list(float32, 1, 2, [1, 2]) as number;
    const b = bridge.from_list(float32, 1, 3, [1, 2, 3]) as number;
    expect(bridge.call_tt(id.add!, a, b)).toBe(false);
    expect(bridge.last_error()).toBe(
      'RuntimeError\nThe size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0',
    );
    expect(bridge.item(a)).toBe(false);
    expect(bridge.last_error()).toMatch(/^ValueError\n/);
    expect(bridge.call(id.add!, 'z', 1)).toBe(false);
    expect(bridge.last_error()).toBe("TypeError\nunknown argument tag 'z'");
    expect(bridge.call(999_999, 't', a)).toBe(false);
    expect(bridge.from_list(float32, 1, 5, [1, 2])).toBe(false);
    expect(bridge.last_error()).toBe("RuntimeError\nshape '[5]' is invalid for input of size 2");
  });

  it('knows a handle that was freed', () => {
    const a = scalar(1) as number;
    expect([bridge.valid(a), bridge.free(a), bridge.valid(a), bridge.free(a)]).toEqual([
      1, 1, 0, 0,
    ]);
    expect(bridge.dtype(a)).toBe(false);
    expect(bridge.last_error()).toMatch(/RuntimeError\nthis tensor was deleted/);
  });

  it('tells what a tensor is', () => {
    const a = bridge.from_list(int64, 2, 2, 3, [1, 2, 3, 4, 5, 6]) as number;
    expect(bridge.shape(a)).toBe('2,3');
    expect(bridge.strides(a)).toBe('3,1');
    expect([bridge.dtype(a), bridge.dim(a), bridge.numel(a)]).toEqual([int64, 2, 6]);
    expect([bridge.size(a, 0), bridge.size(a, -1), bridge.stride(a, 0)]).toEqual([2, 3, 3]);
    expect(bridge.is_contiguous(a)).toBe(1);
    expect(bridge.is_contiguous(bridge.call_t(id.t!, a) as number)).toBe(0);
    expect(bridge.shape(scalar(1))).toBe('');
    expect(bridge.size(a, 2)).toBe(false);
    expect(bridge.last_error()).toMatch(/^IndexError\n/);
  });

  it('reads and writes elements exactly', () => {
    const big = bridge.from_list(int64, 1, 3, '9007199254740993,-1,-9223372036854775808') as number;
    expect(bridge.to_list(big)).toBe('[9007199254740993,-1,-9223372036854775808]');
    const floats = bridge.from_list(float32, 1, 5, '1,-0.0,nan,inf,-inf') as number;
    expect(bridge.to_list(floats)).toBe('[1.0,-0.0,NaN,Infinity,-Infinity]');
    const tenth = bridge.from_list(float32, 1, 1, [0.1]) as number;
    expect(bridge.to_list(tenth)).toBe('[0.10000000149011612]');
    const bools = bridge.from_list(5, 2, 1, 2, [true, false]) as number;
    expect(bridge.to_list(bools)).toBe('[[true,false]]');
    const turned = bridge.call_t(
      id.t!,
      bridge.from_list(int64, 2, 2, 2, new Float64Array([1, 2, 3, 4])) as number,
    ) as number;
    expect(bridge.to_list(turned)).toBe('[[1,3],[2,4]]');
    expect(bridge.to_list(bridge.from_list(float32, 2, 0, 3, '') as number)).toBe('[]');
  });

  it('round-trips bytes', () => {
    const a = bridge.from_list(float32, 1, 2, [1.5, -2]) as number;
    const bytes = bridge.to_bytes(a) as Uint8Array;
    expect(bytes).toHaveLength(8);
    expect(bridge.to_list(bridge.from_bytes(float32, 1, 2, bytes) as number)).toBe('[1.5,-2.0]');
    expect(bridge.from_bytes(float32, 1, 3, bytes)).toBe(false);
  });

  it('differentiates', () => {
    const w = scalar(0.5);
    expect(bridge.set_requires_grad(w, 1)).toBe(1);
    expect(bridge.grad(w)).toBe(0);
    const loss = bridge.call_ti(id.pow!, bridge.call_tf(id.mul!, w, 4) as number, 2) as number;
    expect([bridge.requires_grad(loss), bridge.is_leaf(loss), bridge.is_leaf(w)]).toEqual([
      1, 0, 1,
    ]);
    const node = bridge.grad_fn(loss) as number;
    expect(bridge.node_name(node)).toBe('PowBackward0');
    const [[next]] = JSON.parse(bridge.node_next(node) as string);
    expect(bridge.node_name(next)).toBe('MulBackward0');
    bridge.node_free(next);
    bridge.node_free(node);
    expect(bridge.node_name(node)).toBe(false);
    expect(bridge.backward(loss, null, false, false)).toBe(1);
    expect(bridge.item(bridge.grad(w) as number)).toBe(16);
    expect(bridge.backward(loss, null, false, false)).toBe(false);
    expect(bridge.last_error()).toMatch(
      /^RuntimeError\nTrying to backward through the graph a second/,
    );
  });

  it('gives gradients of chosen inputs', () => {
    const a = scalar(3);
    const b = scalar(4);
    const unused = scalar(1);
    for (const h of [a, b, unused]) bridge.set_requires_grad(h, 1);
    const out = bridge.call_tt(id.mul!, a, b) as number;
    const grads = bridge.grads(1, out, 3, a, b, unused, 0, true, false, true) as number[];
    expect(grads.map((g) => (g === 0 ? 0 : bridge.item(g)))).toEqual([4, 3, 0]);
    expect(bridge.grads(1, out, 1, unused, 0, false, false, false)).toBe(false);
    expect(bridge.last_error()).toMatch(/appears to not have been used/);
  });

  it('switches recording', () => {
    expect(bridge.set_grad_enabled(0)).toBe(1);
    const w = scalar(1);
    bridge.set_requires_grad(w, 1);
    expect(bridge.requires_grad(bridge.call_t(id.neg!, w) as number)).toBe(0);
    expect(bridge.set_grad_enabled(1)).toBe(0);
  });

  it('refuses a 10 GB tensor and works on', () => {
    const before = bridge.live_bytes();
    expect(bridge.from_bytes(float32, 1, 2_500_000_000, new Uint8Array(0))).toBe(false);
    const core = bridge.core;
    bridge.native.begin();
    bridge.native.slot(2_500_000_000);
    expect(core._gb_empty(float32, 1)).toBe(0);
    expect(core.lastError()).toBe(
      "RuntimeError\nDefaultCPUAllocator: can't allocate memory: you tried to allocate 10000000000 bytes. Error code 12 (Cannot allocate memory)",
    );
    expect(bridge.live_bytes()).toBe(before);
    expect(bridge.item(bridge.call_tf(id.mul!, scalar(2), 3) as number)).toBe(6);
  });

  it('survives growing memory between calls', () => {
    const small = scalar(7);
    const held: number[] = [];
    for (let i = 0; i < 8; i++) {
      bridge.native.begin();
      bridge.native.slot(1_000_000);
      held.push(bridge.core._gb_empty(float32, 1));
    }
    expect(bridge.item(small)).toBe(7);
    expect(bridge.repr(small)).toBe('tensor(7.)');
    for (const h of held) bridge.free(h);
  });

  it('takes more arguments than the buffer first has room for', () => {
    const shape = [1500];
    const items = Array.from({ length: 1500 }, (_, i) => i);
    const a = bridge.from_list(float32, 1, ...shape, items) as number;
    const ones = new Array(900).fill(1);
    expect(bridge.call(id.reshape!, `tI`, a, 902, 1500, 1, ...ones)).not.toBe(false);
    const wide = bridge.call(id.reshape!, `tI`, a, 902, 1500, 1, ...ones) as number;
    expect(bridge.dim(wide)).toBe(902);
    expect((bridge.shape(wide) as string).length).toBe(4 + 901 * 2);
  });
});

describe('callbacks', () => {
  beforeAll(() => fresh('int'));

  it('runs tensor hooks and lets them replace the gradient', () => {
    const w = scalar(2);
    bridge.set_requires_grad(w, 1);
    const seen: unknown[] = [];
    bridge.set_dispatcher((kind, cb, module, frame, changed, ...handles) => {
      seen.push([kind, cb, module, frame, changed, bridge.item(handles[0] as number)]);
      return bridge.call_tf(id.mul!, handles[0] as number, 10);
    });
    const hook = bridge.tensor_hook(w, 41) as number;
    bridge.backward(bridge.call_tf(id.mul!, w, 3) as number, null, false, false);
    expect(seen).toEqual([['tensor_hook', 41, 0, 0, 1, 3]]);
    expect(bridge.item(bridge.grad(w) as number)).toBe(30);
    bridge.remove_hook(hook);
    expect(JSON.parse(bridge.released())).toEqual({ callbacks: [41], frames: [] });
    expect(bridge.released()).toBe('');
    bridge.backward(bridge.call_tf(id.mul!, w, 3) as number, null, false, false);
    expect(seen).toHaveLength(1);
    expect(bridge.item(bridge.grad(w) as number)).toBe(33);
  });

  it('unwinds as CallbackError when the front end raised', () => {
    const w = scalar(2);
    bridge.set_requires_grad(w, 1);
    bridge.set_dispatcher(() => false);
    bridge.tensor_hook(w, 42);
    expect(bridge.backward(bridge.call_tf(id.mul!, w, 3) as number, null, false, false)).toBe(
      false,
    );
    expect(bridge.last_error()).toMatch(/^CallbackError\n/);
    expect(bridge.grad_enabled()).toBe(1);
  });

  it('runs a custom function and releases its frame', () => {
    let result = 0;
    bridge.set_dispatcher((kind, _cb, _module, frame, _changed, ...handles) => {
      if (kind === 'function_forward') {
        result = bridge.call_tt(id.mul!, x, x) as number;
        bridge.function_save(frame, x, result);
        return bridge.reply(result);
      }
      const [saved, out] = bridge.function_saved(frame) as number[];
      expect(bridge.item(out!)).toBe(9);
      expect(bridge.function_needs(frame, 0)).toBe(1);
      bridge.free(out!);
      return [bridge.call_tt(id.mul!, handles[0] as number, saved!)];
    });
    const x = scalar(3) as number;
    bridge.set_requires_grad(x, 1);
    bridge.function_name(7, 'Square');
    const [y] = bridge.function_apply(7, 501, x) as number[];
    const node = bridge.grad_fn(y!) as number;
    expect(bridge.node_name(node)).toBe('SquareBackward');
    bridge.node_free(node);
    expect(bridge.backward(y!, null, false, false)).toBe(1);
    expect(bridge.item(bridge.grad(x) as number)).toBe(3);
    // The output that was saved doesn't keep its own node alive.
    bridge.free(y!);
    expect(bridge.released()).toBe('');
    bridge.free(result);
    expect(JSON.parse(bridge.released()).frames).toEqual([501]);
    expect(bridge.function_saved(501)).toBe(false);
  });
});

describe('object handles', () => {
  beforeEach(() => fresh('object'));

  it('frees a tensor the moment its proxy is collected', () => {
    const map = new Map<unknown, number>();
    bridge.watchProxies(map);
    const start = bridge.live_tensors();
    const a = scalar(1) as TensorRef;
    expect(a).toBeInstanceOf(TensorRef);
    map.set(a, 1);
    expect(bridge.live_tensors()).toBe(start + 1);
    map.delete(a);
    expect(bridge.live_tensors()).toBe(start);
    expect(bridge.item(a)).toBe(false);
  });

  it('sweeps what Python no longer refers to, and spares arrays it still holds', () => {
    const a = scalar(1);
    const b = scalar(2);
    const list = [scalar(3)];
    expect(bridge.sweep([a, list, {}])).toBe(1);
    expect([bridge.item(a), bridge.item(list[0]!), bridge.item(b)]).toEqual([1, 3, false]);
    expect(bridge.sweep([])).toBe(2);
    expect(bridge.live_handles()).toBe(0);
  });

  it('keeps its books short over many tensors', () => {
    const map = new Map<unknown, number>();
    bridge.watchProxies(map);
    for (let i = 0; i < 50_000; i++) {
      const ref = scalar(i);
      map.set(ref, i);
      map.delete(ref);
    }
    expect(bridge.live_handles()).toBe(0);
    expect((bridge as unknown as { refs: unknown[] }).refs.length).toBeLessThan(30_000);
  });
});
