import { expect, test } from '@jest/globals';
import { spfLookups } from './spf-lookups.ts';

/** Answers from a table, and as Node does where there is nothing. */
function resolver(texts: Readonly<Record<string, readonly string[]>>) {
  return {
    resolveTxt: async (name: string) => {
      const found = texts[name];
      if (found === undefined) throw Object.assign(new Error(name), { code: 'ENOTFOUND' });
      return found.map((text) => [text.slice(0, 20), text.slice(20)]);
    },
  };
}

test('what included records need counts', async () => {
  const texts = {
    'example.com': ['v=spf1 mx include:a.example ?include:b.example -all', 'other text'],
    'a.example': ['v=spf1 a a:one.example include:c.example -all include:never.example'],
    'b.example': ['v=spf1 redirect=c.example'],
    'c.example': ['v=spf1 ip4:192.0.2.0/24 exists:%{i}.list.example -all'],
  };
  expect(await spfLookups('example.com', resolver(texts))).toEqual({
    lookups: 9,
    problems: ['a.example: "include:never.example" is never looked at, because of "all".'],
  });
});

test('more than ten in all are a problem, though each record has few', async () => {
  const chain = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [
      `n${index}.example`,
      [`v=spf1 include:n${index + 1}.example -all`],
    ]),
  );
  const { lookups, problems } = await spfLookups('n0.example', resolver(chain));
  expect([lookups, problems]).toEqual([11, ['SPF of n0.example needs more than 10 look-ups.']]);
});

test('a circle, a missing record and a second one are found', async () => {
  const texts = {
    'circle.example': ['v=spf1 include:back.example -all'],
    'back.example': ['v=spf1 include:circle.example -all'],
    'two.example': ['v=spf1 -all', 'v=spf1 mx -all'],
    'missing.example': ['v=spf1 include:nothing.example -all'],
  };
  const problems = async (name: string) => (await spfLookups(name, resolver(texts))).problems;
  expect(await problems('circle.example')).toEqual([
    'SPF leads in a circle: circle.example, back.example, circle.example.',
  ]);
  expect(await problems('two.example')).toEqual(['two.example has 2 SPF records.']);
  expect(await problems('missing.example')).toEqual(['nothing.example has no SPF record.']);
});

test('a resolver that fails is no missing record', async () => {
  const failing = {
    resolveTxt: async () => {
      throw Object.assign(new Error('timeout'), { code: 'ETIMEOUT' });
    },
  };
  await expect(spfLookups('example.com', failing)).rejects.toThrow('timeout');
});
