import { expect, test } from '@jest/globals';
import type { Facts } from '../model/facts.ts';
import { noAnswer } from '../testing/sample-plan.ts';
import { renderFacts } from './facts-lines.ts';

const facts: Facts = {
  hostname: 'mx1',
  fqdn: 'mx1.example.com',
  os: { id: 'debian', version: '13', codename: 'trixie' },
  arch: 'x86_64',
  kernel: '6.12.0',
  cpus: 2,
  memoryMiB: 2048,
  diskFreeMiB: 10_000,
  addresses: ['192.0.2.10', '2001:db8::10'],
  init: 'systemd',
  user: 'root',
  uid: 0,
  bootId: 'b1',
};

test('a few hosts have all their facts, by the names that plays use', () => {
  const counts = { ok: 0, changed: 0, failed: 0, skipped: 0, unreachable: 0 };
  const hosts = [
    { host: 'mx1', counts, roundTrips: 1 },
    { host: 'db1', counts, roundTrips: 0, error: noAnswer },
  ];
  const text = renderFacts({ facts: new Map([['mx1', facts]]), hosts });
  expect(text.split('\n').slice(0, 6)).toEqual([
    'mx1',
    '  hostname     mx1',
    '  fqdn         mx1.example.com',
    '  os.id        debian',
    '  os.version   13',
    '  os.codename  trixie',
  ]);
  expect(text).toContain('  addresses    192.0.2.10, 2001:db8::10\n');
  expect(text).toContain('\n✘ db1: No answer from 192.0.2.7 port 22 in 20 s.\n');
});

test('many hosts have a row each', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'mx6'];
  const counts = { ok: 0, changed: 0, failed: 0, skipped: 0, unreachable: 0 };
  const hosts = names.map((host) => ({ host, counts, roundTrips: 1 }));
  const text = renderFacts({ facts: new Map(names.map((name) => [name, facts])), hosts });
  expect(text.split('\n').slice(0, 2)).toEqual([
    'host  system     arch    cpus   memory  disk free  address',
    'a     debian 13  x86_64     2  2.0 GiB    9.8 GiB  192.0.2.10',
  ]);
});
