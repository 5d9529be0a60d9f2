/** The snippets that load a model and run or train it, for “Open as code” and “Fine-tune”. */

import type { GraphInfo, ValueInfo } from '@runtime/model/messages';
import { isFloat, sequenceOf, shapeWith } from './inputs';

export interface SnippetModel {
  /** The name of the model among the session's files. */
  file: string;
  inputs: readonly ValueInfo[];
  outputs: readonly ValueInfo[];
  /** For dimensions that the model leaves open. */
  sizes: ReadonlyMap<string, number>;
}

const quote = (text: string) => JSON.stringify(text);

/** Python's tuple. */
const tuple = (items: readonly (string | number)[]) =>
  `(${items.join(', ')}${items.length === 1 ? ',' : ''})`;

function tensorText(info: ValueInfo, shape: readonly number[]): string {
  const list = shape.join(', ');
  if (info.dtype === 'bool') return `torch.ones(${list || '()'}, dtype=torch.bool)`;
  if (!isFloat(info.dtype)) {
    return `torch.randint(0, 10, ${tuple(shape)}, dtype=torch.${info.dtype})`;
  }
  const made = `torch.randn(${list || '()'})`;
  return info.dtype === 'float32' || info.dtype === undefined
    ? made
    : `${made}.to(torch.${info.dtype})`;
}

/** Nested lists of words, for a tensor of strings. */
function stringsText(shape: readonly number[]): string {
  const [count, ...rest] = shape;
  if (count === undefined) return quote('text');
  return `[${Array.from({ length: count }, () => stringsText(rest)).join(', ')}]`;
}

function inputText(info: ValueInfo, sizes: ReadonlyMap<string, number>): string {
  const element = sequenceOf(info);
  if (element) return `[${tensorText(element, [2])}]`;
  const shape = shapeWith(info, sizes);
  return info.dtype === 'string' ? stringsText(shape) : tensorText(info, shape);
}

/** Python in the words of onnxruntime; the model is the session's file of this name. */
export function pythonSnippet({ file, inputs, sizes }: SnippetModel): string {
  const feeds = inputs.map((info) => `    ${quote(info.name)}: ${inputText(info, sizes)},\n`);
  return `import onnxruntime
import torch

session = onnxruntime.InferenceSession(${quote(file)})
inputs = {
${feeds.join('')}}
outputs = session.run(None, inputs)
for output, value in zip(session.get_outputs(), outputs):
    if hasattr(value, "shape"):
        print(output.name, tuple(value.shape))
    print(value)
`;
}

/** Whether there is anything to train; optimizers take no float16, as PyTorch's on CPUs. */
export const hasWeights = ({ initializers }: GraphInfo): boolean =>
  initializers.some(({ dtype, shape }) => /^float(?:32|64)$/.test(dtype) && shape.length > 0);

const CLASSES_FROM = 2;

/** Scores of classes: `[N, C]`. */
function isScores({ dtype, shape }: ValueInfo): boolean {
  const classes = shape?.[1];
  return (
    (dtype === undefined || isFloat(dtype)) &&
    shape?.length === 2 &&
    typeof classes === 'number' &&
    classes >= CLASSES_FROM
  );
}

/** Python that trains the model's last layers on data to be replaced, and writes it to a new file. */
export function trainingSnippet({ file, inputs, outputs, sizes }: SnippetModel): string {
  const stem = file.replace(/\.[^.]*$/, '');
  const [output] = outputs;
  const made = inputs.map((info) => inputText(info, sizes));
  const scores = output !== undefined && isScores(output);
  const names = (list: readonly ValueInfo[]) =>
    `[${list.map(({ name }) => quote(name)).join(', ')}]`;
  const axes = [...inputs, ...outputs].flatMap(({ name, shape }) => {
    const open = (shape ?? []).flatMap((size, i) =>
      typeof size === 'string' && size !== '' ? [`${i}: ${quote(size)}`] : [],
    );
    return open.length > 0 ? [`        ${quote(name)}: {${open.join(', ')}},\n`] : [];
  });
  const target = scores
    ? `target = torch.randint(0, ${output.shape?.[1]}, (len(first(model(*inputs))),))`
    : 'target = torch.zeros_like(first(model(*inputs)))';
  const loss = scores ? 'F.cross_entropy' : 'F.mse_loss';
  return `import torch
import torch.nn.functional as F

model = torch.onnx.load(${quote(file)})
print(sum(p.numel() for p in model.parameters()), "parameters")

# What to learn from: put your own data here.
inputs = (${made.join(', ')}${made.length === 1 ? ',' : ''})


def first(outputs):
    return outputs[0] if isinstance(outputs, tuple) else outputs


with torch.no_grad():
    ${target}

# The last parameters learn, the others stay as they are.
parameters = list(model.parameters())
for p in parameters[:-2]:
    p.requires_grad_(False)
optimizer = torch.optim.Adam(parameters[-2:], lr=1e-3)

for step in range(30):
    optimizer.zero_grad()
    loss = ${loss}(first(model(*inputs)), target)
    loss.backward()
    optimizer.step()
    if step % 10 == 9:
        print(step + 1, loss.item())

# It is then among the files, to download or to open in the Model tab.
torch.onnx.export(
    model,
    inputs,
    ${quote(`${stem}-tuned.onnx`)},
    input_names=${names(inputs)},
    output_names=${names(outputs)},${axes.length > 0 ? `\n    dynamic_axes={\n${axes.join('')}    },` : ''}
)
`;
}
