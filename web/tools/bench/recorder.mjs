// What recording costs: the same training loops in the built worker with the recorder on, as on the
// page, and off. Everything is recorded then: module calls, the graph's values and gradients, the
// lines of the snippet, losses. The goal is at most 1.5 times.
import { Worker } from 'node:worker_threads';
import { at } from '../common.mjs';

export const name = 'Recorder on and off';

const TRIES = 5;

/** Snippets that print the seconds of their loop. */
const PYTHON = {
  'scalars, 3,000 steps': `
w = torch.tensor(0.5, requires_grad=True)
x, y = torch.tensor(2.0), torch.tensor(5.0)
start = time.time()
for i in range(3000):
    loss = (w * x - y) ** 2
    loss.backward()
    w.grad = None
`,
  'small MLP, 300 steps': `
torch.manual_seed(0)
X, Y = torch.randn(64, 8), torch.randn(64, 1)
net = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 1))
opt = torch.optim.Adam(net.parameters(), lr=0.01)
start = time.time()
for i in range(300):
    opt.zero_grad()
    loss = nn.functional.mse_loss(net(X), Y)
    loss.backward()
    opt.step()
`,
  'convolutions, 10 steps': `
torch.manual_seed(0)
X, Y = torch.randn(16, 1, 28, 28), torch.randint(0, 10, (16,))
net = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8 * 13 * 13, 10))
opt = torch.optim.SGD(net.parameters(), lr=0.01)
start = time.time()
for i in range(10):
    opt.zero_grad()
    loss = nn.functional.cross_entropy(net(X), Y)
    loss.backward()
    opt.step()
`,
};

const JAVASCRIPT = {
  'small MLP, 300 steps': `
torch.manual_seed(0);
const X = torch.randn(64, 8), Y = torch.randn(64, 1);
const net = new nn.Sequential(new nn.Linear(8, 32), new nn.ReLU(), new nn.Linear(32, 32), new nn.ReLU(), new nn.Linear(32, 1));
const opt = new optim.Adam(net.parameters(), { lr: 0.01 });
const start = performance.now();
for (let i = 0; i < 300; i++) {
  torch.tidy(() => {
    opt.zero_grad();
    F.mse_loss(net(X), Y).backward();
    opt.step();
  });
}
console.log('RESULT ' + (performance.now() - start) / 1000);
`,
};

// A run begins with iterations that are looked at closely, which short loops pay for most: the same
// ones ten times as long.
const LONGER = [
  ['small MLP, 300 steps', 'small MLP, 3,000 steps', '300)', '3000)'],
  ['convolutions, 10 steps', 'convolutions, 100 steps', '10)', '100)'],
];
for (const [short, long, from, to] of LONGER) {
  PYTHON[long] = PYTHON[short].replace(`range(${from}`, `range(${to}`);
}
JAVASCRIPT['small MLP, 3,000 steps'] = JAVASCRIPT['small MLP, 300 steps'].replace(
  '< 300;',
  '< 3000;',
);

const python = (loop) =>
  `import time\nimport torch\nimport torch.nn as nn\n${loop}print("RESULT", time.time() - start)\n`;

function seconds(worker, id, source, runtime) {
  return new Promise((resolve, reject) => {
    let out = '';
    const receive = (message) => {
      if (message.type === 'stdout') out += message.text;
      if (message.type !== 'done' || message.id !== id) return;
      worker.off('message', receive);
      const found = /RESULT (\S+)/.exec(out);
      if (found) resolve(Number(found[1]));
      else reject(new Error(`the loop failed:\n${out}${message.error?.traceback ?? ''}`));
    };
    worker.on('message', receive);
    const javascript = runtime === 'javascript';
    worker.postMessage({
      type: 'run',
      id,
      source,
      runtime,
      language: javascript ? 'javascript' : 'python',
      filename: javascript ? 'loop.js' : 'loop.py',
      files: {},
      env: {},
    });
  });
}

export async function run() {
  const start = (records) => {
    const worker = new Worker(at('build', 'node', 'worker.mjs'), { workerData: { records } });
    worker.postMessage({ type: 'init', base: '', warm: 'micropython' });
    return worker;
  };
  const on = start(true);
  const off = start(false);
  const rows = [];
  let id = 0;
  try {
    for (const runtime of ['micropython', 'cpython', 'javascript']) {
      const loops = runtime === 'javascript' ? JAVASCRIPT : PYTHON;
      for (const [what, loop] of Object.entries(loops)) {
        const source = runtime === 'javascript' ? loop : python(loop);
        let withIt = Number.POSITIVE_INFINITY;
        let without = Number.POSITIVE_INFINITY;
        // In turn, and the best of each: the machine has other work, too.
        for (let i = 0; i < TRIES; i++) {
          without = Math.min(without, await seconds(off, ++id, source, runtime));
          withIt = Math.min(withIt, await seconds(on, ++id, source, runtime));
        }
        const times = `${(withIt * 1000).toFixed(0)} ms instead of ${(without * 1000).toFixed(0)} ms`;
        rows.push({
          what: `${runtime}: ${what}`,
          value: withIt / without,
          unit: 'times',
          note: times,
        });
      }
    }
  } finally {
    await Promise.all([on.terminate(), off.terminate()]);
  }
  return rows;
}
