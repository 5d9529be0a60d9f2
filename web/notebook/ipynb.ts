/** Notebooks as files: Jupyter's format, nbformat 4. What we don't show is left out, with a count. */

export type CellKind = 'code' | 'markdown';

export interface Output {
  kind: 'out' | 'err' | 'error';
  text: string;
}

export interface CellData {
  kind: CellKind;
  source: string;
  outputs: Output[];
  count: number | null;
}

export interface NotebookData {
  title: string;
  cells: CellData[];
}

const lines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
const joined = (text: unknown): string =>
  Array.isArray(text) ? text.map(String).join('') : typeof text === 'string' ? text : '';

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of terminals begin with Escape.
const plain = (text: string): string => text.replace(/\u001b\[[\d;]*m/g, '');

export function toIpynb({ cells }: NotebookData): string {
  return `${JSON.stringify(
    {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {
        kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' },
        language_info: { name: 'python' },
      },
      cells: cells.map(({ kind, source, outputs, count }, i) => ({
        id: `cell-${i + 1}`,
        cell_type: kind,
        metadata: {},
        source: lines(source),
        ...(kind === 'code' ? { execution_count: count, outputs: outputs.map(toOutput) } : {}),
      })),
    },
    null,
    1,
  )}\n`;
}

function toOutput({ kind, text }: Output): object {
  if (kind !== 'error') {
    const name = kind === 'out' ? 'stdout' : 'stderr';
    return { output_type: 'stream', name, text: lines(text) };
  }
  const last = text.trimEnd().split('\n').at(-1) ?? '';
  const [, ename = 'Error', evalue = last] = /^(\w[\w.]*)(?:: (.*))?$/.exec(last) ?? [];
  return { output_type: 'error', ename, evalue, traceback: text.trimEnd().split('\n') };
}

/**
 * @returns the notebook, and how many outputs it has that are no text
 * @throws Error when the text is no notebook, saying why
 */
export function fromIpynb(text: string, title: string): { data: NotebookData; left: number } {
  let value: any;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('it isn’t JSON');
  }
  if (!Array.isArray(value?.cells)) throw new Error('it has no cells (notebooks before format 4?)');
  let left = 0;
  const cells = value.cells.map((cell: any): CellData => {
    const kind = cell?.cell_type === 'code' ? 'code' : 'markdown';
    const outputs: Output[] = [];
    for (const output of kind === 'code' && Array.isArray(cell.outputs) ? cell.outputs : []) {
      const read = fromOutput(output);
      if (read) outputs.push(read);
      else left++;
    }
    const count = Number.isInteger(cell?.execution_count) ? cell.execution_count : null;
    return { kind, source: joined(cell?.source), outputs, count };
  });
  return { data: { title, cells }, left };
}

function fromOutput(output: any): Output | undefined {
  switch (output?.output_type) {
    case 'stream':
      return { kind: output.name === 'stderr' ? 'err' : 'out', text: plain(joined(output.text)) };
    case 'error': {
      const trace = Array.isArray(output.traceback) ? output.traceback.map(String) : [];
      return {
        kind: 'error',
        text: plain(trace.join('\n')) || `${output.ename}: ${output.evalue}`,
      };
    }
    case 'execute_result':
    case 'display_data': {
      const shown = joined(output.data?.['text/plain']);
      if (!shown || output.data?.['image/png']) return undefined;
      return { kind: 'out', text: `${shown}\n` };
    }
    default:
      return undefined;
  }
}
