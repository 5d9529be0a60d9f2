/** Addresses that hold a snippet, secrets that stay out of sight, and files for elsewhere. */

import { describe, expect, test } from 'vitest';
import { toNotebook } from '../../web/page/export';
import { shell } from '../../web/page/offline-shell';
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

test('a page that stands alone shows code as text, and names no address but in a link', () => {
  const page = shell({
    title: 'a "<b>"',
    source: 'print("</grad-box><script>")',
    language: 'python',
    runtime: 'cpython',
    output: '<b>',
    files: { 'a.txt': '</script><script>alert(1)' },
    base: 'https://a.example/',
    licences: 'MIT <x>',
    frameHash: "'sha256-frame'",
    nonce: 'abc',
    parts: { app: 'QUJD', core: 'REVG' },
  }).join('');
  expect(page).toContain('print(&quot;&lt;/grad-box>&lt;script>&quot;)');
  expect(page).toContain('<grad-box runtime="cpython">');
  expect(page).toContain('tabindex="0">&lt;b></pre>');
  expect(page).toContain('\\u003c/script>\\u003cscript>alert(1)');
  expect(page).toContain('id="part-core">REVG</script>');
  // Every script is data or has the nonce; the policy has no host in it.
  const scripts = page.match(/<script[^>]*>/g)!;
  expect(scripts.filter((tag) => !/type="application\/|nonce="abc"/.test(tag))).toEqual([]);
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!;
  expect(policy).toMatch(/^default-src 'none'; /);
  expect(policy).not.toMatch(/http|'self'|\*/);
  expect(policy).toContain('; connect-src blob:;');
  expect(page.replaceAll(/<(?:a|meta name="gradbox") [^>]*>/g, '')).not.toMatch(
    /(?:src|href)="http/,
  );
});
