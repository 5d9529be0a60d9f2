// torch.nn.Module for JavaScript. `new Model()` gives a callable: `model(x)` goes through the core,
// which runs pre-forward hooks, forward, forward hooks, and arranges backward hooks. Assigning a
// Parameter, a Module, or a tensor registered as buffer, registers it with the core.
import { addCallback, collectReleased, type Invocation } from '../callbacks.ts';
import { type DType, float32, float64 } from '../dtypes.ts';
import { TorchError } from '../errors.ts';
import { keep } from '../memory.ts';
import { checked, state, throwLast } from '../state.ts';
import { RemovableHandle, Tensor } from '../tensor.ts';
import { callModule, forwardDirectly, runForward } from './calls.ts';
import { flatten, frameOf } from './frame.ts';
import { type Inner, innerOf, inners, remember } from './inner.ts';
import { Parameter } from './parameter.ts';

const inspect = Symbol.for('nodejs.util.inspect.custom');

type Maybe<T> = T | null | undefined | void;
export type ForwardPreHook = (module: Module, args: any[]) => Maybe<unknown>;
export type ForwardHook = (module: Module, args: any[], output: any) => Maybe<unknown>;
export type BackwardHook = (
  module: Module,
  grad_input: (Tensor | null)[],
  grad_output: (Tensor | null)[],
) => Maybe<Tensor | (Tensor | null)[]>;

/** First argument by which layers and containers of this library say what they are in the core. */
export class NativeKind {
  constructor(
    readonly name: string,
    readonly config: object,
    /** Of a module that the core has already. */
    readonly id = 0,
  ) {}
}

const own = (value: unknown): PropertyDescriptor => ({
  value,
  writable: true,
  enumerable: true,
  configurable: true,
});

/** Tells the core about an attribute; gives the value to store. */
function register(module: Module, name: string, value: unknown): void {
  const inner = inners.get(module);
  if (!inner) return;
  const { core } = state();
  if (value instanceof Parameter) {
    checked(core.moduleParam(inner.id, name, value.handle));
    inner.buffers.delete(name);
  } else if (value instanceof Module) {
    checked(core.moduleChild(inner.id, name, innerOf(value).id));
    inner.children.set(name, value);
  } else if (inner.buffers.has(name)) {
    if (value !== null && !(value instanceof Tensor)) {
      throw new TorchError('TypeError', `cannot assign a non-tensor as buffer '${name}'`);
    }
    checked(core.moduleBuffer(inner.id, name, value?.handle ?? 0, -1));
    if (value) keep(value);
  } else {
    const before = (module as unknown as Record<string, unknown>)[name];
    if (before instanceof Parameter && value instanceof Tensor) {
      throw new TorchError(
        'TypeError',
        `cannot assign a Tensor as parameter '${name}' (nn.Parameter or null expected)`,
      );
    }
    if (before instanceof Parameter || inner.children.has(name)) {
      checked(core.moduleDel(inner.id, name));
      inner.children.delete(name);
    }
    if (inner.settings.has(name)) {
      checked(core.moduleSet(inner.id, JSON.stringify({ [name]: value })));
    }
  }
}

const traps: ProxyHandler<object> = {
  set(target, key, value, receiver) {
    const found = Object.getOwnPropertyDescriptor(target, key);
    if (!found && accessor(target, key)?.set) return Reflect.set(target, key, value, receiver);
    if (typeof key === 'string') register(receiver as Module, key, value);
    return Reflect.defineProperty(target, key, own(value));
  },
  // Class fields are defined, not set.
  defineProperty(target, key, descriptor) {
    const module = proxies.get(target);
    if (module && typeof key === 'string' && 'value' in descriptor) {
      register(module, key, descriptor.value);
    }
    return Reflect.defineProperty(target, key, descriptor);
  },
  deleteProperty(target, key) {
    const inner = inners.get(target);
    const value = (target as Record<PropertyKey, unknown>)[key];
    if (inner && typeof key === 'string' && (value instanceof Tensor || value instanceof Module)) {
      checked(state().core.moduleDel(inner.id, key));
      inner.buffers.delete(key);
      inner.children.delete(key);
    }
    return Reflect.deleteProperty(target, key);
  },
};

function accessor(target: object, key: PropertyKey): PropertyDescriptor | undefined {
  for (let o = Object.getPrototypeOf(target); o; o = Object.getPrototypeOf(o)) {
    const d = Object.getOwnPropertyDescriptor(o, key);
    if (d) return d;
  }
  return undefined;
}

/** The module that a proxy's target stands for. */
const proxies = new WeakMap<object, Module>();

export interface Module {
  /** `model(x)`: hooks and forward. `model.forward(x)` skips the hooks. */
  (...args: any[]): any;
  [name: string]: any;
}

export class Module {
  constructor(kind?: NativeKind | unknown) {
    const native = kind instanceof NativeKind ? kind : undefined;
    if (!native && new.target.prototype.forward === Module.prototype.forward) {
      throw new TorchError(
        'TypeError',
        `Can't instantiate module class ${new.target.name} without a forward method`,
      );
    }
    const target = (...args: unknown[]) => callModule(module, args);
    // What a function has and a module hasn't.
    delete (target as Partial<{ name: string }>).name;
    delete (target as Partial<{ length: number }>).length;
    Object.setPrototypeOf(target, new.target.prototype);
    const module = new Proxy(target, traps) as unknown as Module;
    const cb = native && native.name !== 'callback' ? 0 : addCallback(runForward);
    const id =
      native?.id ||
      state().core.moduleNew(
        native?.name ?? 'callback',
        JSON.stringify(native ? native.config : { name: new.target.name }),
        cb,
      );
    if (id === 0) throwLast();
    const direct = (...args: unknown[]) => forwardDirectly(module, args);
    const inner: Inner = {
      id,
      native: cb === 0,
      forward: new.target.prototype.forward,
      direct,
      buffers: new Set(),
      children: new Map(),
      deep: new Map(),
      settings: new Set(),
    };
    if (cb !== 0) {
      Object.defineProperty(target, 'forward', { ...own(direct), enumerable: false });
    }
    remember(module, target, inner);
    proxies.set(target, module);
    // biome-ignore lint/correctness/noConstructorReturn: the callable stands for the instance
    return module;
  }

  forward(..._args: any[]): any {
    throw new TorchError(
      'NotImplementedError',
      `Module [${this.constructor.name}] is missing the required "forward" function`,
    );
  }

  // ---- registration ----

  register_parameter(name: string, parameter: Parameter | null): void {
    if (parameter) {
      this[name] = parameter;
    } else {
      checked(state().core.moduleParam(innerOf(this).id, name, 0));
      Object.defineProperty(this, name, own(null));
    }
  }

  register_buffer(
    name: string,
    tensor: Tensor | null,
    { persistent = true }: { persistent?: boolean } = {},
  ): void {
    const inner = innerOf(this);
    checked(state().core.moduleBuffer(inner.id, name, tensor?.handle ?? 0, persistent ? 1 : 0));
    inner.buffers.add(name);
    Object.defineProperty(this, name, own(tensor && keep(tensor)));
  }

  add_module(name: string, module: Module): void {
    this[name] = module;
  }

  register_module(name: string, module: Module): void {
    this[name] = module;
  }

  // ---- hooks ----

  register_forward_pre_hook(hook: ForwardPreHook): RemovableHandle {
    return addHook(this, 'pre_forward', (module, call) => {
      const frame = frameOf(call);
      const given = hook(module, frame.args);
      if (given === undefined || given === null) return undefined;
      frame.args = Array.isArray(given) ? given : [given];
      return flatten(frame.args);
    });
  }

  register_forward_hook(hook: ForwardHook): RemovableHandle {
    return addHook(this, 'forward', (module, call) => {
      const frame = frameOf(call);
      const given = hook(module, frame.args, frame.result);
      if (given === undefined || given === null) return undefined;
      frame.result = given;
      return flatten(given);
    });
  }

  register_full_backward_hook(hook: BackwardHook): RemovableHandle {
    return addHook(this, 'backward', (module, call) => {
      const given = hook(module, call.tensors.slice(0, call.first), call.tensors.slice(call.first));
      return given ? [given].flat() : undefined;
    });
  }

  register_full_backward_pre_hook(
    hook: (module: Module, grad_output: (Tensor | null)[]) => Maybe<Tensor | (Tensor | null)[]>,
  ): RemovableHandle {
    return addHook(this, 'backward_pre', (module, call) => {
      const given = hook(module, call.tensors);
      return given ? [given].flat() : undefined;
    });
  }

  // ---- what is inside ----

  *named_children(): Generator<[string, Module]> {
    yield* innerOf(this).children;
  }

  *children(): Generator<Module> {
    yield* innerOf(this).children.values();
  }

  *named_modules(prefix = '', seen = new Set<Module>()): Generator<[string, Module]> {
    if (seen.has(this)) return;
    seen.add(this);
    yield [prefix, this];
    for (const [name, child] of this.named_children()) {
      yield* child.named_modules(prefix ? `${prefix}.${name}` : name, seen);
    }
  }

  *modules(): Generator<Module> {
    for (const [, module] of this.named_modules()) yield module;
  }

  *named_parameters(): Generator<[string, Parameter]> {
    const seen = new Set<number>();
    for (const [path, module] of this.named_modules()) {
      for (const [name, value] of ownEntries(module)) {
        if (!(value instanceof Parameter) || seen.has(value.uid)) continue;
        seen.add(value.uid);
        yield [path ? `${path}.${name}` : name, value];
      }
      for (const [name, value] of innerOf(module).deep) {
        yield [path ? `${path}.${name}` : name, value];
      }
    }
  }

  parameters(): Parameter[] {
    return Array.from(this.named_parameters(), ([, parameter]) => parameter);
  }

  *named_buffers(): Generator<[string, Tensor]> {
    for (const [path, module] of this.named_modules()) {
      for (const name of innerOf(module).buffers) {
        const value = module[name];
        if (value instanceof Tensor) yield [path ? `${path}.${name}` : name, value];
      }
    }
  }

  buffers(): Tensor[] {
    return Array.from(this.named_buffers(), ([, buffer]) => buffer);
  }

  get_submodule(path: string): Module {
    let module: Module = this;
    for (const name of path === '' ? [] : path.split('.')) {
      const child = innerOf(module).children.get(name);
      if (!child) {
        throw new TorchError(
          'AttributeError',
          `${module.constructor.name} has no attribute \`${name}\``,
        );
      }
      module = child;
    }
    return module;
  }

  /** Calls `fn` on every module inside, then on this one. */
  apply(fn: (module: Module) => void): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  // ---- modes ----

  get training(): boolean {
    return state().core._gb_module_training(innerOf(this).id) === 1;
  }

  set training(on: boolean) {
    this.train(on);
  }

  train(on = true): this {
    checked(state().core._gb_module_train(innerOf(this).id, on ? 1 : 0));
    return this;
  }

  eval(): this {
    return this.train(false);
  }

  zero_grad({ set_to_none = false }: { set_to_none?: boolean } = {}): void {
    checked(state().core._gb_module_zero_grad(innerOf(this).id, set_to_none ? 1 : 0));
  }

  requires_grad_(on = true): this {
    for (const p of this.parameters()) p.requires_grad = on;
    return this;
  }

  // ---- state ----

  /** Parameters and persistent buffers by name, over the same memory, outside the graph. */
  state_dict(): Record<string, Tensor> {
    const { core } = state();
    const { id } = innerOf(this);
    const listing = JSON.parse(core.moduleListing(id)) as { state: string[] };
    const entries = listing.state.map((name): [string, Tensor] => {
      const handle = core.moduleGet(id, name);
      const shared = new Tensor(handle > 0 ? handle : throwLast());
      const out = shared.detach();
      shared.delete();
      return [name, out];
    });
    return Object.fromEntries(entries);
  }

  /**
   * Copies values of that form into this module.
   * @throws TorchError listing missing and unexpected keys and shapes that don't fit
   */
  load_state_dict(
    values: Record<string, Tensor>,
    { strict = true }: { strict?: boolean } = {},
  ): { missing_keys: string[]; unexpected_keys: string[] } {
    const { core, native } = state();
    native.begin();
    for (const [name, tensor] of Object.entries(values)) {
      native.string(name);
      native.handle(tensor.handle);
    }
    const text = core.moduleLoad(innerOf(this).id, strict ? 1 : 0, native.count) || throwLast();
    const { missing, unexpected } = JSON.parse(text);
    return { missing_keys: missing, unexpected_keys: unexpected };
  }

  /** Casts floating parameters and buffers. */
  to(dtype: DType): this {
    checked(state().core._gb_module_to(innerOf(this).id, dtype.code));
    return this;
  }

  double(): this {
    return this.to(float64);
  }

  float(): this {
    return this.to(float32);
  }

  /** Frees the module in the core, and its parameters' memory once nothing else needs it. */
  delete(): void {
    for (const p of this.parameters()) p.delete();
    for (const m of this.modules()) state().core._gb_module_free(innerOf(m).id);
  }

  [Symbol.dispose](): void {
    this.delete();
  }

  toString(): string {
    return state().core.moduleText(innerOf(this).id) || throwLast();
  }

  [inspect](): string {
    return this.toString();
  }
}

function* ownEntries(module: Module): Generator<[string, unknown]> {
  for (const name of Object.keys(module)) yield [name, module[name]];
}

function addHook(
  module: Module,
  kind: string,
  fn: (module: Module, call: Invocation) => (Tensor | null | undefined)[] | undefined,
): RemovableHandle {
  const { core } = state();
  // The list of callbacks must not keep the module alive: the module keeps the callback.
  const weak = new WeakRef(module);
  const id =
    core.moduleHook(
      innerOf(module).id,
      kind,
      addCallback((call) => fn(weak.deref()!, call)),
    ) || throwLast();
  return new RemovableHandle(() => {
    core._gb_remove_module_hook(id);
    collectReleased();
  });
}
