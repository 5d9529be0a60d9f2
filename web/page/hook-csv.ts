/** The hook log for other programs: CSV (RFC 4180, one header line, numbers in full) and JSON. */

import { flagsOf } from './hook-flags';
import type { HookEvent } from './hook-log';

const FIELDS = [
  'seq',
  'module',
  'class',
  'kind',
  'shapes',
  'dtype',
  'min',
  'mean',
  'max',
  'std',
  'nans',
  'infs',
  'ms',
  'depth',
] as const satisfies readonly (keyof HookEvent)[];

function field(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The last two columns: flags, and the counts of the histogram's bins, which go from min to max. */
export function hooksCsv(events: readonly HookEvent[]): string {
  const lines = events.map((event) =>
    [
      ...FIELDS.map((name) => field(event[name])),
      flagsOf(event).join(' '),
      event.bins.join(' '),
    ].join(','),
  );
  return `${[[...FIELDS, 'flags', 'bins'].join(','), ...lines].join('\r\n')}\r\n`;
}

/** Everything that was recorded. */
export function hooksJson(events: readonly HookEvent[]): string {
  return `${JSON.stringify(events, null, 1)}\n`;
}
