// The compiled core lies in the build tree and has no types of its own.
declare module '@core/gradbox_core.mjs' {
  import type { CreateCore } from './core-module.ts';

  const create: CreateCore;
  export default create;
}
