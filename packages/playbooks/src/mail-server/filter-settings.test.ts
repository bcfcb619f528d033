import { expect, test } from '@jest/globals';
import { completeFilters, type FilterSettings, filterProblems } from './filter-settings.ts';

const sizing = { filterChildren: 6 };

test('nothing that is not named is on', () => {
  expect(completeFilters({}, sizing)).toBeUndefined();
  expect(completeFilters({ spam: {} }, sizing)).toEqual({
    spam: { junkScore: 6.31, asksLists: true, learns: false },
    virus: undefined,
    children: 6,
  });
  expect(completeFilters({ virus: {}, children: 2 }, sizing)).toMatchObject({
    virus: { officialDatabase: true, signatures: {} },
    children: 2,
  });
});

const refused: Readonly<Record<string, readonly [FilterSettings, string]>> = {
  'a virus filter without a database': [
    { virus: { officialDatabase: false } },
    'signatures of its own',
  ],
  'a signature file outside of its directory': [
    { virus: { signatures: { '../x.ndb': 'a\n' } } },
    "'../x.ndb' is no name",
  ],
  'a database that is no text': [{ virus: { signatures: { 'main.cvd': 'a\n' } } }, 'is no name'],
  'an empty signature file': [{ virus: { signatures: { 'a.ndb': '' } } }, 'not lines'],
  'a score of 0': [{ spam: { junkScore: 0 } }, '0 is no score'],
  'a discard below junk': [{ spam: { discardScore: 5 } }, 'not above'],
  'no children': [{ children: 0 }, 'filters.children'],
};

test.each(Object.entries(refused))('%s is refused', (_label, [settings, problem]) => {
  expect(filterProblems(settings).join(' ')).toContain(problem);
});
