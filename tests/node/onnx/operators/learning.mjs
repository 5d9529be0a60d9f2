// Operators of domain ai.onnx.ml, in the forms that converters of scikit-learn and boosted trees write.
import { cases, f, given, i, ints, l, s, x } from './case.mjs';

const floats = (...v) => ({ floats: v });
const strings = (...v) => ({ strings: v });
const sample = f([4, 3], -2, 2);

export const learning = cases((add) => {
  const ml = { domain: 'ai.onnx.ml' };
  add('Scaler', 1, [sample], { offset: floats(0.5, -1, 0), scale: floats(2, 0.5, 1) }, ml);
  add('Scaler', 1, [sample], { offset: floats(0.5), scale: floats(2) }, ml);
  for (const norm of ['MAX', 'L1', 'L2'])
    add('Normalizer', 1, [f([4, 3], 0.1, 2)], { norm: s(norm) }, ml);
  add('Binarizer', 1, [sample], { threshold: x(0.3) }, ml);
  const holes = given('float32', [2, 3], [1, NaN, 2, NaN, 3, NaN]);
  add(
    'Imputer',
    1,
    [holes],
    { imputed_value_floats: floats(7, 8, 9), replaced_value_float: x(NaN) },
    ml,
  );
  const gaps = given('int64', [2, 2], [0, 4, 5, 0]);
  add('Imputer', 1, [gaps], { imputed_value_int64s: l(3), replaced_value_int64: i(0) }, ml);
  add('ArrayFeatureExtractor', 1, [sample, ints(2, 0)], {}, ml);
  const words = given('string', [3], ['cat', 'dog', 'cow']);
  add(
    'LabelEncoder',
    2,
    [words],
    { keys_strings: strings('dog', 'cat'), values_int64s: l(4, 5), default_int64: i(-7) },
    ml,
  );
  add(
    'LabelEncoder',
    2,
    [ints(2, 1, 9)],
    { keys_int64s: l(1, 2), values_strings: strings('one', 'two') },
    ml,
  );
  add(
    'LabelEncoder',
    2,
    [ints(2, 1, 9)],
    { keys_int64s: l(1, 2), values_floats: floats(0.5, 1.5), default_float: x(3) },
    ml,
  );

  const two = { coefficients: floats(0.5, -1, 0.3, 1, 0.2, -0.7), intercepts: floats(0.1, -0.2) };
  add('LinearRegressor', 1, [sample], { ...two, targets: i(2) }, ml);
  add('LinearRegressor', 1, [sample], { coefficients: floats(1, 2, 3) }, ml);
  const results = { ...ml, outputs: 2 };
  for (const post_transform of ['NONE', 'LOGISTIC', 'SOFTMAX', 'SOFTMAX_ZERO']) {
    const end = { post_transform: s(post_transform) };
    add('LinearClassifier', 1, [sample], { ...two, ...end, classlabels_ints: l(3, 8) }, results);
    add(
      'LinearClassifier',
      1,
      [sample],
      {
        coefficients: floats(0.5, -1, 0.3, 1, 0.2, -0.7, -1, 1, 0.4),
        intercepts: floats(0.1, -0.2, 0),
        classlabels_strings: strings('a', 'b', 'c'),
        ...end,
      },
      results,
    );
  }
  for (const post_transform of ['NONE', 'LOGISTIC']) {
    add(
      'LinearClassifier',
      1,
      [sample],
      {
        coefficients: floats(0.5, -1, 0.3),
        intercepts: floats(0.1),
        classlabels_ints: l(0, 1),
        post_transform: s(post_transform),
      },
      results,
    );
  }

  // Two trees: of three leaves, and of two.
  const nodes = (mode = 'BRANCH_LEQ') => ({
    nodes_treeids: l(0, 0, 0, 0, 0, 1, 1, 1),
    nodes_nodeids: l(0, 1, 2, 3, 4, 0, 1, 2),
    nodes_featureids: l(0, 0, 2, 0, 0, 1, 0, 0),
    nodes_values: floats(0.2, 0, -0.5, 0, 0, 0.1, 0, 0),
    nodes_modes: strings(mode, 'LEAF', mode, 'LEAF', 'LEAF', mode, 'LEAF', 'LEAF'),
    nodes_truenodeids: l(1, 0, 3, 0, 0, 1, 0, 0),
    nodes_falsenodeids: l(2, 0, 4, 0, 0, 2, 0, 0),
  });
  // Weights of the five leaves; for several targets a list of them at each leaf.
  const leaves = (name, weights) => {
    const all = weights.flatMap((w, k) => [w].flat().map((v, id) => ({ k, id, v })));
    return {
      [`${name}_treeids`]: l(...all.map(({ k }) => (k < 3 ? 0 : 1))),
      [`${name}_nodeids`]: l(...all.map(({ k }) => [1, 3, 4, 1, 2][k])),
      [`${name}_ids`]: l(...all.map(({ id }) => id)),
      [`${name}_weights`]: floats(...all.map(({ v }) => v)),
    };
  };
  const wide = f([8, 3], -1, 1, 3);
  const weights = [0.5, -0.25, 1.5, 0.125, -2];
  const pairs = weights.map((w) => [w, 1 - w]);
  for (const mode of [
    'BRANCH_LEQ',
    'BRANCH_LT',
    'BRANCH_GTE',
    'BRANCH_GT',
    'BRANCH_EQ',
    'BRANCH_NEQ',
  ]) {
    add(
      'TreeEnsembleRegressor',
      1,
      [wide],
      { ...nodes(mode), ...leaves('target', weights), n_targets: i(1) },
      { ...ml, note: mode },
    );
  }
  for (const aggregate of ['SUM', 'AVERAGE', 'MIN', 'MAX']) {
    add(
      'TreeEnsembleRegressor',
      1,
      [wide],
      {
        ...nodes(),
        ...leaves('target', pairs),
        n_targets: i(2),
        aggregate_function: s(aggregate),
        base_values: floats(0.5, 1),
      },
      { ...ml, note: aggregate },
    );
  }
  const share = [0.25, 0.125, 0.5, 0.375, 0.3];
  const shares = share.map((w) => [0.5 - w, w]);
  for (const post_transform of ['NONE', 'LOGISTIC', 'SOFTMAX']) {
    const end = { post_transform: s(post_transform) };
    const trees = (w, more, note) =>
      add(
        'TreeEnsembleClassifier',
        1,
        [wide],
        { ...nodes(), ...leaves('class', w), ...end, ...more },
        { ...results, note: `${note} ${post_transform}` },
      );
    const triples = weights.map((w) => [w, 1 - w, 0.3]);
    const numbers = { classlabels_int64s: l(0, 1) };
    trees(triples, { classlabels_int64s: l(5, 6, 7) }, 'three classes');
    trees(shares, { classlabels_strings: strings('no', 'yes') }, 'two classes');
    trees(weights, numbers, 'one score');
    trees(weights, { ...numbers, base_values: floats(0.3) }, 'one score and a base');
    trees(share, numbers, 'one share');
    trees(share, { ...numbers, class_ids: l(1, 1, 1, 1, 1) }, 'one share, of the second class');
  }
});
