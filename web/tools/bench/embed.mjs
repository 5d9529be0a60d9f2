// A page with twenty boxes: how it scrolls while none is used, and what using three of them fetches.
import { inChromium } from '../chromium.mjs';

export const name = 'Twenty boxes in a page (Chromium)';

const article = (base) => `<!doctype html><title>Twenty</title>
<script src="${base}grad-box.js" defer></script>
${Array.from(
  { length: 20 },
  (_, i) => `<p style="height:40vh">Text ${i}</p><grad-box id="b${i}">
import torch
x = torch.linspace(0, 1, 5, requires_grad=True)
(x ** 2).sum().backward()
print(${i}, x.grad)
</grad-box>`,
).join('\n')}`;

/** Scrolls to the end at 1500 px a second; the times between frames, in ms. */
const scroll = async () => {
  const gaps = [];
  let last = performance.now();
  while (scrollY + innerHeight < document.body.scrollHeight - 2) {
    const now = await new Promise(requestAnimationFrame);
    gaps.push(now - last);
    scrollBy(0, Math.min(60, (now - last) * 1.5));
    last = now;
  }
  return gaps.slice(1);
};

export function run() {
  return inChromium(async (browser, url) => {
    const page = await browser.newPage({ serviceWorkers: 'block' });
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    const address = new URL('twenty.html', url).href;
    const fill = (body) =>
      page.route(address, (route) => route.fulfill({ contentType: 'text/html', body }));
    // The same page without the script tells what the machine gives.
    await fill(article(url).replace(/<script.*script>/, ''));
    await page.goto(address);
    const bare = await page.evaluate(scroll);
    await page.unroute(address);
    await fill(article(url));
    await page.goto(address);
    const gaps = await page.evaluate(scroll);
    const before = asked.filter((url) => /\.wasm|worker-|hub\.html|ui\.js/.test(url)).length;
    for (const id of ['#b19', '#b2', '#b11']) {
      await page.click(`${id} button.run`);
      await page.waitForSelector(`${id} button.run[data-state=idle]`);
    }
    const cores = asked.filter((url) => /gradbox_core.*\.wasm/.test(url)).length;
    const rate = (list) => (1000 * list.length) / list.reduce((sum, gap) => sum + gap, 0);
    const late = (list) => list.filter((gap) => gap > 25).length;
    return [
      { what: 'scrolling, without boxes', value: rate(bare), unit: 'frames/s' },
      {
        what: 'scrolling, twenty boxes, none used',
        value: rate(gaps),
        unit: 'frames/s',
        note: `${late(gaps)} of ${gaps.length} frames late; without boxes ${late(bare)} of ${bare.length}`,
      },
      { what: 'files of the runtime fetched before use', value: before, unit: '' },
      { what: 'cores fetched by three used boxes', value: cores, unit: '', note: 'limit: 1' },
    ];
  });
}
