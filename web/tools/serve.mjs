// A static file server for dist/, with no special header: what any file host does.
//   node web/tools/serve.mjs [--port N] [--host NAME] [--root FOLDER]
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { at, isMain, main, StepFailed } from './common.mjs';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.md': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.zip': 'application/zip',
};

/**
 * Serves `root` at `base` (a sub-path that starts and ends with a slash).
 * Without `port`, tries 8000 and the next ports until one is free; with `port` 0 the system picks.
 *
 * @param {{ root?: string, host?: string, port?: number, base?: string }} [options]
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startServer({
  root = at('dist'),
  host = 'localhost',
  port,
  base = '/',
} = {}) {
  const server = createServer((request, response) => answer(request, response, root, base));
  const ports = port === undefined ? Array.from({ length: 50 }, (_, i) => 8000 + i) : [port];
  for (const candidate of ports) {
    if (await listen(server, candidate, host)) {
      return {
        url: `http://${host}:${server.address().port}${base}`,
        close: () =>
          new Promise((resolve) => {
            server.close(resolve);
            server.closeAllConnections();
          }),
      };
    }
  }
  throw new StepFailed(`No free port: tried ${ports[0]} to ${ports.at(-1)}.`);
}

function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    const failed = (error) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error));
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve(true);
    });
  });
}

function answer(request, response, root, base) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return fail(response, 405);
  let name;
  try {
    name = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
  } catch {
    return fail(response, 400);
  }
  if (!name.startsWith(base) || name.includes('\0')) return fail(response, 404);
  let file = path.join(root, name.slice(base.length));
  if (file !== root && !file.startsWith(root + path.sep)) return fail(response, 404);
  if (existsSync(file) && statSync(file).isDirectory()) {
    if (!name.endsWith('/')) {
      // Relative addresses in the folder's page mean the folder.
      const { pathname, search } = new URL(request.url, 'http://localhost');
      response.writeHead(301, { Location: `${pathname}/${search}` }).end();
      return;
    }
    file = path.join(file, 'index.html');
  }
  if (!existsSync(file)) return fail(response, 404);

  const { size, mtimeMs } = statSync(file);
  const etag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`;
  const headers = {
    'Content-Type': types[path.extname(file)] ?? 'application/octet-stream',
    // Always asks again, so that a rebuilt page is seen at once; unchanged files cost a 304.
    'Cache-Control': 'no-cache',
    ETag: etag,
  };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'Content-Length': size });
  if (request.method === 'HEAD') response.end();
  else createReadStream(file).pipe(response);
}

function fail(response, status) {
  response.writeHead(status, { 'Content-Type': 'text/plain' }).end(`${status}\n`);
}

if (isMain(import.meta)) {
  await main(async () => {
    const { values } = parseArgs({
      options: {
        port: { type: 'string' },
        host: { type: 'string', default: 'localhost' },
        root: { type: 'string', default: at('dist') },
      },
    });
    const root = path.resolve(values.root);
    if (!existsSync(path.join(root, 'index.html'))) {
      throw new StepFailed(`${root} holds no page yet: npm run build makes it.`);
    }
    const port = values.port === undefined ? undefined : Number(values.port);
    const { url } = await startServer({ root, host: values.host, port });
    console.log(`Gradbox is at ${url}  (Ctrl+C stops it)`);
  });
}
