/**
 * Exports a case, traced with a batch of n.
 * @param {any} torch
 * @param {import('./cases.mjs').Case} c
 * @param {number} opset
 * @param {number} n
 */
export function exportCase(torch, c, opset, n) {
  torch.manual_seed(7);
  const model = c.model();
  const sample = c.inputs(n);
  const names = sample.map((_, i) => `x${i}`);
  const variables = ['batch', 'length'];
  const dynamic_axes = Object.fromEntries(
    names.map((name, i) => {
      const axes = c.axes ? (c.axes[i] ?? []) : [0];
      // One variable a dimension: 'batch' for all inputs' first one.
      return [name, Object.fromEntries(axes.map((d) => [d, variables[d] ?? `d${d}`]))];
    }),
  );
  const options = { opset_version: opset, input_names: names, dynamic_axes };
  const bytes = torch.onnx.export(model, sample, options);
  return { model, bytes, names };
}
