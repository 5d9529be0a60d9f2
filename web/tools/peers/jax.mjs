// The cases in jax-js, compiled by its jit. Its arrays are given up to the function that they are
// passed to; `.ref` keeps one.
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

export function make(jax) {
  const { numpy: np, nn, lax } = jax;
  const tensor = (seed, shape) =>
    np
      .array(
        numbers(
          seed,
          shape.reduce((a, b) => a * b, 1),
        ),
      )
      .reshape(shape);
  const parameters = (shapes) =>
    shapes.map((shape, i) => np.array(initial(i, shape)).reshape(shape));
  const oneHot = (seed, count, below) => nn.oneHot(np.array(integers(seed, count, below)), below);
  const forward = (f, inputs) => {
    const compiled = jax.jit(f);
    const once = () => compiled(...inputs.map((x) => x.ref));
    return {
      step: async () => {
        const y = once();
        await y.blockUntilReady();
        y.dispose();
      },
      values: () => once().dataSync(),
    };
  };
  /** `update(state, gradients)` gives the new state, of which the first items are the parameters. */
  const training = (start, loss, inputs, update) => {
    const count = start.count;
    const run = jax.jit((state, ...data) => {
      const kept = state.map((s) => s.ref);
      const [l, g] = jax.valueAndGrad(loss)(state.slice(0, count), ...data);
      for (const s of state.slice(count)) s.dispose();
      return [l, update(kept, g)];
    });
    let state = start.state;
    const once = () => {
      const [l, next] = run(state, ...inputs.map((x) => x.ref));
      state = next;
      return l;
    };
    return {
      step: async () => {
        const l = once();
        await jax.blockUntilReady([l, ...state]);
        l.dispose();
      },
      values: () => [1, 2, 3].map(() => once().dataSync()[0]),
    };
  };
  const sgd = (lr) => (state, g) => state.map((p, i) => p.sub(g[i].mul(lr)));
  const crossEntropy = (logits, y) => np.mean(np.sum(nn.logSoftmax(logits, -1).mul(y), -1)).neg();
  const layerNorm = (x, scale, shift) => {
    const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }));
    const variance = np.mean(np.square(centred.ref), -1, { keepdims: true });
    return centred
      .div(np.sqrt(variance.add(1e-5)))
      .mul(scale)
      .add(shift);
  };
  // Scores of [batch, heads, time, time] from [batch, heads, time, width].
  const attention = (q, k, v, mask) => {
    const width = q.shape[q.shape.length - 1];
    const scores = np.matmul(q, np.swapaxes(k, -1, -2)).mul(1 / Math.sqrt(width));
    return np.matmul(nn.softmax(scores.add(mask), -1), v);
  };
  const causal = (time) =>
    np
      .array(
        Float32Array.from({ length: time * time }, (_, i) =>
          i % time > Math.floor(i / time) ? -1e9 : 0,
        ),
      )
      .reshape([time, time]);
  const pad = [
    [1, 1],
    [1, 1],
  ];

  return {
    matmul: ({ n }) => forward((a, b) => np.matmul(a, b), [tensor(1, [n, n]), tensor(2, [n, n])]),
    conv2d: ({ batch, channels, filters, side }) =>
      forward(
        (x, w, b) => lax.convGeneralDilated(x, w, [1, 1], pad).add(b.reshape([filters, 1, 1])),
        [
          tensor(1, [batch, channels, side, side]),
          tensor(2, [filters, channels, 3, 3]),
          tensor(3, [filters]),
        ],
      ),
    conv2d_gradients({ batch, channels, filters, side }) {
      const inputs = [
        tensor(1, [batch, channels, side, side]),
        tensor(2, [filters, channels, 3, 3]),
        tensor(3, [batch, filters, side, side]),
      ];
      const run = jax.jit(
        jax.grad((x, w, seed) => np.sum(lax.convGeneralDilated(x, w, [1, 1], pad).mul(seed)), {
          argnums: [0, 1],
        }),
      );
      const once = () => run(...inputs.map((x) => x.ref));
      return {
        step: async () => {
          const both = once();
          await jax.blockUntilReady(both);
          for (const g of both) g.dispose();
        },
        values: () => once().flatMap((g) => [...g.dataSync()]),
      };
    },
    elementwise({ op, rows, columns }) {
      const a = tensor(1, [rows, columns]);
      const b = tensor(2, [rows, columns]);
      if (op === 'add') return forward((a, b) => a.add(b), [a, b]);
      if (op === 'mul_row') return forward((a, b) => a.mul(b), [a, tensor(3, [columns])]);
      if (op === 'greater') return forward((a, b) => a.greater(b), [a, b]);
      return forward(
        { exp: np.exp, tanh: np.tanh, gelu: (x) => nn.gelu(x, { approximate: false }) }[op],
        [a],
      );
    },
    reduction: ({ op, rows, columns }) =>
      forward(
        {
          sum: (a) => np.sum(a),
          sum_rows: (a) => np.sum(a, 0),
          sum_columns: (a) => np.sum(a, 1),
          max_columns: (a) => np.max(a, 1),
        }[op],
        [tensor(1, [rows, columns])],
      ),
    softmax: ({ rows, columns }) => forward((a) => nn.softmax(a, -1), [tensor(1, [rows, columns])]),
    layer_norm: ({ rows, columns }) =>
      forward(layerNorm, [tensor(1, [rows, columns]), tensor(2, [columns]), tensor(3, [columns])]),
    attention: ({ batch, heads, time, width }) =>
      forward(attention, [
        ...[1, 2, 3].map((seed) => tensor(seed, [batch, heads, time, width])),
        causal(time),
      ]),
    mlp() {
      const state = parameters(mlpShapes());
      const loss = (p, x, y) => {
        let h = x;
        for (let i = 0; i < p.length; i += 2) {
          h = np.matmul(h, p[i]).add(p[i + 1]);
          if (i + 2 < p.length) h = nn.relu(h);
        }
        return crossEntropy(h, y);
      };
      const inputs = [tensor(1, [MLP.batch, MLP.sizes[0]]), oneHot(2, MLP.batch, 10)];
      return training({ state, count: state.length }, loss, inputs, sgd(MLP.lr));
    },
    lenet() {
      const state = parameters(lenetShapes());
      const pool = (x) => {
        const [n, c, h, w] = x.shape;
        return np.max(x.reshape([n, c, h / 2, 2, w / 2, 2]), [3, 5]);
      };
      const convolve = (x, w, b) =>
        pool(nn.relu(lax.conv(x, w, [1, 1], 'VALID').add(b.reshape([b.shape[0], 1, 1]))));
      const loss = (p, x, y) => {
        let h = convolve(convolve(x, p[0], p[1]), p[2], p[3]).reshape([LENET.batch, 256]);
        h = nn.relu(np.matmul(h, p[4]).add(p[5]));
        h = nn.relu(np.matmul(h, p[6]).add(p[7]));
        return crossEntropy(np.matmul(h, p[8]).add(p[9]), y);
      };
      const inputs = [tensor(1, [LENET.batch, 1, 28, 28]), oneHot(2, LENET.batch, 10)];
      return training({ state, count: state.length }, loss, inputs, sgd(LENET.lr));
    },
    gpt() {
      const { vocab, time, width, heads, blocks, batch } = GPT;
      const p = parameters(gptShapes());
      const count = p.length;
      const zeros = () => p.map((x) => np.zeros(x.shape));
      const split = (t) =>
        np.transpose(t.reshape([batch, time, heads, width / heads]), [0, 2, 1, 3]);
      const loss = (p, tokens, mask, y) => {
        let at = 0;
        const norm = (t) => layerNorm(t, p[at++].add(1), p[at++]);
        let x = np.matmul(tokens, p[at++]).reshape([batch, time, width]).add(p[at++]);
        for (let i = 0; i < blocks; i++) {
          const [q, k, v] = np.split(np.matmul(norm(x.ref), p[at++]), 3, -1).map(split);
          const mixed = np.transpose(attention(q, k, v, mask.ref), [0, 2, 1, 3]);
          x = x.add(np.matmul(mixed.reshape([batch, time, width]), p[at++]));
          const h = nn.relu(np.matmul(norm(x.ref), p[at++]).add(p[at++]));
          x = x.add(np.matmul(h, p[at++]).add(p[at++]));
        }
        mask.dispose();
        return crossEntropy(np.matmul(norm(x), p[at++]).reshape([batch * time, vocab]), y);
      };
      // State: parameters, both moments, and the powers of both betas.
      const adam = (state, g) => {
        const part = (i) => state.slice(i * count, (i + 1) * count);
        const [b1, b2] = [state[3 * count].mul(0.9), state[3 * count + 1].mul(0.999)];
        const m = part(1).map((m, i) => m.mul(0.9).add(g[i].ref.mul(0.1)));
        const v = part(2).map((v, i) => v.mul(0.999).add(np.square(g[i]).mul(0.001)));
        const next = part(0).map((p, i) => {
          const root = np.sqrt(v[i].ref.div(b2.ref.neg().add(1))).add(1e-8);
          return p.sub(m[i].ref.div(b1.ref.neg().add(1)).div(root).mul(GPT.lr));
        });
        return [...next, ...m, ...v, b1, b2];
      };
      const inputs = [oneHot(1, batch * time, vocab), causal(time), oneHot(2, batch * time, vocab)];
      const state = [...p, ...zeros(), ...zeros(), np.array(1), np.array(1)];
      return training({ state, count }, loss, inputs, adam);
    },
  };
}
