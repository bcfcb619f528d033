import { expect, test } from '@jest/globals';
import { sqlMaps } from './sql-maps.ts';

const maps = sqlMaps('reader-of-accounts');

test('each table is one query on the socket', () => {
  for (const text of Object.values(maps)) {
    expect(text).toMatch(/^hosts = unix:\/run\/mysqld\/mysqld\.sock\n/);
    expect(text.match(/^query = SELECT .*'%s'/gm)).toHaveLength(1);
  }
});

test('mailboxes that are off are found nowhere', () => {
  for (const name of ['mailboxes', 'aliases', 'senders'] as const) {
    expect(maps[name]).toContain('active = 1');
  }
});
