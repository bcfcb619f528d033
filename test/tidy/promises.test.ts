import { expect, test } from '@jest/globals';
import { treeFiles } from '../../scripts/tree/tree.ts';
import { numbersIn, promiseFindings } from './promise-rules.ts';

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const expected = [...range(1, 43), ...range(47, 50)];

const tests = treeFiles(/\.(test|lab|long)\.ts$|-laws\.ts$|\/describe-resource\.ts$/).filter(
  ({ path }) => !path.startsWith('test/tidy/promise'),
);

test('every promise has its number in the name of a test, and the page says where', () => {
  const [page] = treeFiles(/^docs\/reliability\.md$/);
  expect(page === undefined ? [] : promiseFindings(page, tests, expected)).toEqual([]);
});

test('every behaviour of the mail server has its number in the name of a test, and the page says where', () => {
  const [page] = treeFiles(/^docs\/mail-behaviours\.md$/);
  const seen = tests.filter(({ path }) => path.startsWith('test/lab/'));
  const hosts = [...seen, ...treeFiles(/^test\/lab\/mail-(load|protocol)\.ts$/)];
  expect(
    page === undefined ? ['no page'] : promiseFindings(page, hosts, range(1, 48), 'M'),
  ).toEqual([]);
});

test('a promise without a test, a number without a promise and a wrong file are found', () => {
  const row = (number: number, ...files: string[]) =>
    `| R${number} | x | ${files.map((file) => `[f](../${file})`).join(', ')} |`;
  const page = {
    path: 'docs/reliability.md',
    text: [row(1, 'a.test.ts'), row(2, 'b.test.ts'), row(3)].join('\n'),
  };
  const files = [
    { path: 'a.test.ts', text: "test('R1: x')" },
    { path: 'c.test.ts', text: "test('R2 R9 x')" },
  ];
  const found = promiseFindings(page, files, [1, 2, 3, 5]);
  expect(found.map((finding) => finding.replace(/ — .*/, ''))).toEqual([
    'docs/reliability.md:1 has no row R5',
    'c.test.ts:1 names R9',
    'docs/reliability.md:2 says that R2 is proved in b.test.ts',
    'docs/reliability.md:3 says that R3 is proved in no file',
  ]);
  expect([...numbersIn({ path: 'x', text: '`R26 R27 a`, "xR1 ", \'R3: b\'' })]).toEqual([
    26, 27, 3,
  ]);
});
