/**
 * What a page that stands alone (web/page/offline.ts) has inside: everything that others fetch, each in
 * a block of data, gzipped, in base64. Nothing is unpacked before it is wanted.
 */
import { fromBase64 } from '@page/share';
import { Hub } from '@runtime/sandbox/client';
import { FrameServer } from '@runtime/sandbox/frames';
import { CPYTHON_FILES } from '@runtime/sandbox/messages';
import type { Alone } from './element.ts';
import { Pool } from './pool.ts';
import { api, poolFrom } from './ui.ts';

async function part(name: string): Promise<ArrayBuffer> {
  const block = document.getElementById(`part-${name}`);
  if (!block) throw new Error(`this file lacks ${name}`);
  const packed = new Blob([fromBase64(block.textContent!.trim()) as BlobPart]);
  return new Response(packed.stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}

async function cpython(): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  if (!document.getElementById(`part-${CPYTHON_FILES[0]}`)) {
    throw new Error(
      'CPython is not in this file, which was saved without it. In Gradbox, run the snippet on CPython and save it again',
    );
  }
  const files = await Promise.all(
    CPYTHON_FILES.map(async (name) => [name, new Uint8Array(await part(name))] as const),
  );
  return Object.fromEntries(files);
}

poolFrom(() => {
  const server = new FrameServer({
    script: async () => new TextDecoder().decode(await part('worker')),
    core: () => part('core'),
    microPython: () => part('micropython'),
    cpython,
  });
  const { port1, port2 } = new MessageChannel();
  server.serve(port2);
  return new Pool('', new Hub(port1));
});

const files: Record<string, string> = JSON.parse(
  document.getElementById('files')?.textContent || '{}',
);
const alone: Alone = {
  base: document.querySelector<HTMLMetaElement>('meta[name="gradbox"]')?.content ?? '',
  ui: Promise.resolve(api),
  files: Object.fromEntries(Object.entries(files).map(([path, data]) => [path, fromBase64(data)])),
};
Object.assign(globalThis, { gradboxAlone: alone });
