// Namespaces that know their names: reading one that isn't there says which are close.
import { missingName } from './errors.ts';

/** Names that JavaScript itself looks up on any object (await, JSON, printing, test runners). */
const silent = new Set([
  'then',
  'toJSON',
  'constructor',
  'prototype',
  'asymmetricMatch',
  'nodeType',
]);

/**
 * `members` as a namespace; unknown names throw AttributeError as `owner`. `more` gives members
 * that are known only after load().
 */
export function namespace<T extends object>(
  owner: string,
  members: T,
  more: (name: string) => unknown = () => undefined,
  moreNames: () => Iterable<string> = () => [],
): T {
  return new Proxy(members, {
    get(target, key, receiver) {
      if (Reflect.has(target, key) || typeof key !== 'string') {
        return Reflect.get(target, key, receiver);
      }
      const found = more(key);
      if (found !== undefined) return found;
      if (silent.has(key) || key.startsWith('__') || key.startsWith('@@')) return undefined;
      throw missingName(owner, key, new Set([...Object.keys(target), ...moreNames()]));
    },
    has(target, key) {
      return Reflect.has(target, key) || (typeof key === 'string' && more(key) !== undefined);
    },
    ownKeys(target) {
      return [...new Set([...Reflect.ownKeys(target), ...moreNames()])];
    },
    getOwnPropertyDescriptor(target, key) {
      const own = Reflect.getOwnPropertyDescriptor(target, key);
      if (own || typeof key !== 'string') return own;
      const value = more(key);
      return value === undefined
        ? undefined
        : { value, enumerable: true, configurable: true, writable: true };
    },
  });
}
