/** The classes of a snippet and where they inherit from. */
import { children, type Source, walk } from './tree.ts';

interface Class {
  bases: string[];
  usesSuper: boolean;
}

export class Classes {
  private readonly known = new Map<string, Class>();

  constructor(source: Source) {
    for (const node of walk(source.root)) {
      const name = node.name === 'ClassDefinition' ? node.getChild('VariableName') : null;
      if (!name) continue;
      const list = node.getChild('ArgList');
      const keywords = new Set(source.keywords(node).map(([, value]) => value.from));
      const bases = (list ? children(list) : [])
        .filter(
          ({ name, from }) => /^(VariableName|MemberExpression)$/.test(name) && !keywords.has(from),
        )
        .map((base) => source.of(base));
      this.known.set(source.of(name), { bases, usesSuper: /\bsuper\s*\(/.test(source.of(node)) });
    }
  }

  /**
   * Whether methods must be looked for in CPython's order: MicroPython goes depth first, which is
   * another one if bases meet again further up, or if one of them calls what is to the right of it.
   */
  needsOrder(name: string): boolean {
    const bases = this.known.get(name)?.bases ?? [];
    const seen = new Set<string>();
    for (const [i, base] of bases.entries()) {
      for (const above of this.above(base)) {
        if (seen.has(above)) return true;
        if (i < bases.length - 1 && this.known.get(above)?.usesSuper) return true;
      }
      for (const above of this.above(base)) seen.add(above);
    }
    return false;
  }

  /** The class and all that it inherits from. */
  private above(name: string, found = new Set<string>()): Set<string> {
    if (name === 'object' || /^(ABC|Generic|Protocol)\b/.test(name) || found.has(name))
      return found;
    found.add(name);
    for (const base of this.known.get(name)?.bases ?? []) this.above(base, found);
    return found;
  }
}
