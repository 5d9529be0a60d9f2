// Bringing the core in. Pages and bundlers find the .wasm file beside the code; Node reads it,
// because the glue can't.
import create from '@core/gradbox_core.mjs';
import { addressBeside, readBeside } from './beside.ts';
import { installCallbacks } from './callbacks.ts';
import type { CoreModule, CoreOptions, CreateCore } from './core-module.ts';
import { forgetFunctions } from './functions.ts';
import { installLayers } from './nn/layers.ts';
import { isLoaded, setState, state } from './state.ts';
import { installMethods } from './tensor.ts';

export interface LoadOptions {
  /** The bytes of gradbox_core.wasm. */
  wasmBinary?: ArrayBuffer | Uint8Array;
  /** Where to fetch gradbox_core.wasm from. */
  wasmUrl?: string | URL;
  /** A core that is there already, instead of a new one. */
  core?: CoreModule;
}

const file = 'gradbox_core.wasm';

/** A new instance of the core. Front ends other than this library take one for themselves. */
export async function createCore(
  options: Pick<LoadOptions, 'wasmBinary' | 'wasmUrl'> = {},
): Promise<CoreModule> {
  const given: CoreOptions = {};
  const wasmBinary =
    options.wasmBinary ??
    (options.wasmUrl
      ? undefined
      : readBeside([`./${file}`, `../../build/wasm/${file}`], import.meta.url));
  if (wasmBinary) given.wasmBinary = wasmBinary;
  const address = options.wasmUrl ?? addressBeside(file);
  if (address) given.locateFile = () => String(address);
  return (create as CreateCore)(given);
}

let loading: Promise<void> | undefined;

/** Loads the core; everything else in this library needs it. Further calls wait for the first. */
export function load(options: LoadOptions = {}): Promise<void> {
  if (options.core) {
    install(options.core);
    loading = Promise.resolve();
  }
  loading ??= createCore(options).then(install);
  return loading;
}

function install(core: CoreModule): void {
  setState(core);
  installCallbacks();
  forgetFunctions();
  installMethods(state().ops.values());
  installLayers();
}

export { isLoaded };
