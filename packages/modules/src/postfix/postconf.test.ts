import { captured, describeResource, probeOutput } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { Postconf, type PostconfSpec } from './postconf.ts';

const { driver } = Postconf.type;
if (driver.via !== 'shell') throw new Error('Postconf is read through a shell');

const debian12 = captured(import.meta, 'postconf.debian-12');
const debian13 = captured(import.meta, 'postconf.debian-13');

const converged: PostconfSpec[] = [
  { myhostname: 'mail.example.com', default_process_limit: 200, smtpd_tls_auth_only: true },
  { mynetworks: ['127.0.0.0/8', '[::ffff:127.0.0.0]/104', '[::1]/128'] },
  { smtpd_recipient_restrictions: 'reject_non_fqdn_recipient,  reject_unlisted_recipient' },
  { smtpd_recipient_restrictions: ['reject_non_fqdn_recipient', 'reject_unlisted_recipient'] },
  { smtpd_helo_restrictions: '$mua_helo', mua_helo: 'permit', my_unused: 'a = b' },
  { 'policyd-spf_time_limit': '3600s', relayhost: '' },
];
const drifted: PostconfSpec[] = [
  { myhostname: 'mx.example.com' },
  { mynetworks: ['127.0.0.0/8', '[::1]/128'] },
  { smtpd_recipient_restrictions: 'reject_unlisted_recipient, reject_non_fqdn_recipient' },
  { smtpd_tls_auth_only: false, relayhost: '' },
  { my_missing: 'x' },
];

describeResource(Postconf, {
  valid: [
    { myhostname: 'mail.example.com', default_process_limit: 200, smtpd_tls_auth_only: true },
    { smtpd_milters: ['inet:127.0.0.1:8891', 'inet:127.0.0.1:8893'], relayhost: '' },
  ],
  invalid: {
    'a value of two lines': { relayhost: 'a\nb' },
    'an option in place of a name': { '-X': '' },
    'a name with an equals sign': { 'a=b': '' },
    'a map as a value': { relayhost: { host: 'a' } },
    'no parameter at all': {},
  },
  converged: { 'Debian 12': [debian12, converged], 'Debian 13': [debian13, converged] },
  drifted: { 'Debian 12': [debian12, drifted], 'Debian 13': [debian13, drifted] },
  isNeverAbsent: true,
});

test('one postconf reads the parameters of all declarations, each once', () => {
  const { script } = driver.probe([{ myhostname: 'a', relayhost: '' }, { myhostname: 'b' }]);
  expect(script).toContain('postconf $hw_defaults -- myhostname relayhost 2>&1');
});

test('a value that is known later is asked for all the same', () => {
  const spec = { myhostname: undefined, relayhost: '' } as unknown as PostconfSpec;
  expect(driver.probe([spec]).script).toContain(' -- myhostname relayhost ');
  expect(Postconf.type.claims(spec)).toEqual(['postconf:myhostname', 'postconf:relayhost']);
  expect(Postconf.type.identity(spec)).toBe('myhostname and 1 more');
});

test.each([
  ['Debian 12', debian12],
  ['Debian 13', debian13],
])(
  'a parameter that the Postfix of %s lacks is an error before anything changes',
  (_label, output) => {
    const specs = [
      { nosuch_thing: 'y', relayhost: '' },
      { relayhost: '' },
    ] as unknown as PostconfSpec[];
    expect(driver.parse(output, specs)).toMatchObject([
      { is: 'unreadable', error: { code: 'POSTCONF_UNKNOWN_PARAMETER' } },
      { is: 'present' },
    ]);
  },
);

test('a name that another declared value uses is a name of the user, wherever it is declared', () => {
  const specs = [
    { smtpd_client_restrictions: '$inner_nets' },
    { inner_nets: '10.0.0.0/8' },
  ] as unknown as PostconfSpec[];
  const output = probeOutput(
    'smtpd_client_restrictions =\npostconf: warning: inner_nets: unknown parameter\n',
  );
  expect(driver.parse(output, specs).map(({ is }) => is)).toEqual(['present', 'present']);
});

function applied(...specs: PostconfSpec[]): string {
  const differences = specs.map((spec) => {
    const reading = { is: 'absent' as const };
    return { spec, reading, fields: Postconf.type.diff(spec, reading) };
  });
  return driver.via === 'shell' ? driver.apply(differences).script : '';
}

test('one command writes what differs, quoted, and Postfix checks it', () => {
  const script = applied(
    { relayhost: '[x]:587', biff: false },
    { smtpd_banner: "$x it's", smtpd_milters: ['a', 'b'] },
  );
  expect(script).toContain(
    "\npostconf -e 'relayhost=[x]:587' 'biff=no' 'smtpd_banner=$x it'\\''s' 'smtpd_milters=a, b'\n",
  );
  expect(script.indexOf('postfix check')).toBeGreaterThan(script.indexOf('postconf -e'));
  expect(script).not.toContain('/run/hostwright/restart');
});

test('what a reload cannot bring in asks for a restart', () => {
  expect(applied({ inet_protocols: 'ipv4' })).toContain('/run/hostwright/restart/postfix.service');
});

test('files that values name come first', () => {
  const { after } = Postconf.type.edges({
    virtual_alias_maps: ['proxy:mysql:/etc/postfix/sql/aliases.cf', 'hash:/etc/aliases'],
  });
  expect(after).toEqual([
    'package:postfix',
    'path:/etc/postfix/sql/aliases.cf',
    'path:/etc/aliases',
  ]);
});
