/**
 * `<grad-box>`, from one script tag: a snippet that stands still until somebody wants it. This file
 * is all that a page pays before that; the editor (ui.ts) and the core come when a box is used.
 */
import syntax from '@page/styles/syntax.css?inline';
import tokens from '@page/styles/tokens.css?inline';
import { coloured } from './colours.ts';
import look from './element.css?inline';
import { dedent, readSnippet, type Snippet } from './snippet.ts';

/** What ui.ts leaves for us. */
export interface Ui {
  mount(box: Box): Mounted;
  /** Gets workers ready; the first call fetches the core. */
  warm(base: string): void;
}

export interface Mounted {
  run(): void;
  stop(): void;
  focus(): void;
  source: string;
}

/** The parts of a box that the editor takes over. */
export interface Box {
  base: string;
  host: HTMLElement;
  snippet: Snippet;
  code: HTMLElement;
  bar: HTMLElement;
  say: HTMLElement;
  run: HTMLButtonElement;
  output: HTMLElement;
  /** What lies beside the snippet from the start. */
  files: Record<string, Uint8Array>;
  /** Dispatches `gradbox-…`. */
  tell(name: string, detail: unknown): void;
}

/** How a page that stands alone gives what others fetch. */
export interface Alone {
  base: string;
  ui: Promise<Ui>;
  files: Record<string, Uint8Array>;
}
const alone = (globalThis as { gradboxAlone?: Alone }).gradboxAlone;

const bytesOf = (files: Record<string, string>): Record<string, Uint8Array> =>
  Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)]),
  );

const own = (document.currentScript as HTMLScriptElement | null)?.src;
const base = alone?.base ?? new URL('./', own || document.baseURI).href;

let loading: Promise<Ui> | undefined = alone?.ui;

/** A plain script may come from another origin without any header. */
function ui(): Promise<Ui> {
  loading ??= new Promise<Ui>((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${base}embed/ui.js`;
    script.onload = () => {
      resolve((globalThis as unknown as { gradboxUi: Ui }).gradboxUi);
    };
    script.onerror = () => {
      loading = undefined;
      script.remove();
      reject(new Error(`${script.src} could not be loaded`));
    };
    document.head.append(script);
  });
  return loading;
}

const seen = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      (target as GradBox).cameIntoView();
    }
  },
  { rootMargin: '100px' },
);

function make<K extends keyof HTMLElementTagNameMap>(tag: K, name: string, text = '') {
  const node = document.createElement(tag);
  node.className = name;
  node.textContent = text;
  return node;
}

export class GradBox extends HTMLElement {
  private box: Box | undefined;
  private mounted: Promise<Mounted> | undefined;

  connectedCallback(): void {
    if (this.box) return;
    // While the page is still being read, the text isn't there yet.
    if (document.readyState === 'loading') {
      document.addEventListener('DOMContentLoaded', () => this.connectedCallback(), { once: true });
      return;
    }
    this.build();
    const src = this.getAttribute('src');
    if (src) void this.fetchSource(src);
    else seen.observe(this);
  }

  /** The snippet as it stands now. Setting it before or after the box is used works alike. */
  get source(): string {
    return this.box?.snippet.source ?? '';
  }

  run(): Promise<void> {
    return this.activate().then((mounted) => mounted?.run());
  }

  stop(): void {
    void this.mounted?.then((mounted) => mounted.stop());
  }

  cameIntoView(): void {
    if (this.box?.snippet.autorun) void this.run();
  }

  private build(): void {
    // `<script type="text/plain">` keeps `<` as it is; `data-…` elements are hidden.
    const text = (node: Element) =>
      (node instanceof HTMLTemplateElement ? node.content : node).textContent ?? '';
    const part = (name: string) => {
      const node = this.querySelector(`[data-${name}]`);
      node?.remove();
      return node ? text(node) : null;
    };
    const files: Record<string, string> = {};
    for (const node of this.querySelectorAll<HTMLElement>('[data-file]')) {
      files[node.dataset.file!] = text(node);
      node.remove();
    }
    const setup = part('setup');
    const expected = part('expected');
    const get = (name: string) =>
      (name === 'setup' ? setup : name === 'expected' ? expected : null) ?? this.getAttribute(name);
    const snippet = readSnippet(get, this.textContent ?? '', files);
    // To everyone else the attribute means a language that people speak.
    this.removeAttribute('lang');
    const root = this.attachShadow({ mode: 'open' });
    const style = make('style', '', tokens + syntax + look);
    const frame = make('div', 'box');
    const code = make('div', 'code');
    const pre = make('pre', '');
    pre.tabIndex = 0;
    pre.setAttribute('aria-label', 'Snippet. Press Enter to edit.');
    pre.setAttribute('role', 'textbox');
    pre.setAttribute('aria-readonly', 'true');
    pre.append(coloured(snippet.source));
    const bar = make('div', 'bar');
    const run = make('button', 'run', 'Run');
    run.type = 'button';
    const say = make('span', 'say');
    say.setAttribute('role', 'status');
    const output = make('div', 'output');
    output.hidden = true;
    code.append(pre);
    bar.append(run, say);
    frame.append(code, bar, output);
    root.append(style, frame);
    if (snippet.theme !== 'auto') this.dataset.theme = snippet.theme;
    if (snippet.height) code.style.setProperty('--box-height', snippet.height);
    this.box = {
      base,
      host: this,
      snippet,
      code,
      bar,
      say,
      run,
      output,
      files: { ...alone?.files, ...bytesOf(snippet.files) },
      tell: (name, detail) =>
        this.dispatchEvent(new CustomEvent(`gradbox-${name}`, { detail, bubbles: true })),
    };
    run.onclick = () => void this.run();
    // The reader is about to use it: what takes longest begins now.
    const prepare = () => void this.prepare();
    run.onpointerenter = prepare;
    run.onfocus = prepare;
    pre.onclick = () => {
      if (!getSelection()?.toString()) void this.edit();
    };
    pre.onkeydown = (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void this.run();
      else if (event.key === 'Enter') void this.edit();
      else return;
      event.preventDefault();
    };
  }

  private async fetchSource(src: string): Promise<void> {
    const { box } = this;
    if (!box) return;
    try {
      const response = await fetch(src);
      if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
      box.snippet.source = dedent(await response.text());
      box.code.firstElementChild?.replaceChildren(coloured(box.snippet.source));
      seen.observe(this);
    } catch (error) {
      box.say.className = 'say is-error';
      box.say.textContent = `${src} could not be loaded: ${(error as Error).message}`;
      box.tell('error', { message: box.say.textContent });
    }
  }

  private prepare(): Promise<void> {
    return ui().then(
      ({ warm }) => warm(base),
      () => {},
    );
  }

  private async edit(): Promise<void> {
    if (!this.box?.snippet.readonly) (await this.activate())?.focus();
  }

  /** Puts the editor in the place of the still text. */
  private async activate(): Promise<Mounted | undefined> {
    const { box } = this;
    if (!box) return undefined;
    if (!this.mounted) {
      box.say.className = 'say';
      box.say.textContent = 'Loading…';
      this.mounted = ui().then(({ mount }) => mount(box));
    }
    try {
      return await this.mounted;
    } catch (error) {
      this.mounted = undefined;
      box.say.className = 'say is-error';
      box.say.textContent = (error as Error).message;
      box.tell('error', { message: box.say.textContent });
      return undefined;
    }
  }
}

/**
 * Puts boxes in the place of a page's code blocks: `gradbox.upgrade()`. The attributes are those
 * of `<grad-box>`; the language follows the class (`language-js`, `highlight-javascript`).
 */
export function upgrade(
  selector = 'pre > code.language-python, div.highlight-python pre, div.highlight-python3 pre',
  attributes: Record<string, string> = {},
): GradBox[] {
  return [...document.querySelectorAll<HTMLElement>(selector)].map((code) => {
    const box = document.createElement('grad-box') as GradBox;
    const named = code.closest('[class*=javascript], [class*=language-js]');
    if (named) box.setAttribute('lang', 'javascript');
    for (const [name, value] of Object.entries(attributes)) box.setAttribute(name, value);
    box.textContent = code.textContent;
    const block = code.closest('div[class*=highlight-]') ?? code.closest('pre') ?? code;
    block.replaceWith(box);
    return box;
  });
}

if (!customElements.get('grad-box')) customElements.define('grad-box', GradBox);
Object.assign(globalThis, { gradbox: { ...(globalThis as any).gradbox, upgrade } });
