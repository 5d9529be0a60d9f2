// The cases in TensorFlow.js: images as [batch, height, width, channels], as it likes them. A case
// that a backend has no kernel for throws.
import {
  GPT,
  gptShapes,
  initial,
  integers,
  LENET,
  lenetShapes,
  MLP,
  mlpShapes,
  numbers,
} from './data.mjs';

/** `[batch, channels, h, w]` as TensorFlow.js has images, and back; filters likewise. */
const imageOrder = [0, 2, 3, 1];
const channelOrder = [0, 3, 1, 2];
const filterOrder = [2, 3, 1, 0];

export function make(tf) {
  const tensor = (seed, shape) =>
    tf.tensor(
      numbers(
        seed,
        shape.reduce((a, b) => a * b, 1),
      ),
      shape,
    );
  const image = (seed, shape) => tf.tidy(() => tf.transpose(tensor(seed, shape), imageOrder));
  const variables = (shapes) =>
    shapes.map((shape, i) => {
      const value = tf.tensor(initial(i, shape), shape);
      return tf.variable(shape.length === 4 ? tf.transpose(value, filterOrder) : value);
    });
  const targets = (seed, count, below) =>
    tf.oneHot(tf.tensor1d(integers(seed, count, below), 'int32'), below);
  const forward = (f, order) => ({
    step: () => tf.tidy(() => void f()),
    values: () => tf.tidy(() => (order ? tf.transpose(f(), order) : f()).dataSync()),
  });
  // tf.losses.softmaxCrossEntropy without its checks.
  const crossEntropy = (logits, y) => tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), y), -1)));
  const training = (optimizer, variables, loss) => {
    const once = () => optimizer.minimize(loss, true, variables);
    return {
      step: () => tf.tidy(() => void once()),
      values: () => [1, 2, 3].map(() => tf.tidy(() => once().dataSync()[0])),
    };
  };
  const layerNorm = (x, scale, shift) => {
    const { mean, variance } = tf.moments(x, -1, true);
    return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5))), scale), shift);
  };
  const causal = (time) =>
    tf.tensor2d(
      Float32Array.from({ length: time * time }, (_, i) =>
        i % time > Math.floor(i / time) ? -1e9 : 0,
      ),
      [time, time],
    );
  const attention = (q, k, v, mask) => {
    const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(q.shape[q.shape.length - 1]));
    return tf.matMul(tf.softmax(tf.add(scores, mask)), v);
  };

  return {
    matmul({ n }) {
      const a = tensor(1, [n, n]);
      const b = tensor(2, [n, n]);
      return forward(() => tf.matMul(a, b));
    },
    conv2d({ batch, channels, filters, side }) {
      const x = image(1, [batch, channels, side, side]);
      const w = tf.transpose(tensor(2, [filters, channels, 3, 3]), filterOrder);
      const b = tensor(3, [filters]);
      return forward(
        () => tf.fused.conv2d({ x, filter: w, strides: 1, pad: 'same', bias: b }),
        channelOrder,
      );
    },
    conv2d_gradients({ batch, channels, filters, side }) {
      const x = image(1, [batch, channels, side, side]);
      const w = tf.transpose(tensor(2, [filters, channels, 3, 3]), filterOrder);
      const seed = image(3, [batch, filters, side, side]);
      const gradients = tf.grads((x, w) => tf.conv2d(x, w, 1, 'same'));
      const once = () => gradients([x, w], seed);
      return {
        step: () => tf.tidy(() => void once()),
        values: () =>
          tf.tidy(() => {
            const [gx, gw] = once();
            return [
              ...tf.transpose(gx, channelOrder).dataSync(),
              ...tf.transpose(gw, [3, 2, 0, 1]).dataSync(),
            ];
          }),
      };
    },
    elementwise({ op, rows, columns }) {
      const a = tensor(1, [rows, columns]);
      const b = tensor(2, [rows, columns]);
      const row = tensor(3, [columns]);
      const gelu = () => tf.mul(tf.mul(a, 0.5), tf.add(tf.erf(tf.mul(a, Math.SQRT1_2)), 1));
      return forward(
        {
          add: () => tf.add(a, b),
          mul_row: () => tf.mul(a, row),
          exp: () => tf.exp(a),
          tanh: () => tf.tanh(a),
          gelu,
          greater: () => tf.greater(a, b),
        }[op],
      );
    },
    reduction({ op, rows, columns }) {
      const a = tensor(1, [rows, columns]);
      return forward(
        {
          sum: () => tf.sum(a),
          sum_rows: () => tf.sum(a, 0),
          sum_columns: () => tf.sum(a, 1),
          max_columns: () => tf.max(a, 1),
        }[op],
      );
    },
    softmax({ rows, columns }) {
      const a = tensor(1, [rows, columns]);
      return forward(() => tf.softmax(a));
    },
    layer_norm({ rows, columns }) {
      const a = tensor(1, [rows, columns]);
      const scale = tensor(2, [columns]);
      const shift = tensor(3, [columns]);
      return forward(() => layerNorm(a, scale, shift));
    },
    attention({ batch, heads, time, width }) {
      const [q, k, v] = [1, 2, 3].map((seed) => tensor(seed, [batch, heads, time, width]));
      const mask = causal(time);
      return forward(() => attention(q, k, v, mask));
    },
    mlp() {
      const p = variables(mlpShapes());
      const x = tensor(1, [MLP.batch, MLP.sizes[0]]);
      const y = targets(2, MLP.batch, 10);
      return training(tf.train.sgd(MLP.lr), p, () => {
        let h = x;
        for (let i = 0; i < p.length; i += 2) {
          const activation = i + 2 < p.length ? 'relu' : 'linear';
          h = tf.fused.matMul({ a: h, b: p[i], bias: p[i + 1], activation });
        }
        return crossEntropy(h, y);
      });
    },
    lenet() {
      const p = variables(lenetShapes());
      const x = image(1, [LENET.batch, 1, 28, 28]);
      const y = targets(2, LENET.batch, 10);
      const dense = (a, i, activation) =>
        tf.fused.matMul({ a, b: p[i], bias: p[i + 1], activation });
      const convolve = (x, i) =>
        tf.maxPool(tf.relu(tf.add(tf.conv2d(x, p[i], 1, 'valid'), p[i + 1])), 2, 2, 'valid');
      return training(tf.train.sgd(LENET.lr), p, () => {
        const h = tf.transpose(convolve(convolve(x, 0), 2), channelOrder);
        const flat = tf.reshape(h, [LENET.batch, 256]);
        return crossEntropy(dense(dense(dense(flat, 4, 'relu'), 6, 'relu'), 8, 'linear'), y);
      });
    },
    gpt() {
      const { vocab, time, width, heads, blocks, batch } = GPT;
      const p = variables(gptShapes());
      // An embedding as a product: the gradient of tf.gather has no kernel in the wasm backend.
      const tokens = targets(1, batch * time, vocab);
      const y = targets(2, batch * time, vocab);
      const mask = causal(time);
      const split = (t) =>
        tf.transpose(tf.reshape(t, [batch, time, heads, width / heads]), [0, 2, 1, 3]);
      const optimizer = tf.train.adam(GPT.lr, 0.9, 0.999, 1e-8);
      return training(optimizer, p, () => {
        let at = 0;
        const norm = (t) => layerNorm(t, tf.add(p[at++], 1), p[at++]);
        const embedded = tf.reshape(tf.matMul(tokens, p[at++]), [batch, time, width]);
        let x = tf.reshape(tf.add(embedded, p[at++]), [batch * time, width]);
        for (let i = 0; i < blocks; i++) {
          const [q, k, v] = tf.split(tf.matMul(norm(x), p[at++]), 3, -1).map(split);
          const mixed = tf.transpose(attention(q, k, v, mask), [0, 2, 1, 3]);
          x = tf.add(x, tf.matMul(tf.reshape(mixed, [batch * time, width]), p[at++]));
          const dense = (a, activation) =>
            tf.fused.matMul({ a, b: p[at++], bias: p[at++], activation });
          x = tf.add(x, dense(dense(norm(x), 'relu'), 'linear'));
        }
        return crossEntropy(tf.matMul(norm(x), p[at++]), y);
      });
    },
  };
}
