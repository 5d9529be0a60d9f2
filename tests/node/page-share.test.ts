/** Addresses that hold a snippet, secrets that stay out of sight, and files for elsewhere. */

import { describe, expect, test } from 'vitest';
import { toNotebook, toPage } from '../../web/page/export';
import { Redactor, Secrets } from '../../web/page/secrets';
import { decodeShared, encodeShared, filesToShare, MAX_FILES } from '../../web/page/share';

describe('a shared address', () => {
  const snippet = {
    source: 'import torch\nprint("größe", torch.ones(2))\n',
    stem: 'my snippet',
    runtime: 'cpython' as const,
    files: { 'data.csv': btoa('1,2') },
  };

  test('comes back as it was, in characters that need no escape', async () => {
    const hash = await encodeShared(snippet);
    expect(hash).toMatch(/^s=[\w-]+$/);
    expect(await decodeShared(`#${hash}`)).toEqual(snippet);
  });

  test('of another kind is none', async () => {
    expect(await decodeShared('')).toBeNull();
    expect(await decodeShared('#elsewhere')).toBeNull();
  });

  test.each(['#s=%%%', '#s=AAAA', '#s='])('%s is damaged, and says so', async (hash) => {
    await expect(decodeShared(hash)).rejects.toThrow(/damaged|no snippet/);
  });

  test('that would unfold to gigabytes is refused', async () => {
    const hash = await encodeShared({ ...snippet, source: 'x'.repeat(5_000_000) });
    expect(hash.length).toBeLessThan(20_000);
    await expect(decodeShared(hash)).rejects.toThrow(/damaged/);
  });

  test('leaves out secrets and what is too large, smallest files first', () => {
    const files = {
      '.env': new Uint8Array(3),
      'sub/.env.local': new Uint8Array(3),
      'large.bin': new Uint8Array(MAX_FILES),
      'small.bin': new Uint8Array(10),
    };
    const { shared, left } = filesToShare(files);
    expect(Object.keys(shared)).toEqual(['small.bin']);
    expect(left.sort()).toEqual(['.env', 'large.bin', 'sub/.env.local']);
  });
});

describe('secrets', () => {
  test('are blotted out, also when they come in pieces', () => {
    const redactor = new Redactor(['sk-verysecret', 'no']);
    let shown = '';
    for (const piece of ['key=sk-ve', 'rysec', 'ret! no sk', '-v', 'ery'])
      shown += redactor.push(piece);
    expect(shown).toBe('key=••••••! no ');
    expect(shown + redactor.flush()).toBe('key=••••••! no sk-very');
  });

  test('become an environment and the text of a .env file', () => {
    const secrets = new Secrets();
    secrets.set(
      [
        { name: 'KEY', value: "it's" },
        { name: '2bad', value: 'x' },
      ],
      false,
    );
    expect(secrets.env()).toEqual({ KEY: "it's" });
    expect(new TextDecoder().decode(secrets.file()!)).toBe("KEY='it\\'s'\n");
  });
});

test('a notebook has the snippet and its output in one cell', () => {
  const notebook = JSON.parse(toNotebook('a = 1\nprint(a)', 'python', '1\n'));
  expect(notebook.nbformat).toBe(4);
  expect(notebook.cells[0].source).toEqual(['a = 1\n', 'print(a)']);
  expect(notebook.cells[0].outputs[0].text).toEqual(['1\n']);
});

test('a web page shows code as text', () => {
  const page = toPage('t', 'print("</grad-box><script>")', 'python', '<b>', 'https://a.example/');
  expect(page).toContain('print(&quot;&lt;/grad-box>&lt;script>&quot;)');
  expect(page).toContain('<pre>&lt;b></pre>');
});
