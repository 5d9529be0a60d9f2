/** The Hooks tab: flags, nesting, filters, export, and recording of every call. */

import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { useBrowser, withPage } from './harness';

useBrowser();

const SNIPPET = `import torch
from torch import nn
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
out = net(torch.randn(4, 2))
(out * 1e6).sum().backward()
(net(torch.randn(4, 2)) * 0).sum().backward()
net(torch.tensor([[float("nan"), 1.0]]))
net[0].register_forward_hook(lambda *args: None)
net[0].forward(torch.ones(1, 2))
`;

test.each([
  ['desktop', { width: 1280, height: 800 }],
  ['phone', { width: 360, height: 740, dark: true }],
] as const)('what is wrong is flagged on a %s', async (_, size) => {
  await withPage(size, async (playground) => {
    const { page } = playground;
    await playground.type(SNIPPET);
    await playground.run();
    await playground.showTab('hooks');
    await page.waitForSelector('#panel-hooks .vt-row.is-bypassed');
    expect(await page.textContent('#panel-hooks .panel-warning')).toContain(
      'Hooks bypassed in Linear: .forward() was called directly',
    );
    await page.selectOption('#panel-hooks select', 'flagged');
    await page.waitForFunction(
      () =>
        !document.querySelector('#panel-hooks .vt-row.is-bypassed:not([hidden])') &&
        document.querySelector('#panel-hooks .vt-row[title*="zero gradient"]:not([hidden])'),
    );
    const rows = await page.locator('#panel-hooks .vt-row:not(.vt-head):not([hidden])').all();
    const text = (await Promise.all(rows.map((row) => row.getAttribute('title')))).join('\n');
    expect(text).toContain('exploding gradient');
    expect(text).toContain('zero gradient');
    expect(text).toContain('holds nan');
    await page.selectOption('#panel-hooks select', 'forward');
    await page.fill('#panel-hooks input', '0');
    await page.waitForFunction(() => {
      const rows = [
        ...document.querySelectorAll('#panel-hooks .vt-row:not(.vt-head):not([hidden])'),
      ];
      const cells = rows.map((row) => [...row.children].map((cell) => cell.textContent!));
      return (
        rows.length > 0 &&
        cells.every(([, module, kind]) => module!.endsWith('0') && kind === 'forward') &&
        cells.some((row) => /^[▁▂▃▄▅▆▇█ ]{12}$/.test(row[5]!))
      );
    });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wide).toBe(false);
  });
});

test('every layer can be asked for before the first run', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.showTab('hooks');
    await page.click('#panel-hooks .empty >> text="Log every layer"');
    await playground.type(`import torch
net = torch.nn.Linear(1, 1)
for i in range(100):
    net(torch.ones(1, 1)).sum().backward()
`);
    await playground.run();
    await page.waitForFunction(() =>
      /300 of 300 events$/.test(document.querySelector('#panel-hooks .panel-note')!.textContent!),
    );
    const pressed = '#panel-hooks .panel-bar [aria-pressed=true]';
    expect(await page.textContent(pressed)).toBe('Log every layer');
  });
});

test('events are saved as JSON, and every call of a loop on request', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.type(`import torch
from torch import nn
net = nn.Linear(1, 1)
for i in range(200):
    net(torch.ones(1, 1)).sum().backward()
`);
    await playground.run();
    await playground.showTab('hooks');
    const note = () => page.textContent('#panel-hooks .panel-note');
    await page.waitForFunction(() =>
      /calls passed over/.test(document.querySelector('#panel-hooks .panel-note')!.textContent!),
    );
    await page.click('text=Log every layer');
    await playground.run();
    await page.waitForFunction(() =>
      /600 of 600 events$/.test(document.querySelector('#panel-hooks .panel-note')!.textContent!),
    );
    expect(await note()).not.toContain('passed over');
    const waiting = page.waitForEvent('download');
    await page.click('text=JSON');
    const saved = JSON.parse(String(await readFile(await (await waiting).path())));
    expect(saved).toHaveLength(600);
    expect(saved[1]).toMatchObject({ seq: 2, module: 'Linear', kind: 'forward', depth: 0 });
  });
});
