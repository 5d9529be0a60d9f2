/** The page itself: narrow and dark screens, the keyboard, what it remembers, embedding. */

import { expect, test } from 'vitest';
import { newContext, type Playground, useBrowser, withPage } from './harness';

useBrowser();

/** Elements that stick out of the window to the right. */
function overflow(playground: Playground): Promise<{ scroll: number; inner: number }> {
  return playground.page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    inner: window.innerWidth,
  }));
}

test.each([
  ['full page', ''],
  ['embedded', '?embed=1&example=autograd'],
])('%s: nothing is wider than 360 px', async (_, query) => {
  await withPage({ query, width: 360, height: 640 }, async (playground) => {
    const before = await overflow(playground);
    expect(before.scroll).toBe(before.inner);
    await playground.run();
    const after = await overflow(playground);
    expect(after.scroll).toBe(after.inner);
    expect(await playground.page.isVisible('#run-button')).toBe(true);
  });
});

test('every tab and the examples menu fit into 360 px', async () => {
  await withPage({ width: 360, height: 640, query: '?example=spiral' }, async (playground) => {
    await playground.run();
    for (const tab of ['graph', 'hooks', 'training', 'variables', 'files'] as const) {
      await playground.showTab(tab);
      const { scroll, inner } = await overflow(playground);
      expect(scroll, tab).toBe(inner);
    }
    await playground.page.click('#examples-button');
    const { scroll, inner } = await overflow(playground);
    expect(scroll).toBe(inner);
    const box = await playground.page.locator('#examples-menu').boundingBox();
    expect(box!.x).toBeGreaterThanOrEqual(0);
    expect(box!.x + box!.width).toBeLessThanOrEqual(360);
  });
});

test('the toolbar with Run stays in sight while the narrow page scrolls', async () => {
  await withPage({ width: 360, height: 640 }, async (playground) => {
    await playground.page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await playground.page.waitForFunction(() => window.scrollY > 100);
    const box = await playground.page.locator('#run-button').boundingBox();
    expect(box!.y).toBeGreaterThanOrEqual(0);
    expect(box!.y + box!.height).toBeLessThan(80);
  });
});

test('a run needs nothing but the keyboard', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    const focused = () => page.evaluate(() => document.activeElement?.id ?? '');
    const tabTo = async (id: string) => {
      for (let i = 0; i < 20 && (await focused()) !== id; i++) await page.keyboard.press('Tab');
      expect(await focused()).toBe(id);
    };

    await tabTo('examples-button');
    await page.keyboard.press('Enter');
    await page.keyboard.press('x');
    await page.keyboard.press('Enter');
    expect(await playground.source()).toContain('BCEWithLogitsLoss');
    expect(await page.evaluate(() => document.activeElement?.className)).toContain('cm-content');

    await page.keyboard.press('Control+Enter');
    expect(await playground.finished()).toContain('two layers');

    // Tab indents in the editor; Escape and then Tab leaves it.
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await tabTo('tab-training');
    for (const tab of ['variables', 'model', 'pickle', 'files']) {
      await page.keyboard.press('ArrowRight');
      expect(await focused()).toBe(`tab-${tab}`);
    }
    expect(await page.getAttribute('#tab-files', 'aria-selected')).toBe('true');
    expect(await page.isVisible('#panel-files')).toBe(true);
    expect(await page.isVisible('#panel-training')).toBe(false);
  });
});

test('Tab indents in the editor', async () => {
  await withPage({}, async (playground) => {
    await playground.type('x = 1');
    await playground.page.keyboard.press('Home');
    await playground.page.keyboard.press('Tab');
    expect(await playground.source()).toBe('    x = 1');
  });
});

test('Escape closes the examples menu and returns the focus', async () => {
  await withPage({}, async ({ page }) => {
    await page.click('#examples-button');
    expect(await page.isVisible('#examples-menu')).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.isVisible('#examples-menu')).toBe(false);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('examples-button');
  });
});

test('dark mode follows the system, can be switched, and is remembered', async () => {
  const brightness = (playground: Playground) =>
    playground.page.evaluate(() => {
      const [r = 0, g = 0, b = 0] = getComputedStyle(document.body)
        .backgroundColor.match(/\d+/g)!
        .map(Number);
      return (r + g + b) / 3;
    });
  await withPage({ dark: true }, async (playground) => {
    expect(await brightness(playground)).toBeLessThan(60);
    await playground.page.click('#theme-button');
    expect(await brightness(playground)).toBeGreaterThan(200);
    await playground.page.reload();
    await playground.page.waitForSelector('.status-dot.is-ready');
    expect(await brightness(playground)).toBeGreaterThan(200);
  });
  await withPage({ dark: false }, async (playground) => {
    expect(await brightness(playground)).toBeGreaterThan(200);
  });
});

test('text stands out from its background in both themes', async () => {
  for (const dark of [false, true]) {
    await withPage({ dark }, async (playground) => {
      const ratios = await playground.page.evaluate(() => {
        const channels = (color: string) =>
          color
            .match(/[\d.]+/g)!
            .slice(0, 3)
            .map(Number);
        const luminance = (color: string) => {
          const [r = 0, g = 0, b = 0] = channels(color).map((value) => {
            const c = value / 255;
            return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const backdrop = (node: Element | null): string => {
          for (let at = node; at; at = at.parentElement) {
            const { backgroundColor } = getComputedStyle(at);
            if (!/rgba\(.*, 0\)$/.test(backgroundColor)) return backgroundColor;
          }
          return 'rgb(255, 255, 255)';
        };
        const nodes = document.querySelectorAll(
          '.cm-line span, .pane-head h2, .picker, .empty p, .status-text, [role=tab], #run-button',
        );
        return [...nodes].map((node) => {
          const a = luminance(getComputedStyle(node).color);
          const b = luminance(backdrop(node));
          const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          return { text: node.textContent!.slice(0, 20), ratio };
        });
      });
      expect(ratios.length).toBeGreaterThan(20);
      expect(ratios.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    });
  }
});

test('the last snippet and the runtime come back with the next visit', async () => {
  const context = await newContext();
  try {
    await withPage({ context }, async (playground) => {
      await playground.type('print("kept")');
      await playground.chooseRuntime('micropython');
      expect(await playground.run()).toBe('kept\n');
    });
    await withPage({ context }, async (playground) => {
      expect(await playground.source()).toBe('print("kept")');
      expect(await playground.page.inputValue('#runtime-select')).toBe('micropython');
      expect(await playground.run()).toBe('kept\n');
    });
  } finally {
    await context.close();
  }
});

test('an embedded page shows editor and console only, and leaves the memory alone', async () => {
  const context = await newContext();
  try {
    const query = '?embed=1&example=line_fit';
    await withPage({ context, query }, async (playground) => {
      expect(await playground.page.isVisible('.tabs-pane')).toBe(false);
      expect(await playground.page.isVisible('#open-full')).toBe(true);
      expect(await playground.run()).toContain('found y =');
      expect(await playground.page.evaluate(() => localStorage.length)).toBe(0);
    });
  } finally {
    await context.close();
  }
});

test('an unknown example is named, with those that exist', async () => {
  await withPage({ query: '?example=nosuch' }, async (playground) => {
    const output = await playground.output();
    expect(output).toContain('“nosuch”');
    expect(output).toContain('spiral');
  });
});

test('the split bars move by key and by pointer', async () => {
  await withPage({}, async ({ page }) => {
    const width = async () => (await page.locator('.editor-pane').boundingBox())!.width;
    const before = await width();
    await page.focus('#split-main');
    await page.keyboard.press('Shift+ArrowLeft');
    const byKey = await width();
    expect(byKey).toBeLessThan(before - 50);
    const bar = (await page.locator('#split-main').boundingBox())!;
    await page.mouse.move(bar.x + bar.width / 2, bar.y + 100);
    await page.mouse.down();
    await page.mouse.move(bar.x + 200, bar.y + 100, { steps: 4 });
    await page.mouse.up();
    expect(await width()).toBeGreaterThan(byKey + 100);
  });
});

test('pasted prompts and indentation are cleaned, with an Undo', async () => {
  await withPage({}, async (playground) => {
    const pasted = '>>> x = 20\n>>> print(x + 1)\n';
    await playground.paste(pasted);
    expect(await playground.source()).toBe('x = 20\nprint(x + 1)\n');
    expect(await playground.page.textContent('#editor-bar')).toContain('Pasted text was cleaned');
    expect(await playground.run()).toBe('21\n');
    await playground.page.click('#editor-bar >> text=Undo');
    expect(await playground.source()).toBe(pasted);

    await playground.paste('    y = 1\n    print(y)\n');
    expect(await playground.source()).toBe('y = 1\nprint(y)\n');
    await playground.paste('z = 1\nprint(z)\n');
    expect(await playground.source()).toBe('z = 1\nprint(z)\n');
  });
});

test('the console can be copied and cleared', async () => {
  await withPage({}, async (playground) => {
    await playground.type('print("one")\nprint("two")');
    await playground.run();
    await playground.page.click('#console-copy');
    await playground.page.waitForSelector('text=Copied');
    const copied = await playground.page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe('one\ntwo');
    await playground.page.click('#console-clear');
    expect(await playground.output()).toBe('');
    expect(await playground.page.isVisible('#console .empty')).toBe(true);
  });
});

test('the graph walks by key and tells about its nodes', async () => {
  await withPage({ query: '?example=autograd' }, async (playground) => {
    await playground.run();
    await playground.showTab('graph');
    const { page } = playground;
    await page.waitForSelector('.g-node.is-root');
    await page.focus('.g-surface');
    await page.keyboard.press('ArrowUp');
    await page.waitForSelector('.g-node.is-root.is-selected');
    expect(await page.textContent('.g-details')).toContain('backward() started here');
    await page.keyboard.press('ArrowUp');
    expect(await page.locator('.g-node.is-root.is-selected').count()).toBe(0);
    expect(await page.locator('.g-node.is-selected').count()).toBe(1);
    await page.keyboard.press('Escape');
    expect(await page.isVisible('.g-details')).toBe(false);

    const transform = () => page.getAttribute('.g-surface > g', 'transform');
    const before = await transform();
    await page.keyboard.press('+');
    expect(await transform()).not.toBe(before);
    await page.keyboard.press('0');
    expect(await transform()).toBe(before);
  });
});

test('a graph of thousands of nodes is cut with a note', async () => {
  await withPage({}, async (playground) => {
    await playground.type(
      [
        'import torch',
        'x = torch.tensor(1.0, requires_grad=True)',
        'y = x',
        'for i in range(3000):',
        '    y = y + x',
        'y.backward()',
        'print(x.grad.item())',
      ].join('\n'),
    );
    expect(await playground.run()).toContain('3001.0');
    await playground.showTab('graph');
    await playground.page.waitForFunction(() =>
      /Showing the 2.000 nodes nearest to the loss, of more than 2.000/.test(
        document.querySelector('#panel-graph')!.textContent!,
      ),
    );
    await playground.page.waitForFunction(
      () => document.querySelectorAll('.g-node').length === 2000,
    );
  });
});
