// Every public name of PyTorch's namespaces is there, or is listed as missing with the nearest way, on
// both Pythons; and a name that is listed says so when it is used.
import { afterAll, describe, expect, test } from 'vitest';
import type { RuntimeName } from '../../web/runtime/protocol.ts';
import { type Found, supportArticle, supportProbe } from '../../web/tools/support.mjs';
import { Snippets } from './snippets.ts';

describe.each<RuntimeName>(['micropython', 'cpython'])('on %s', (runtime) => {
  const snippets = new Snippets(runtime);
  afterAll(() => snippets.close());

  test('every name is accounted for', { timeout: 120_000 }, async () => {
    const ran = await snippets.run(supportProbe(), { runtime });
    expect(ran.done.error?.traceback).toBeUndefined();
    const found = JSON.parse(ran.stdout) as Found;
    const odd = Object.entries(found).flatMap(([space, rows]) =>
      Object.entries(rows)
        .filter(([, [state]]) => state === 'unknown')
        .map(([name, [, note]]) => `${space}.${name} ${note}`),
    );
    expect(odd).toEqual([]);
    expect(Object.keys(found.torch!).length).toBeGreaterThan(500);
    const page = supportArticle(found, (space) => `in-${space}`);
    expect(page).toContain('<h2 id="in-torch.nn.functional">torch.nn.functional');
    expect(page).toContain('Gradbox has no sparse tensors; use dense ones');
  });

  test('a missing name says what to use', { timeout: 60_000 }, async () => {
    const source = `import torch
for ask in (
    lambda: torch.stft,
    lambda: torch.ones(1).to_sparse,
    lambda: torch.nn.SyncBatchNorm,
    lambda: torch.linalg.eig,
    lambda: torch.distributions.StudentT,
    lambda: torch.nn.utils.skip_init,
):
    try:
        ask()
        print("there")
    except AttributeError as error:
        print(error)
`;
    const ran = await snippets.run(source, { runtime });
    expect(ran.stdout.trimEnd().split('\n')).toEqual([
      'torch.stft is not supported in Gradbox: Gradbox has no Fourier transforms.',
      'torch.Tensor.to_sparse is not supported in Gradbox: Gradbox has no sparse tensors; use dense ones.',
      'torch.nn.SyncBatchNorm is not supported in Gradbox: use nn.BatchNorm2d: there is one process.',
      'torch.linalg.eig is not supported in Gradbox: Gradbox has no complex numbers; keep real and imaginary parts in two tensors; for symmetric matrices use eigh.',
      'torch.distributions.StudentT is not supported in Gradbox: use a distribution that is there, such as Normal, Gamma or Laplace.',
      'torch.nn.utils.skip_init is not supported in Gradbox: make the layer as usual.',
    ]);
  });
});
