/**
 * What the parts of the sandbox say to each other. From the outside in: a page (ours, or one that
 * embeds us) holds a *hub*, a page of our own origin that fetches what runtimes are made of; the hub
 * holds a *frame* of no origin at all; the frame holds the workers. A worker speaks with its page
 * over a port of their own, by `protocol.ts`; the rest is here.
 */
import type { ControlMessage } from '../protocol.ts';

/** What a worker is made of, by the name under which the hub fetches it. */
export interface Assets {
  core: WebAssembly.Module;
  micropython: Uint8Array;
  cpython: CPythonFiles;
}
export type AssetName = keyof Assets;

/** Pyodide's files and python-dotenv's. */
export interface CPythonFiles {
  module: WebAssembly.Module;
  /** The others, by their names. */
  files: Record<string, Uint8Array>;
}

/** The files of `pyodide/`; the first is compiled in the frame. */
export const CPYTHON_FILES = [
  'pyodide.asm.wasm',
  'pyodide.mjs',
  'pyodide.asm.mjs',
  'python_stdlib.zip',
  'pyodide-lock.json',
  'python_dotenv.json',
] as const;

/** Addresses of empty blobs that the frame takes back to be heard, see signal.ts. */
export interface Tape {
  bell: string;
  /** 128, the most significant bit first: gone means 1. */
  bits: string[];
}

/** Between a page's window and its hub's, before they have a port. */
export interface Greeting {
  /** `hello`: are you there? `ready`: the hub is. `connect` comes with the port to use. */
  gradbox: 'hello' | 'ready' | 'connect';
}

/** Page → hub. `start` comes with the worker's port. */
export type ToHub =
  | { type: 'start' | 'end'; id: number }
  | { type: 'control'; id: number; message: ControlMessage };

/** Hub → page. Without an id, every worker is gone. */
export type FromHub = { type: 'broken'; id?: number; text: string };

/** Hub → frame. */
export type ToFrame =
  | { type: 'script'; text: string }
  | { type: 'asset'; name: AssetName; wasm?: ArrayBuffer; files?: Record<string, Uint8Array> }
  | { type: 'missing'; name: AssetName; text: string }
  | { type: 'progress'; loaded: number; total: number }
  | { type: 'start' | 'end'; id: number }
  | { type: 'control'; id: number; message: ControlMessage }
  | { type: 'ping' };

/** Frame → hub. */
export type FromFrame =
  | { type: 'want'; name: AssetName }
  | { type: 'broken'; id: number; text: string }
  | { type: 'pong' };

/** Worker → frame: wants CPython's files or a first tape, or has read the messages of its tape. */
export type FromWorker = 'cpython' | 'tape' | 'heard';

/** Frame → worker. The first message is `open` and comes with the port to the page. */
export type ToWorker =
  | { type: 'open' }
  | { type: 'tape'; tape: Tape }
  | { type: 'asset'; name: AssetName; value: Assets[AssetName] }
  | { type: 'missing'; name: AssetName; text: string }
  | { type: 'progress'; loaded: number; total: number };
