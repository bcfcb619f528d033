import { reveal, secret } from '@hostwright/core';
import { captured, describeResource, probeOutput, shellDriver } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { User, type UserSpec } from './user.ts';

const { diff, edges } = User.type;
const driver = shellDriver(User);
const releases = ['debian-12', 'debian-13'];

const hash = secret(
  '$6$abc$WVDKmbAbGqG/XEA8Kxt3vJ2Tgr3LIbe9BFwjcRpVQmYvcXjrtk5HWZvVZMOPtbXDkyESVHMIHHYGbQvU4XYQ9.',
);

/** The specs that the captures were made with. */
const specs: UserSpec[] = [
  {
    name: 'hwmail',
    uid: 5000,
    group: 'hwmail',
    groups: ['mail'],
    home: '/var/hwmail',
    shell: '/usr/sbin/nologin',
    comment: 'Müller & Sön,,,',
    password: hash,
    createHome: true,
  },
  {
    name: 'hwplain',
    groups: ['mail', 'hwextra'],
    password: '!',
    createHome: true,
    comment: 'x',
  },
  { name: 'root', password: secret('$6$a$b') },
  { name: 'hwnobody' },
  { name: 'hwgone', ensure: 'absent' },
];

function fieldsOf(release: string, index: number) {
  const reading = driver.parse(captured(import.meta, `user.${release}`), specs)[index];
  const spec = specs[index];
  if (spec === undefined || reading === undefined) throw new Error('no such spec');
  return reading.is === 'present' || reading.is === 'absent' ? diff(spec, reading) : reading;
}

describeResource(User, {
  valid: [
    {
      name: 'vmail',
      uid: 5000,
      group: 'vmail',
      groups: ['mail', 'ssl-cert'],
      home: '/var/vmail',
      shell: '/usr/sbin/nologin',
      comment: 'Virtual mail',
      password: '$y$j9T$abc./$def',
      createHome: false,
      system: true,
    },
    { name: 'old', ensure: 'absent', removeHome: true },
    { name: 'locked', password: '!' },
    { name: 'a'.repeat(32) },
  ],
  invalid: {
    'a name like an option': { name: '-r' },
    'a name of 33 characters': { name: 'a'.repeat(33) },
    'a name of digits': { name: '1000' },
    'a password in plain text': { name: 'a', password: 'hunter2' },
    'a secret password in plain text': { name: 'a', password: secret('hunter2') },
    'a hash that would break its line': { name: 'a', password: '$6$a$b\nroot:$6$c$d' },
    'an empty password': { name: 'a', password: '' },
    'a home with a colon': { name: 'a', home: '/home/a:b' },
    'a comment with a colon': { name: 'a', comment: 'a:b' },
    'a shell without its path': { name: 'a', shell: 'bash' },
    'a uid of what is absent': { name: 'a', uid: 5, ensure: 'absent' },
    'the removal of root': { name: 'root', ensure: 'absent' },
    'the removal of the home of a user that stays': { name: 'a', removeHome: true },
    'a secret name': { name: secret('a') },
  },
  converged: Object.fromEntries(
    releases.map((release) => [
      release,
      [captured(import.meta, `user.${release}`), specs.slice(0, 1)],
    ]),
  ),
  drifted: Object.fromEntries(
    releases.map((release) => [
      release,
      [
        captured(import.meta, `user.${release}`),
        [
          { name: 'hwmail', uid: 1 },
          { name: 'hwnobody' },
          { name: 'hwplain', ensure: 'absent' as const },
        ],
      ],
    ]),
  ),
});

test.each(releases)('%s: each field that differs is named, and no hash', (release) => {
  expect(fieldsOf(release, 1)).toEqual([
    { field: 'comment', from: '', to: 'x' },
    { field: 'groups', from: [], to: ['hwextra', 'mail'] },
    { field: 'createHome', from: false, to: true },
  ]);
  expect(fieldsOf(release, 2)).toEqual([
    { field: 'password', from: '<secret>', to: '<secret>', form: 'secret' },
  ]);
  expect(fieldsOf(release, 3)).toEqual([
    { field: 'exists', from: false, to: true },
    { field: 'group', from: null, to: 'hwnobody' },
    { field: 'home', from: null, to: '/home/hwnobody' },
    { field: 'createHome', from: null, to: true },
    { field: 'shell', from: null, to: '/bin/bash' },
  ]);
  expect(fieldsOf(release, 4)).toEqual([]);
});

test('a home directory that moves is made where it is missing in its new place', () => {
  const spec: UserSpec = { name: 'a', home: '/srv/new/a', createHome: true };
  const fields = (stdout: string) => {
    const [reading] = driver.parse(probeOutput(stdout), [spec]);
    if (reading?.is !== 'present') throw new Error('it was not read');
    return diff(spec, reading);
  };
  const move = { field: 'home', from: '/home/a', to: '/srv/new/a' };
  expect(fields('U+a:x:7:7::/home/a:/b\nH0\n')).toEqual([
    move,
    { field: 'createHome', from: false, to: true },
  ]);
  expect(fields('U-a:x:7:7::/home/a:/b\n')).toEqual([move]);
  expect(driver.probe([spec]).script).toContain('[ -d /srv/new/a ] || echo H0');
});

test('a password that may not be read is an error, never a difference', () => {
  const readings = driver.parse(probeOutput('U+a:x:1:1::/a:/b\nP0 ?\n'), [
    { name: 'a', password: hash },
  ]);
  expect(readings).toMatchObject([{ is: 'unreadable', error: { code: 'PROBE_FAILED' } }]);
});

test('a hash reaches the host through a builtin only', () => {
  const spec = { name: 'a', password: hash };
  const reading = { is: 'absent' } as const;
  const { script } = driver.apply([{ spec, reading, fields: diff(spec, reading) }]);
  expect(script.split(reveal(hash))).toHaveLength(2);
  expect(script).toContain(`fi && printf '%s' 'a:${reveal(hash)}\n' | hw_password; }`);
  expect(script).toContain(`printf '%s\\n' "$hw_hash" | chpasswd -e;`);
});

test('a new user is not put into its primary group once more, which is made with it', () => {
  const spec: UserSpec = { name: 'a', groups: ['mail', 'a'] };
  const reading = { is: 'absent' } as const;
  const { script } = driver.apply([{ spec, reading, fields: diff(spec, reading) }]);
  expect(script).toContain(' -G mail ');
});

test('only what differs is changed, with one usermod', () => {
  const spec: UserSpec = { name: 'a', uid: 7, groups: ['x', 'y', 'z'], shell: '/bin/sh' };
  const observed = {
    uid: 6,
    gid: 9,
    group: 'z',
    groups: ['x', 'other'],
    home: '/a',
    hasHome: false,
    shell: '/bin/sh',
    comment: '',
    passwordDigest: undefined,
  };
  const reading = { is: 'present', observed } as const;
  const { script } = driver.apply([{ spec, reading, fields: diff(spec, reading) }]);
  expect(script).toContain('{ hw_account usermod -u 7 -a -G y a; } || hw_status=1');
});

test('a user comes after its groups and its shell, and what is removed lets go of its group first', () => {
  const { after } = edges({ name: 'a', group: 'g', groups: ['sudo'], shell: '/usr/bin/zsh' });
  expect(after).toEqual(
    expect.arrayContaining(['group:g', 'group:sudo', 'package:sudo', 'package:zsh', 'package:a']),
  );
  expect(edges({ name: 'a', ensure: 'absent' })).toEqual({ before: ['group:a'] });
});
