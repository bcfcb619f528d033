import { HostwrightError } from '@hostwright/core';

/** Limit for one pattern: a range that was mistyped must not fill the memory. */
const hostsMax = 100_000;

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * `web[01:10:3].example.com:2222` as host names and a port: numbers with leading zeros, letters, steps, several ranges.
 * Errors: INVENTORY_INVALID for a range without an end or with bounds of unequal length.
 */
export function expandHostPattern(pattern: string): {
  readonly names: readonly string[];
  readonly port: number | undefined;
} {
  const bracketed = /^\[([^[\]]+)\]:(\d+)$/.exec(pattern);
  const plain = /^((?:[^:[\]]|\[[^\]]*\])+):(\d+)$/.exec(pattern);
  const [, address = pattern, port] = bracketed ?? plain ?? [];
  return { names: expand(address), port: port === undefined ? undefined : Number(port) };
}

function expand(pattern: string): readonly string[] {
  const match = /^([^[]*)\[([^\]]*:[^\]]*)\](.*)$/.exec(pattern);
  if (match === null) return [pattern];
  const [, head = '', range = '', tail = ''] = match;
  const found = rangeValues(range, pattern).flatMap((value) => expand(`${head}${value}${tail}`));
  if (found.length > hostsMax) throw invalid(pattern, `stands for more than ${hostsMax} hosts`);
  return found;
}

function rangeValues(range: string, pattern: string): readonly string[] {
  const [first = '', last = '', stepText = '1', ...more] = range.split(':');
  const step = Number(stepText);
  if (more.length > 0) throw invalid(pattern, 'has more than begin, end and step');
  if (last === '') throw invalid(pattern, 'does not say where the range ends');
  if (!Number.isInteger(step) || step < 1) throw invalid(pattern, 'has a step that is no number');
  const begin = first === '' ? '0' : first;
  if (
    begin.length === 1 &&
    last.length === 1 &&
    letters.includes(begin) &&
    letters.includes(last)
  ) {
    const [from, to] = [letters.indexOf(begin), letters.indexOf(last)];
    if (from > to) throw invalid(pattern, 'ends before it begins');
    return everyNth(from, to, step).map((index) => letters.charAt(index));
  }
  if (!/^\d+$/.test(begin) || !/^\d+$/.test(last)) throw invalid(pattern, 'is no range');
  const isPadded = begin.startsWith('0') && begin.length > 1;
  if (isPadded && begin.length !== last.length) {
    throw invalid(pattern, 'has bounds of unequal length');
  }
  if ((Number(last) - Number(begin)) / step > hostsMax) {
    throw invalid(pattern, `stands for more than ${hostsMax} hosts`);
  }
  return everyNth(Number(begin), Number(last), step).map((value) =>
    String(value).padStart(isPadded ? begin.length : 0, '0'),
  );
}

function everyNth(from: number, to: number, step: number): readonly number[] {
  const length = Math.max(0, Math.floor((to - from) / step) + 1);
  return Array.from({ length }, (_none, index) => from + index * step);
}

function invalid(pattern: string, why: string): HostwrightError {
  return new HostwrightError('INVENTORY_INVALID', { problem: `The host ${pattern} ${why}.` });
}
