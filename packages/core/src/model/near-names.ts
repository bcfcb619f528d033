/** Edits between a word and a name that is still suggested for it, as a part of the word's length. */
const editsPerCharacter = 0.5;

const namesMax = 3;

/** The names that a word was probably meant to be, nearest first: at most three, and often none. */
export function nearNames(word: string, names: Iterable<string>): readonly string[] {
  const editsMax = Math.max(1, Math.floor(word.length * editsPerCharacter));
  return [...names]
    .map((name) => ({ name, edits: editsBetween(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ edits }) => edits <= editsMax)
    .toSorted((a, b) => a.edits - b.edits || a.name.localeCompare(b.name))
    .slice(0, namesMax)
    .map(({ name }) => name);
}

/** `Did you mean web1?`, or what there is instead. */
export function suggestion(word: string, names: readonly string[]): string {
  const near = nearNames(word, names);
  if (near.length > 0) return `Did you mean ${near.join(' or ')}?`;
  return `There are ${names.join(', ') || 'none'}.`;
}

/** Levenshtein's distance: letters to put in, take out or exchange. */
function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const exchange = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(exchange, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
