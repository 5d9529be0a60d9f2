// Finding a .wasm file that lies beside the code that needs it.

// A plain <script> has no import.meta; which file it is, is known only while it first runs.
const script = (globalThis.document?.currentScript as HTMLScriptElement | null | undefined)?.src;

/** The address of `file` beside the plain script that this is a part of; undefined in a module. */
export function addressBeside(file: string): string | undefined {
  return script && String(new URL(file, script));
}

/**
 * Under Node, the bytes of the first of `files`, relative to the module at `base`, that is there:
 * the glue can't read files. Undefined elsewhere.
 */
export function readBeside(
  files: readonly string[],
  base: string | undefined,
): Uint8Array | undefined {
  const fs = globalThis.process?.getBuiltinModule?.('node:fs');
  if (!fs || !base?.startsWith('file:')) return undefined;
  const found = files.map((file) => new URL(file, base)).find((address) => fs.existsSync(address));
  return found && fs.readFileSync(found);
}
