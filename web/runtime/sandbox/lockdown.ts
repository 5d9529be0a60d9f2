/**
 * What a worker gives up before a snippet runs. The policy of the frame is what keeps snippets from
 * the network (sandbox/hub.ts); this says so in words where one tries, and takes away what the
 * policy says nothing about: workers of its own, channels to other workers, storage.
 */

/** Names that open a connection, with what stands behind them. */
const CONNECTING = ['fetch', 'importScripts'];
const CONNECTIONS = [
  'XMLHttpRequest',
  'WebSocket',
  'WebSocketStream',
  'EventSource',
  'WebTransport',
];
const REMOVED = [
  'Worker',
  'SharedWorker',
  'BroadcastChannel',
  'indexedDB',
  'caches',
  'cookieStore',
  'RTCPeerConnection',
  'Notification',
  // The page would wait for it for ever.
  'close',
];

const refusal = (name: string) =>
  new Error(`${name} is not available: snippets run without network access`);

/** Takes `name` away from the object and from all that it inherits from. */
function remove(object: object, name: string): void {
  for (let at: object | null = object; at; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, name)) Reflect.deleteProperty(at, name);
  }
}

export function lockDown(scope: object): void {
  const define = (name: string, value: unknown) =>
    Object.defineProperty(scope, name, { value, configurable: true, writable: true });
  for (const name of REMOVED) remove(scope, name);
  for (const name of CONNECTING) {
    remove(scope, name);
    define(name, name === 'fetch' ? async () => refuse(name) : () => refuse(name));
  }
  for (const name of CONNECTIONS) {
    if (!(name in scope)) continue;
    remove(scope, name);
    define(
      name,
      class {
        constructor() {
          refuse(name);
        }
      },
    );
  }
}

function refuse(name: string): never {
  throw refusal(name);
}
