// Models that were read from ONNX files, as modules.
import { state, throwLast } from '../state.ts';
import { forwardNative } from './calls.ts';
import { innerOf } from './inner.ts';
import { adoptState } from './layers.ts';
import { Module, NativeKind } from './module.ts';

/** Stands for a module that the core made, with all that is inside of it. */
export class OnnxModule extends Module {
  constructor(id: number) {
    super(new NativeKind('imported', {}, id));
    adoptState(this, false);
    const { modules } = JSON.parse(state().core.moduleListing(id)) as {
      modules: [string, number][];
    };
    for (const [path] of modules) {
      // The children of this one; theirs are their own.
      if (path === '' || path.includes('.')) continue;
      this[path] = new OnnxModule(state().core.moduleAdopt(id, path) || throwLast());
    }
    innerOf(this).native = false;
  }

  /** The computation without hooks. */
  override forward(...inputs: unknown[]): unknown {
    return forwardNative(this, inputs);
  }
}
