import { posix } from 'node:path';
import type { TreeFile } from '../../scripts/tree/tree.ts';
import { type Finding, findingOn } from './finding.ts';

/** One row of the page of promises: its number, and the files that are said to prove it. */
interface PromiseRow {
  readonly number: number;
  readonly line: number;
  readonly files: readonly string[];
}

/** Rows of a table `| R7 | promise | [file](../path), … |`. */
function promisesOf(page: TreeFile): readonly PromiseRow[] {
  return page.text.split('\n').flatMap((text, index) => {
    const [, number, cell = ''] = /^\| R(\d+) +\|.*\|([^|]*)\|$/.exec(text) ?? [];
    if (number === undefined) return [];
    const links = [...cell.matchAll(/\]\(([^)]+)\)/g)].map(({ 1: link = '' }) => link);
    const files = links.map((link) => posix.join(posix.dirname(page.path), link));
    return [{ number: Number(number), line: index + 1, files }];
  });
}

/** Numbers that begin the name of a test, or of a group of tests: `R7: …`, `R26 R27 …`. */
export function numbersIn({ text }: TreeFile): ReadonlySet<number> {
  const names = [...text.matchAll(/['"`]((?:R\d+[: ]+)+)/g)].map(({ 1: start = '' }) => start);
  return new Set(names.flatMap((start) => (start.match(/\d+/g) ?? []).map(Number)));
}

/** Promises without a test, tests of no promise, and rows that name files which do not prove them. */
export function promiseFindings(
  page: TreeFile,
  tests: readonly TreeFile[],
  expected: readonly number[],
): readonly Finding[] {
  const rows = promisesOf(page);
  const provedBy = (number: number) =>
    tests.filter((file) => numbersIn(file).has(number)).map(({ path }) => path);
  const missing = expected.filter((number) => !rows.some((row) => row.number === number));
  const stray = tests.flatMap((file) =>
    [...numbersIn(file)]
      .filter((number) => !expected.includes(number))
      .map((number) => findingOn(file.path, 1, `names R${number}`, 'name a promise of the page')),
  );
  return [
    ...missing.map((number) => findingOn(page.path, 1, `has no row R${number}`, 'add the row')),
    ...stray,
    ...rows.flatMap(({ number, line, files }) => {
      const proof = provedBy(number);
      const isProved = files.length > 0 && files.every((file) => proof.includes(file));
      if (isProved) return [];
      const problem = `says that R${number} is proved in ${files.join(', ') || 'no file'}`;
      return [findingOn(page.path, line, problem, `name ${proof.join(', ') || 'a test after it'}`)];
    }),
  ];
}
