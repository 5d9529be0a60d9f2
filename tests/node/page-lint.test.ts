/** The notes that teach: what each rule finds, what it leaves alone, and what its fix makes of it. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lintPython } from '../../web/page/lint/rules';

const folder = (path: string) =>
  readdirSync(new URL(path, import.meta.url))
    .filter((name) => name.endsWith('.py'))
    .map((name) => ({ name, text: readFileSync(new URL(path + name, import.meta.url), 'utf8') }));

const rules = (text: string) => lintPython(text).map(({ rule }) => rule);

/** The text after the first fix of its only note. */
function fixed(text: string): string {
  const [note] = lintPython(text);
  let out = text;
  for (const { from, to, insert } of [...note!.fixes[0]!.edits].sort((a, b) => b.from - a.from)) {
    out = out.slice(0, from) + insert + out.slice(to);
  }
  return out;
}

const HEAD = 'import torch\nfrom torch import nn\nimport torch.nn.functional as F\n';
const LOOP = `${HEAD}model = nn.Linear(2, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.1)
total = 0
for x in data:
    loss = model(x).sum()
    loss.backward()
    opt.step()
`;

describe('rules', () => {
  test.each([
    ['forward-call', `${HEAD}model = nn.Linear(1, 1)\nmodel.forward(x)\n`],
    ['zero-grad', LOOP],
    [
      'kept-graph',
      LOOP.replace('    opt.step()', '    opt.step()\n    opt.zero_grad()\n    total += loss'),
    ],
    ['kept-graph', LOOP.replace('    opt.step()', '    opt.zero_grad()\n    total = total + loss')],
    ['softmax-loss', `${HEAD}loss = F.cross_entropy(F.softmax(x, dim=1), y)\n`],
    ['softmax-loss', `${HEAD}crit = nn.CrossEntropyLoss()\np = x.softmax(1)\ncrit(p, y)\n`],
    [
      'softmax-loss',
      `${HEAD}net = nn.Sequential(nn.Linear(2, 3), nn.Softmax(dim=1))\nnn.CrossEntropyLoss()(net(x), y)\n`,
    ],
    ['pickle-load', 'import pickle\nwith open("m.pkl", "rb") as f:\n    m = pickle.load(f)\n'],
    ['hard-coded-key', 'client = Client(api_key="sk-proj-abcdefghijklmnop1234")\n'],
    ['hard-coded-key', 'API_KEY = "a8s7d6f5g4h3j2k1l0"\n'],
    [
      'eval-export',
      `${HEAD}net = nn.Sequential(nn.Linear(2, 2), nn.Dropout())\ntorch.onnx.export(net, x, "m.onnx")\n`,
    ],
  ])('%s', (rule, text) => {
    expect(rules(text)).toEqual([rule]);
  });

  test.each([
    [
      'super().forward',
      `${HEAD}class A(nn.Linear):\n    def forward(self, x):\n        return super().forward(x)\n`,
    ],
    [
      'a class of its own',
      `${HEAD}class A:\n    def forward(self, x):\n        return x\na = A()\na.forward(1)\n`,
    ],
    [
      'Base.forward',
      `${HEAD}class A(nn.Linear):\n    def forward(self, x):\n        return nn.Linear.forward(self, x)\n`,
    ],
    ['zero_grad', LOOP.replace('    loss.b', '    opt.zero_grad()\n    loss.b')],
    ['item', LOOP.replace('    opt.step()', '    opt.zero_grad()\n    total += loss.item()')],
    [
      'a sum that is differentiated',
      `${HEAD}total = 0\nfor x in xs:\n    loss = f(x)\n    loss.backward(retain_graph=True)\n    total += loss\ntotal.backward()\n`,
    ],
    ['log_softmax', `${HEAD}nn.NLLLoss()(F.log_softmax(x, 1), y)\n`],
    [
      'a softmax that is only shown',
      `${HEAD}crit = nn.CrossEntropyLoss()\ncrit(x, y)\nprint(x.softmax(1))\n`,
    ],
    ['a pickle of its own', 'import pickle\ns = pickle.dumps(1)\npickle.loads(s)\n'],
    ['words', 'password = "correct horse battery"\ntoken = "<pad>"\nkey = "sk-"\n'],
    ['eval', `${HEAD}net = nn.Dropout()\nnet.eval()\ntorch.onnx.export(net, x, "m.onnx")\n`],
  ])('leave alone: %s', (_, text) => {
    expect(rules(text)).toEqual([]);
  });
});

describe('fixes', () => {
  test('call the module', () => {
    expect(fixed(`${HEAD}model = nn.Linear(1, 1)\nmodel.forward(x)\n`)).toContain('\nmodel(x)\n');
  });
  test('clear the gradients', () => {
    expect(fixed(LOOP)).toContain('    opt.zero_grad()\n    loss.backward()\n');
  });
  test('pass the logits', () => {
    expect(fixed(`${HEAD}F.cross_entropy(F.softmax(x, dim=1), y)\n`)).toContain(
      'cross_entropy(x, y)',
    );
    expect(fixed(`${HEAD}p = x.softmax(1)\nF.cross_entropy(p, y)\n`)).toContain(
      'cross_entropy(x, y)',
    );
  });
  test('move the key', () => {
    const text = 'key = "sk-abcdefghijklmnop1234"\n';
    expect(fixed(text)).toBe('import os\nkey = os.environ["OPENAI_API_KEY"]\n');
    expect(lintPython(text)[0]!.fixes[0]!.secret).toEqual({
      name: 'OPENAI_API_KEY',
      value: 'sk-abcdefghijklmnop1234',
    });
  });
});

// What these do on purpose, each looked at by hand.
const MEANT: Record<string, string[]> = {
  // Shows what .forward() skips.
  'hooks.py': ['forward-call'],
};

test.each(['../../web/examples/', 'corpus/'])('no false note in %s', (path) => {
  for (const { name, text } of folder(path)) {
    expect([name, rules(text)]).toEqual([name, MEANT[name] ?? []]);
  }
});
