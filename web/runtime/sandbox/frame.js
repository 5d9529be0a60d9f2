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

  const blob = (text, type) => URL.createObjectURL(new Blob([text], { type }));

  // How a worker is heard while it computes: signal.ts.
  class Line {
    messages = [];
    // What the worker may still be reading, and what it reads next.
    old = [];
    tape = this.make();

    make() {
      return { bell: blob(''), bits: Array.from({ length: 128 }, () => blob('')) };
    }

    say(message) {
      if (message) this.messages.push(message);
      if (this.old.length > 0 || this.messages.length === 0) return;
      const { bell, bits } = this.tape;
      const { messages } = this;
      this.messages = [];
      this.tape = this.make();
      const address = blob(JSON.stringify({ messages, tape: this.tape }));
      const digits = address.slice(-36).replaceAll('-', '');
      bits.forEach((url, i) => {
        if ((Number.parseInt(digits[i >> 2], 16) >> (3 - (i & 3))) & 1) URL.revokeObjectURL(url);
      });
      // Last, for the others are looked at when it is gone.
      URL.revokeObjectURL(bell);
      this.old = [address, ...bits];
    }

    heard() {
      this.old.splice(0).forEach(URL.revokeObjectURL);
      this.say();
    }

    end() {
      [...this.old, this.tape.bell, ...this.tape.bits].forEach(URL.revokeObjectURL);
    }
  }
  const lines = new Map();

  function start(id, port) {
    const worker = new Worker(script);
    workers.set(id, worker);
    worker.onerror = (event) => {
      event.preventDefault();
      end(id);
      hub.postMessage({ type: 'broken', id, text: event.message || 'its script did not load' });
    };
    // A snippet can send here too: nothing is taken from it but the name of a public file, and
    // what concerns its own worker's line.
    let asked = false;
    worker.onmessage = ({ data }) => {
      if (data === 'tape' && !lines.has(id)) {
        lines.set(id, new Line());
        worker.postMessage({ type: 'tape', tape: lines.get(id).tape });
      } else if (data === 'heard') lines.get(id)?.heard();
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
    lines.get(id)?.end();
    lines.delete(id);
  }

  function receive({ data, ports }) {
    switch (data.type) {
      case 'script':
        script = blob(data.text, 'text/javascript');
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
      case 'control':
        lines.get(data.id)?.say(data.message);
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
