import { expect, test } from '@jest/globals';
import { type Aliases, lostAliases, roleAliases } from './alias-ends.ts';

const mailboxes = ['anna@example.com', 'ben@example.com'];
const lost = (aliases: Aliases) => lostAliases(['example.com'], mailboxes, aliases);

test('an alias to a hosted address that is nobody is named', () => {
  expect(lost({ 'info@example.com': ['anan@example.com', 'ben@example.com'] })).toEqual([
    "aliases: 'anan@example.com', a target of 'info@example.com', is neither a mailbox nor an alias here.",
  ]);
});

test('a mailbox, another alias, a tag, what a catch-all gets and other domains are somebody', () => {
  const aliases = {
    'info@example.com': ['team@example.com', 'anna+info@example.com', 'carl@example.org'],
    'team@example.com': ['ben@example.com'],
  };
  expect(lost(aliases)).toEqual([]);
  const rest = { '@example.com': ['ben@example.com'], 'x@example.com': ['y@example.com'] };
  expect(lost(rest)).toEqual([]);
});

test.each<[string, Aliases, number]>([
  ['an alias to itself', { 'a@example.com': ['a@example.com'] }, 1],
  [
    'aliases that lead to each other',
    { 'a@example.com': ['b@example.com'], 'b@example.com': ['a@example.com', 'anna@example.com'] },
    2,
  ],
  [
    'mailboxes that swap their mail',
    { 'anna@example.com': ['ben@example.com'], 'ben@example.com': ['anna@example.com'] },
    2,
  ],
  ['a catch-all that catches its own target', { '@example.com': ['rest@example.com'] }, 1],
])('%s is a circle', (_label, aliases, count) => {
  const problems = lost(aliases);
  expect(problems).toHaveLength(count);
  expect(problems[0]).toContain('leads back to itself');
});

test('mailboxes that keep their mail and give each other a copy are no circle', () => {
  const aliases = {
    'anna@example.com': ['anna@example.com', 'ben@example.com'],
    'ben@example.com': ['ben@example.com', 'anna@example.com'],
    'both@example.com': ['anna@example.com', 'ben@example.com'],
  };
  expect(lost(aliases)).toEqual([]);
});

test('what cron and its like write to root reaches the first mailbox', () => {
  const aliases = roleAliases(['example.com', 'example.org'], mailboxes);
  expect(aliases['root@example.com']).toEqual(['anna@example.com']);
  expect(Object.keys(aliases)).not.toContain('root@example.org');
});
