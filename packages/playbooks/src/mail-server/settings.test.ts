import { secret } from '@hostwright/core';
import type { DnsProvider } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { completeSettings, type MailServerSettings } from './settings.ts';

const provider: DnsProvider = { label: 'nowhere', read: async () => [], write: async () => [] };

const good: MailServerSettings = {
  domain: 'example.com',
  hostname: 'mail.example.com',
  address: '192.0.2.10',
  users: [{ address: 'anna@example.com', password: secret('pass anna') }],
  dns: { provider },
};

const problemOf = (settings: MailServerSettings): string => {
  try {
    completeSettings(settings);
    return '';
  } catch (error) {
    expect(error).toMatchObject({ code: 'MAIL_SERVER_INVALID' });
    return (error as Error).message;
  }
};

test('defaults are filled in, and the role addresses reach the first user', () => {
  const server = completeSettings(good);
  expect(server).toMatchObject({
    domains: ['example.com'],
    selector: 'mail',
    sshPort: 22,
    processLimit: 200,
    dns: { ttl: 3600, dmarc: { policy: 'quarantine' } },
    tls: { keyFile: '/etc/ssl/private/mail.example.com.key', source: 'self' },
  });
  expect(server.aliases).toEqual({
    'postmaster@example.com': ['anna@example.com'],
    'abuse@example.com': ['anna@example.com'],
    'root@example.com': ['anna@example.com'],
  });
});

test('a role address that is a mailbox stays one, and one that is given wins', () => {
  const users = [...good.users, { address: 'abuse@example.com', password: secret('x') }];
  const aliases = { 'postmaster@example.com': ['carl@example.org'] };
  expect(completeSettings({ ...good, users, aliases }).aliases).toEqual({
    ...aliases,
    'root@example.com': ['anna@example.com'],
  });
});

const [anna] = good.users;
const refused: Readonly<Record<string, readonly [Partial<MailServerSettings>, string]>> = {
  'a domain in capitals': [{ domain: 'Example.com' }, "'Example.com' is no domain"],
  'a domain given twice': [{ moreDomains: ['example.com'] }, 'given twice'],
  'a short host name': [{ hostname: 'mail' }, 'no full host name'],
  'a host name that is a hosted domain': [
    { hostname: 'example.com' },
    "such as 'mail.example.com'",
  ],
  'a name for an address': [{ address: 'mail.example.com' }, 'no IP address'],
  'no users': [{ users: [] }, 'at least one'],
  'a user of another domain': [
    { users: [{ address: 'anna@example.org', password: secret('x') }] },
    "'anna@example.org' is not hosted here; hosted: example.com",
  ],
  'a user that climbs out of its directory': [
    { users: [{ address: '../anna@example.com', password: secret('x') }] },
    'no mail address',
  ],
  'a user with a tag': [
    { users: [{ address: 'anna+x@example.com', password: secret('x') }] },
    'separates a name from its tag',
  ],
  'a user given twice': [{ users: anna === undefined ? [] : [anna, anna] }, 'given twice'],
  'an empty password': [
    { users: [{ address: 'anna@example.com', password: secret('') }] },
    'is empty',
  ],
  'an alias without a target': [{ aliases: { 'a@example.com': [] } }, 'has no target'],
  'a domain that is the name of the server for itself': [
    { moreDomains: ['localhost.example.com'] },
    "server's name for itself",
  ],
  'an alias whose target is nobody': [
    { aliases: { 'a@example.com': ['anan@example.com'] } },
    'neither a mailbox nor an alias',
  ],
  'an alias whose target is no list': [
    { aliases: { 'a@example.com': 'anna@example.com' as unknown as string[] } },
    'takes a list',
  ],
  'a domain that moved to this server itself': [
    { movedDomains: { 'example.org': 'mail.example.com' } },
    'is this server',
  ],
  'a word that is none of the choice': [
    { senderChecks: 'of' as 'off', volume: 'toString' as '1M+' },
    "volume: 'toString' is none of 1K-10K, 10K-100K, 100K-1M, 1M+. senderChecks: 'of' is none of reject, note, off.",
  ],
  'an alias to no address': [{ aliases: { 'a@example.com': ['|rm'] } }, 'no mail address'],
  'a port that is none': [{ sshPort: 0 }, 'sshPort: 0 is no whole number from 1 to 65535'],
  'a report address of strangers': [
    { dns: { provider, dmarc: { policy: 'none', reports: ['x@example.net'] } } },
    '_report._dmarc.example.net',
  ],
  'a selector that is both new and retired': [{ dkim: { retired: ['mail'] } }, 'given twice'],
  'a resolver by name': [{ resolvers: ['dns'] }, "'dns' is no IP address"],
};

test.each(Object.entries(refused))('%s is refused', (_label, [change, problem]) => {
  expect(problemOf({ ...good, ...change })).toContain(problem);
});

test('a password that is no secret is refused and not shown', () => {
  const users = [
    { address: 'anna@example.com', password: 'hunter2' },
  ] as unknown as MailServerSettings['users'];
  const problem = problemOf({ ...good, users });
  expect(problem).toContain('not marked with secret()');
  expect(problem).not.toContain('hunter2');
});

test('all problems come at once', () => {
  const problem = problemOf({ ...good, domain: 'x', hostname: 'y', address: 'z' });
  expect(problem).toMatch(/'x'.*'y'.*'z'/);
});

test('rows of others may be where an alias leads, unless they are removed', () => {
  const aliases = { 'a@example.com': ['row@example.com'] };
  const password = secret('reader-of-accounts');
  expect(problemOf({ ...good, aliases, database: { password } })).toBe('');
  expect(problemOf({ ...good, aliases, database: { password, otherRows: 'remove' } })).toContain(
    'neither a mailbox',
  );
});

test('what only an untyped caller can give is named, too', () => {
  const wrong = { dns: {}, users: [undefined], resolvers: '192.0.2.53' };
  expect(problemOf({ ...good, ...wrong } as unknown as MailServerSettings)).toMatch(
    /dns: a provider.*users: each.*resolvers: '192\.0\.2\.53' is no list/,
  );
  expect(problemOf({ ...good, dns: undefined } as unknown as MailServerSettings)).toContain('dns');
});
