import { posix } from 'node:path';
import type { TreeFile } from '../../scripts/tree/tree.ts';
import { type Finding, findingOn } from './finding.ts';

/** One row of a page of promises: its number, and the files that are said to prove it. */
interface PromiseRow {
  readonly number: number;
  readonly line: number;
  readonly files: readonly string[];
}

/** Rows of a table `| R7 | promise | [file](../path), … |`. Each page has a letter of its own. */
function promisesOf(page: TreeFile, letter: string): readonly PromiseRow[] {
  const rowPattern = new RegExp(`^\\| ${letter}(\\d+) +\\|.*\\|([^|]*)\\|$`);
  return page.text.split('\n').flatMap((text, index) => {
    const [, number, cell = ''] = rowPattern.exec(text) ?? [];
    if (number === undefined) return [];
    const links = [...cell.matchAll(/\]\(([^)]+)\)/g)].map(({ 1: link = '' }) => link);
    const files = links.map((link) => posix.join(posix.dirname(page.path), link));
    return [{ number: Number(number), line: index + 1, files }];
  });
}

/** Numbers that begin the name of a test, or of a group of tests: `R7: …`, `R26 R27 …`. */
export function numbersIn({ text }: TreeFile, letter = 'R'): ReadonlySet<number> {
  const namePattern = new RegExp(`['"\`]((?:${letter}\\d+[: ]+)+)`, 'g');
  const names = [...text.matchAll(namePattern)].map(({ 1: start = '' }) => start);
  return new Set(names.flatMap((start) => (start.match(/\d+/g) ?? []).map(Number)));
}

/** Promises without a test, tests of no promise, and rows that name files which do not prove them. */
export function promiseFindings(
  page: TreeFile,
  tests: readonly TreeFile[],
  expected: readonly number[],
  letter = 'R',
): readonly Finding[] {
  const rows = promisesOf(page, letter);
  const provedBy = (number: number) =>
    tests.filter((file) => numbersIn(file, letter).has(number)).map(({ path }) => path);
  const missing = expected.filter((number) => !rows.some((row) => row.number === number));
  const stray = tests.flatMap((file) =>
    [...numbersIn(file, letter)]
      .filter((number) => !expected.includes(number))
      .map((number) =>
        findingOn(file.path, 1, `names ${letter}${number}`, 'name a promise of the page'),
      ),
  );
  return [
    ...missing.map((number) =>
      findingOn(page.path, 1, `has no row ${letter}${number}`, 'add the row'),
    ),
    ...stray,
    ...rows.flatMap(({ number, line, files }) => {
      const proof = provedBy(number);
      const isProved = files.length > 0 && files.every((file) => proof.includes(file));
      if (isProved) return [];
      const problem = `says that ${letter}${number} is proved in ${files.join(', ') || 'no file'}`;
      return [findingOn(page.path, line, problem, `name ${proof.join(', ') || 'a test after it'}`)];
    }),
  ];
}
