/**
 * Drives the built page in Chromium as a reader would. The page is served from a sub-path by a plain
 * file server, and any request that leaves this machine fails the test that made it.
 */

import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { startServer } from '../../web/tools/serve.mjs';

const SUB_PATH = '/some/sub/path/';
const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

interface Server {
  url: string;
  close: () => Promise<unknown>;
}

let server: Server;
let browser: Browser;

/** The address of the page, which ends with the sub-path. */
export function baseUrl(): string {
  return server.url;
}

/** Start the server and the browser once for the tests of a file. */
export function useBrowser(): void {
  beforeAll(async () => {
    server = (await startServer({ port: 0, base: SUB_PATH })) as Server;
    browser = await chromium.launch({
      executablePath: EXECUTABLE,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        // A name that does not resolve fails at once instead of waiting for a network.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost',
      ],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
}

export interface OpenOptions {
  query?: string;
  width?: number;
  height?: number;
  dark?: boolean;
  /** Begin with what an earlier page of the same context remembered. */
  context?: BrowserContext;
}

/** What fails in a page from now on: uncaught errors, and errors in its console. */
export function failuresOf(page: Page): string[] {
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') failures.push(message.text());
  });
  return failures;
}

/** The page as the tests use it. */
export class Playground {
  readonly foreign: string[] = [];
  readonly failures: string[];

  constructor(readonly page: Page) {
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol === 'data:' || protocol === 'blob:') return;
      if (origin !== new URL(server.url).origin) this.foreign.push(request.url());
    });
    page.on('websocket', (socket) => this.foreign.push(socket.url()));
    this.failures = failuresOf(page);
  }

  /** Replace the whole snippet, through the clipboard as a reader pastes it. */
  async paste(text: string): Promise<void> {
    await this.page.evaluate((value) => navigator.clipboard.writeText(value), text);
    await this.page.click('.cm-content');
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.press('Control+V');
  }

  /** Replace the whole snippet by typing, which nothing cleans. */
  async type(text: string): Promise<void> {
    await this.page.click('.cm-content');
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.insertText(text);
  }

  async start(): Promise<void> {
    await this.page.click('#run-button[data-state="idle"]');
  }

  /** Wait for the end of a run, and for its last lines to be drawn. */
  async finished(timeout = 30_000): Promise<string> {
    await this.page.waitForSelector('#run-button[data-state="idle"]', { timeout });
    return this.output();
  }

  async run(timeout?: number): Promise<string> {
    await this.start();
    return this.finished(timeout);
  }

  /** The console's text, after whatever is due has been drawn. */
  async output(): Promise<string> {
    return this.page.evaluate(async () => {
      for (let i = 0; i < 3; i++) await new Promise((done) => requestAnimationFrame(done));
      return [...document.querySelectorAll('.console-block')].map((b) => b.textContent).join('');
    });
  }

  /** Wait until the console shows this text. */
  async printed(text: string, timeout = 30_000): Promise<void> {
    await this.page.waitForFunction(
      (wanted) =>
        [...document.querySelectorAll('.console-block')].some((block) =>
          block.textContent!.includes(wanted),
        ),
      text,
      { timeout },
    );
  }

  async status(): Promise<string> {
    return (await this.page.textContent('#status-text')) ?? '';
  }

  source(): Promise<string> {
    return this.page.evaluate(() =>
      [...document.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n'),
    );
  }

  async chooseRuntime(name: 'auto' | 'micropython' | 'cpython' | 'javascript'): Promise<void> {
    await this.page.selectOption('#runtime-select', name);
  }

  async showTab(
    name: 'graph' | 'hooks' | 'training' | 'variables' | 'model' | 'pickle' | 'files',
  ): Promise<void> {
    await this.page.click(`#tab-${name}`);
  }

  async upload(name: string, content: string): Promise<void> {
    await this.showTab('files');
    await this.page.setInputFiles('#panel-files input[type=file]', {
      name,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(content),
    });
    await this.page.waitForSelector(`.file-row[data-name="${name}"]`);
  }

  async files(): Promise<string[]> {
    await this.showTab('files');
    return this.page.$$eval('.file-row', (rows) =>
      rows.map((row) => row.getAttribute('data-name')!),
    );
  }

  /** The longest stretches, in ms, in which the main thread did not answer. */
  longTasks(): Promise<number[]> {
    return this.page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks);
  }
}

/** Open the page, hand it to `use`, and check that nothing foreign but `allowed` was asked for. */
export async function withPage(
  options: OpenOptions,
  use: (playground: Playground) => Promise<void>,
  allowed: readonly string[] = [],
): Promise<void> {
  const { query = '', width = 1280, height = 800, dark = false } = options;
  const context =
    options.context ??
    (await browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
      permissions: ['clipboard-read', 'clipboard-write'],
      acceptDownloads: true,
      serviceWorkers: 'block',
    }));
  const page = await context.newPage();
  await page.addInitScript(() => {
    const tasks: number[] = [];
    Object.assign(window, { longTasks: tasks });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) tasks.push(entry.duration);
    }).observe({ type: 'longtask' });
  });
  const playground = new Playground(page);
  try {
    await page.goto(server.url + query);
    await page.waitForSelector('.status-dot.is-ready');
    await use(playground);
    expect(playground.foreign.filter((url) => !allowed.includes(url))).toEqual([]);
    expect(playground.failures).toEqual([]);
  } finally {
    await page.close();
    if (!options.context) await context.close();
  }
}

/** A context of one's own, for tests that come back to the page. */
export function newContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: 1280, height: 800 },
    // Most tests are about the page; those about working offline allow them.
    serviceWorkers: 'block',
    ...options,
  });
}
