import { expect, test } from '@jest/globals';
import { postfixMaps } from './maps.ts';

const maps = postfixMaps({
  domains: ['example.com'],
  mailboxes: ['anna@example.com', 'ben@example.com'],
  aliases: {
    'both@example.com': ['anna@example.com', 'ben@example.com'],
    'away@example.com': ['carl@example.org'],
    '@example.com': ['ben@example.com'],
  },
});

test('mailboxes and domains are listed', () => {
  expect(maps.domains).toBe('example.com  OK\n');
  expect(maps.mailboxes).toBe('anna@example.com  OK\nben@example.com  OK\n');
});

test('a mailbox keeps its mail beside a catch-all', () => {
  expect(maps.aliases?.split('\n')).toContain('anna@example.com  anna@example.com');
  expect(maps.aliases?.split('\n')).toContain('@example.com  ben@example.com');
});

test('users send as themselves and as aliases that reach them, and nobody as the rest', () => {
  expect(maps.senders).toBe(
    'anna@example.com  anna@example.com\nben@example.com  ben@example.com\nboth@example.com  anna@example.com, ben@example.com\n@example.com  ben@example.com\n',
  );
});

test('a user whose mail goes to another still sends as itself', () => {
  const { senders } = postfixMaps({
    domains: ['example.com'],
    mailboxes: ['anna@example.com', 'ben@example.com'],
    aliases: { 'anna@example.com': ['ben@example.com'] },
  });
  expect(senders?.split('\n')).toContain('anna@example.com  anna@example.com, ben@example.com');
});
