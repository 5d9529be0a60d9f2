// The cases in js-pytorch that it has operators for, at sizes that it can hold: it keeps numbers in
// nested arrays and multiplies matrices in a plain loop.
import { initial, integers, MLP, mlpShapes, numbers } from './data.mjs';

const nested = (values, [n, ...rest]) => {
  if (!rest.length) return [...values];
  const size = values.length / n;
  return Array.from({ length: n }, (_, i) =>
    nested(values.subarray(i * size, (i + 1) * size), rest),
  );
};

export function make(torch) {
  const tensor = (seed, shape) =>
    torch.tensor(
      nested(
        numbers(
          seed,
          shape.reduce((a, b) => a * b, 1),
        ),
        shape,
      ),
    );
  const forward = (f) => ({ step: () => void f(), values: () => f().data.flat(Infinity) });
  return {
    matmul({ n }) {
      if (n > 256) return undefined;
      const a = tensor(1, [n, n]);
      const b = tensor(2, [n, n]);
      return forward(() => torch.matmul(a, b));
    },
    elementwise({ op, rows, columns }) {
      const a = tensor(1, [rows, columns]);
      const b = tensor(2, [rows, columns]);
      const f = { add: () => torch.add(a, b), exp: () => torch.exp(a) }[op];
      return f && forward(f);
    },
    softmax({ rows, columns }) {
      const a = tensor(1, [rows, columns]);
      const softmax = new torch.nn.Softmax();
      return forward(() => softmax.forward(a, 1));
    },
    mlp() {
      const p = mlpShapes().map((shape, i) => torch.tensor(nested(initial(i, shape), shape), true));
      const x = tensor(1, [MLP.batch, MLP.sizes[0]]);
      const y = torch.tensor([...integers(2, MLP.batch, 10)]);
      const relu = new torch.nn.ReLU();
      const crossEntropy = new torch.nn.CrossEntropyLoss();
      const once = () => {
        let h = x;
        for (let i = 0; i < p.length; i += 2) {
          h = torch.add(torch.matmul(h, p[i]), p[i + 1]);
          if (i + 2 < p.length) h = relu.forward(h);
        }
        const loss = crossEntropy.forward(h, y);
        loss.backward();
        for (const w of p) {
          w._data = torch.tensor(w.data).sub(torch.tensor(w.grad).mul(MLP.lr)).data;
          w.zero_grad();
        }
        return loss;
      };
      return {
        step: () => void once(),
        values: () => [1, 2, 3].map(() => [once().data].flat(Infinity)[0]),
      };
    },
  };
}
