// What every library is given, and what is compared of its answer.

/** `count` floats in [-scale, scale): a hash of the index, the same in pytorch.py. */
export function numbers(seed, count, scale = 1) {
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let h = Math.imul(i + seed * 7919 + 1, 2654435761);
    h ^= h >>> 15;
    h = Math.imul(h, 2246822519);
    h ^= h >>> 13;
    h = Math.imul(h, 3266489917);
    h ^= h >>> 16;
    out[i] = ((h >>> 0) / 2147483648 - 1) * scale;
  }
  return out;
}

/** `count` integers in [0, below). */
export const integers = (seed, count, below) =>
  Int32Array.from(numbers(seed, count), (x) =>
    Math.min(below - 1, Math.floor(((x + 1) / 2) * below)),
  );

/** At most 64 numbers, evenly spread. */
export function sample(values) {
  const step = Math.max(1, Math.floor(values.length / 64));
  const out = [];
  for (let i = 0; i < values.length && out.length < 64; i += step) out.push(Number(values[i]));
  return out;
}

/**
 * Best milliseconds a call of `step`, over batches that fill `budget` milliseconds. A batch lasts
 * long enough for a clock that ticks every 0.1 ms.
 */
export async function best(step, budget) {
  const began = performance.now();
  await step();
  const first = performance.now() - began;
  if (first > budget) return first;
  const batch = Math.max(1, Math.ceil(4 / Math.max(first, 0.001)));
  let least = first;
  do {
    const start = performance.now();
    for (let i = 0; i < batch; i++) {
      const pending = step();
      if (pending) await pending;
    }
    least = Math.min(least, (performance.now() - start) / batch);
  } while (performance.now() - began < budget);
  return least;
}

// Sizes of the models that are trained.
export const MLP = { batch: 64, sizes: [784, 256, 128, 10], lr: 0.1 };
export const LENET = { batch: 32, lr: 0.05 };
export const GPT = { vocab: 64, time: 64, width: 64, heads: 4, blocks: 2, batch: 8, lr: 1e-3 };

/** Names and shapes of a model's parameters, in the order in which every library makes them. */
export function mlpShapes() {
  const { sizes } = MLP;
  return sizes.slice(1).flatMap((n, i) => [[sizes[i], n], [n]]);
}
export const lenetShapes = () => [
  [6, 1, 5, 5],
  [6],
  [16, 6, 5, 5],
  [16],
  [256, 120],
  [120],
  [120, 84],
  [84],
  [84, 10],
  [10],
];
export function gptShapes() {
  const { vocab, time, width, blocks } = GPT;
  const block = [[width], [width], [width, 3 * width], [width, width]];
  const mlp = [[width], [width], [width, 4 * width], [4 * width], [4 * width, width], [width]];
  const all = [
    [vocab, width],
    [time, width],
  ];
  for (let i = 0; i < blocks; i++) all.push(...block, ...mlp);
  return [...all, [width], [width], [width, vocab]];
}

/** Values of parameter `i`: small, and 1 + small for the scales of normalisations. */
export function initial(i, shape) {
  const count = shape.reduce((a, b) => a * b, 1);
  const fan = shape.length > 1 ? count / shape[shape.length - 1] : 100;
  return numbers(100 + i, count, 1 / Math.sqrt(shape.length === 4 ? count / shape[0] : fan));
}
