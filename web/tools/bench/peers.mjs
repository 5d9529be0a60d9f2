// Our library beside the others that run on a CPU in a browser, and real PyTorch on one thread:
// operators and training steps, on the same numbers, whose results must agree.
import { CASES } from '../peers/cases.mjs';
import { startAll } from '../peers/contenders.mjs';

export const name =
  'Beside other libraries (x: times as long as ours; below 1 is faster than ours)';

// The machine may be busy with other things: the contenders of a case take turns, and the best of
// all rounds counts.
const ROUNDS = 5;
const BUDGET = 100;
/** A contender that needs longer than this for one step, in milliseconds, has one round. */
const SLOW = 700;

const agree = (a, b, tolerance) =>
  a.length === b.length &&
  a.every((x, i) => Math.abs(x - b[i]) <= tolerance * Math.max(1, Math.abs(x), Math.abs(b[i])));

const shortest = (x) => (x >= 100 ? x.toFixed(0) : x.toPrecision(2));

/** Milliseconds by contender, for those that have the case. */
async function compare(contenders, test) {
  const times = new Map();
  let expected;
  for (const contender of contenders) {
    let values;
    try {
      values = await contender.start(test);
    } catch (error) {
      if (!/not registered|gradient function not found/.test(error.message)) throw error;
    }
    if (!values) continue;
    expected ??= values;
    if (!agree(expected, values, test.tolerance ?? 1e-4))
      throw new Error(
        `${test.what}: ${contender.name} gives ${values.slice(0, 4)}, ` +
          `${contenders[0].name} ${expected.slice(0, 4)}`,
      );
    times.set(contender, Number.POSITIVE_INFINITY);
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [contender, least] of times) {
      if (round > 0 && least > SLOW) continue;
      times.set(contender, Math.min(least, await contender.time(BUDGET)));
    }
  }
  return times;
}

export async function run() {
  const contenders = await startAll();
  const rows = contenders.map(({ name, version }) => ({ what: name, value: version, unit: '' }));
  try {
    for (const test of CASES) {
      const times = await compare(contenders, test);
      const [own, ...others] = contenders;
      const ms = times.get(own);
      const ratios = others.map((contender) => {
        const ratio = times.get(contender) / ms;
        return `${contender.name} ${times.has(contender) ? `${shortest(ratio)}x` : '-'}`;
      });
      const speed = test.flops ? [`${(test.flops / ms / 1e6).toFixed(1)} GFLOP/s`] : [];
      rows.push({
        what: test.what,
        value: ms,
        unit: 'ms',
        note: [...speed, ...ratios].join(' · '),
      });
    }
  } finally {
    for (const contender of contenders) await contender.close();
  }
  return rows;
}
