import { expect, test } from '@jest/globals';
import { parseMirrors, suitesOf } from '../lab/apt-sources.ts';

const targets = [
  'https://packages.example.com/apt/ cloud-sdk-bookworm main',
  'http://mirror.example.org/debian/ bookworm non-free-firmware',
  'http://mirror.example.org/debian/ bookworm main',
  'http://mirror.example.org/debian/ bookworm-updates main',
  'http://security.example.org/ bookworm-security main',
  'https://node.example.com/node_20.x/ nodistro main',
  '',
].join('\n');

test('the Debian and the security archive are found among other sources', () => {
  expect(parseMirrors(targets)).toEqual({
    debian: 'http://mirror.example.org/debian/',
    security: 'http://security.example.org/',
  });
});

test('a machine without a Debian archive has no mirror', () => {
  expect(parseMirrors('http://archive.example.org/ubuntu/ noble main\n')).toBeUndefined();
});

test('a security archive is offered to hosts only where the machine has one', () => {
  const debian = 'http://mirror.example.org/debian/';
  expect(suitesOf('debian-13', { debian, security: undefined })).toEqual([
    { path: 'debian', suites: ['trixie', 'trixie-updates'] },
  ]);
  expect(suitesOf('debian-12', { debian, security: debian })[1]).toEqual({
    path: 'debian-security',
    suites: ['bookworm-security'],
  });
});
