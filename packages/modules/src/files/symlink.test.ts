import { captured, describeResource, shellDriver } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { Symlink } from './symlink.ts';

const driver = shellDriver(Symlink);
const releases = ['debian-12', 'debian-13'];

/** What the captures were made with: every kind of thing that can stand at a path. */
const specs = [
  { path: '/srv/hw/link', target: '/etc/hostname' },
  { path: "/srv/hw/it's an  odd \\name ü", target: 'plain' },
  { path: '/srv/hw/relative', target: '../hw/sub' },
  { path: '/srv/hw/dangling', target: 'nowhere' },
  { path: '/srv/hw/newline', target: 'two' },
  { path: '/srv/hw/missing', target: 'x' },
  { path: '/srv/hw/no/parent', target: 'x' },
  { path: '/srv/hw/plain', target: 'x' },
  { path: '/srv/hw/sub', target: 'x' },
  { path: '/srv/hw/fifo', target: 'x' },
  { path: '/srv/hw/plain/below', target: 'x' },
];

describeResource(Symlink, {
  valid: [
    { path: '/etc/nginx/sites-enabled/shop', target: "../sites-available/it's $(id)" },
    { path: '/srv/old', ensure: 'absent' },
    { path: '/srv/root', target: '/' },
  ],
  invalid: {
    'a relative path': { path: 'srv/a', target: 'b' },
    'no target': { path: '/srv/a' },
    'an empty target': { path: '/srv/a', target: '' },
    'a target with a newline': { path: '/srv/a', target: 'a\nb' },
    'a target of what is absent': { path: '/srv/a', target: 'b', ensure: 'absent' },
    'half of a character': { path: '/srv/a', target: '\ud83d' },
    'a link to itself': { path: '/srv/a', target: '../srv/./a' },
    'a link into itself': { path: '/srv/a', target: 'a/b' },
    'a mode, which links do not have': { path: '/srv/a', target: 'b', mode: '0777' },
  },
  converged: Object.fromEntries(
    releases.map((release) => [
      release,
      [captured(import.meta, `symlink.${release}`), specs.slice(0, 4)],
    ]),
  ),
  drifted: Object.fromEntries(
    releases.map((release) => [
      release,
      [
        captured(import.meta, `symlink.${release}`),
        [
          { path: '/srv/hw/link', target: '/etc/hosts' },
          { path: '/srv/hw/relative', target: '../hw/sub/' },
          { path: '/srv/hw/dangling', ensure: 'absent' as const },
          { path: '/srv/hw/newline', target: 'two' },
        ],
      ],
    ]),
  ),
});

test.each(releases)('%s: every kind of thing that can stand at a path', (release) => {
  const output = captured(import.meta, `symlink.${release}`);
  expect(driver.parse(output, specs).slice(4)).toMatchObject([
    { is: 'present', observed: { target: 'two\nS81a4 0 0 6 root:root /srv/hw/missing' } },
    { is: 'absent' },
    { is: 'unknown', reason: 'the directory /srv/hw/no does not exist' },
    { error: { code: 'SYMLINK_PLACE_TAKEN', problem: '/srv/hw/plain is a file.' } },
    { error: { code: 'SYMLINK_PLACE_TAKEN', problem: '/srv/hw/sub is a directory.' } },
    { error: { code: 'SYMLINK_PLACE_TAKEN', problem: '/srv/hw/fifo is no symbolic link.' } },
    { error: { code: 'PROBE_FAILED', problem: expect.stringContaining('Not a directory') } },
  ]);
  const gone = specs.map(({ path }) => ({ path, ensure: 'absent' as const }));
  expect(driver.parse(output, gone).slice(5, 8)).toMatchObject([
    { is: 'absent' },
    { is: 'absent' },
    { is: 'unreadable' },
  ]);
});

test('a link comes after its directories and what it leads to', () => {
  const after = (path: string, target: string) => Symlink.type.edges({ path, target }).after ?? [];
  expect(after('/srv/app/current', 'releases/7')).toEqual([
    'path:/srv/app',
    'path:/srv',
    'path:/srv/app/releases/7',
  ]);
  expect(after('/srv/a', '../etc//hosts')).toContain('path:/etc/hosts');
  expect(after('/srv/a', '/opt/b/')).toContain('path:/opt/b');
  expect(Symlink.type.edges({ path: '/srv/a', ensure: 'absent' })).toMatchObject({
    before: ['path:/srv'],
  });
});

test('a link that goes is asked for as a file is', () => {
  const way = { host: 'mx1', connection: 'ssh', address: '', port: 22, user: 'deploy' } as const;
  const reading = { is: 'present', observed: { target: 'x' } } as const;
  const threats = (spec: Parameters<typeof Symlink.type.diff>[0]) =>
    Symlink.type.threatens({ spec, reading, way, isKeptOpen: false });
  expect(threats({ path: '/etc/ssh/sshd_config', ensure: 'absent' })).toHaveLength(1);
  expect(threats({ path: '/etc/nologin', target: '/etc/motd' })).toHaveLength(1);
  expect(threats({ path: '/etc/motd', target: '/run/motd' })).toEqual([]);
});
