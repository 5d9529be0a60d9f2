/** Puts a function of ours around one of the core's. */
import type { CoreModule } from '@lib/core-module.ts';

type Functions = {
  [K in keyof CoreModule as CoreModule[K] extends (...args: never[]) => unknown
    ? K
    : never]: CoreModule[K];
};

/**
 * From now on `core[name]` is what `wrap` makes of the function that was there. The core's glue puts
 * the exported function into that place when it is first called, which must not undo it.
 */
export function around<Name extends keyof Functions>(
  core: CoreModule,
  name: Name,
  wrap: (inner: Functions[Name]) => Functions[Name],
): void {
  const before = Object.getOwnPropertyDescriptor(core, name)!;
  type Any = (...args: never[]) => unknown;
  let target = before.value as Any;
  const inner = before.get ? before.get() : (...args: never[]) => target(...args);
  const outer = wrap(inner as Functions[Name]);
  Object.defineProperty(core, name, {
    configurable: true,
    enumerable: true,
    get: () => outer,
    set:
      before.set ??
      ((value: Any) => {
        target = value;
      }),
  });
}
