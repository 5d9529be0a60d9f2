/** What axe-core finds in a page. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What is wrong, each with the first elements that it concerns. */
export async function findings(page: Page): Promise<string[]> {
  // Colours move for a moment after a change; what counts is where they come to rest.
  await page.waitForTimeout(200);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, { iframes: false }),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))}`);
}
