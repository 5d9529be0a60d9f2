/** The text of a page that stands alone. */
import type { Language, RuntimeChoice } from '@runtime/protocol';

/** What the page shows and runs. */
export interface SavedSnippet {
  title: string;
  source: string;
  language: Language;
  runtime: RuntimeChoice;
  /** What the console showed, secrets blotted out. */
  output: string;
  /** As base64, by path. */
  files: Record<string, string>;
}

export interface PageParts extends SavedSnippet {
  /** Of the playground that made it. */
  base: string;
  licences: string;
  frameHash: string;
  nonce: string;
  /** Gzipped, in base64; `app` is the page's own script. */
  parts: Record<string, string>;
}

export const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** JSON inside a script element: no text in it ends the element. */
const asData = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');

const LOOK = `
  :root { color-scheme: light dark; }
  body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; color: light-dark(#1b2530, #dde5ec); background: light-dark(#fff, #0e1318); }
  h1 { font-size: 1.5rem; overflow-wrap: anywhere; }
  h2 { margin: 1.5rem 0 0.4rem; font-size: 1rem; }
  pre, grad-box:not(:defined) { display: block; overflow-x: auto; white-space: pre; font: 13px/1.6 ui-monospace, monospace; }
  .saved, details pre { margin: 0; padding: 0.7rem 1rem; border: 1px solid light-dark(#cbd3db, #364350); border-radius: 8px; }
  .saved { max-height: 30rem; overflow: auto; }
  footer { margin-top: 2rem; font-size: 0.85rem; color: light-dark(#576472, #94a3b2); }
  a { color: inherit; }
`;

/** Unpacks the page's script; the policy lets no other run. */
const BOOT = `(async () => {
  const text = document.getElementById('part-app').textContent.trim();
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const script = document.createElement('script');
  script.nonce = NONCE;
  script.textContent = await new Response(stream).text();
  document.head.append(script);
})().catch((error) => {
  document.getElementById('trouble').textContent = 'This browser cannot run the snippet: ' + error.message;
});`;

/** In pieces, since all of it is long. */
export function shell(page: PageParts): string[] {
  const { title, source, language, runtime, output, base, nonce } = page;
  // The sandboxed frame inherits the policy: what it needs stands here, and no address does.
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'unsafe-eval' 'wasm-unsafe-eval' blob: ${page.frameHash}`,
    'worker-src blob:',
    'connect-src blob:',
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  // `lang` would be right for the box, but is an attribute for human languages.
  const on = language === 'javascript' ? language : runtime;
  const choice = on === 'auto' ? '' : ` runtime="${on}"`;
  const saved =
    output === ''
      ? ''
      : `<h2 id="saved">Output when it was saved</h2>
<pre class="saved" role="region" aria-labelledby="saved" tabindex="0">${escaped(output)}</pre>
`;
  const where = /^https?:/.test(base) ? ` <a href="${escaped(base)}">${escaped(base)}</a>` : '';
  return [
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="gradbox" content="${escaped(base)}">
<title>${escaped(title)}</title>
<style>${LOOK}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<grad-box${choice}>${escaped(source)}</grad-box>
<p id="trouble" role="status"></p>
${saved}</main>
<footer>
<p>This page works by itself, without a network. Made with Gradbox${where}.</p>
<details><summary>Licences of what is inside</summary><pre tabindex="0">${escaped(page.licences)}</pre></details>
</footer>
<script type="application/json" id="files">${asData(page.files)}</script>
`,
    ...Object.entries(page.parts).flatMap(([name, data]) => [
      `<script type="application/octet-stream" id="part-${name}">`,
      data,
      '</script>\n',
    ]),
    `<script nonce="${nonce}">${BOOT.replace('NONCE', `'${nonce}'`)}</script>
</body>
</html>
`,
  ];
}
