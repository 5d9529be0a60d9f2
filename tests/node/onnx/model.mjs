// Writes small ONNX models: one node, whose inputs are the graph's inputs. Field numbers from
// onnx.proto.

const encoder = new TextEncoder();

function varint(n) {
  const bytes = [];
  let v = BigInt.asUintN(64, BigInt(n));
  do {
    const low = Number(v & 0x7fn);
    v >>= 7n;
    bytes.push(v ? low | 0x80 : low);
  } while (v);
  return bytes;
}

const number = (field, n) => [...varint(field << 3), ...varint(n)];
const bytes = (field, data) => [...varint((field << 3) | 2), ...varint(data.length), ...data];
const text = (field, s) => bytes(field, encoder.encode(s));
const float = (field, x) => [
  ...varint((field << 3) | 5),
  ...new Uint8Array(Float32Array.of(x).buffer),
];

/** TensorProto.DataType, and the array that holds the elements. */
export const TYPES = {
  float32: [1, Float32Array],
  uint8: [2, Uint8Array],
  int8: [3, Int8Array],
  uint16: [4, Uint16Array],
  int16: [5, Int16Array],
  int32: [6, Int32Array],
  int64: [7, BigInt64Array],
  string: [8, Array],
  bool: [9, Uint8Array],
  float16: [10, Uint16Array],
  float64: [11, Float64Array],
  uint32: [12, Uint32Array],
  uint64: [13, BigUint64Array],
};

/** { dtype, shape, data } as a TensorProto; data is an array of numbers, bigints or strings. */
export function tensorProto(t, name = '') {
  const [type, Elements] = TYPES[t.dtype];
  const out = [...t.shape.flatMap((n) => number(1, n)), ...number(2, type), ...text(8, name)];
  if (t.dtype === 'string') return [...out, ...t.data.flatMap((s) => text(6, s))];
  return [...out, ...bytes(9, new Uint8Array(elements(t, Elements).buffer))];
}

/** The elements of { dtype, data } in their typed array. */
export function elements(t, Elements = TYPES[t.dtype][1]) {
  const big = Elements === BigInt64Array || Elements === BigUint64Array;
  return Elements.from(t.data, (x) => (big ? BigInt(x) : typeof x === 'boolean' ? Number(x) : x));
}

// An attribute's kind is told by its only key: { f: 0.5 }, { i: 1 }, { s: 'x' }, { t: tensor } or
// { ints }, { floats }, { strings }.
function attribute(name, value) {
  const [kind, v] = Object.entries(value)[0];
  const parts = {
    f: () => [...float(2, v), ...number(20, 1)],
    i: () => [...number(3, v), ...number(20, 2)],
    s: () => [...text(4, v), ...number(20, 3)],
    t: () => [...bytes(5, tensorProto(v)), ...number(20, 4)],
    floats: () => [...v.flatMap((x) => float(7, x)), ...number(20, 6)],
    ints: () => [...v.flatMap((x) => number(8, x)), ...number(20, 7)],
    strings: () => [...v.flatMap((x) => text(9, x)), ...number(20, 8)],
  };
  return [...text(1, name), ...parts[kind]()];
}

function valueInfo(name, t) {
  if (!t) return text(1, name);
  const dims = t.shape.flatMap((n) => bytes(1, number(1, n)));
  const tensor = [...number(1, TYPES[t.dtype][0]), ...bytes(2, dims)];
  return [...text(1, name), ...bytes(2, bytes(1, tensor))];
}

/**
 * The bytes of a model of one node.
 *
 * `op`, `opset`, `domain`, `attributes` (by name, see above), `inputs` (tensors, or null for one
 * left out; those with `constant: true` become initializers), `outputs` (how many; null in a list
 * for one left out). Inputs are named x0, x1, ..., outputs y0, y1, ...
 */
export function model({ op, opset, domain = '', attributes = {}, inputs, outputs = 1 }) {
  const node = [
    ...inputs.flatMap((t, i) => text(1, t ? `x${i}` : '')),
    ...Array.from({ length: outputs }, (_, i) => text(2, `y${i}`)).flat(),
    ...text(4, op),
    ...Object.entries(attributes).flatMap(([k, v]) => bytes(5, attribute(k, v))),
    ...text(7, domain),
  ];
  const graph = [
    ...bytes(1, node),
    ...text(2, 'one node'),
    ...inputs.flatMap((t, i) => (t?.constant ? bytes(5, tensorProto(t, `x${i}`)) : [])),
    ...inputs.flatMap((t, i) => (t && !t.constant ? bytes(11, valueInfo(`x${i}`, t)) : [])),
    ...Array.from({ length: outputs }, (_, i) => bytes(12, valueInfo(`y${i}`))).flat(),
  ];
  const imports = [['', domain ? 17 : opset]];
  if (domain) imports.push([domain, opset]);
  return Uint8Array.from([
    ...number(1, 8),
    ...bytes(7, graph),
    ...imports.flatMap(([d, v]) => bytes(8, [...text(1, d), ...number(2, v)])),
  ]);
}
