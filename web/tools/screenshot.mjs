// Takes the README's screenshot of the built page: the spiral example at the end of its training.
//   node web/tools/screenshot.mjs [--out FILE] [--dark]
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { at, isMain, main, StepFailed, say } from './common.mjs';
import { startServer } from './serve.mjs';

/** The README is read over slow lines too. */
const LARGEST = 200_000;

async function takeScreenshot(out, dark) {
  const server = await startServer({ port: 0 });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage({
      viewport: { width: 1280, height: 760 },
      colorScheme: dark ? 'dark' : 'light',
    });
    await page.goto(`${server.url}?example=spiral`);
    await page.waitForSelector('.status-dot.is-ready');
    await page.click('#run-button');
    await page.waitForSelector('.status-dot.is-ok');
    // The pointer would leave the button in its hover colour.
    await page.mouse.move(640, 400);
    await page.waitForTimeout(400);
    await page.screenshot({ path: out });
  } finally {
    await browser.close();
    await server.close();
  }
  const { size } = statSync(out);
  if (size > LARGEST) throw new StepFailed(`${out} has ${size} bytes, more than ${LARGEST}.`);
  say(`${out}: ${Math.round(size / 1000)} kB`);
}

if (isMain(import.meta)) {
  await main(() => {
    const { values } = parseArgs({
      options: {
        out: { type: 'string', default: at('web/docs/screenshot.png') },
        dark: { type: 'boolean', default: false },
      },
    });
    return takeScreenshot(values.out, values.dark);
  });
}
