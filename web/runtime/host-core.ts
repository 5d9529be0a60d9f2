/** Instances of the core for the worker: compiled once, instantiated for every run. */
import create from '@core/gradbox_core.mjs';
import type { CoreModule, CoreOptions, CreateCore } from '@lib/core-module.ts';

type Instantiate = (
  imports: WebAssembly.Imports,
  done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
) => object;

/** @param compile gives the compiled gradbox_core.wasm; called once. */
export function coreFactory(compile: () => Promise<WebAssembly.Module>): () => Promise<CoreModule> {
  let compiled: Promise<WebAssembly.Module> | undefined;
  // What every instance would say of itself in the same words, and takes a third of a start to say.
  let ops: string | undefined;
  let layers: string | undefined;
  return async () => {
    compiled ??= compile();
    const module = await compiled;
    let failed: (error: unknown) => void = () => {};
    const failure = new Promise<never>((_, reject) => {
      failed = reject;
    });
    const instantiateWasm: Instantiate = (imports, done) => {
      WebAssembly.instantiate(module, imports).then((instance) => done(instance, module), failed);
      return {};
    };
    // Without an answer the glue would look beside its script, and a blob has no such place.
    const locateFile = (name: string) => name;
    const options: CoreOptions & { instantiateWasm: Instantiate } = {
      instantiateWasm,
      locateFile,
    };
    const core = await Promise.race([(create as CreateCore)(options), failure]);
    const { opsJson, layersJson } = core;
    core.opsJson = () => (ops ??= opsJson.call(core));
    core.layersJson = () => (layers ??= layersJson.call(core));
    return core;
  };
}
