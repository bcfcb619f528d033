import { interpolate, secret } from '@hostwright/core';
import { captured, describeResource, probeOutput, shellDriver } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { File } from './file.ts';

const { diff } = File.type;
const driver = shellDriver(File);

/** The specs that the captures were made with: every kind of thing that can stand at a path. */
const specs = [
  { path: '/srv/hw/plain', content: 'hello\n', mode: '0644', owner: 'root' },
  { path: '/srv/hw/bare', content: 'no newline', mode: '4755', owner: '1', group: 'nogroup' },
  { path: '/srv/hw/crlf', content: 'a\nb\n' },
  { path: '/srv/hw/binary', content: '/wAB', encoding: 'base64' as const },
  { path: "/srv/hw/it's an  odd \\name ü", content: 'odd\n', mode: '1644' },
  { path: '/srv/hw/empty', content: '' },
  { path: '/srv/hw/large', content: 'small' },
  { path: '/srv/hw/missing', content: 'x' },
  { path: '/srv/hw/no/parent', content: 'x' },
  { path: '/srv/hw/link', content: 'x' },
  { path: '/srv/hw/sub', content: 'x' },
  { path: '/srv/hw/fifo', content: 'x' },
  { path: '/srv/hw/plain/below', content: 'x' },
  { path: '/srv/hw/secret', content: secret('another secret\n') },
  { path: '/srv/hw/dangling', ensure: 'absent' as const },
];
const releases = ['debian-12', 'debian-13'];

/** A capture cut down to some of its specs, as if only they had been declared. */
function some(release: string, indexes: readonly number[]) {
  const { stdout } = captured(import.meta, `file.${release}`);
  const kept = stdout.split('\n').flatMap((line) => {
    const match = /^([ELPC])(\d+)(.*)$/s.exec(line);
    if (match === null) return [line];
    const index = indexes.indexOf(Number(match[2]));
    return index < 0 ? [] : [`${match[1]}${index}${match[3]}`];
  });
  return [
    probeOutput(kept.join('\n')),
    specs.filter((_spec, index) => indexes.includes(index)),
  ] as const;
}

describeResource(File, {
  valid: [
    { path: '/etc/motd', content: 'Hello.\n', owner: 'root', group: 'root', mode: '0644' },
    { path: '/etc/sudoers.d/a', content: 'x', validate: ['visudo', '-cf', '%'] },
    { path: '/srv/picture', content: 'iVBORw0KGgo=', encoding: 'base64' },
    { path: '/srv/unmanaged' },
    { path: '/etc/old', ensure: 'absent' },
  ],
  invalid: {
    'a relative path': { path: 'etc/motd' },
    'a path with a step up': { path: '/etc/../motd' },
    'a path that ends in a slash': { path: '/etc/' },
    'a path with a newline': { path: '/etc/a\nb' },
    'the root': { path: '/' },
    'a name that is too long': { path: `/${'ü'.repeat(128)}` },
    'a mode as a number': { path: '/a', mode: 644 },
    'a mode of three digits': { path: '/a', mode: '644' },
    'an owner like an option': { path: '/a', owner: '-R' },
    'a NUL byte': { path: '/a', content: 'a\0b' },
    'a secret NUL byte': { path: '/a', content: secret('a\0b') },
    'half of a character': { path: '/a', content: '\ud83d' },
    'what is no base64': { path: '/a', content: 'ä', encoding: 'base64' },
    'a validator without a place for the copy': {
      path: '/a',
      content: '',
      validate: ['true', 'x'],
    },
    'content of an absent file': { path: '/a', content: '', ensure: 'absent' },
    'a secret path': { path: secret('/a') },
    'a property it does not have': { path: '/a', state: 'present' },
  },
  converged: Object.fromEntries(
    releases.map((release) => [release, some(release, [0, 1, 3, 4, 5])]),
  ),
  drifted: Object.fromEntries(
    releases.map((release) => [release, some(release, [2, 6, 7, 13, 14])]),
  ),
});

test.each(releases)('%s: what differs is shown as text where it can be', (release) => {
  const readings = driver.parse(captured(import.meta, `file.${release}`), specs);
  const fieldsOf = (index: number) => {
    const [spec, reading] = [specs[index], readings[index]];
    if (spec === undefined || reading === undefined) throw new Error('no such spec');
    return reading.is === 'present' || reading.is === 'absent' ? diff(spec, reading) : reading;
  };
  expect(fieldsOf(2)).toEqual([
    { field: 'content', from: 'a\r\nb\r\n', to: 'a\nb\n', form: 'text' },
  ]);
  expect(fieldsOf(6)).toEqual([
    {
      field: 'content',
      from: '5000000 bytes',
      to: expect.stringMatching(/^sha256:.* \(5 bytes\)$/),
    },
  ]);
  expect(fieldsOf(7)).toEqual([
    { field: 'exists', from: false, to: true },
    { field: 'content', from: '', to: 'x', form: 'text' },
    { field: 'mode', from: null, to: '0644' },
  ]);
  expect(fieldsOf(8)).toEqual({ is: 'unknown', reason: 'the directory /srv/hw/no does not exist' });
  expect([9, 10, 11, 12].map(fieldsOf)).toMatchObject([
    { error: { code: 'FILE_NOT_REGULAR', problem: '/srv/hw/link is a symbolic link.' } },
    { error: { code: 'FILE_NOT_REGULAR', problem: '/srv/hw/sub is a directory.' } },
    { error: { code: 'FILE_NOT_REGULAR', problem: '/srv/hw/fifo is no regular file.' } },
    { error: { code: 'PROBE_FAILED', problem: expect.stringContaining('Not a directory') } },
  ]);
  expect(fieldsOf(13)).toEqual([
    { field: 'content', from: '<secret>', to: '<secret>', form: 'secret' },
  ]);
  expect(fieldsOf(14)).toEqual([{ field: 'exists', from: true, to: false }]);
});

test('what may not be read is an error, never absence', () => {
  const output = probeOutput(
    "S8180 0 0 19 root:root /a\nE1 stat: cannot statx '/root/b': Permission denied\n",
  );
  const wanted = [{ path: '/a', content: 'x' }, { path: '/root/b' }];
  const readings = driver.parse(output, wanted);
  expect(readings).toMatchObject([
    { is: 'unreadable', error: { code: 'PROBE_FAILED', problem: expect.stringContaining('/a') } },
    { is: 'unreadable', error: { problem: expect.stringContaining('Permission denied') } },
  ]);
});

test('a path is read whatever its owner and group are called, as a directory service names them', () => {
  const output = probeOutput('S81a4 7001 7002 3 EXAMPLE\\anna lee:domain users /srv/a b\n');
  expect(driver.parse(output, [{ path: '/srv/a b' }])).toMatchObject([
    { is: 'present', observed: { owner: 'EXAMPLE\\anna lee', group: 'domain users', gid: 7002 } },
  ]);
});

test('a number says the same with zeros before it', () => {
  const output = probeOutput('S81a4 7 8 3 lp:mail /a\n');
  const [reading] = driver.parse(output, [{ path: '/a' }]);
  if (reading?.is !== 'present') throw new Error('it was not read');
  expect(diff({ path: '/a', owner: '007', group: '8' }, reading)).toEqual([]);
  expect(diff({ path: '/a', owner: '070' }, reading)).toEqual([
    { field: 'owner', from: '7', to: '070' },
  ]);
});

test('a new file with a secret is for its owner only', () => {
  const fields = diff({ path: '/a', content: secret('x') }, { is: 'absent' });
  expect(fields).toContainEqual({ field: 'mode', from: null, to: '0600' });
});

test('a content that a secret is put into is checked as any content is', () => {
  const check = (content: ReturnType<typeof interpolate>) =>
    File.type.check(File({ path: '/etc/relay', content }).spec as { path: string });
  const password = secret('geheim');
  expect(check(interpolate`user:${password}\n`)).toEqual([]);
  expect(check(interpolate`user:${password}\0`)[0]).toMatch(/NUL byte/);
});

test('a path comes after its directories, owner and package, and notifies what watches it', () => {
  const edges = File.type.edges({ path: '/etc/postfix/sasl/passwd', owner: 'vmail', group: '8' });
  expect(edges.after).toEqual([
    'path:/etc/postfix/sasl',
    'path:/etc/postfix',
    'path:/etc',
    'user:vmail',
    'group:8',
    'package:postfix',
    'package-stem:postfix',
    'package:vmail',
    'package-stem:vmail',
  ]);
  expect(edges.notifies).toContain('config:/etc/postfix');
  expect(File.type.edges({ path: '/srv/a/b', ensure: 'absent' })).toMatchObject({
    before: ['path:/srv/a', 'path:/srv'],
  });
});

test('a path comes after the package that owns it under another name, and after the one of its validator', () => {
  const after = (spec: Parameters<typeof File.type.edges>[0]) => File.type.edges(spec).after;
  expect(after({ path: '/etc/sudoers.d/deploy' })).toContain('package:sudo');
  expect(after({ path: '/etc/ssh/sshd_config.d/own.conf' })).toContain('package:openssh-server');
  expect(after({ path: '/etc/mysql/mariadb.conf.d/90.cnf' })).toContain('package:mariadb-server');
  expect(after({ path: '/srv/rules', validate: ['/usr/sbin/visudo', '-cf', '%'] })).toContain(
    'package:sudo',
  );
  expect(after({ path: '/srv/site.conf', validate: ['nginx', '-tc', '%'] })).toContain(
    'package:nginx',
  );
});

test('what is under /etc/apt waits for no validator, since packages wait for it', () => {
  const spec = { path: '/etc/apt/apt.conf.d/1', validate: ['python3', '%'] };
  expect(File.type.edges(spec).after).not.toContain('package:python3');
});
