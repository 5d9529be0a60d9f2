/** Packages that tutorials import and that aren't here: what to do instead. */

const HINTS: Record<string, string> = {
  matplotlib: 'there are no plots from Python here: print the values, or watch losses in the page',
  seaborn: 'there are no plots from Python here: print the values, or watch losses in the page',
  torchvision:
    'torchvision and its downloads are not here: torch.utils.data.datasets has load_digits() and load_iris(), and your own files can be added to the page',
  torchaudio: 'torchaudio is not here: add your files to the page and read them with open()',
  torchtext: 'torchtext is not here: add your text to the page and read it with open()',
  sklearn:
    'scikit-learn is not here: torch.utils.data.datasets has load_digits() and load_iris(), random_split() splits them',
  pandas: 'pandas is not here: read tables with the module csv',
  tqdm: 'tqdm is not here: print the progress of a loop',
  tensorboard: 'tensorboard is not here: the page draws losses by itself',
  transformers: 'transformers is not here: there is no network to download models from',
};

/** A sentence for "No module named 'pandas'", or undefined. */
export function absentHint(message: string): string | undefined {
  const name = /^No module named '(\w+)/.exec(message)?.[1];
  const hint = name === undefined ? undefined : HINTS[name];
  return hint && `${hint[0]!.toUpperCase()}${hint.slice(1)}.`;
}
