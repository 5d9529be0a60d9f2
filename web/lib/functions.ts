// The registry's operators as functions: torch.*, torch.nn.functional.*, torch.linalg.*,
// torch.special.*.
import { callOp, isPlainObject } from './args.ts';
import { shownName } from './op-index.ts';
import { isLoaded, type OpInfo, state } from './state.ts';
import { Tensor } from './tensor.ts';

type Space = 'torch' | 'functional' | 'linalg' | 'special';
type OpFunction = (...args: unknown[]) => unknown;

const made: Record<Space, Map<string, OpFunction>> = {
  torch: new Map(),
  functional: new Map(),
  linalg: new Map(),
  special: new Map(),
};

const isIn = (op: OpInfo, space: Space) => op[space] === 1;

/** The registry's name of what a namespace shows as `name`. */
function opName(space: Space, name: string): string {
  if (space === 'linalg' || space === 'special') return `${space}_${name}`;
  return space === 'functional' && name === 'unfold' ? 'im2col' : name;
}

/** The function of that name, undefined when the registry has none. */
export function opFunction(space: Space, name: string): OpFunction | undefined {
  const known = made[space].get(name);
  if (known) return known;
  if (!isLoaded()) return undefined;
  const { ops } = state();
  let op = ops.get(opName(space, name));
  if (!op && space === 'linalg') op = ops.get(name);
  if (!op || !isIn(op, space)) return undefined;
  const fn = makeFunction(op);
  made[space].set(name, fn);
  return fn;
}

/** Names of the registry's functions in a namespace. */
export function opNames(space: Space): string[] {
  if (!isLoaded()) return [];
  const names: string[] = [];
  for (const op of state().ops.values()) {
    if (!isIn(op, space)) continue;
    names.push(shownName(space, op.name));
  }
  return names;
}

function makeFunction(op: OpInfo): OpFunction {
  const { id, name } = op;
  const fn = {
    [name](...args: unknown[]): unknown {
      const last = args[args.length - 1];
      // Not an operator's business: it is set on what was made.
      if (isPlainObject(last) && ('requires_grad' in last || 'device' in last)) {
        const { requires_grad, device: _, ...rest } = last;
        const result = callOp(id, undefined, [...args.slice(0, -1), rest]);
        if (requires_grad && result instanceof Tensor) result.requires_grad = true;
        return result;
      }
      return callOp(id, undefined, args);
    },
  }[name]!;
  return fn;
}

/** Functions of earlier loads belong to earlier registries. */
export function forgetFunctions(): void {
  for (const map of Object.values(made)) map.clear();
}
