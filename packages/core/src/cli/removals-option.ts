import { InvalidArgumentError } from 'commander';
import type { RemovalsMax } from '../run/options.ts';

/** `5`, `20%`, or `5,20%` for both. */
export function parseRemovals(text: string): RemovalsMax {
  const limits = text.split(',').map(limitOf);
  return Object.assign({}, ...limits);
}

const percentMax = 100;

function limitOf(text: string): RemovalsMax {
  const [, digits, sign] = /^(\d{1,9})(%?)$/.exec(text) ?? [];
  const number = Number(digits);
  if (sign === '') return { count: number };
  if (sign === '%' && number <= percentMax) return { percent: number };
  throw new InvalidArgumentError('A count, a share, or both are expected: 5, 20%, or 5,20%.');
}
