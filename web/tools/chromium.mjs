// The built page in the machine's Chromium, for benchmarks.
import { chromium } from 'playwright-core';
import { which } from './common.mjs';
import { startServer } from './serve.mjs';

/** What `measure(browser, url)` gives, with `url` serving dist/; one row that says so without Chromium. */
export async function inChromium(measure) {
  const executablePath =
    process.env.CHROMIUM ??
    ['chromium', 'chromium-browser', 'google-chrome'].map(which).find((path) => path);
  if (!executablePath) return [{ what: 'Chromium', value: 'absent', unit: '' }];
  const server = await startServer({ port: 0 });
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    return await measure(browser, server.url);
  } finally {
    await browser.close();
    await server.close();
  }
}
