import { captured, describeResource, probeOutput } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { PostfixService, type PostfixServiceSpec } from './postfix-service.ts';

const { driver } = PostfixService.type;
if (driver.via !== 'shell') throw new Error('PostfixService is read through a shell');

const debian12 = captured(import.meta, 'postfix-service.debian-12');
const debian13 = captured(import.meta, 'postfix-service.debian-13');

const submission: PostfixServiceSpec = {
  name: 'submission',
  type: 'inet',
  chroot: true,
  command: 'smtpd',
  options: {
    syslog_name: 'postfix/submission',
    smtpd_tls_security_level: 'encrypt',
    smtpd_sasl_auth_enable: true,
    smtpd_client_restrictions: ['permit_sasl_authenticated', 'reject'],
    smtpd_recipient_restrictions: '',
    smtpd_milters: 'inet:127.0.0.1:8891',
    smtpd_helo_restrictions: 'check_helo_access hash:/etc/postfix/x, reject',
    mua_x: '1',
  },
};
const policy: PostfixServiceSpec = {
  name: 'policyd-spf',
  type: 'unix',
  private: true,
  unprivileged: false,
  maxproc: 0,
  command: 'spawn',
  args: ['user=nobody', 'argv=/usr/bin/policyd-spf'],
};
const tlsmgr: PostfixServiceSpec = {
  name: 'tlsmgr',
  type: 'unix',
  chroot: true,
  wakeup: '1000?',
  maxproc: 1,
  command: 'tlsmgr',
};

const converged = [
  submission,
  policy,
  tlsmgr,
  { name: 'smtps', type: 'inet' as const, ensure: 'absent' as const },
];
const drifted: PostfixServiceSpec[] = [
  { ...submission, options: { smtpd_tls_security_level: 'may' } },
  { ...policy, args: ['user=policyd-spf', 'argv=/usr/bin/policyd-spf'] },
  { name: 'submission', type: 'inet', ensure: 'absent' },
  { name: 'submissions', type: 'inet', command: 'smtpd' },
];

describeResource(PostfixService, {
  valid: [submission, policy, tlsmgr, { name: 'smtps', type: 'inet', ensure: 'absent' }],
  invalid: {
    'no command': { name: 'submission', type: 'inet' },
    'an option in place of a name': { name: '-e', type: 'inet', command: 'smtpd' },
    'a type that Postfix lacks': { name: 'a', type: 'tcp', command: 'smtpd' },
    'a private port': { ...submission, private: true },
    'a value on two lines': { ...submission, options: { relayhost: 'a\nb' } },
    'braces that do not pair up': { ...submission, options: { relayhost: 'a} -o {b' } },
    'an argument that is an option': { ...policy, args: ['-o', 'x=y'] },
    'an argument of two words': { ...policy, args: ['a b'] },
  },
  converged: { 'Debian 12': [debian12, converged], 'Debian 13': [debian13, converged] },
  drifted: { 'Debian 12': [debian12, drifted], 'Debian 13': [debian13, drifted] },
});

test('one postconf reads all entries, one the names that options use', () => {
  const { script } = driver.probe([submission, policy]);
  expect(script.match(/postconf -M/g)).toHaveLength(1);
  expect(script).toContain('postconf -d -- syslog_name smtpd_tls_security_level ');
  expect(driver.probe([policy]).script).toBe('postconf -M || exit');
});

test('an option that Postfix lacks is an error before anything changes', () => {
  const spec = { ...submission, options: { smtpd_nosuch: 'x', my_own: 'y' } };
  const output = probeOutput('unknown smtpd_nosuch\nunknown my_own\n');
  expect(driver.parse(output, [spec])).toMatchObject([
    {
      is: 'unreadable',
      error: {
        code: 'POSTCONF_UNKNOWN_PARAMETER',
        problem: 'The Postfix of this host has no parameter smtpd_nosuch.',
      },
    },
  ]);
});

test('an entry is written whole, with braces around a value of several words', () => {
  const reading = { is: 'absent' as const };
  const { script } = driver.apply([
    { spec: submission, reading, fields: [] },
    { spec: { name: 'smtps', type: 'inet', ensure: 'absent' }, reading, fields: [] },
  ]);
  expect(script).toContain(
    "postconf -M -e 'submission/inet=submission inet n y y 0 - smtpd -o syslog_name=postfix/submission " +
      '-o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes ' +
      '-o smtpd_client_restrictions=permit_sasl_authenticated,reject -o smtpd_recipient_restrictions= ' +
      '-o smtpd_milters=inet:127.0.0.1:8891 ' +
      "-o {smtpd_helo_restrictions=check_helo_access hash:/etc/postfix/x, reject} -o mua_x=1'\n",
  );
  expect(script).toContain('\npostconf -MX smtps/inet\n');
});

test('a new entry shows what is not as usual', () => {
  const fields = PostfixService.type.diff(policy, { is: 'absent' });
  expect(fields.map(({ field }) => field)).toEqual([
    'exists',
    'unprivileged',
    'maxproc',
    'command',
    'args',
  ]);
});

test('an entry as people write it is read the same', () => {
  const line = 'submission inet n - y - - smtpd -o { syslog_name = a b } -o relayhost= -v\n';
  const [reading] = driver.parse(probeOutput(line), [submission]);
  expect(reading).toMatchObject({
    is: 'present',
    observed: {
      private: 'n',
      unprivileged: 'y',
      wakeup: '0',
      maxproc: '-',
      options: { syslog_name: 'a b', relayhost: '' },
      args: '-v',
    },
  });
});
