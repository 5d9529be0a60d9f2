/** A snippet as a notebook. Output is what the console showed, secrets blotted out. */
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
