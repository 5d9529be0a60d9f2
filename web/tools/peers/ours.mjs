// The cases in Gradbox's JavaScript library, in Node and in Chromium: `make(library)` gives functions
// from a case's sizes to `{step, values}`.
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

export function make({ torch }) {
  const F = torch.nn.functional;
  const tensor = (seed, shape, options = {}) =>
    torch.from_array(
      numbers(
        seed,
        shape.reduce((a, b) => a * b, 1),
      ),
      shape,
      options,
    );
  const parameters = (shapes) =>
    shapes.map((shape, i) => torch.from_array(initial(i, shape), shape, { requires_grad: true }));
  const targets = (seed, shape, below) =>
    torch
      .from_array(
        integers(
          seed,
          shape.reduce((a, b) => a * b, 1),
          below,
        ),
        shape,
      )
      .to(torch.int64);
  const forward = (f) => ({
    step: () => torch.tidy(() => void f()),
    values: () => torch.tidy(() => f().reshape(-1).tolist()),
  });
  const training = (optimizer, loss) => {
    const once = () => {
      optimizer.zero_grad();
      const l = loss();
      l.backward();
      optimizer.step();
      return l;
    };
    return {
      step: () => torch.tidy(() => void once()),
      values: () => [1, 2, 3].map(() => torch.tidy(() => once().item())),
    };
  };

  return {
    matmul({ n }) {
      const a = tensor(1, [n, n]);
      const b = tensor(2, [n, n]);
      return forward(() => a.matmul(b));
    },
    conv2d({ batch, channels, filters, side }) {
      const x = tensor(1, [batch, channels, side, side]);
      const w = tensor(2, [filters, channels, 3, 3]);
      const b = tensor(3, [filters]);
      return forward(() => F.conv2d(x, w, b, 1, 1));
    },
    conv2d_gradients({ batch, channels, filters, side }) {
      const x = tensor(1, [batch, channels, side, side], { requires_grad: true });
      const w = tensor(2, [filters, channels, 3, 3], { requires_grad: true });
      const seed = tensor(3, [batch, filters, side, side]);
      const once = () => {
        x.grad = null;
        w.grad = null;
        F.conv2d(x, w, null, 1, 1).backward(seed);
      };
      return {
        step: () => torch.tidy(once),
        values: () =>
          torch.tidy(() => {
            once();
            return [...x.grad.reshape(-1).tolist(), ...w.grad.reshape(-1).tolist()];
          }),
      };
    },
    elementwise({ op, rows, columns }) {
      const a = tensor(1, [rows, columns]);
      const b = tensor(2, [rows, columns]);
      const row = tensor(3, [columns]);
      return forward(
        {
          add: () => a.add(b),
          mul_row: () => a.mul(row),
          exp: () => a.exp(),
          tanh: () => a.tanh(),
          gelu: () => F.gelu(a),
          greater: () => a.gt(b),
        }[op],
      );
    },
    reduction({ op, rows, columns }) {
      const a = tensor(1, [rows, columns]);
      return forward(
        {
          sum: () => a.sum(),
          sum_rows: () => a.sum(0),
          sum_columns: () => a.sum(1),
          max_columns: () => a.amax(1),
        }[op],
      );
    },
    softmax({ rows, columns }) {
      const a = tensor(1, [rows, columns]);
      return forward(() => F.softmax(a, 1));
    },
    layer_norm({ rows, columns }) {
      const a = tensor(1, [rows, columns]);
      const scale = tensor(2, [columns]);
      const shift = tensor(3, [columns]);
      return forward(() => F.layer_norm(a, [columns], scale, shift));
    },
    attention({ batch, heads, time, width }) {
      const [q, k, v] = [1, 2, 3].map((seed) => tensor(seed, [batch, heads, time, width]));
      return forward(() => F.scaled_dot_product_attention(q, k, v, null, 0, true));
    },
    mlp() {
      const p = parameters(mlpShapes());
      const x = tensor(1, [MLP.batch, MLP.sizes[0]]);
      const y = targets(2, [MLP.batch], 10);
      return training(new torch.optim.SGD(p, { lr: MLP.lr }), () => {
        let h = x;
        for (let i = 0; i < p.length; i += 2) {
          h = h.matmul(p[i]).add(p[i + 1]);
          if (i + 2 < p.length) h = h.relu();
        }
        return F.cross_entropy(h, y);
      });
    },
    lenet() {
      const p = parameters(lenetShapes());
      const x = tensor(1, [LENET.batch, 1, 28, 28]);
      const y = targets(2, [LENET.batch], 10);
      return training(new torch.optim.SGD(p, { lr: LENET.lr }), () => {
        let h = F.max_pool2d(F.conv2d(x, p[0], p[1]).relu(), 2);
        h = F.max_pool2d(F.conv2d(h, p[2], p[3]).relu(), 2).flatten(1);
        h = h.matmul(p[4]).add(p[5]).relu();
        h = h.matmul(p[6]).add(p[7]).relu();
        return F.cross_entropy(h.matmul(p[8]).add(p[9]), y);
      });
    },
    gpt() {
      const { vocab, time, width, heads, blocks, batch } = GPT;
      const p = parameters(gptShapes());
      const tokens = targets(1, [batch, time], vocab);
      const y = targets(2, [batch * time], vocab);
      const split = (t) => t.reshape(batch, time, heads, width / heads).transpose(1, 2);
      return training(new torch.optim.Adam(p, { lr: GPT.lr }), () => {
        let at = 0;
        const norm = (t) => F.layer_norm(t, [width], p[at++].add(1), p[at++]);
        let x = F.embedding(tokens, p[at++]).add(p[at++]);
        for (let i = 0; i < blocks; i++) {
          const [q, k, v] = norm(x).matmul(p[at++]).chunk(3, -1).map(split);
          const mixed = F.scaled_dot_product_attention(q, k, v, null, 0, true);
          x = x.add(mixed.transpose(1, 2).reshape(batch, time, width).matmul(p[at++]));
          const h = norm(x).matmul(p[at++]).add(p[at++]).relu();
          x = x.add(h.matmul(p[at++]).add(p[at++]));
        }
        return F.cross_entropy(norm(x).matmul(p[at++]).reshape(-1, vocab), y);
      });
    },
  };
}
