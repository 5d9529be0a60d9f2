// The script of the sandboxed frame, whole: it holds the workers and what they are made of. It is
// put into the frame's document as it stands, so it imports nothing. Messages: messages.ts.
(() => {
  const workers = new Map();
  const assets = new Map();
  let script = '';
  let hub;

  function asset(name) {
    let entry = assets.get(name);
    if (!entry) {
      entry = {};
      entry.promise = new Promise((resolve, reject) => {
        Object.assign(entry, { resolve, reject });
      });
      // Nobody may be waiting for it.
      entry.promise.catch(() => {});
      assets.set(name, entry);
    }
    return entry;
  }

  async function compile({ name, wasm, files }) {
    if (name === 'micropython') return files['micropython.wasm'];
    const module = await WebAssembly.compile(wasm);
    return name === 'core' ? module : { module, files };
  }

  function give(worker, name) {
    if (!assets.has(name)) hub.postMessage({ type: 'want', name });
    asset(name).promise.then(
      (value) => worker.postMessage({ type: 'asset', name, value }),
      (error) => worker.postMessage({ type: 'missing', name, text: error.message }),
    );
  }

  function start(id, port) {
    const worker = new Worker(script);
    workers.set(id, worker);
    worker.onerror = (event) => {
      event.preventDefault();
      end(id);
      hub.postMessage({ type: 'broken', id, text: event.message || 'its script did not load' });
    };
    // A snippet can send here too: nothing but the name of a public file is taken from it.
    let asked = false;
    worker.onmessage = ({ data }) => {
      if (data !== 'cpython' || asked) return;
      asked = true;
      give(worker, 'cpython');
      asset('cpython').promise.catch(() => {
        asked = false;
      });
    };
    worker.postMessage({ type: 'open' }, [port]);
    give(worker, 'core');
    give(worker, 'micropython');
  }

  function end(id) {
    workers.get(id)?.terminate();
    workers.delete(id);
  }

  function receive({ data, ports }) {
    switch (data.type) {
      case 'script':
        script = URL.createObjectURL(new Blob([data.text], { type: 'text/javascript' }));
        break;
      case 'asset': {
        const { resolve, reject } = asset(data.name);
        compile(data).then(resolve, reject);
        break;
      }
      case 'missing':
        asset(data.name).reject(new Error(data.text));
        assets.delete(data.name);
        break;
      case 'progress':
        for (const worker of workers.values()) worker.postMessage(data);
        break;
      case 'start':
        start(data.id, ports[0]);
        break;
      case 'end':
        end(data.id);
        break;
      case 'ping':
        hub.postMessage({ type: 'pong' });
    }
  }

  addEventListener('message', ({ source, ports }) => {
    if (source !== parent || hub) return;
    [hub] = ports;
    hub.onmessage = receive;
  });
})();
