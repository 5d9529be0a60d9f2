// The docs: what their Markdown becomes, what the search finds, and that every snippet prints what the
// text says, here and with real PyTorch.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { search } from '../../web/site/client/rank.ts';
import { linkTo, render } from '../../web/site/generate/render.ts';
import { PAGES, relative } from '../../web/site/nav.ts';

const root = new URL('../../', import.meta.url).pathname;
const cli = `${root}build/node/cli.mjs`;
const none = (href: string) => href;

function check(...args: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, 'check', ...args], { cwd: root }, (_, stdout) =>
      resolve(stdout),
    );
  });
}

describe('an article', () => {
  const text = `# Title

About *it*.

\`\`\`python hidden=x
secret = 1
\`\`\`

\`\`\`python exercise after=x with=.env
print(1 < 2)
\`\`\`

\`\`\`output
False
\`\`\`

\`\`\`python solution
print(2 < 1)
\`\`\`

## More & more

\`\`\`sh
ls
\`\`\`
`.replace('```python hidden', '```ini file=.env\nA=1\n```\n\n```python hidden');
  const { html, title, about, headings, sections } = render(text, none);

  it('has a title, a summary, headings', () => {
    expect([title, about]).toEqual(['Title', 'About it .']);
    expect(headings).toEqual([
      { level: 1, id: 'title', text: 'Title' },
      { level: 2, id: 'more-more', text: 'More & more' },
    ]);
    expect(sections[1]!.text).toBe('ls');
  });

  it('has boxes in the place of snippets', () => {
    expect(html).toContain(
      '<grad-box><template data-setup>secret = 1</template><template data-expected>False</template>' +
        '<template data-file=".env">A=1\n</template>\nprint(1 &lt; 2)\n</grad-box>',
    );
    expect(html).toContain('<figcaption>It should print</figcaption>');
    expect(html).toContain('<details class="solution">');
    expect(html).toContain('<figure class="file"><figcaption>.env</figcaption>');
    expect(html.match(/secret = 1/g)).toHaveLength(1);
    expect(html).not.toContain('data-box');
  });

  it('links to pages by their sources, and to no others', () => {
    const link = linkTo('docs/CHECK.md', PAGES, (to) => relative('a/b.html', to));
    expect(link('EMBEDDING.md#attributes')).toBe('../embed/index.html#attributes');
    expect(() => link('NOWHERE.md')).toThrow('docs/CHECK.md: NOWHERE.md is no page');
  });
});

describe('the search', () => {
  const entries = [
    { u: 'a', p: 'Training', h: 'Loops', t: 'a word about a matmul' },
    { u: 'b', p: 'Operators', h: 'torch.matmul', t: 'Matrix product.' },
    { u: 'c', p: 'Operators', h: 'torch.bmm', t: 'Batched product.' },
  ];

  it('puts names first, and wants every word', () => {
    expect(search(entries, 'matmul').map(({ u }) => u)).toEqual(['b', 'a']);
    expect(search(entries, 'batch PROD').map(({ u }) => u)).toEqual(['c']);
    expect(search(entries, 'matmul nowhere')).toEqual([]);
    expect(search(entries, ' ')).toEqual([]);
  });
});

describe('the snippets of the docs', () => {
  const texts = readdirSync(`${root}web/site`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `web/site/${name}`);
  const tutorials = texts.filter((name) => name.includes('/tutorials/'));

  it('print what the texts say', { timeout: 240_000 }, async () => {
    const report = await check(...texts, 'web/docs/EMBEDDING.md', 'web/docs/CHECK.md', 'README.md');
    expect(report).toMatch(/^[1-9]\d+ passed, 0 failed/m);
    expect(report).not.toContain('✗');
  });

  it('print the same with real PyTorch', { timeout: 480_000 }, async () => {
    const report = await check(...tutorials, 'web/site/index.md', '--python', '/usr/bin/python3');
    expect(report).not.toContain('✗');
    expect(report).toMatch(/^[1-9]\d+ passed, 0 failed/m);
  });

  it('have exercises in every tutorial, with solutions', () => {
    expect(tutorials.length).toBeGreaterThan(0);
    for (const name of tutorials) {
      const text = readFileSync(root + name, 'utf8');
      const count = (word: string) => text.match(new RegExp(`^\`\`\`python ${word}`, 'gm'))?.length;
      expect([name, count('exercise')]).not.toEqual([name, undefined]);
      expect([name, count('solution')]).toEqual([name, count('exercise')]);
    }
  });
});
