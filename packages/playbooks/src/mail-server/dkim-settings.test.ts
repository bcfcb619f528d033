import { expect, test } from '@jest/globals';
import { dkimProblems } from './dkim-settings.ts';

test('selectors of a rotation are three kinds of names', () => {
  expect(dkimProblems({})).toEqual([]);
  expect(dkimProblems({ selector: '2026b', previous: ['2026a'], retired: ['mail'] })).toEqual([]);
});

test.each([
  [{ selector: 'Mail' }, "'Mail' is no selector"],
  [{ previous: ['mail'] }, "'mail' is given twice"],
  [{ selector: 'b', previous: ['a'], retired: ['a'] }, "'a' is given twice"],
  [{ selector: 'b', retired: ['b'] }, "'b' is given twice"],
])('%j is refused', (settings, problem) => {
  expect(dkimProblems(settings).join(' ')).toContain(problem);
});
