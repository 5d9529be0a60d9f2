/** What a model says about itself, and what it is made of. */

import type { ModelDescription } from '@runtime/model/messages';
import { el, formatCount } from '../dom';
import { categoryOf } from './categories';
import { shapeText } from './graph';

export function aboutView(description: ModelDescription): HTMLElement {
  const { producer, domain, doc, metadata, ir_version, opsets, functions } = description;
  const row = (label: string, text: string) =>
    text ? [el('dt', { text: label }), el('dd', { text })] : [];
  const valueTexts = (list: ModelDescription['inputs']) =>
    list.map(({ name, type, shape }) => `${name}  ${type} ${shapeText(shape)}`).join('\n');
  const ops = Object.entries(description.ops).sort(([, a], [, b]) => b - a);
  const opsetText = opsets
    .map(({ domain: of, version }) => `${of || 'ai.onnx'} ${version}`)
    .join(', ');
  return el(
    'div',
    { class: 'm-about' },
    el(
      'dl',
      {},
      ...row('Producer', producer),
      ...row('Domain', domain),
      ...row('About', doc),
      ...row('IR version', String(ir_version)),
      ...row('Operator sets', opsetText),
      ...row('Parameters', formatCount(description.parameters)),
      ...row('Inputs', valueTexts(description.inputs)),
      ...row('Outputs', valueTexts(description.outputs)),
      ...row('Functions', functions.join(', ')),
      ...Object.entries(metadata).flatMap(([name, value]) => row(name, value)),
    ),
    el(
      'ul',
      { class: 'm-ops', attrs: { 'aria-label': 'Operators' } },
      ...ops.map(([op, count]) =>
        el('li', { class: `is-${categoryOf(op)}`, text: `${op} × ${formatCount(count)}` }),
      ),
    ),
  );
}
