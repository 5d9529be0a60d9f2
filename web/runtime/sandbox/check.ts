/**
 * Whether a message is one that a worker of ours sends. A snippet that got hold of its worker's port
 * could send anything, and the page's panels must not stumble over it.
 */
import type { WorkerMessage } from '../protocol.ts';

type Check = (value: unknown) => boolean;
type Fields = Record<string, Check>;

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number';
const boolean: Check = (value) => typeof value === 'boolean';
const bytes: Check = (value) => value instanceof Uint8Array;
const oneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value);
const nullable =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const either =
  (...checks: Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const map =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.values(value).every(check);
const shaped =
  (fields: Fields): Check =>
  (value) =>
    isObject(value) && Object.entries(fields).every(([name, check]) => check(value[name]));

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const runtime = oneOf('micropython', 'cpython', 'javascript');
const statistic = nullable(number);

const distribution = shaped({
  min: number,
  mean: number,
  max: number,
  std: number,
  bins: list(number),
});

const sample = shaped({
  shape: list(number),
  values: list(either(number, oneOf('nan', 'inf', '-inf'))),
});

const node = shaped({
  id: number,
  name: text,
  kind: oneOf('op', 'leaf', 'root'),
  shape: nullable(either(text, list(number))),
  dtype: nullable(text),
  label: optional(nullable(text)),
  op: optional(text),
  args: optional(isObject),
  line: optional(number),
  call: optional(number),
  value: optional(sample),
  step: optional(number),
  grads: optional(list(nullable(sample))),
  before: optional(nullable(sample)),
  saved: optional(list(shaped({ arg: text, value: nullable(sample) }))),
});

const edge = shaped({
  from: number,
  to: number,
  output: optional(number),
  arg: optional(text),
  grad: optional(sample),
  local: optional(sample),
});

const group = shaped({ optimizer: number, name: text, group: number, lr: number });

const call = shaped({ id: number, parent: nullable(number), path: text, class: text });

const values = shaped({
  size: number,
  elements: nullable((value) => value instanceof Float32Array),
});

const variable = either(
  shaped({
    kind: oneOf('tensor'),
    name: text,
    type: text,
    shape: list(number),
    dtype: text,
    bytes: number,
    requiresGrad: boolean,
    gradFn: nullable(text),
    values,
    grad: nullable(values),
  }),
  shaped({ kind: oneOf('module'), name: text, type: text, training: boolean }),
);

const shows = oneOf('class', 'probability', 'value');

const tiles = nullable(
  shaped({
    count: number,
    of: number,
    channels: number,
    height: number,
    width: number,
    low: number,
    high: number,
    pixels: list(number),
  }),
);

const picture = either(
  shaped({
    kind: oneOf('plane'),
    id: number,
    model: text,
    shows,
    classes: number,
    x: list(number),
    y: list(number),
    columns: number,
    rows: number,
    cells: list(statistic),
    sure: list(statistic),
    points: shaped({ x: list(number), y: list(number), target: list(statistic) }),
  }),
  shaped({
    kind: oneOf('line'),
    id: number,
    model: text,
    shows,
    x: list(statistic),
    outputs: list(list(statistic)),
    points: shaped({ x: list(number), target: list(statistic) }),
  }),
  shaped({
    kind: oneOf('image'),
    id: number,
    model: text,
    target: statistic,
    predicted: statistic,
    image: tiles,
    layers: list(shaped({ name: text, filters: tiles, maps: tiles })),
  }),
);

/** Every kind of message; one that is added to the protocol is added here. */
const CHECKS: Record<WorkerMessage['type'], Check> = {
  ready: shaped({ runtime, ms: number }),
  stdout: shaped({ text, stream: oneOf('stdout', 'stderr') }),
  notice: shaped({ text }),
  progress: shaped({ what: text, loaded: number, total: number }),
  losses: shaped({
    series: list(shaped({ label: text, first: number, values: list(statistic) })),
  }),
  steps: shaped({
    steps: list(
      shaped({
        step: number,
        lr: statistic,
        params: list(
          shaped({
            name: text,
            ratio: statistic,
            weight: nullable(distribution),
            grad: nullable(distribution),
          }),
        ),
      }),
    ),
  }),
  pictures: shaped({ pictures: list(picture) }),
  training: shaped({
    iteration: number,
    paused: boolean,
    controls: boolean,
    loops: list(shaped({ label: text, done: number, total: number })),
    loopMs: number,
    groups: list(group),
    changes: list(group),
  }),
  hooks: shaped({
    skipped: number,
    events: list(
      shaped({
        module: text,
        class: text,
        kind: text,
        shapes: text,
        dtype: text,
        min: statistic,
        mean: statistic,
        max: statistic,
        std: statistic,
        nans: number,
        infs: number,
        ms: statistic,
        depth: number,
        bins: list(number),
      }),
    ),
  }),
  graph: shaped({
    graph: shaped({
      nodes: list(node),
      edges: list(edge),
      calls: optional(list(call)),
      run: optional(number),
      truncated: optional(boolean),
    }),
  }),
  variables: shaped({ variables: list(variable) }),
  files: shaped({ changed: map(bytes), deleted: list(text) }),
  memory: shaped({ tensors: number, bytes: number }),
  // Heard only from the Model tab's own worker, which runs no snippet.
  model: shaped({ id: number, error: optional(text), answer: optional(isObject) }),
  done: shaped({
    id: number,
    ok: boolean,
    runtime,
    ms: number,
    firstOutputMs: statistic,
    exitCode: optional(number),
    error: optional(
      shaped({
        type: text,
        message: text,
        traceback: text,
        line: optional(number),
        column: optional(number),
      }),
    ),
  }),
};

/** The message, or null if it is none. */
export function checkMessage(data: unknown): WorkerMessage | null {
  if (!isObject(data) || typeof data.type !== 'string') return null;
  if (!Object.hasOwn(CHECKS, data.type)) return null;
  return CHECKS[data.type as WorkerMessage['type']](data)
    ? (data as unknown as WorkerMessage)
    : null;
}
