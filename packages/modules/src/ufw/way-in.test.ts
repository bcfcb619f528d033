import type { Way } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { matchOf } from './rule-tuple.ts';
import { Ufw } from './ufw.ts';
import { UfwRule } from './ufw-rule.ts';
import { decidesOnWay, matchOfTuple } from './way-in.ts';

const way: Way = {
  host: 'mx1',
  connection: 'ssh',
  address: '198.51.100.1',
  port: 2222,
  user: 'deploy',
  client: '192.0.2.9',
};
const { client: _, ...unseen } = way;

test.each([
  [{ allow: 2222 }, true],
  [{ allow: 2222, proto: 'udp' }, false],
  [{ allow: '2000:3000', proto: 'tcp' }, true],
  [{ allow: '22,2222', proto: 'tcp' }, true],
  [{ allow: 'any' }, true],
  [{ allow: 22 }, false],
  [{ allow: 2222, direction: 'out' }, false],
  [{ allow: 2222, from: '192.0.2.0/24' }, true],
  [{ allow: 2222, from: '192.0.2.9' }, true],
  [{ allow: 2222, from: '192.0.3.0/24' }, false],
  [{ allow: 2222, from: '2001:db8::/32' }, false],
] as const)('%j decides on the way: %s', (spec, decides) => {
  expect(decidesOnWay(matchOf(spec), way, true)).toBe(decides);
  expect(decidesOnWay(matchOf(spec), { ...way, client: '::ffff:192.0.2.9' }, true)).toBe(decides);
});

test('what cannot be told is for the caller to decide', () => {
  for (const spec of [
    { deny: 2222, interface: 'eth1' },
    { deny: 2222, to: '10.0.0.1' },
  ]) {
    expect(decidesOnWay(matchOf(spec), way, false)).toBe(false);
    expect(decidesOnWay(matchOf(spec), way, true)).toBe(true);
  }
  const from = matchOf({ deny: 2222, from: '192.0.2.0/24' });
  expect(decidesOnWay(from, unseen, false)).toBe(false);
  expect(decidesOnWay(from, way, false)).toBe(true);
});

test('rules as the files have them, those of applications too', () => {
  const own = matchOf({ limit: 22, proto: 'tcp', from: '192.0.2.0/24' });
  expect(matchOfTuple('limit tcp 22 0.0.0.0/0 any 192.0.2.0/24 in')).toEqual(own);
  expect(matchOfTuple('allow tcp 22 ::/0 any ::/0 OpenSSH - in')).toEqual(
    matchOf({ allow: 22, proto: 'tcp' }),
  );
  expect(matchOfTuple('allow_log any 53 0.0.0.0/0 any 0.0.0.0/0 out_eth0')).toMatchObject({
    action: 'allow',
    direction: 'out',
    interface: 'eth0',
  });
  expect(matchOfTuple('route allow')).toBeUndefined();
});

const asked = { way, isKeptOpen: false, reading: { is: 'absent' as const } };

test('a rule that closes the port, or takes the rule for it away, threatens the run', () => {
  const { threatens } = UfwRule.type;
  expect(threatens({ ...asked, spec: { deny: 2222 } })).toHaveLength(1);
  expect(threatens({ ...asked, spec: { reject: 'any' } })).toHaveLength(1);
  expect(threatens({ ...asked, spec: { allow: 2222, ensure: 'absent' } })).toHaveLength(1);
  expect(threatens({ ...asked, spec: { deny: 2222 }, isKeptOpen: true })).toEqual([]);
  expect(threatens({ ...asked, spec: { deny: 25 } })).toEqual([]);
  expect(threatens({ ...asked, spec: { deny: 2222, from: '203.0.113.0/24' } })).toEqual([]);
  expect(threatens({ ...asked, spec: { deny: 2222, ensure: 'absent' } })).toEqual([]);
});

test('a rule that opens the port keeps the way open', () => {
  const { keepsOpen } = UfwRule.type;
  expect(keepsOpen({ allow: 2222, proto: 'tcp' }, way)).toBe(true);
  expect(keepsOpen({ limit: 2222, from: '192.0.2.0/24' }, unseen)).toBe(true);
  expect(keepsOpen({ limit: 2222, from: '203.0.113.0/24' }, way)).toBe(false);
  expect(keepsOpen({ allow: 2222, ensure: 'absent' }, way)).toBe(false);
});

test('a firewall that closes with no rule for the port threatens the run, also before ufw is there', () => {
  const { threatens } = Ufw.type;
  const observed = (rules: readonly string[], incoming = 'deny') => ({
    is: 'present' as const,
    observed: {
      isEnabled: false,
      isActive: false,
      incoming,
      outgoing: 'allow',
      routed: 'deny',
      rules,
    },
  });
  const spec = { enabled: true };
  expect(threatens({ ...asked, spec })).toHaveLength(1);
  expect(threatens({ ...asked, spec, isKeptOpen: true })).toEqual([]);
  expect(threatens({ ...asked, spec: { enabled: false } })).toEqual([]);
  expect(threatens({ ...asked, spec: { enabled: true, incoming: 'allow' } })).toEqual([]);
  const rule = 'allow tcp 2222 0.0.0.0/0 any 0.0.0.0/0 in';
  expect(threatens({ ...asked, spec, reading: observed([rule]) })).toEqual([]);
  expect(
    threatens({ ...asked, spec, reading: observed(['deny tcp 2222 ::/0 any ::/0 in']) }),
  ).toHaveLength(1);
  expect(threatens({ ...asked, spec, reading: observed([], 'allow') })).toEqual([]);
});
