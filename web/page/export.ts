/** A snippet as files for elsewhere. Output is what the console showed, secrets blotted out. */
import type { Language } from '@runtime/protocol';

/** A Jupyter notebook (nbformat 4.5) with one cell. */
export function toNotebook(source: string, language: Language, output: string): string {
  const lines = (text: string) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const python = language === 'python';
  const outputs =
    output === '' ? [] : [{ output_type: 'stream', name: 'stdout', text: lines(output) }];
  return JSON.stringify(
    {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {
        kernelspec: python
          ? { name: 'python3', display_name: 'Python 3', language: 'python' }
          : { name: 'javascript', display_name: 'JavaScript', language: 'javascript' },
        language_info: { name: language },
      },
      cells: [
        {
          cell_type: 'code',
          id: 'snippet',
          metadata: {},
          execution_count: null,
          source: lines(source),
          outputs,
        },
      ],
    },
    null,
    1,
  );
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/**
 * A page that shows the snippet and its output by itself, and lets them run where the playground at
 * `base` can be reached.
 */
export function toPage(
  title: string,
  source: string,
  language: Language,
  output: string,
  base: string,
) {
  const shown = output === '' ? '' : `<h2>Output</h2>\n<pre>${escaped(output)}</pre>\n`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
  body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; font-family: system-ui, sans-serif; color-scheme: light dark; }
  pre, grad-box:not(:defined) { display: block; overflow-x: auto; white-space: pre; font: 13px/1.6 ui-monospace, monospace; }
</style>
<h1>${escaped(title)}</h1>
<grad-box lang="${language}">${escaped(source)}</grad-box>
${shown}<script src="${escaped(base)}grad-box.js"></script>
</html>
`;
}
