// Runs that go on where the last one ended, as the cells of a notebook do.
import { afterAll, describe, expect, test } from 'vitest';
import type { RuntimeName } from '../../web/runtime/protocol.ts';
import { Snippets } from './snippets.ts';

describe.each<RuntimeName>(['micropython', 'cpython'])('on %s', (runtime) => {
  const snippets = new Snippets(runtime);
  afterAll(() => snippets.close());
  const cell = (source: string, keep: 'begin' | 'on', filename = 'cell-1.py') =>
    snippets.run(source, { runtime, keep, filename });

  test('names, tensors and graphs stay', { timeout: 60_000 }, async () => {
    await cell('import torch\nw = torch.tensor(2.0, requires_grad=True)\nloss = w * w', 'begin');
    await cell('def twice(x):\n    return 2 * x\nloss.backward()', 'on');
    expect((await cell('print(w.grad, twice(4))', 'on')).stdout).toBe('tensor(4.) 8\n');
  });

  test('an error leaves what was there, and names its own cell', { timeout: 60_000 }, async () => {
    await cell('x = 1', 'begin');
    const failed = await cell('x = 5\nboom()', 'on', 'cell-2.py');
    expect(failed.done.error).toMatchObject({ type: 'NameError', line: 2 });
    expect(failed.done.error!.traceback).toContain('File "cell-2.py", line 2');
    expect((await cell('print(x)', 'on')).stdout).toBe('5\n');
  });

  test('a beginning, and a run that isn’t kept, know nothing', { timeout: 60_000 }, async () => {
    await cell('y = 1', 'begin');
    expect((await cell('print("y" in globals())', 'begin')).stdout).toBe('False\n');
    await cell('y = 1', 'on');
    expect((await snippets.run('print("y" in globals())', { runtime })).stdout).toBe('False\n');
    expect((await cell('print("y" in globals())', 'on')).stdout).toBe('False\n');
  });
});
