/** What tests of the Model tab share: models made by a script, the tab's own controls. */

import { execFileSync } from 'node:child_process';
import type { Page } from 'playwright-core';

/** What a script of tests/node/files prints as JSON. */
export function made<T>(script: string): T {
  const file = new URL(`../node/files/${script}`, import.meta.url).pathname;
  const options = { encoding: 'utf8', maxBuffer: 1 << 26 } as const;
  return JSON.parse(execFileSync('/usr/bin/python3', [file], options));
}

export async function open(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.setInputFiles('#panel-model [aria-label="Open a model"]', {
    name,
    mimeType: 'application/octet-stream',
    buffer,
  });
}

/** Waits until the tab shows the graph of the file `name`. */
export async function shown(page: Page, name: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector('#panel-model .p-file')?.textContent?.startsWith(wanted),
    name,
  );
  await page.waitForSelector('.m-waiting', { state: 'hidden' });
  await page.waitForSelector('.m-node');
}

export const view = (page: Page, name: string): Promise<void> =>
  page.click(`#panel-model .p-toggles >> text="${name}"`);
