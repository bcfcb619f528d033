import { expect, test } from '@jest/globals';
import { assert, boolean, constantFrom, option, property, record } from 'fast-check';
import { type DmarcPolicy, dmarc, dmarcAuthorizations, unauthorizedReports } from './dmarc.ts';
import { dmarcProblems } from './dmarc-syntax.ts';

test('the usual policies', () => {
  expect(dmarc('example.com', { policy: 'none' })).toBe('v=DMARC1; p=none');
  const policy: DmarcPolicy = {
    policy: 'reject',
    subdomains: 'quarantine',
    unknownSubdomains: 'reject',
    dkimAlignment: 'strict',
    spfAlignment: 'relaxed',
    testMode: true,
    reports: ['dmarc@example.com', 'dmarc@reports.example.com'],
    failureReports: ['dmarc@example.com'],
  };
  expect(dmarc('example.com', policy)).toBe(
    'v=DMARC1; p=reject; sp=quarantine; np=reject; adkim=s; aspf=r; t=y; ' +
      'rua=mailto:dmarc@example.com,mailto:dmarc@reports.example.com; ruf=mailto:dmarc@example.com; fo=1',
  );
});

const outside: DmarcPolicy = { policy: 'none', reports: ['x@example.net'] };

test('an address of another domain needs its consent, and the record for that is made', () => {
  expect(() => dmarc('example.com', outside)).toThrow(
    expect.objectContaining({
      code: 'DNS_RECORD_INVALID',
      problem: expect.stringContaining('example.com._report._dmarc.example.net'),
    }),
  );
  const consented = { ...outside, authorizedBy: ['Example.NET.'] };
  expect(dmarc('example.com', consented)).toBe('v=DMARC1; p=none; rua=mailto:x@example.net');
  expect(dmarcAuthorizations('example.com', consented)).toEqual([
    { name: 'example.com._report._dmarc.example.net.', type: 'TXT', values: ['v=DMARC1'] },
  ]);
  expect(
    dmarcAuthorizations('example.com', { policy: 'none', reports: ['x@example.com'] }),
  ).toEqual([]);
});

test('a name that only ends alike is another domain', () => {
  expect(() => dmarc('example.com', { policy: 'none', reports: ['x@notexample.com'] })).toThrow();
  expect(() =>
    dmarc('mail.example.com', { policy: 'none', reports: ['x@example.com'] }),
  ).not.toThrow();
});

test('consent is asked for', async () => {
  const text = 'v=DMARC1; p=none; rua=mailto:x@example.net,mailto:y@example.org';
  const texts: Readonly<Record<string, string>> = {
    'example.com._report._dmarc.example.net': 'v=DMARC1;',
  };
  const resolver = {
    resolveTxt: async (name: string) => {
      const found = texts[name];
      if (found === undefined) throw Object.assign(new Error(name), { code: 'ENODATA' });
      return [[found]];
    },
  };
  expect(await unauthorizedReports('example.com', text, resolver)).toEqual(['example.org']);
});

test.each([
  ['an address with a second tag in it', 'a@example.com; p=none'],
  ['two addresses in one', 'a@example.com,mailto:b@example.com,c'],
])('%s is refused', (_label, address) => {
  expect(() => dmarc('example.com', { policy: 'reject', reports: [address] })).toThrow(
    expect.objectContaining({ code: 'DNS_RECORD_INVALID' }),
  );
});

test('what is built is what receivers take', () => {
  const disposition = constantFrom('none', 'quarantine', 'reject');
  const policy = record(
    {
      policy: disposition,
      subdomains: disposition,
      dkimAlignment: constantFrom('relaxed', 'strict'),
      testMode: boolean(),
      reports: option(constantFrom(['a@example.com'], ['a@example.com', 'b@example.com']), {
        nil: [],
      }),
    },
    { requiredKeys: ['policy'] },
  );
  assert(
    property(policy, (random) => {
      expect(dmarcProblems(dmarc('example.com', random as DmarcPolicy))).toEqual([]);
    }),
  );
});
