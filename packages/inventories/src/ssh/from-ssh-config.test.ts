import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inventory } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { formatNotes } from '../notes.ts';
import { fromSshConfig } from './from-ssh-config.ts';

const captured = join(import.meta.dirname, 'captured');
const { input, notes } = fromSshConfig({ path: join(captured, 'config') }, { user: 'me' });
const { hosts } = inventory(input);

/** What OpenSSH 9.2 (Debian 12) says of the same file: `ssh -G -F config NAME`. */
const said = readFileSync(join(captured, 'ssh-g.txt'), 'utf8').split('# ssh -G ').slice(1);

test.each(said.map((text) => text.split('\n') as [string, ...string[]]))(
  '%s: the address, login, port and keys that ssh -G names',
  (name, ...lines) => {
    const options = Map.groupBy(lines, (line) => line.split(' ')[0] ?? '');
    const valuesOf = (option: string) =>
      (options.get(option) ?? []).map((line) => line.slice(option.length + 1));
    const host = hosts.get(name);
    expect([host?.address]).toEqual(valuesOf('hostname'));
    expect([host?.user]).toEqual(valuesOf('user'));
    expect([String(host?.ssh.port ?? 22)]).toEqual(valuesOf('port'));
    expect(host?.ssh.identityFiles).toEqual(valuesOf('identityfile'));
    expect([String((host?.ssh.connectTimeoutMs ?? 0) / 1000)]).toEqual(valuesOf('connecttimeout'));
    expect(host?.ssh.hostKeyAlias).toEqual(valuesOf('hostkeyalias')[0]);
  },
);

test('jumps, also of the old form, and in chains', () => {
  expect(hosts.get('old')?.ssh.jump).toMatchObject({ address: '192.0.2.9', user: 'jump' });
  expect(hosts.get('inner')?.ssh.jump).toMatchObject({
    address: 'second',
    user: 'fallback',
    ssh: { jump: { address: 'bastion.example.com', user: 'ops', ssh: { port: 2200 } } },
  });
});

/** Hosts of a text, by name. */
const hostsOf = (text: string) => fromSshConfig({ text }, { user: 'me' }).input.hosts;

test('a jump is made as the configuration says of the jump, and not as the user of the host behind it', () => {
  const { web, bare } = hostsOf(
    'Host web\n User deploy\n ProxyJump bastion\nHost bare\n User deploy\n ProxyJump elsewhere:2222\n' +
      'Host bastion\n HostName 192.0.2.1\n User ops\n Port 2200\n IdentityFile ~/.ssh/ops\n',
  );
  expect(web?.ssh?.jump).toEqual({
    address: '192.0.2.1',
    user: 'ops',
    ssh: { port: 2200, identityFiles: ['~/.ssh/ops'] },
  });
  expect(bare?.ssh?.jump).toEqual({ address: 'elsewhere', ssh: { port: 2222 } });
});

test('a jump for every host is not its own', () => {
  const { web, bastion } = hostsOf(
    'Host web\nHost bastion\n Port 22\nHost *\n ProxyJump bastion\n',
  );
  expect(web?.ssh?.jump).toEqual({ address: 'bastion', ssh: { port: 22 } });
  expect(bastion?.ssh?.jump).toBeUndefined();
});

test.each([
  ['none', undefined],
  ['0', undefined],
  ['7', 7000],
  ['1m', 60_000],
  ['1h30M', 5_400_000],
])('ConnectTimeout %s is %s ms', (text, milliseconds) => {
  const { a } = hostsOf(`Host a\n ConnectTimeout ${text}\n`);
  expect(a?.ssh?.connectTimeoutMs).toBe(milliseconds);
});

test('a time that is none is named', () => {
  expect(() => hostsOf('Host a\n ConnectTimeout soon\n')).toThrow('found "soon"');
});

test('tokens are what ssh puts in for them', () => {
  const { a } = hostsOf(
    'Host a\n HostName %h.example.com\n User u\n Port 23\n IdentityFile ~/.ssh/%n_%r_%p_%h_%%\n ProxyJump gate.%h\n',
  );
  expect(a?.ssh).toMatchObject({
    identityFiles: ['~/.ssh/a_u_23_a.example.com_%'],
    jump: { address: 'gate.a.example.com' },
  });
});

test('what only ssh could put in is left out and named', () => {
  const { input, notes } = fromSshConfig({
    text: `Host a\n IdentityFile ~/.ssh/%C\n IdentityFile \${KEYS}/a\n IdentityAgent $AGENT\n`,
  });
  expect(input.hosts.a?.ssh).toEqual({});
  expect(formatNotes(notes)).toMatch(
    /^! a: identityfile ~\/\.ssh\/%C: its form.*^! a: identityfile .*^! a: identityagent \$AGENT: /ms,
  );
});

test('that only the named keys are offered is carried over', () => {
  expect(hostsOf('Host a\n IdentitiesOnly yes\n').a?.ssh?.identitiesOnly).toBe(true);
});

test('a Match that is negated counts as ssh counts it', () => {
  const { a, b } = hostsOf(
    'Host a b\n User u\nMatch originalhost a !user other\n ProxyJump gate\nMatch !originalhost a\n Port 99\n',
  );
  expect([a?.ssh?.jump?.address, a?.ssh?.port]).toEqual(['gate', undefined]);
  expect([b?.ssh?.jump, b?.ssh?.port]).toEqual([undefined, 99]);
});

test('a Match that cannot be tested here is named, for each host that it may be for', () => {
  const { notes } = fromSshConfig({
    text: 'Host a\n Port 1\nMatch localnetwork 192.0.2.0/24\n User u\n',
  });
  expect(formatNotes(notes)).toMatch(/^! a: a Match block: .* its localnetwork is not tested/);
});

test('what cannot be parsed is an error of the inventory', () => {
  expect(() => hostsOf('Host a\n User "unfinished\n')).toThrow('cannot be parsed');
});

test('names of options have no case, also where Match asks for their values', () => {
  const { a } = hostsOf(
    'Host a\n hostname 192.0.2.7\n user u\nMatch host 192.0.2.7 user u\n Port 99\n',
  );
  expect(a).toMatchObject({ address: '192.0.2.7', user: 'u', ssh: { port: 99 } });
});

test('what is left out is named; a switched off check of host keys is never taken over', () => {
  expect(hosts.get('old')?.ssh.hostKeyPolicy).toBeUndefined();
  expect(hosts.get('bastion')?.ssh.hostKeyPolicy).toBe('accept-new');
  const text = formatNotes(notes);
  expect(text).toContain('! old: stricthostkeychecking no: host keys are always checked');
  expect(text).toContain('! inner: localforward 8080 localhost:80: there is no such setting');
  expect(text).toContain('· web1, web2: serveraliveinterval 30');
});

test('what stands behind an Include is not for the last host that was included', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hostwright-include-'));
  try {
    mkdirSync(join(folder, 'more hosts'));
    writeFileSync(join(folder, 'more hosts/b.conf'), 'Host b\n  Port 2\n');
    writeFileSync(join(folder, 'more hosts/a.conf'), 'Port 7\nHost a\n  Port 1\n');
    writeFileSync(
      join(folder, 'config'),
      'Include "more hosts/*.conf"\nUser bob\nHost c\n  Port 3\n',
    );
    const { input } = fromSshConfig({ path: join(folder, 'config') });
    const found = Object.entries(input.hosts).map(([name, { user, ssh }]) => [
      name,
      user,
      ssh?.port,
    ]);
    expect(found).toEqual([
      ['a', 'bob', 7],
      ['b', 'bob', 7],
      ['c', 'bob', 7],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('Include is followed, commands of Match are not run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hostwright-'));
  try {
    const proof = join(folder, 'proof');
    writeFileSync(join(folder, 'more.conf'), 'Host inside\n  Port 2200\n');
    writeFileSync(
      join(folder, 'config'),
      `Include *.conf\nMatch exec "touch ${proof}"\n  Port 1\nHost outside\n`,
    );
    const found = fromSshConfig({ path: join(folder, 'config') }, { groups: () => ['lan'] });
    expect(found.input.hosts).toMatchObject({
      inside: { ssh: { port: 2200 }, groups: ['lan'] },
      outside: { ssh: {} },
    });
    expect(formatNotes(found.notes)).toContain('no command is run');
    expect(() => readFileSync(proof)).toThrow('ENOENT');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
