// Modules that hold modules.
import { isPlainObject } from '../args.ts';
import { TorchError } from '../errors.ts';
import { innerOf } from './inner.ts';
import { callable } from './layers.ts';
import { Module, NativeKind } from './module.ts';

const childrenOf = (module: Module): Module[] => [...innerOf(module).children.values()];

function childAt(module: Module, index: number): Module {
  const all = childrenOf(module);
  const found = all[index < 0 ? index + all.length : index];
  if (!found) throw new TorchError('IndexError', `index ${index} is out of range`);
  return found;
}

class SequentialClass extends Module {
  /** Modules in order, or one object of named modules. */
  constructor(...modules: (Module | Record<string, Module>)[]) {
    super(new NativeKind('Sequential', {}));
    const [only] = modules;
    const entries: [string, unknown][] =
      modules.length === 1 && isPlainObject(only)
        ? Object.entries(only)
        : modules.map((m, i) => [String(i), m]);
    for (const [name, module] of entries) {
      if (!(module instanceof Module)) {
        throw new TorchError('TypeError', `${typeof module} is not a Module subclass`);
      }
      this[name] = module;
    }
  }

  append(module: Module): this {
    this[String(this.size)] = module;
    return this;
  }

  get size(): number {
    return innerOf(this).children.size;
  }

  item(index: number): Module {
    return childAt(this, index);
  }

  *[Symbol.iterator](): Generator<Module> {
    yield* childrenOf(this);
  }
}

class ModuleListClass extends Module {
  constructor(modules: Iterable<Module> = []) {
    super(new NativeKind('callback', { name: 'ModuleList' }));
    for (const module of modules) this.append(module);
  }

  append(module: Module): this {
    this[String(this.size)] = module;
    return this;
  }

  extend(modules: Iterable<Module>): this {
    for (const module of modules) this.append(module);
    return this;
  }

  get size(): number {
    return innerOf(this).children.size;
  }

  item(index: number): Module {
    return childAt(this, index);
  }

  *[Symbol.iterator](): Generator<Module> {
    yield* childrenOf(this);
  }
}

class ModuleDictClass extends Module {
  constructor(modules: Record<string, Module> = {}) {
    super(new NativeKind('callback', { name: 'ModuleDict' }));
    for (const [name, module] of Object.entries(modules)) this[name] = module;
  }

  get(name: string): Module {
    const found = innerOf(this).children.get(name);
    if (!found) throw new TorchError('KeyError', `'${name}'`);
    return found;
  }

  keys(): string[] {
    return [...innerOf(this).children.keys()];
  }
}

/** torch.nn.Sequential: runs its modules one after another. */
export const Sequential = callable(SequentialClass);
/** torch.nn.ModuleList: `list[0]`, `list.item(-1)`, iteration. */
export const ModuleList = callable(ModuleListClass);
/** torch.nn.ModuleDict: `dict.name`, `dict.get('name')`. */
export const ModuleDict = callable(ModuleDictClass);
