import { captured, describeResource, probeOutput } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { Package } from './package.ts';

const { driver } = Package.type;
if (driver.via !== 'shell') throw new Error('Package is read through a shell');

const debian12 = captured(import.meta, 'package.debian-12');
const debian13 = captured(import.meta, 'package.debian-13');
const interrupted = captured(import.meta, 'package-interrupted.debian-12');
const mailname = { type: 'string', value: 'example.com' } as const;

const there = [
  { name: 'postfix' },
  { name: 'mail-transport-agent' },
  { name: 'awk' },
  { name: 'libc6:amd64' },
  { name: 'exim4-base', ensure: 'absent' as const },
];
const missing = [
  { name: 'nosuch' },
  { name: 'libc6:i386' },
  { name: 'exim4-base' },
  { name: 'postfix', ensure: 'absent' as const },
  { name: 'postfix', version: '3.0-1' },
];

describeResource(Package, {
  valid: [
    { name: 'postfix', debconf: { 'postfix/mailname': mailname }, startService: false },
    { name: 'libstdc++6:i386', ensure: 'present', version: '1:2.0~rc1+dfsg-1', recommends: true },
    { name: 'exim4', ensure: 'absent' },
  ],
  invalid: {
    'a name in capitals': { name: 'Postfix' },
    'an option in place of a name': { name: '-y' },
    'a name that apt would take for a removal': { name: 'postfix-' },
    'an architecture that apt would take for a removal': { name: 'libc6:i386-' },
    'an architecture of nothing': { name: 'postfix:' },
    'a version that is an option': { name: 'postfix', version: '-1' },
    'an answer on two lines': {
      name: 'postfix',
      debconf: { 'postfix/mailname': { type: 'string', value: 'a\nb' } },
    },
    'a type that debconf does not have': {
      name: 'postfix',
      debconf: { 'postfix/mailname': { type: 'strnig', value: 'a' } },
    },
    'a version of something absent': { name: 'postfix', ensure: 'absent', version: '1' },
  },
  converged: { 'Debian 12': [debian12, there], 'Debian 13': [debian13, there] },
  drifted: {
    'Debian 12': [debian12, missing],
    'Debian 13': [debian13, missing],
    'an interrupted dpkg': [interrupted, [{ name: 'postfix' }]],
  },
});

function fieldsOf(spec: { readonly name: string; readonly version?: string }, stdout: string) {
  const [reading] = driver.via === 'shell' ? driver.parse(probeOutput(stdout), [spec]) : [];
  if (reading?.is !== 'present' && reading?.is !== 'absent') throw new Error('it was not read');
  return Package.type.diff(spec, reading);
}

test('one dpkg-query reads every package', () => {
  const { script } = driver.probe([{ name: 'postfix' }, { name: 'libc6:i386' }]);
  expect(script.match(/dpkg-query/g)).toHaveLength(1);
  expect(script).toContain("}' postfix libc6:i386 || exit");
});

test('a package that is half there is not installed', () => {
  const line = 'dpkg\tamd64\tinstalled\t1\t\ntree\tamd64\thalf-configured\t2.1\t\n';
  expect(fieldsOf({ name: 'tree' }, line)).toEqual([
    { field: 'status', from: 'half-configured', to: 'installed' },
    { field: 'dpkg', from: 'interrupted: tree', to: 'configured' },
  ]);
});

test('an interrupted dpkg shows at one package, whatever is asked for', () => {
  const specs = [{ name: 'nosuch' }, { name: 'postfix' }, { name: 'awk' }];
  const fields = driver.parse(interrupted, specs).map((reading, index) => {
    if (reading.is !== 'present' && reading.is !== 'absent') throw new Error('it was not read');
    return Package.type.diff(specs[index] ?? { name: '' }, reading);
  });
  expect(fields.map((list) => list.map(({ field }) => field))).toEqual([['exists'], ['dpkg'], []]);
});

test('a package of another architecture does not count', () => {
  const line = 'dpkg\tamd64\tinstalled\t1\t\nlibx\ti386\tinstalled\t2\t\n';
  expect(fieldsOf({ name: 'libx' }, line)).toEqual([{ field: 'exists', from: false, to: true }]);
  expect(fieldsOf({ name: 'libx:i386' }, line)).toEqual([]);
});

function calls(specs: Parameters<typeof Package>[0][]): readonly string[] {
  const differences = specs.map((spec) => ({
    spec: spec as { readonly name: string },
    reading: { is: 'absent' as const },
    fields: [{ field: 'exists', from: false, to: true }],
  }));
  const { script } = driver.via === 'shell' ? driver.apply(differences) : { script: '' };
  return script.slice(script.lastIndexOf('hw_release_services; fi\n')).split('\n').slice(1);
}

test('one transaction installs everything, and never removes', () => {
  expect(calls([{ name: 'postfix' }, { name: 'dovecot-imapd', version: '1:2.3-1' }])).toEqual([
    'hw_finish_dpkg',
    'hw_refresh_stale',
    "hw_transaction --no-install-recommends --no-remove --allow-downgrades postfix 'dovecot-imapd=1:2.3-1'",
  ]);
});

test('a name with a dot is never a pattern to apt, neither in the transaction nor in the look before it', () => {
  const { script } =
    driver.via === 'shell'
      ? driver.apply([{ spec: { name: 'linux-image-6.1' }, reading: { is: 'absent' }, fields: [] }])
      : { script: '' };
  const calls = script.split('\n').filter((line) => /^[^#]*\bapt-get -/.test(line));
  expect(calls).toHaveLength(2);
  for (const call of calls) expect(call).toContain('-o APT::Cmd::Pattern-Only=true');
});

test('a replacement is one transaction, and debconf is answered before it', () => {
  const specs = [
    { name: 'postfix', debconf: { 'postfix/mailname': mailname } },
    { name: 'exim4-base', ensure: 'absent' as const },
  ];
  expect(calls(specs)).toEqual([
    'hw_finish_dpkg',
    "hw_answer 'postfix postfix/mailname string example.com\n'".split('\n')[0],
    "'",
    'hw_refresh_stale',
    'hw_transaction --no-install-recommends postfix exim4-base-',
  ]);
});

test('packages whose services must wait come first, and then services may start again', () => {
  expect(
    calls([
      { name: 'nginx', recommends: true },
      { name: 'amavisd-new', startService: false },
    ]),
  ).toEqual([
    'hw_finish_dpkg',
    'hw_refresh_stale',
    'hw_hold_services',
    'hw_transaction --no-install-recommends --no-remove amavisd-new',
    'hw_release_services',
    'hw_refresh_stale',
    'hw_transaction --install-recommends --no-remove nginx',
  ]);
});

test('it provides the stems that services and paths are named after', () => {
  expect(Package.type.provides({ name: 'dovecot-imapd' })).toEqual([
    'package-stem:dovecot',
    'package-stem:dovecot-imapd',
  ]);
  expect(Package.type.edges({ name: 'apt-listchanges' })).toEqual({
    after: ['host-capacity', 'hostname'],
  });
});
