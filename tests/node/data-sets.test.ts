// The data sets that come with the package: their files arrive with the snippets that name them.
import { afterAll, describe, expect, test } from 'vitest';
import type { RuntimeName } from '../../web/runtime/protocol.ts';
import { Snippets } from './snippets.ts';

describe.each<RuntimeName>(['micropython', 'cpython'])('on %s', (runtime) => {
  const snippets = new Snippets(runtime);
  afterAll(() => snippets.close());

  test('digits and irises load', { timeout: 60_000 }, async () => {
    const source = `import torch
from torch.utils.data import DataLoader
from torch.utils.data.datasets import load_digits, load_iris

digits = load_digits()
images, labels = digits.tensors
print(len(digits), images.shape, images.dtype, images.max().item(), labels.bincount().tolist())
print((images[0, 0, 0] * 16).tolist(), labels[:5].tolist(), (images * 16).sum().item())
print(next(iter(DataLoader(digits, batch_size=4)))[0].shape)
rows, species = load_iris().tensors
print(rows.shape, rows[0], species.bincount(), [round(v, 4) for v in rows.double().mean(0).tolist()])
`;
    const ran = await snippets.run(source, { runtime });
    expect(ran.done.error?.traceback).toBeUndefined();
    // The figures are scikit-learn's, of sklearn.datasets.load_digits() and load_iris().
    expect(ran.stdout.trimEnd().split('\n')).toEqual([
      '1797 torch.Size([1797, 1, 8, 8]) torch.float32 1.0 [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]',
      '[0.0, 0.0, 5.0, 13.0, 9.0, 1.0, 0.0, 0.0] [0, 1, 2, 3, 4] 561718.0',
      'torch.Size([4, 1, 8, 8])',
      'torch.Size([150, 4]) tensor([5.1000, 3.5000, 1.4000, 0.2000]) tensor([50, 50, 50]) [5.8433, 3.0573, 3.758, 1.1993]',
    ]);
  });
});

test('a package that is absent says what to do instead', { timeout: 60_000 }, async () => {
  const snippets = new Snippets('micropython');
  try {
    const ran = await snippets.run('from torchvision import datasets\n');
    expect(ran.done.error?.message).toBe("No module named 'torchvision'");
    expect(ran.notices.at(-1)).toContain('load_digits()');
    const caught = 'try:\n    import pandas\nexcept ImportError as e:\n    print(e)\n';
    expect((await snippets.run(caught)).stdout).toBe("No module named 'pandas'\n");
  } finally {
    snippets.close();
  }
});
