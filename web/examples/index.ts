/**
 * The snippets of the examples menu. Each file begins with front matter in comments, which is not
 * shown in the editor:
 *
 *     # title: Line fit
 *     # about: One sentence for the menu.
 *     # group: Training
 *     # order: 20
 *     # file .env: KEY=value        (optional: a file the example comes with; \n for a line end)
 */

export interface Example {
  /** File name without its ending, as `?example=` takes it. */
  name: string;
  filename: string;
  language: 'python' | 'javascript';
  title: string;
  about: string;
  group: string;
  order: number;
  /** Files put beside the snippet, unless the session has them already. */
  files: Record<string, string>;
  source: string;
}

const FIELD = /^(?:#|\/\/) (title|about|group|order|file \S+): (.*)$/;

/** Split a snippet file into its front matter and its source. */
export function parseExample(filename: string, text: string): Example {
  const lines = text.split('\n');
  const fields: Record<string, string> = {};
  const files: Record<string, string> = {};
  let first = 0;
  for (; first < lines.length; first++) {
    const match = FIELD.exec(lines[first] ?? '');
    if (!match) break;
    const [, key = '', value = ''] = match;
    if (key.startsWith('file ')) files[key.slice(5)] = `${value.replaceAll('\\n', '\n')}\n`;
    else fields[key] = value;
  }
  while (lines[first]?.trim() === '') first += 1;
  const { title, about, group, order } = fields;
  if (!title || !about || !group || !order) throw new Error(`${filename}: incomplete front matter`);
  return {
    name: filename.replace(/\.\w+$/, ''),
    filename,
    language: filename.endsWith('.js') ? 'javascript' : 'python',
    title,
    about,
    group,
    order: Number(order),
    files,
    source: lines.slice(first).join('\n'),
  };
}

const raw = import.meta.glob<string>('./*.{py,js}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

export const EXAMPLES: readonly Example[] = Object.entries(raw)
  .map(([path, text]) => parseExample(path.replace('./', ''), text))
  .sort((a, b) => a.order - b.order);
