/** The small data sets of torch.utils.data.datasets, fetched when a snippet is about to load one. */

const texts = import.meta.glob('@python/data/*.txt', {
  query: '?raw',
  import: 'default',
}) as Record<string, () => Promise<string>>;

/** Files for the package's folder: `torch/utils/data/_digits.txt`, for what the sources mention. */
export async function dataSets(sources: string[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [path, load] of Object.entries(texts)) {
    const name = /([a-z]+)\.txt$/.exec(path)![1]!;
    if (!sources.some((source) => source.includes(`load_${name}`))) continue;
    found[`torch/utils/data/_${name}.txt`] = await load();
  }
  return found;
}
