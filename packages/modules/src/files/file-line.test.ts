import { HostwrightError, type Reading, reveal, Secret, secret } from '@hostwright/core';
import { captured, describeResource, probeOutput, shellDriver } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import type { ObservedText } from './edited-file.ts';
import { FileLine } from './file-line.ts';

const { diff, identity, check } = FileLine.type;
const driver = shellDriver(FileLine);

const releases = ['debian-12', 'debian-13'];

/** What the captures were made with: every kind of thing that can stand at a path. */
const paths = [
  '/etc/hosts',
  ...[
    'crlf',
    'bare',
    'empty',
    'latin',
    'binary',
    'large',
    'missing',
    'no/parent',
    'link',
    'sub',
  ].map((name) => `/srv/hw/${name}`),
  '/srv/hw/plain/below',
];

/** Several lines of one file, in the order of the capture. */
function wanted(line: string, more: object = {}) {
  return paths.map((path) => ({ path, line, ...more }));
}

describeResource(FileLine, {
  valid: [
    { path: '/etc/hosts', line: "192.0.2.1 it's $(id) `x`" },
    {
      path: '/etc/ssh/sshd_config',
      line: 'Port 22',
      replaces: '^#?\\s*Port\\b',
      before: '^Match\\b',
      validate: ['sshd', '-t', '-f', '%'],
    },
    { path: '/etc/my.cnf', line: 'port = 3306', after: '^\\[mysqld\\]$', before: '^\\[' },
    { path: '/etc/hosts', line: '192.0.2.2 b', ensure: 'absent' },
  ],
  invalid: {
    'a relative path': { path: 'etc/hosts', line: 'a' },
    'an empty line': { path: '/a', line: '' },
    'two lines': { path: '/a', line: 'a\nb' },
    'a control character': { path: '/a', line: 'a\u001b[2J' },
    'half of a character': { path: '/a', line: '\ud83d' },
    'a secret line': { path: '/a', line: secret('a') },
    'what is no expression': { path: '/a', line: 'a', replaces: '(' },
    'an expression that does not match the line': {
      path: '/a',
      line: 'Port 22',
      replaces: '^#Port',
    },
    'an expression whose backslash got lost': {
      path: '/a',
      line: 'Port 22',
      replaces: '^Ports+22',
    },
    'a place that matches the line': { path: '/a', line: 'Match all', before: '^Match' },
    'a replacement by nothing': { path: '/a', line: 'a', replaces: 'a', ensure: 'absent' },
    'a validator without a place for the copy': { path: '/a', line: 'a', validate: ['x', 'y'] },
    "Ansible's word for it": { path: '/a', line: 'a', regexp: 'a' },
  },
  converged: Object.fromEntries(
    releases.map((release) => [
      release,
      [
        captured(import.meta, `file-line.${release}`),
        [
          { path: '/etc/hosts', line: '127.0.0.1\tlocalhost' },
          { path: '/etc/hosts', line: '192.0.2.1 gone', ensure: 'absent' as const },
          { path: '/srv/hw/crlf', line: 'a=1' },
          { path: '/srv/hw/bare', line: 'Port 2222' },
          { path: '/srv/hw/empty', line: 'x', ensure: 'absent' as const },
          { path: '/srv/hw/latin', line: 'x' },
        ],
      ],
    ]),
  ),
  drifted: Object.fromEntries(
    releases.map((release) => [
      release,
      [
        captured(import.meta, `file-line.${release}`),
        [
          { path: '/etc/hosts', line: '192.0.2.1 new' },
          { path: '/srv/hw/crlf', line: 'b=3', replaces: '^#?b=' },
          { path: '/srv/hw/bare', line: 'Port 22', replaces: '^#?Port ' },
          { path: '/srv/hw/empty', line: 'x' },
          { path: '/srv/hw/latin', line: 'x', ensure: 'absent' as const },
        ],
      ],
    ]),
  ),
});

test.each(releases)(
  '%s: what is there is told apart, and what is no text is an error',
  (release) => {
    const output = captured(import.meta, `file-line.${release}`);
    const readings = driver.parse(output, wanted('x'));
    expect(readings.map(({ is }) => is)).toEqual([
      ...Array(5).fill('present'),
      ...[
        'unreadable',
        'unreadable',
        'unknown',
        'unknown',
        'unreadable',
        'unreadable',
        'unreadable',
      ],
    ]);
    expect(readings.slice(5)).toMatchObject([
      { error: { problem: expect.stringContaining('it holds a NUL byte, and is no text') } },
      { error: { problem: expect.stringContaining('it has 1048577 bytes, and at most 1048576') } },
      { reason: 'the file /srv/hw/missing does not exist' },
      { reason: 'the file /srv/hw/no/parent does not exist' },
      { error: { code: 'FILE_NOT_REGULAR', problem: '/srv/hw/link is a symbolic link.' } },
      { error: { code: 'FILE_NOT_REGULAR', problem: '/srv/hw/sub is a directory.' } },
      { error: { problem: expect.stringContaining('Not a directory') } },
    ]);
    const gone = driver.parse(output, wanted('x', { ensure: 'absent' }));
    expect(gone.slice(7, 9)).toEqual([{ is: 'absent' }, { is: 'absent' }]);
  },
);

test('what may not be read is an error, never a file without the line', () => {
  const output = probeOutput('S8180 0 0 19 root:root /a\n');
  expect(driver.parse(output, [{ path: '/a', line: 'x' }])).toMatchObject([
    { is: 'unreadable', error: { code: 'PROBE_FAILED', problem: expect.stringContaining('/a') } },
  ]);
});

function having(text: string): Extract<Reading<ObservedText>, { is: 'present' }> {
  return { is: 'present', observed: { content: secret(text) } };
}

test('a diff shows the lines it is about, and nothing else of the file', () => {
  const text = 'password=geheim\n#Port 22\nPort 2222\n';
  const spec = { path: '/a', line: 'Port 22', replaces: '^#?Port\\b' };
  expect(diff({ path: '/a', line: 'Port 22' }, having(text))).toEqual([
    { field: 'exists', from: false, to: true },
    { field: 'line', from: null, to: 'Port 22' },
  ]);
  expect(diff(spec, having('#Port 22\n'))).toEqual([
    { field: 'line', from: '#Port 22', to: 'Port 22' },
  ]);
  expect(diff(spec, having(text))).toEqual([
    { field: 'line', from: '#Port 22\nPort 2222\n', to: 'Port 22\n', form: 'text' },
  ]);
  expect(diff({ path: '/a', line: 'Port 2222', ensure: 'absent' }, having(text))).toEqual([
    { field: 'exists', from: true, to: false },
  ]);
  const output = captured(import.meta, 'file-line.debian-12');
  const [reading] = driver.parse(output, wanted('x'));
  expect(JSON.stringify(reading)).not.toContain('localhost');
  const { content } = (reading as ReturnType<typeof having>).observed;
  expect(content).toBeInstanceOf(Secret);
  expect(reveal(content)).toContain('127.0.0.1\tlocalhost\n');
});

test('a section that is not there is an error with a code of its own', () => {
  const spec = { path: '/a', line: 'x=1', after: '^\\[b\\]$' };
  const thrown = () => diff(spec, having('[a]\n'));
  expect(thrown).toThrow(HostwrightError);
  expect(thrown).toThrow('No line of /a matches "^\\\\[b\\\\]$", after which it is to stand.');
  expect(diff({ ...spec, ensure: 'absent' }, having('[a]\n'))).toEqual([]);
});

test('lines of one file share it, come after what makes it, and two for one setting clash', () => {
  const spec = { path: '/etc/postfix/x', line: 'a', replaces: '^#?a' };
  expect(FileLine.type.shares(spec)).toEqual(['path:/etc/postfix/x']);
  expect(FileLine.type.claims(spec)).toEqual(['line:/etc/postfix/x  ^#?a']);
  expect(FileLine.type.claims({ path: '/a', line: 'a' })).toEqual([]);
  expect(FileLine.type.provides(spec)).toEqual(['under:/etc/postfix', 'under:/etc']);
  const edges = FileLine.type.edges({ ...spec, ensure: 'absent' });
  expect(edges.after?.slice(0, 2)).toEqual(['path:/etc/postfix/x', 'path:/etc/postfix']);
  expect(edges.notifies).toContain('config:/etc/postfix');
});

test('a label has the line, a long one its beginning', () => {
  expect(identity({ path: '/etc/hosts', line: '192.0.2.1 a' })).toBe('/etc/hosts: 192.0.2.1 a');
  expect(identity({ path: '/a', line: 'x\ty' })).toBe('/a: x⇥y');
  expect(identity({ path: '/a', line: 'x=1', after: '^\\[b\\]$' })).toBe('/a ^\\[b\\]$: x=1');
  const keys = ['1', '2'].map((end) =>
    identity({ path: '/a', line: `ssh-rsa ${'A'.repeat(300)}${end}` }),
  );
  expect(new Set(keys).size).toBe(2);
  expect(Math.max(...keys.map(({ length }) => length))).toBeLessThan(70);
});

test('an expression that does not match its own line says what would come of it', () => {
  expect(check({ path: '/a', line: 'Port 22', replaces: '^#Port' })).toEqual([
    'Property replaces does not match the line itself: every run would add it once more.',
  ]);
});

test('a line that shuts the run out is refused, in view of the whole file', () => {
  const way = { host: 'mx1', connection: 'ssh', address: '', port: 22, user: 'root' } as const;
  const spec = { path: '/etc/ssh/sshd_config', line: 'Port 2222', replaces: '^#?Port\\b' };
  const threats = (text: string) =>
    FileLine.type.threatens({ spec, reading: having(text), way, isKeptOpen: false });
  expect(threats('#Port 22\n')).toHaveLength(1);
  expect(threats('Match all\n')).toEqual([]);
});
