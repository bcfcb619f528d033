import { captured, describeResource, probeOutput } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { applyRules } from './apply-rules.ts';
import { matchOf, nameOf, tupleOf, type UfwRuleSpec, ufwWords } from './rule-tuple.ts';
import { UfwRule } from './ufw-rule.ts';

const { driver } = UfwRule.type;
if (driver.via !== 'shell') throw new Error('UfwRule is read through a shell');

const debian12 = captured(import.meta, 'ufw-rule.debian-12');
const debian13 = captured(import.meta, 'ufw-rule.debian-13');

const ssh: UfwRuleSpec = { limit: 22, proto: 'tcp' };
const mail: UfwRuleSpec = { reject: 25, proto: 'tcp', comment: 'mail $(id) "x"' };
const range: UfwRuleSpec = {
  allow: '8000:8010',
  proto: 'tcp',
  from: '10.0.0.0/8',
  interface: 'host0',
};
const list: UfwRuleSpec = { allow: '80,443', proto: 'tcp' };
const host: UfwRuleSpec = { deny: 'any', from: '192.0.2.1' };
const outgoing: UfwRuleSpec = { reject: 25, proto: 'tcp', direction: 'out' };
const gone: UfwRuleSpec = { allow: 99, proto: 'udp', from: '2001:db8::1', ensure: 'absent' };
const there = [ssh, mail, range, list, host, outgoing, gone];

describeResource(UfwRule, {
  valid: [
    { allow: 53 },
    {
      deny: 1,
      proto: 'any',
      from: '192.0.2.0/24',
      to: '198.51.100.7',
      comment: 'a b',
      ensure: 'present',
    },
    { limit: 65535, proto: 'tcp', direction: 'in' },
    { reject: '1:2,5', proto: 'udp', interface: 'eth0.5', ensure: 'absent' },
    gone,
  ],
  invalid: {
    'a port of 70000': { allow: 70000 },
    'a port of 0 in a list': { allow: '0,25', proto: 'tcp' },
    'two actions': { allow: 25, deny: 25 },
    'no action': { proto: 'tcp' },
    'a range without a protocol': { allow: '1:2' },
    'a range that goes down': { allow: '9:2', proto: 'tcp' },
    'an address out of range': { allow: 25, from: '192.0.2.300' },
    'a network that is too small': { allow: 25, from: '192.0.2.0/33' },
    'addresses of two families': { allow: 25, from: '192.0.2.1', to: '2001:db8::1' },
    'more ports than fit into one rule': {
      allow: '1:2,3:4,5:6,7:8,9:10,11:12,13:14,15:16',
      proto: 'tcp',
    },
    'a comment that ufw would take for an option': { allow: 25, comment: 'log' },
    'a comment that ufw would take for a direction': { allow: 25, comment: 'in' },
    'words for an address': { allow: 25, from: 'any to any' },
    'a comment on two lines': { allow: 25, comment: 'a\nb' },
    'an interface that is an option': { allow: 25, interface: '-x' },
  },
  converged: { 'Debian 12': [debian12, there], 'Debian 13': [debian13, there] },
  drifted: {
    'Debian 12': [
      debian12,
      [{ allow: 22, proto: 'tcp' }, { ...mail, comment: 'y' }, { allow: 2222 }],
    ],
    'Debian 13': [
      debian13,
      [
        { ...host, ensure: 'absent' },
        { allow: 222, proto: 'tcp' },
      ],
    ],
  },
});

test('22 is not 2222, and a rule of one protocol is not one of all', () => {
  const readings = driver.parse(debian12, [
    { allow: 222, proto: 'tcp' },
    { allow: 22 },
    { allow: 2222, proto: 'tcp' },
  ]);
  expect(readings.map(({ is }) => is)).toEqual(['absent', 'absent', 'present']);
});

test('every spelling of a rule is the one that ufw keeps, so that it is found again', () => {
  const spelled = (text: string, family: 4 | 6 = 4) =>
    tupleOf(matchOf({ allow: 1, proto: 'tcp', from: text }), family).split(' ')[4];
  expect(spelled('192.0.2.77/24')).toBe('192.0.2.0/24');
  expect(spelled('203.0.113.200/25')).toBe('203.0.113.128/25');
  expect(spelled('192.0.2.77/32')).toBe('192.0.2.77');
  expect(spelled('192.0.2.77/0')).toBe('0.0.0.0/0');
  expect(spelled('2001:db8:0:0::1', 6)).toBe('2001:db8::1');
  expect(spelled('2001:db8::1/128', 6)).toBe('2001:db8::1');
  expect(spelled('2001:0db8::1/32', 6)).toBe('2001:db8::1/32');
  const ports = ['443,88', '9000:9010,8000', '090,80:81,80', '22'] as const;
  expect(ports.map((allow) => nameOf(matchOf({ allow, proto: 'tcp' })))).toEqual([
    '88,443/tcp',
    '8000,9000:9010/tcp',
    '80,80:81,90/tcp',
    '22/tcp',
  ]);
  const gone = { allow: '443,80', proto: 'tcp', ensure: 'absent' } as const;
  const [reading] = driver.parse(
    probeOutput('rule4 ### tuple ### allow tcp 80,443 0.0.0.0/0 any 0.0.0.0/0 in\n'),
    [gone],
  );
  expect(reading).toMatchObject({ is: 'present' });
});

test('R33: a rule that only one family has is a difference', () => {
  const four = 'default IPV6=yes\nrule4 ### tuple ### allow tcp 25 0.0.0.0/0 any 0.0.0.0/0 in\n';
  const spec = { allow: 25, proto: 'tcp' as const };
  const fieldsOf = (stdout: string) => {
    const [reading] = driver.parse(probeOutput(stdout), [spec]);
    if (reading?.is !== 'present') throw new Error('it was not read');
    return UfwRule.type.diff(spec, reading);
  };
  expect(fieldsOf(four)).toEqual([{ field: 'action (IPv6)', from: null, to: 'allow' }]);
  expect(fieldsOf(four.replace('yes', 'no'))).toEqual([]);
});

test('rules that may not be read are unreadable, not absent', () => {
  const [reading] = driver.parse(probeOutput('denied /etc/ufw/user.rules\n'), [ssh]);
  expect(reading).toMatchObject({ is: 'unreadable', error: { code: 'PROBE_FAILED' } });
});

test('a rule reads as ufw(8) writes it', () => {
  expect(ufwWords(matchOf(range)).join(' ')).toBe(
    'in on host0 proto tcp from 10.0.0.0/8 to any port 8000:8010',
  );
  expect(ufwWords(matchOf(host)).join(' ')).toBe('in from 192.0.2.1 to any');
  expect([ssh, range, host, outgoing].map((spec) => nameOf(matchOf(spec)))).toEqual([
    '22/tcp',
    '8000:8010/tcp from 10.0.0.0/8 on host0',
    'any from 192.0.2.1',
    'out 25/tcp',
  ]);
});

test('a rule that logs is deleted as one that logs, by the words of ufw', () => {
  const gone = (interfaceName?: string) => {
    const spec: UfwRuleSpec = {
      ...{ allow: 22, proto: 'tcp', ensure: 'absent' },
      ...(interfaceName === undefined ? {} : { interface: interfaceName }),
    };
    const direction = interfaceName === undefined ? 'in' : `in_${interfaceName}`;
    const [reading] = driver.parse(
      probeOutput(`rule4 ### tuple ### allow_log tcp 22 0.0.0.0/0 any 0.0.0.0/0 ${direction}\n`),
      [spec],
    );
    if (reading?.is !== 'present') throw new Error('it was not read');
    return applyRules([{ spec, reading, fields: [] }]).script;
  };
  expect(gone()).toContain('--force delete allow in log proto tcp from any to any port 22');
  expect(gone('eth0')).toContain('--force delete allow in on eth0 log proto tcp');
});

test('R33: what opens comes before what closes, and closing asks whether the run still gets in', () => {
  const changes = [host, ssh].map((spec) => ({
    spec,
    reading: { is: 'absent' as const },
    fields: [],
  }));
  const { script } = applyRules(changes);
  expect(script.indexOf('hw_ufw limit in proto tcp')).toBeGreaterThan(0);
  expect(script.indexOf('hw_ufw limit')).toBeLessThan(script.indexOf('hw_ufw deny'));
  expect(script).toContain("'+deny any any 0.0.0.0/0 any 192.0.2.1 in'");
});

test('a rule for several ports is known as one for each of them, and keeps its own name', () => {
  const { provides, claims } = UfwRule.type;
  const rule = { allow: '80,443', proto: 'tcp' } as const;
  expect(provides(rule)).toEqual(['ufw:80/tcp', 'ufw:443/tcp']);
  expect(claims(rule)).toEqual(['ufw:80,443/tcp']);
  expect(provides({ ...rule, from: '192.0.2.1' })).toContain('ufw:80/tcp from 192.0.2.1');
});
