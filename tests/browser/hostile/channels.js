// Speaks to the page and its frames as if it were the runtime, and looks for others to speak with.
const forged = [
  null,
  17,
  { type: 'stdout', text: 'FORGED', stream: 'stdout' },
  { type: 'files', changed: { 'forged.txt': new Uint8Array(3) }, deleted: [] },
  { type: 'done', id: 1, ok: true, runtime: 'javascript', ms: 0, firstOutputMs: 0 },
  { type: 'broken', id: 1, text: 'FORGED' },
  { gradbox: 'connect' },
  'cpython',
];
for (const message of forged) postMessage(message);
const attempts = {
  BroadcastChannel: () => new BroadcastChannel('gradbox').postMessage('FORGED'),
  Worker: () => {
    const bomb = 'for (;;) new Worker(self.location.href)';
    for (let i = 0; i < 100; i++) new Worker(URL.createObjectURL(new Blob([bomb])));
  },
  SharedWorker: () => new SharedWorker('x.js'),
  'navigator.locks': () => navigator.locks.request('gradbox', () => {}),
};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    await attempt();
    console.log(`${name}: REACHED`);
  } catch (error) {
    console.log(`${name}: refused`);
  }
}
