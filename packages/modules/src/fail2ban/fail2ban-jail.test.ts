import { captured, describeResource, probeOutput } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { applyJails } from './apply-jails.ts';
import { Fail2banJail } from './fail2ban-jail.ts';
import { type JailSpec, jailOptions, jailText, parseJailText } from './jail-file.ts';

const { driver } = Fail2banJail.type;
if (driver.via !== 'shell') throw new Error('Fail2banJail is read through a shell');

const debian12 = captured(import.meta, 'fail2ban-jail.debian-12');
const debian13 = captured(import.meta, 'fail2ban-jail.debian-13');

const sshd: JailSpec = { name: 'sshd' };
const postfix: JailSpec = {
  name: 'postfix',
  filter: 'postfix[mode=extra]',
  port: ['smtp', 465, 587],
  maxretry: 4,
};
const absentJail: JailSpec = { name: 'nosuch', ensure: 'absent' };
const recidive: JailSpec = { name: 'recidive', ensure: 'absent' };
const everything: JailSpec = {
  ...postfix,
  enabled: false,
  mode: 'aggressive',
  backend: 'auto',
  journalmatch: '_SYSTEMD_UNIT=postfix.service',
  logpath: ['/var/log/mail.log', '/var/log/mail.err'],
  findtime: '10m',
  bantime: '-1',
  ignoreip: ['192.0.2.1', '2001:db8::/32'],
  banaction: 'nftables-multiport',
  banaction_allports: 'nftables-allports',
};

describeResource(Fail2banJail, {
  valid: [
    sshd,
    postfix,
    everything,
    { name: 'DEFAULT', bantime: '1h' },
    { ...sshd, ensure: 'present' },
  ],
  invalid: {
    'a name with a line break': { name: 'a\nb' },
    'a port of 70000': { name: 'sshd', port: [70000] },
    'a port of words': { name: 'sshd', port: ['22; reboot'] },
    'a filter on two lines': { name: 'sshd', filter: 'sshd\nenabled = false' },
    'a time in words': { name: 'sshd', bantime: 'long' },
    'no retries': { name: 'sshd', maxretry: 0 },
  },
  converged: {
    'Debian 12': [debian12, [sshd, postfix, absentJail, recidive]],
    'Debian 13': [debian13, [sshd, postfix, absentJail, recidive]],
  },
  drifted: {
    'Debian 12': [
      debian12,
      [
        { ...sshd, enabled: false },
        { ...postfix, maxretry: 3 },
      ],
    ],
    'Debian 13': [
      debian13,
      [
        { ...sshd, ensure: 'absent' as const },
        { ...postfix, bantime: '1d' },
      ],
    ],
  },
});

test('a name that is neither a jail nor a filter is not taken for an absent jail', () => {
  const readings = driver.parse(debian12, [
    sshd,
    postfix,
    { name: 'nosuch' },
    { name: 'recidive' },
  ]);
  expect(readings.map(({ is }) => is)).toEqual(['present', 'present', 'unknown', 'absent']);
});

test('a jail that is configured but does not run is a difference; with the server down it is not known', () => {
  const file = `file 0 ${Buffer.from(jailText(sshd)).toString('base64')}\n`;
  const fieldsOf = (stdout: string) => {
    const [reading] = driver.parse(probeOutput(stdout), [sshd]);
    if (reading?.is !== 'present') throw new Error('it was not read');
    return Fail2banJail.type.diff(sshd, reading);
  };
  expect(fieldsOf(`${file}running postfix\n`)).toEqual([
    { field: 'running', from: false, to: true },
  ]);
  expect(fieldsOf(`${file}running postfix, sshd\n`)).toEqual([]);
  expect(fieldsOf(file)).toEqual([]);
});

test('one option stands on one line, and reading a file gives back what was written', () => {
  expect(jailText(postfix).split('\n').slice(1)).toEqual([
    '[postfix]',
    'enabled = true',
    'port = smtp,465,587',
    'backend = systemd',
    'filter = postfix[mode=extra]',
    'maxretry = 4',
    '',
  ]);
  for (const spec of [sshd, postfix, everything]) {
    expect(parseJailText(jailText(spec))).toEqual(jailOptions(spec));
  }
});

test('blanks around a value are no difference, as fail2ban takes them away too', () => {
  const spec: JailSpec = { name: 'sshd', filter: ' sshd[mode=aggressive] ' };
  expect(parseJailText(jailText(spec))).toEqual(jailOptions(spec));
});

test('a jail with log files reads those; [DEFAULT] says nothing of its own', () => {
  expect(jailOptions({ name: 'a', logpath: ['/x'] })).toEqual({ enabled: 'true', logpath: '/x' });
  expect(jailOptions({ name: 'DEFAULT', bantime: '1h' })).toEqual({ bantime: '1h' });
});

test('all files are tried together before one is put in place, and the server is reloaded once', () => {
  const changes = [sshd, postfix].map((spec) => ({
    spec,
    reading: { is: 'absent' as const },
    fields: [],
  }));
  const { script } = applyJails(changes);
  expect(script.match(/fail2ban-client -c/g)).toHaveLength(1);
  expect(script.match(/fail2ban-client reload/g)).toHaveLength(1);
  expect(script.indexOf('fail2ban-client -c')).toBeLessThan(script.indexOf('hw_open /etc'));
});
