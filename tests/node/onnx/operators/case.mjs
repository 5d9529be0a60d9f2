// What cases of operators are written with: tensors { dtype, shape, data }, attributes by kind (see
// model.mjs), and the list that they make.

/** Repeatable numbers in [low, high). */
function noise(count, low = -1, high = 1, seed = 1) {
  let state = seed * 7919 + 12345;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return low + ((high - low) * (state >>> 8)) / 0x7fffff;
  });
}

const size = (shape) => shape.reduce((a, b) => a * b, 1);
export const f = (shape, low, high, seed) => ({
  dtype: 'float32',
  shape,
  data: noise(size(shape), low, high, seed).map(Math.fround),
});
export const whole = (dtype, shape, low, high, seed) => ({
  dtype,
  shape,
  data: noise(size(shape), low, high, seed).map(Math.floor),
});
export const ints = (...data) => ({ dtype: 'int64', shape: [data.length], data });
export const int = (n) => ({ dtype: 'int64', shape: [], data: [n] });
export const floats = (...data) => ({
  dtype: 'float32',
  shape: [data.length],
  data: data.map(Math.fround),
});
export const number = (x, dtype = 'float32') => ({ dtype, shape: [], data: [x] });
export const given = (dtype, shape, data) => ({ dtype, shape, data });
export const fixed = (t) => ({ ...t, constant: true });

export const i = (n) => ({ i: n });
export const x = (n) => ({ f: n });
export const s = (v) => ({ s: v });
export const l = (...v) => ({ ints: v });

/**
 * Cases { name, op, opset, domain?, inputs, attributes, outputs? }, as `make` adds them:
 * add('Relu', 14, [inputs], { attributes }, { outputs, domain, note }).
 */
export function cases(make) {
  const all = [];
  make((op, opset, inputs, attributes = {}, more = {}) => {
    const types = [...new Set(inputs.filter(Boolean).map((t) => t.dtype))].join('/');
    const shapes = inputs.map((t) => (t ? `[${t.shape}]` : '-')).join(' ');
    const settings = Object.entries(attributes).map(
      ([k, v]) => `${k}=${JSON.stringify(Object.values(v)[0])}`,
    );
    const title = `${more.domain ? `${more.domain}.` : ''}${op}-${opset}`;
    const note = more.note ?? settings.join(' ');
    const name = `${title} ${types} ${shapes} ${note}`.trim();
    all.push({ name, op, opset, inputs, attributes, ...more });
  });
  return all;
}
