/** The Training tab moves a run that computes: pause, step, resume, another learning rate, progress. */

import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { baseUrl, type Playground, useBrowser, withPage } from './harness';

useBrowser();

/** Trains until the reader sets another learning rate. */
const PYTHON = `import torch
w = torch.ones(2, requires_grad=True)
opt = torch.optim.SGD([w], lr=0.1)
for n in range(10**6):
    opt.zero_grad()
    (w * w).sum().backward()
    opt.step()
    if opt.param_groups[0]["lr"] != 0.1:
        break
print("ended with", opt.param_groups[0]["lr"])
`;
const JAVASCRIPT = `const w = torch.ones([2], { requires_grad: true });
const opt = new optim.SGD([w], { lr: 0.1 });
for (let n = 0; n < 1000000; n++) {
  opt.zero_grad();
  w.mul(w).sum().backward();
  opt.step();
  if (opt.param_groups[0].lr !== 0.1) break;
}
console.log('ended with', opt.param_groups[0].lr);
`;

const BAR = '#panel-training .rc';
const pauseButton = `${BAR} .rc-pause`;
const rate = `${BAR} .rc-rate`;
const is = (page: Page, state: string) => page.waitForSelector(`${BAR}[data-state="${state}"]`);

/** Starts a snippet and shows the tab that moves it. */
async function train(playground: Playground, source: string): Promise<void> {
  await playground.type(source);
  await playground.start();
  await playground.showTab('training');
}

/** The step at which the run is paused, once it is another one than `before`. */
async function pausedAt(page: Page, before = 0): Promise<number> {
  const text = await page.waitForFunction(
    (not) => {
      const bar = document.querySelector<HTMLElement>('#panel-training .rc')!;
      const step = /^Paused at step (.*)$/.exec(bar.querySelector('.rc-say')!.textContent!)?.[1];
      const number = Number(step?.replace(/\D/g, ''));
      return bar.dataset.state === 'paused' && number !== not ? number : null;
    },
    before,
    { timeout: 30_000 },
  );
  return (await text.jsonValue()) as number;
}

async function setRate(page: Page, text: string): Promise<void> {
  await page.fill(rate, text);
  await page.press(rate, 'Enter');
}

describe.each([
  ['desktop', { width: 1280, height: 800 }],
  ['phone', { width: 360, height: 740, dark: true }],
] as const)('on a %s', (_, size) => {
  test('a run is paused, stepped, given another learning rate and resumed', async () => {
    await withPage(size, async (playground) => {
      const { page } = playground;
      await train(playground, PYTHON);
      await page.click(pauseButton);
      const first = await pausedAt(page);
      expect(await playground.status()).toBe(
        `Paused at step ${String(first).replace(/\B(?=(\d{3})+$)/g, '\u2009')}`,
      );
      const count = async () =>
        Number((await page.getAttribute('#panel-training .plot', 'data-points'))!);
      await expect.poll(count).toBe(first);
      expect(await page.textContent(`${BAR} .rc-where`)).toMatch(/n.\d+.of.1000000/);

      await page.click(`${BAR} .rc-step`);
      expect(await pausedAt(page, first)).toBe(first + 1);
      await expect.poll(count).toBe(first + 1);

      await setRate(page, 'fast');
      expect(await page.textContent(`${BAR} [role=alert]`)).toContain('not negative');
      expect(await page.getAttribute(rate, 'aria-invalid')).toBe('true');
      await page.press(rate, 'Escape');
      expect(await page.inputValue(rate)).toBe('0.1');
      expect(await page.getAttribute(rate, 'aria-invalid')).toBeNull();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(wide).toBe(false);

      await setRate(page, '2.5e-2');
      expect(await page.inputValue(rate)).toBe('0.025');
      await page.click(pauseButton);
      expect(await playground.finished()).toContain('ended with 0.025');
      await page.waitForSelector(BAR, { state: 'hidden' });
      await expect
        .poll(() => page.textContent('#panel-training .panel-note'))
        .toContain(
          `lr 0.025 since step ${String(first + 1).replace(/\B(?=(\d{3})+$)/g, '\u2009')}`,
        );
      expect(await page.textContent('#panel-training [title="Learning rate"]')).toContain('0.025');
    });
  }, 60_000);
});

test('keys move the run from wherever the reader is', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await train(playground, PYTHON);
    await page.waitForSelector(BAR);
    await page.focus('.cm-content');
    await page.keyboard.press('F8');
    const first = await pausedAt(page);
    await page.keyboard.press('F10');
    const second = await pausedAt(page, first);
    expect(second).toBe(first + 1);
    await page.keyboard.press("Control+'");
    expect(await pausedAt(page, second)).toBe(second + 1);
    await page.keyboard.press('Control+\\');
    await is(page, 'running');
    expect(await playground.source()).toBe(PYTHON);
    await page.keyboard.press('Control+.');
    expect(await playground.finished()).toContain('Stopped after');
  });
}, 60_000);

test('Stop ends a paused run, and the next one runs', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await train(playground, PYTHON);
    await page.click(pauseButton);
    await pausedAt(page);
    await page.click('#run-button');
    expect(await playground.finished()).toContain('Stopped after');
    await page.waitForSelector(BAR, { state: 'hidden' });
    await playground.type('print("next")');
    expect(await playground.run()).toContain('next');
  });
}, 60_000);

test('the time limit counts only the time in which it runs', async () => {
  await withPage({ query: '?time-limit=4' }, async (playground) => {
    const { page } = playground;
    await train(playground, PYTHON);
    await page.click(pauseButton);
    await pausedAt(page);
    // Longer than the limit, on purpose.
    await page.waitForTimeout(5000);
    expect(await page.getAttribute('#run-button', 'data-state')).toBe('running');
    const clock = await page.textContent('#run-button');
    expect(Number(/[\d.]+/.exec(clock!)![0])).toBeLessThan(4.5);
    await page.click(pauseButton);
    await is(page, 'running');
    expect(await playground.finished(30_000)).toContain('Stopped: the run took longer than 4.00 s');
  });
}, 60_000);

test.each(['cpython', 'javascript'] as const)(
  'the same on %s',
  async (runtime) => {
    await withPage({}, async (playground) => {
      const { page } = playground;
      await playground.chooseRuntime(runtime);
      await train(playground, runtime === 'javascript' ? JAVASCRIPT : PYTHON);
      await page.waitForSelector(BAR, { timeout: 60_000 });
      await page.click(pauseButton);
      const first = await pausedAt(page);
      await page.click(`${BAR} .rc-step`);
      expect(await pausedAt(page, first)).toBe(first + 1);
      await expect.poll(() => page.textContent(`${BAR} .rc-where`)).toMatch(/n.\d+.of.1000000/);
      await setRate(page, '0.5');
      await page.click(pauseButton);
      expect(await playground.finished()).toContain('ended with 0.5');
    });
  },
  120_000,
);

test('a run that is over at once shows no controls', async () => {
  await withPage({}, async (playground) => {
    const { page } = playground;
    await playground.type(PYTHON.replace('10**6', '3'));
    await playground.showTab('training');
    await page.evaluate((selector) => {
      const seen: boolean[] = [];
      Object.assign(window, { seen });
      new MutationObserver(() => {
        seen.push(!document.querySelector<HTMLElement>(selector)!.hidden);
      }).observe(document.querySelector(selector)!, { attributes: true });
    }, BAR);
    await playground.run();
    const seen = await page.evaluate(() => (window as unknown as { seen: boolean[] }).seen);
    expect(seen).not.toContain(true);
  });
});

test('a box in the page of others has them too', async () => {
  await withPage({}, async ({ page }) => {
    await page.route('**/article.html', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html><title>An article</title><script src="${baseUrl()}grad-box.js"></script>
          <grad-box><script type="text/plain">${PYTHON}</script></grad-box>`,
      }),
    );
    await page.goto(`${baseUrl()}article.html`);
    await page.click('grad-box button.run');
    await page.click('grad-box .rc-pause');
    await page.waitForSelector('grad-box .rc[data-state=paused]');
    await expect.poll(() => page.textContent('grad-box .say')).toBe('Paused');
    expect(await page.textContent('grad-box .rc-say')).toMatch(/^Paused at step \d/);
    await page.fill('grad-box .rc-rate', '0.5');
    await page.press('grad-box .rc-rate', 'Enter');
    await page.click('grad-box .rc-pause');
    await expect.poll(() => page.textContent('grad-box .output')).toContain('ended with 0.5');
    await page.waitForSelector('grad-box .rc', { state: 'hidden' });
  });
}, 60_000);
