import type { NotCarried } from './carried.ts';

const placesMax = 3;

/** Notes that say the same of many places become one. */
export function mergeNotes(notes: readonly NotCarried[]): readonly NotCarried[] {
  const same = Map.groupBy(notes, ({ what, why, isLost }) => JSON.stringify([what, why, isLost]));
  return [...same.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    return [{ ...first, where: places([first, ...others].map(({ where }) => where)) }];
  });
}

function places(all: readonly string[]): string {
  const distinct = [...new Set(all)];
  const more = distinct.length - placesMax;
  return more > 0
    ? `${distinct.slice(0, placesMax).join(', ')} and ${more} more`
    : distinct.join(', ');
}

/**
 * What was not carried over, a line each: first what is lost, then what is not needed.
 * @example process.stderr.write(formatNotes(notes));
 */
export function formatNotes(notes: readonly NotCarried[]): string {
  const line = ({ where, what, why, isLost }: NotCarried) =>
    `${isLost ? '!' : '·'} ${where}: ${what}: ${why}\n`;
  const lost = notes.filter(({ isLost }) => isLost);
  return [...lost, ...notes.filter(({ isLost }) => !isLost)].map(line).join('');
}
