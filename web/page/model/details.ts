/** What the Model tab says about the chosen node. */

import type { AttributeInfo, Histogram, TensorInfo } from '@runtime/model/messages';
import { type Child, el, formatCount, formatDuration, formatNumber, svg } from '../dom';
import { icon } from '../icons';
import { innerText } from './draw';
import {
  type InnerGraph,
  shapeText,
  type ViewGraph,
  type ViewNode,
  type Weight,
  weightText,
} from './graph';

const LONGEST_LIST = 24;

function listText(values: readonly unknown[]): string {
  const shown = values.slice(0, LONGEST_LIST).map(String).join(', ');
  return values.length > LONGEST_LIST ? `[${shown}, … ${values.length} in all]` : `[${shown}]`;
}

function tensorText({ dtype, shape, data }: TensorInfo): string {
  const values = data ? ` = ${shape.length === 0 ? String(data[0]) : listText(data)}` : '';
  return `${dtype} ${shapeText(shape)}${values}`;
}

export function attributeText({ type, value }: AttributeInfo): string {
  switch (type) {
    case 'TENSOR':
    case 'SPARSE_TENSOR':
      return tensorText(value as TensorInfo);
    case 'GRAPH': {
      const { nodes } = value as { nodes: unknown[] };
      return `a graph of ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`;
    }
    case 'REF':
      return `the function’s ${value}`;
    case 'FLOAT':
      return formatNumber(value as number, 7);
    case 'FLOATS':
      return listText((value as number[]).map((x) => formatNumber(x, 6)));
    default:
      return Array.isArray(value) ? listText(value) : String(value);
  }
}

const HEIGHT = 44;

export function histogramView({
  bins,
  min,
  max,
  mean,
  std,
  nans,
  infs,
  zeros,
}: Histogram): HTMLElement {
  const most = Math.max(1, ...bins);
  const width = 240 / bins.length;
  const bars = bins.map((count, i) => {
    const height = count > 0 ? Math.max(1, (count / most) * HEIGHT) : 0;
    return svg('rect', {
      x: (i * width).toFixed(2),
      y: (HEIGHT - height).toFixed(2),
      width: Math.max(0.5, width - 1).toFixed(2),
      height: height.toFixed(2),
    });
  });
  const odd = [
    zeros > 0 ? `${formatCount(zeros)} ${zeros === 1 ? 'zero' : 'zeros'}` : '',
    nans > 0 ? `${formatCount(nans)} nan` : '',
    infs > 0 ? `${formatCount(infs)} inf` : '',
  ].filter((text) => text !== '');
  const summary = `mean ${formatNumber(mean)}, std ${formatNumber(std)}${odd.length > 0 ? `, ${odd.join(', ')}` : ''}`;
  return el(
    'div',
    { class: 'm-histogram' },
    svg(
      'svg',
      {
        viewBox: `0 0 240 ${HEIGHT}`,
        preserveAspectRatio: 'none',
        role: 'img',
        'aria-label': `Histogram from ${formatNumber(min)} to ${formatNumber(max)}, ${summary}`,
      },
      ...bars,
    ),
    el(
      'div',
      { class: 'm-range' },
      el('span', { text: formatNumber(min) }),
      el('span', { text: summary }),
      el('span', { text: formatNumber(max) }),
    ),
  );
}

export class NodeDetails {
  readonly root = el('div', { class: 'm-details', attrs: { hidden: '' } });
  /** The node that is shown; histograms of another come too late. */
  private shown = -1;

  constructor(
    private readonly weigh: (name: string) => Promise<Histogram>,
    private readonly onClose: () => void,
    private readonly onEnter: (inner: InnerGraph, node: ViewNode) => void,
  ) {}

  show(graph: ViewGraph | null, index: number, ms: number | undefined): void {
    this.shown = index;
    const node = graph?.nodes[index];
    this.root.hidden = !node;
    if (!node || !graph) return;
    this.root.scrollTop = 0;
    const { info, node: op } = node;
    const row = (label: string, ...content: Child[]) => [
      el('dt', { text: label }),
      el('dd', {}, ...content),
    ];
    const valueText = (name: string) => {
      const known = graph.values.get(name);
      return known?.shape ? `${name}  ${known.dtype ?? ''} ${shapeText(known.shape)}` : name;
    };
    const computed = (op?.inputs ?? []).filter(
      (name) => name !== '' && !node.weights.some((weight) => weight.input === name),
    );
    const rows = [
      ...(node.name && op ? row('Name', node.name) : []),
      ...(op?.domain ? row('Domain', op.domain) : []),
      ...(ms !== undefined ? row('Time', formatDuration(ms)) : []),
      ...(info?.type
        ? row('Type', `${info.type}${info.shape ? ` ${shapeText(info.shape)}` : ''}`)
        : []),
      ...(op?.attributes ?? []).flatMap((attribute) =>
        row(attribute.name, attributeText(attribute)),
      ),
      ...(computed.length > 0 ? row('Inputs', computed.map(valueText).join('\n')) : []),
      ...(op ? row('Outputs', op.outputs.filter(Boolean).map(valueText).join('\n')) : []),
    ];
    this.root.replaceChildren(
      el('strong', { text: node.title }),
      el('p', { text: kindText(node, graph.isInner) }),
      ...node.inner.map((inner) =>
        el('button', {
          class: 'button m-enter',
          text: `Look into ${inner.title === 'function' ? 'the function' : inner.title} (${innerText(inner.graph)})`,
          attrs: { type: 'button' },
          on: { click: () => this.onEnter(inner, node) },
        }),
      ),
      el('dl', {}, ...rows),
      ...node.weights.map((weight) => this.weight(weight, index)),
      el(
        'button',
        {
          class: 'icon-button',
          attrs: { type: 'button', 'aria-label': 'Close details' },
          on: { click: this.onClose },
        },
        icon('close'),
      ),
    );
  }

  private weight(weight: Weight, index: number): HTMLElement {
    const { tensor, name, role, isMain } = weight;
    const place = el('div');
    const count = tensor.shape.reduce((a, b) => a * b, 1);
    if (name !== null && isMain && tensor.dtype !== 'string' && count > 4) {
      this.weigh(name).then(
        (histogram) => {
          if (this.shown === index) place.replaceChildren(histogramView(histogram));
        },
        (error: Error) => {
          if (this.shown === index) place.replaceChildren(el('p', { text: error.message }));
        },
      );
    }
    const title = `${role} ${tensor.dtype} ${weightText(weight)}`;
    return el(
      'div',
      { class: 'm-weight-details' },
      el('p', { class: 'm-weight-title', text: name ? `${title} · ${name}` : title }),
      place,
    );
  }
}

function kindText({ kind, node }: ViewNode, isInner: boolean): string {
  if (kind === 'input') {
    return isInner ? 'Comes into this graph from around it.' : 'An input of the model.';
  }
  if (kind === 'output') return isInner ? 'An output of this graph.' : 'An output of the model.';
  return node?.domain ? `An operator of ${node.domain}.` : 'An operator of ONNX.';
}
