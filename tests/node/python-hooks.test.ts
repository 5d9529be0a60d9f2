// Options of hooks that PyTorch has since 2.0 and 2.1, as its documentation has them: the PyTorch
// that the corpus runs under is older, so what must be printed stands here.
import { afterAll, describe, expect, test } from 'vitest';
import { Snippets } from './snippets.ts';

const cases: Record<string, [source: string, expected: string]> = {
  'prepend puts a hook before those that are there': [
    `
def note(text):
    return lambda *args: print(text)
lin.register_forward_pre_hook(note("pre 1"))
lin.register_forward_pre_hook(note("pre 2"))
first = lin.register_forward_pre_hook(note("pre 0"), prepend=True)
lin.register_forward_hook(note("post 1"))
lin.register_forward_hook(note("post 0"), prepend=True)
lin.register_full_backward_hook(note("backward 1"))
lin.register_full_backward_hook(note("backward 0"), prepend=True)
lin(x).sum().backward()
first.remove()
lin(x)
`,
    'pre 0\npre 1\npre 2\npost 0\npost 1\nbackward 0\nbackward 1\npre 1\npre 2\npost 0\npost 1\n',
  ],
  'with_kwargs hands over keyword arguments, and takes both back': [
    `
class Net(nn.Module):
    def forward(self, a, scale=1.0, *, name="none"):
        print("forward", a.tolist(), scale, name)
        return a * scale
def pre(module, args, kwargs):
    print("pre", len(args), sorted(kwargs))
    return (args[0] + 1,), dict(kwargs, scale=3.0)
def post(module, args, kwargs, output):
    print("post", args[0].tolist(), kwargs["scale"], kwargs["name"], output.tolist())
    return output * 2
net = Net()
net.register_forward_pre_hook(pre, with_kwargs=True)
net.register_forward_hook(post, with_kwargs=True)
print(net(torch.ones(1), scale=2.0, name="x"))
`,
    "pre 1 ['name', 'scale']\nforward [2.0] 3.0 x\npost [2.0] 3.0 x [6.0]\ntensor([12.])\n",
  ],
  'always_call runs a hook when forward raises, with None for the output': [
    `
class Net(nn.Module):
    def forward(self, a):
        raise ValueError("forward failed")
net = Net()
net.register_forward_hook(lambda m, a, o: print("always", o), always_call=True)
net.register_forward_hook(lambda m, a, o: print("never"))
try:
    net(x)
except ValueError as e:
    print(e)
`,
    'always None\nforward failed\n',
  ],
  'a full backward pre-hook replaces what comes in': [
    `
x.requires_grad_()
lin.register_full_backward_pre_hook(lambda m, go: (go[0] * 10,))
y = lin(x)
y.sum().backward()
print(torch.allclose(x.grad, 10 * lin.weight.sum(0, keepdim=True)))
`,
    'True\n',
  ],
  'a model that is loaded draws no random numbers': [
    `
torch.save(lin, "lin.pt")
torch.manual_seed(3)
a = torch.rand(1)
torch.manual_seed(3)
torch.load("lin.pt")
print(torch.equal(a, torch.rand(1)))
`,
    'True\n',
  ],
};

describe.each<'micropython' | 'cpython'>(['micropython', 'cpython'])('on %s', (runtime) => {
  const snippets = new Snippets(runtime);
  afterAll(() => snippets.close());

  test.each(Object.entries(cases))(
    '%s',
    async (_, [source, expected]) => {
      const head =
        'import torch\nimport torch.nn as nn\nlin = nn.Linear(2, 2)\nx = torch.ones(1, 2)\n';
      const ran = await snippets.run(head + source, { runtime });
      expect(ran.done.error?.traceback).toBeUndefined();
      expect(ran.stdout).toBe(expected);
    },
    60_000,
  );
});
