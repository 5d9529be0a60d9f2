/** The Python sources of the build: our packages and, for MicroPython, the missing modules. */

const texts = import.meta.glob(
  [
    '@python/torch/**/*.py',
    '@python/safetensors/**/*.py',
    '@python/numpy/**/*.py',
    '@python/onnx/**/*.py',
    '@python/onnxruntime/**/*.py',
    '@python/stdlib/**/*.py',
  ],
  { query: '?raw', import: 'default', eager: true },
) as Record<string, string>;

function below(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [path, text] of Object.entries(texts)) {
    const at = path.indexOf(folder);
    if (at >= 0) found[path.slice(at + folder.length)] = text;
  }
  return found;
}

function packaged(name: string): [string, string][] {
  return Object.entries(below(`/python/${name}/`)).map(([path, text]) => [`${name}/${path}`, text]);
}

/** `torch/__init__.py` and so on, with what stands beside it. */
export const torchSources: Record<string, string> = Object.fromEntries([
  ...packaged('torch'),
  ...packaged('safetensors'),
  ...packaged('numpy'),
  ...packaged('onnx'),
  ...packaged('onnxruntime'),
]);

/** `abc.py`, `collections/__init__.py` and so on; those that begin with `_gb_` are ours. */
export const stdlibSources: Record<string, string> = below('/python/stdlib/');
