/** The snippet that loads and runs a model, for “Open as code”. */

import type { ValueInfo } from '@runtime/model/messages';
import { isFloat, shapeWith } from './inputs';

const quote = (text: string) => JSON.stringify(text);

function inputText(info: ValueInfo, sizes: ReadonlyMap<string, number>): string {
  const shape = shapeWith(info, sizes);
  const list = shape.join(', ');
  if (info.dtype === 'bool') return `torch.ones(${list || '()'}, dtype=torch.bool)`;
  if (!isFloat(info.dtype))
    return `torch.randint(0, 10, (${list}${shape.length === 1 ? ',' : ''}), dtype=torch.${info.dtype})`;
  const made = `torch.randn(${list || '()'})`;
  return info.dtype === 'float32' || info.dtype === undefined
    ? made
    : `${made}.to(torch.${info.dtype})`;
}

/** Python in the words of onnxruntime; the model is the session's file of this name. */
export function pythonSnippet(
  file: string,
  inputs: readonly ValueInfo[],
  sizes: ReadonlyMap<string, number>,
): string {
  const feeds = inputs.map((info) => `    ${quote(info.name)}: ${inputText(info, sizes)},\n`);
  return `import onnxruntime
import torch

session = onnxruntime.InferenceSession(${quote(file)})
inputs = {
${feeds.join('')}}
outputs = session.run(None, inputs)
for output, value in zip(session.get_outputs(), outputs):
    print(output.name, tuple(value.shape))
    print(value)
`;
}
