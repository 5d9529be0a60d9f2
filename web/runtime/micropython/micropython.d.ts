// The npm package has no types.
declare module '@micropython/micropython-webassembly-pyscript' {
  export interface MicroPythonOptions {
    url?: string;
    heapsize?: number;
    pystack?: number;
    linebuffer?: boolean;
    stdout?: (bytes: Uint8Array) => void;
    stderr?: (bytes: Uint8Array) => void;
  }
  export function loadMicroPython(options?: MicroPythonOptions): Promise<unknown>;
}
