/** dist/inference in other pages: as a module, and as a plain script. */
import { expect, test } from 'vitest';
import { model } from '../node/onnx/model.mjs';
import { baseUrl, useBrowser, withPage } from './harness';

useBrowser();

// y = x w, as a page would have it: an address, which here holds the file itself.
const bytes = model({
  op: 'MatMul',
  opset: 17,
  inputs: [
    { dtype: 'float32', shape: [1, 2], data: [0, 0] },
    { dtype: 'float32', shape: [2, 2], data: [1, 2, 3, 4], constant: true },
  ],
  attributes: {},
} as never) as Uint8Array;
const address = `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`;

/** What a page does with the library. */
const use = `async (ort, address) => {
  const session = await ort.InferenceSession.create(address);
  const x = new ort.Tensor('float32', [1, 10], [1, 2]);
  const { y0 } = await session.run({ x0: x });
  const refused = await session.run({}).catch((error) => error.message);
  return { dims: y0.dims, data: [...y0.data], refused };
}`;

const wanted = {
  dims: [1, 2],
  data: [31, 42],
  refused: "Input 'x0' (tensor(float)) is missing.",
};

test.each([
  ['a module', `import('./gradbox-inference.mjs').then((ort) => (${use})(ort, address))`],
  ['a plain script', `(${use})(globalThis.ort, address)`],
])('runs a model as %s', async (kind, code) => {
  await withPage({}, async ({ page }) => {
    // A page without a policy: the file server shows any file. It has no icon, though.
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
    await page.goto(`${baseUrl()}inference/gradbox-inference.js`);
    if (kind === 'a plain script') await page.addScriptTag({ url: './gradbox-inference.js' });
    expect(await page.evaluate(`(async (address) => ${code})(${JSON.stringify(address)})`)).toEqual(
      wanted,
    );
  });
});
