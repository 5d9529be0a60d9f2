/**
 * Snippets that mean harm, in real Chromium: nothing that they try reaches a server, the page or
 * what it stores; the page survives, says what happened, and runs the next snippet.
 */

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Playground, useBrowser, withPage } from './harness';

useBrowser();

// What a thief would have: a server of another origin that lets everybody in and notes who came.
let thief: Server;
let sink: string;
const reached: string[] = [];

beforeAll(async () => {
  thief = createServer((request, response) => {
    reached.push(`${request.method} ${request.url}`);
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*' });
    response.end();
  });
  thief.on('upgrade', (request, socket) => {
    reached.push(`upgrade ${request.url}`);
    socket.destroy();
  });
  await new Promise<void>((done) => thief.listen(0, 'localhost', done));
  sink = `http://localhost:${(thief.address() as AddressInfo).port}/`;
});
afterAll(() => new Promise((done) => thief.close(done)));
beforeEach(() => {
  reached.length = 0;
});

const text = (name: string) =>
  readFileSync(new URL(`hostile/${name}`, import.meta.url), 'utf8').replaceAll('SINK', sink);

type Runtime = 'micropython' | 'cpython' | 'javascript';

/** The page with something to steal in it. */
async function withVictim(
  use: (playground: Playground) => Promise<void>,
  query = '',
): Promise<void> {
  await withPage({ query }, async (playground) => {
    const { page } = playground;
    await page.evaluate(() => {
      localStorage.setItem('gradbox.secret', 'SECRET');
      const heard: string[] = [];
      new BroadcastChannel('gradbox').onmessage = () => heard.push('a broadcast');
      Object.assign(window, { heard });
    });
    await use(playground);
    const address = page.url();
    expect(await page.evaluate(() => localStorage.getItem('gradbox.secret'))).toBe('SECRET');
    expect(await page.evaluate(() => (window as unknown as { heard: string[] }).heard)).toEqual([]);
    expect(page.context().pages()).toHaveLength(1);
    expect(page.url()).toBe(address);
    expect(reached).toEqual([]);
    // The browser tells of what the policy refused; the page itself must not have failed.
    const told = playground.failures.splice(0);
    const expected = /Content Security Policy|without network access|dynamically imported|worker/i;
    expect(told.filter((line) => !expected.test(line))).toEqual([]);
    playground.foreign.splice(0);
  });
}

async function play(playground: Playground, runtime: Runtime, source: string): Promise<string> {
  await playground.chooseRuntime(runtime);
  await playground.type(source);
  return playground.run(60_000);
}

async function worksOn(playground: Playground): Promise<void> {
  expect(await play(playground, 'micropython', 'import torch\nprint(torch.ones(2) * 3)')).toBe(
    'tensor([3., 3.])\n',
  );
  expect(
    await play(
      playground,
      'javascript',
      'console.log(JSON.stringify([torch.ones(2).sum().item()]))',
    ),
  ).toBe('[2]\n');
}

describe('JavaScript', () => {
  test.each(['network.js', 'storage.js'])('%s: every attempt is refused', async (name) => {
    await withVictim(async (playground) => {
      const output = await play(playground, 'javascript', text(name));
      const lines = output.trim().split('\n');
      expect(lines.length).toBeGreaterThan(10);
      expect(lines.filter((line) => !line.endsWith(': refused'))).toEqual([]);
      await worksOn(playground);
    });
  });

  test('what is said to the page in the name of the runtime is not heard', async () => {
    await withVictim(async (playground) => {
      const output = await play(playground, 'javascript', text('channels.js'));
      expect(output).toMatch(
        /^BroadcastChannel: refused\nWorker: refused\nSharedWorker: refused\n/,
      );
      expect(output).not.toContain('FORGED');
      expect(await playground.files()).toEqual([]);
      await worksOn(playground);
    });
  });

  test('a poisoned realm is not the one of the next run', async () => {
    await withVictim(async (playground) => {
      await play(playground, 'javascript', text('pollution.js'));
      await worksOn(playground);
    });
  });

  test('what is too large is an error of the snippet', async () => {
    await withVictim(async (playground) => {
      expect(await play(playground, 'javascript', text('strings.js'))).toBe(
        'RangeError true\nRangeError\n',
      );
      await worksOn(playground);
    });
  });

  test('memory filled tensor by tensor ends in an error', async () => {
    await withVictim(async (playground) => {
      const source = 'const kept = [];\nwhile (true) kept.push(torch.ones(1e7));';
      expect(await play(playground, 'javascript', source)).toContain(
        "can't allocate memory: you tried to allocate 40000000 bytes.",
      );
      await worksOn(playground);
    });
  });

  test('a worker does not close itself behind the page’s back', async () => {
    await withVictim(async (playground) => {
      expect(await play(playground, 'javascript', 'close();')).toMatch(/close is not defined/);
      await worksOn(playground);
    });
  });
});

describe.each(['micropython', 'cpython'] as const)('Python on %s', (runtime) => {
  test('the module js leads nowhere', async () => {
    await withVictim(async (playground) => {
      // An error that JavaScript throws ends MicroPython, so there each attempt is a run.
      const attempts = text('network.py').split(/^(?=attempt\()/m);
      const preamble = attempts.shift()!;
      expect(attempts.length).toBeGreaterThan(10);
      const runs = runtime === 'cpython' ? [attempts.join('')] : attempts;
      let output = '';
      for (const run of runs) output += await play(playground, runtime, preamble + run);
      for (const name of ['XMLHttpRequest', 'WebSocket', 'importScripts', 'Worker', 'parent']) {
        expect(output).not.toContain(`${name}: done\n`);
      }
      // Calls that only begin something have had time to fail.
      await playground.page.waitForTimeout(1000);
      expect(await playground.output()).not.toContain('FORGED');
      await worksOn(playground);
    });
  });

  test('strings and bytes beyond memory are an error', async () => {
    await withVictim(async (playground) => {
      expect(await play(playground, runtime, text('memory.py'))).toBe('refused\nrefused\n');
      await worksOn(playground);
    });
  });

  test('memory filled tensor by tensor ends in an error', async () => {
    await withVictim(async (playground) => {
      const source = 'import torch\nkept = []\nwhile True:\n    kept.append(torch.ones(10**7))';
      expect(await play(playground, runtime, source)).toContain(
        "RuntimeError: DefaultCPUAllocator: can't allocate memory: you tried to allocate 40000000 bytes.",
      );
      await worksOn(playground);
    });
  });
});

test('CPython: memory filled object by object ends in an error, and CPython starts anew', async () => {
  await withVictim(async (playground) => {
    const source = 'kept = []\nwhile True:\n    kept.append("a" * 10**6 + str(len(kept)))';
    expect(await play(playground, 'cpython', source)).toMatch(/MemoryError\n$/);
    expect(await play(playground, 'cpython', 'print("a" * 3)')).toBe('aaa\n');
    await worksOn(playground);
  });
});

test('CPython: sockets, urllib and the helpers of Pyodide reach nobody', async () => {
  await withVictim(async (playground) => {
    const output = await play(playground, 'cpython', text('cpython_network.py'));
    expect(
      output
        .trim()
        .split('\n')
        .filter((line) => !line.endsWith(': refused')),
    ).toEqual([]);
    await worksOn(playground);
  });
});

test('secrets of one snippet are not met by the next', async () => {
  await withVictim(async (playground) => {
    await play(
      playground,
      'micropython',
      'import js\njs.globalThis.kept = "SECRET"\nprint("kept")',
    );
    await playground.page.click('#examples-button');
    await playground.page.click('[data-example="autograd"]');
    const look = 'import js\nprint(hasattr(js.globalThis, "kept"), js.globalThis.kept)';
    expect(await play(playground, 'micropython', look)).not.toContain('SECRET');
    await worksOn(playground);
  });
});

test('a run that takes too long is ended, with a message', async () => {
  await withVictim(async (playground) => {
    const output = await play(playground, 'micropython', 'print("in")\nwhile True:\n    pass');
    expect(output).toMatch(/in\nStopped: the run took longer than 3\.?0* s\.\n/);
    await worksOn(playground);
  }, '?time-limit=3');
});

describe('a worker that is all the attacker’s', () => {
  /** The page with a worker script of the attacker's in place of ours; `open` gives it the port. */
  async function withScript(
    script: string,
    use: (playground: Playground) => Promise<void>,
    query = '',
  ): Promise<void> {
    await withVictim(async (playground) => {
      const { page } = playground;
      await page.route(/\/worker-[^/]*\.js$/, (route) =>
        route.fulfill({ contentType: 'text/javascript', body: script }),
      );
      await page.reload();
      await page.evaluate(() => Object.assign(window, { heard: [] }));
      await use(playground);
      await page.unroute(/\/worker-[^/]*\.js$/);
      await page.reload();
      await page.waitForSelector('.status-dot.is-ready');
      await page.evaluate(() => Object.assign(window, { heard: [] }));
      await worksOn(playground);
    }, query);
  }

  const asRuntime = (body: string) => `
    addEventListener('message', ({ ports: [port] }) => {
      if (!port) return;
      const say = (text) => port.postMessage({ type: 'stdout', text: text + '\\n', stream: 'stdout' });
      port.onmessage = async ({ data }) => {
        if (data.type !== 'run') return;
        ${body}
        port.postMessage({
          type: 'done', id: data.id, ok: true, runtime: 'javascript', ms: 1, firstOutputMs: null,
        });
      };
      port.postMessage({ type: 'ready', runtime: 'micropython', ms: 1 });
    });`;

  test.each(['network.js', 'storage.js'])('%s: the policy alone refuses it', async (name) => {
    const attack = text(name).replaceAll('console.log', 'say');
    await withScript(asRuntime(attack), async (playground) => {
      await playground.page.waitForSelector('.status-dot.is-ready');
      const lines = (await playground.run()).trim().split('\n');
      expect(lines.length).toBeGreaterThan(10);
      expect(lines.filter((line) => !line.endsWith(': refused'))).toEqual([]);
    });
  });

  test.each([
    ['nothing', 'null'],
    ['an unknown kind', "{ type: 'toString' }"],
    ['a graph that is none', "{ type: 'graph', graph: { nodes: 5, edges: [] } }"],
    ['hooks of another shape', "{ type: 'hooks', events: [{ module: {} }] }"],
    ['a training state of another shape', "{ type: 'training', iteration: 1, paused: 'no' }"],
    ['files that are no bytes', "{ type: 'files', changed: { a: 'b' }, deleted: [] }"],
  ])('a message with %s ends the worker', async (_, message) => {
    await withScript(asRuntime(`port.postMessage(${message});`), async (playground) => {
      await playground.page.waitForSelector('.status-dot.is-ready');
      expect(await playground.run()).toMatch(/The runtime broke: it sent something/);
    });
  });

  test('to claim a pause does not stop the clock', async () => {
    const claim = `port.postMessage({
      type: 'training', iteration: 1, paused: true, controls: true, loops: [], loopMs: 0, groups: [], changes: [],
    });
    await new Promise(() => {});`;
    await withScript(
      asRuntime(claim),
      async (playground) => {
        await playground.page.waitForSelector('.status-dot.is-ready');
        expect(await playground.run()).toContain('Stopped: the run took longer than 3');
      },
      '?time-limit=3',
    );
  });

  test('blobs of the page stay the page’s', async () => {
    // Workers may load addresses of blobs, since they are heard by them: but only their own.
    const look = `
      const load = (url) => {
        const request = new XMLHttpRequest();
        request.open('GET', url, false);
        try {
          request.send();
          return request.responseText;
        } catch {
          return 'refused';
        }
      };
      say(load(URL.createObjectURL(new Blob(['own']))) + ' ' + load(data.source.slice(3).trim()));`;
    await withScript(asRuntime(look), async (playground) => {
      const { page } = playground;
      await page.waitForSelector('.status-dot.is-ready');
      const address = await page.evaluate(() =>
        URL.createObjectURL(new Blob(['secret of the page'])),
      );
      await playground.type(`// ${address}`);
      expect(await page.evaluate((url) => fetch(url).then((r) => r.text()), address)).toBe(
        'secret of the page',
      );
      expect(await playground.run()).toContain('own refused');
    });
  });

  test('a flood of messages ends the worker', async () => {
    const flood = 'for (;;) port.postMessage({ type: "memory", tensors: 1, bytes: 1 });';
    await withScript(asRuntime(flood), async (playground) => {
      await playground.page.waitForSelector('.status-dot.is-ready');
      expect(await playground.run()).toMatch(/The runtime broke: it flooded the page/);
    });
  });

  test('markup in its output stays text', async () => {
    const markup = `say('<img src="${sink}img" onerror="document.title=1"><b>bold</b>');`;
    await withScript(asRuntime(markup), async (playground) => {
      await playground.page.waitForSelector('.status-dot.is-ready');
      expect(await playground.run()).toContain('<b>bold</b>');
      expect(await playground.page.locator('#console img').count()).toBe(0);
    });
  });
});
