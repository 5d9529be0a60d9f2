/** The instructions of a pickle as rows of a table: offset, opcode, argument; read as they are shown. */

import { argumentAt, argumentText, type Disassembly, opcodeAt } from './disassemble';

/** Browsers can't scroll further than about half a million rows. */
export const MOST_ROWS = 500_000;
/** Milliseconds of searching before the page gets its turn. */
const SLICE = 8;

export function argumentOf({ bytes }: Disassembly, offset: number): string {
  return argumentText(bytes, argumentAt(bytes, offset));
}

/** Searches opcodes and arguments a slice at a time. */
export class Search {
  readonly found: number[] = [];
  private at = 0;
  private readonly wanted: string;

  constructor(
    private readonly code: Disassembly,
    text: string,
  ) {
    this.wanted = text.trim().toLowerCase();
  }

  get done(): boolean {
    return this.at >= this.code.offsets.length || this.found.length >= MOST_ROWS;
  }

  /** Looks at some more instructions. */
  step(): void {
    const end = performance.now() + SLICE;
    const { offsets } = this.code;
    while (!this.done) {
      for (const stop = Math.min(this.at + 500, offsets.length); this.at < stop; this.at++) {
        if (this.matches(offsets[this.at] as number)) this.found.push(offsets[this.at] as number);
      }
      if (performance.now() > end) return;
    }
  }

  private matches(offset: number): boolean {
    const { name } = opcodeAt(this.code.bytes, offset);
    return (
      name.toLowerCase().includes(this.wanted) ||
      argumentOf(this.code, offset).toLowerCase().includes(this.wanted)
    );
  }
}

/** The index of the row at `offset`, or of the one before it. */
export function rowAt(offsets: ArrayLike<number>, offset: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((offsets[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
