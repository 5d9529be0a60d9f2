// Names of operators as the Python front end looks them up: one question a name, so that it needn't
// read the whole registry to start.
import { closestNames } from './errors.ts';

interface OpEntry {
  name: string;
  id: number;
  returns: string[];
  torch: 0 | 1;
  method: 0 | 1;
  functional: 0 | 1;
  linalg: 0 | 1;
  special: 0 | 1;
}

/** Where a name is looked up: `torch.`, `Tensor.`, `nn.functional.`, `linalg.`, `special.` */
export type OpNamespace = 'torch' | 'method' | 'functional' | 'linalg' | 'special';

/**
 * An operator's name in a namespace: torch.linalg and torch.special are prefixes in the registry,
 * and nn.functional.unfold isn't the tensors' unfold.
 */
export function shownName(ns: string, name: string): string {
  if ((ns === 'linalg' || ns === 'special') && name.startsWith(`${ns}_`)) {
    return name.slice(ns.length + 1);
  }
  return ns === 'functional' && name === 'im2col' ? 'unfold' : name;
}

/** What a call gives: one tensor, several, something else, or a matter of the overload. */
const enum Gives {
  tensor = 0,
  list = 1,
  value = 2,
  varies = 3,
}

function gives(returns: string[]): Gives {
  if (returns.length > 1) return Gives.list;
  const only = (returns[0] ?? '').split(' ')[0]!;
  if (only.includes('|')) return Gives.varies;
  if (only.startsWith('Tensor')) return only.includes('[') ? Gives.list : Gives.tensor;
  return Gives.value;
}

/** The index of a registry: made once for all cores of a build, which give the very same text. */
export function opIndex(opsJson: string): OpIndex {
  if (known?.text !== opsJson) known = { text: opsJson, index: new OpIndex(opsJson) };
  return known.index;
}

let known: { text: string; index: OpIndex } | undefined;

export class OpIndex {
  private readonly tables = new Map<string, Map<string, number>>();

  constructor(opsJson: string) {
    for (const op of JSON.parse(opsJson) as OpEntry[]) {
      for (const ns of ['torch', 'method', 'functional', 'linalg', 'special'] as const) {
        if (op[ns]) this.add(this.table(ns), shownName(ns, op.name), op);
      }
    }
  }

  private table(ns: string): Map<string, number> {
    let table = this.tables.get(ns);
    if (!table) {
      table = new Map();
      this.tables.set(ns, table);
    }
    return table;
  }

  private add(table: Map<string, number>, name: string, op: OpEntry): void {
    const kind = gives(op.returns);
    const known = table.get(name);
    if (known === undefined) table.set(name, op.id * 4 + kind);
    else if ((known & 3) !== kind) table.set(name, (known & ~3) | Gives.varies);
  }

  /** `4 * id + what it gives` (0 a tensor, 1 several, 2 something else, 3 varies), or -1. */
  find(name: string, ns: string): number {
    return this.tables.get(ns)?.get(name) ?? -1;
  }

  /** All names of a namespace. */
  names(ns: string): string[] {
    return [...(this.tables.get(ns)?.keys() ?? [])];
  }

  /** The names nearest to one that doesn't exist, best first, `more` being names known elsewhere. */
  closest(name: string, ns: string, more: string[]): string[] {
    return closestNames(name, [...this.names(ns), ...more]);
  }
}
