/** What is wrong with a recorded event: numbers that are none, gradients that vanish or explode. */

import type { HookRecord } from '@runtime/protocol';

export type Flag = 'nan' | 'inf' | 'zero' | 'vanishing' | 'exploding';

/** Largest gradients outside of these limits are flagged. */
export const VANISHES_BELOW = 1e-7;
export const EXPLODES_ABOVE = 1e3;

export const FLAG_TEXT: Record<Flag, string> = {
  nan: 'holds nan',
  inf: 'holds inf',
  zero: 'zero gradient: nothing is learned from it',
  vanishing: `vanishing gradient: no element above ${VANISHES_BELOW}`,
  exploding: `exploding gradient: an element above ${EXPLODES_ABOVE}`,
};

/** Activations may be of any size; only gradients are judged by it. */
export function flagsOf({
  kind,
  nans,
  infs,
  min,
  max,
}: Pick<HookRecord, 'kind' | 'nans' | 'infs' | 'min' | 'max'>): Flag[] {
  const flags: Flag[] = [];
  if (nans > 0) flags.push('nan');
  if (infs > 0) flags.push('inf');
  if ((kind !== 'backward' && kind !== 'tensor') || min === null || max === null) return flags;
  const size = Math.max(Math.abs(min), Math.abs(max));
  if (size === 0 && nans + infs === 0) flags.push('zero');
  else if (size < VANISHES_BELOW && size > 0) flags.push('vanishing');
  else if (size > EXPLODES_ABOVE) flags.push('exploding');
  return flags;
}
