// Poisons what later code of the same realm stands on, and tries to catch the port to the page.
const caught = [];
for (const Class of [MessagePort, EventTarget, Map, Set, Array, Promise, Function]) {
  for (const name of Object.getOwnPropertyNames(Class.prototype)) {
    const { value, writable } = Object.getOwnPropertyDescriptor(Class.prototype, name);
    if (typeof value !== 'function' || !writable || name === 'constructor') continue;
    Class.prototype[name] = function (...values) {
      if (this instanceof MessagePort) caught.push(this);
      return Reflect.apply(value, this, values);
    };
  }
}
Object.prototype.type = 'forged';
Object.prototype.toJSON = () => 'forged';
JSON.stringify = () => 'forged';
JSON.parse = () => ({ forged: true });
Math.random = () => 0.5;
globalThis.torch = 'gone';
globalThis.fetch = globalThis.WebAssembly = null;
torch.tensor = () => 'poisoned';
console.log('poisoned');
