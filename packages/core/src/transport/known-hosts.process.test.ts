import { spawnSync } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fingerprint, shortKeyType } from './host-key.ts';
import {
  algorithmsFor,
  checkHostKey,
  formatKnownHost,
  lookupName,
  parseKnownHosts,
} from './known-hosts.ts';
import { appendKnownHost, readKnownHosts } from './known-hosts-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostwright-known-hosts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ed25519 = keyBlob('ssh-ed25519', 'one');
const other = keyBlob('ssh-ed25519', 'two');
const ecdsa = keyBlob('ecdsa-sha2-nistp256', 'three');
const rsa = keyBlob('ssh-rsa', 'four');

test('a plain line, a port, a list and a comment', () => {
  const hosts = parse(
    `# mine\n\nmx1,192.0.2.10 ${line(ed25519)} comment here\n[mx1]:2222 ${line(other)}\n`,
  );
  expect(checkHostKey(hosts, 'mx1', ed25519)).toEqual({ status: 'known' });
  expect(checkHostKey(hosts, '192.0.2.10', ed25519)).toEqual({ status: 'known' });
  expect(checkHostKey(hosts, lookupName('MX1', 2222), other)).toEqual({ status: 'known' });
  expect(checkHostKey(hosts, 'mx2', ed25519)).toEqual({ status: 'unknown', hasAuthority: false });
});

test('a changed key names every key that is known, with its place', () => {
  const hosts = parse(`mx1 ${line(ed25519)}\nmx1 ${line(rsa)}\n`);
  expect(checkHostKey(hosts, 'mx1', other)).toEqual({
    status: 'changed',
    known: [
      { type: 'ssh-ed25519', fingerprint: fingerprint(ed25519), file: 'known', line: 1 },
      { type: 'ssh-rsa', fingerprint: fingerprint(rsa), file: 'known', line: 2 },
    ],
  });
});

test('a second line for the same host counts as much as the first', () => {
  const hosts = parse(`mx1 ${line(ed25519)}\nmx1 ${line(other)}\n`);
  expect(checkHostKey(hosts, 'mx1', other)).toEqual({ status: 'known' });
});

test('R23 globs match, and a negated pattern excludes', () => {
  const hosts = parse(`*.example.com,!bad.example.com ${line(ed25519)}\nmx?.test ${line(other)}\n`);
  expect(checkHostKey(hosts, 'a.b.example.com', ed25519).status).toBe('known');
  expect(checkHostKey(hosts, 'bad.example.com', ed25519).status).toBe('unknown');
  expect(checkHostKey(hosts, 'mx1.test', other).status).toBe('known');
  expect(checkHostKey(hosts, 'mx10.test', other).status).toBe('unknown');
});

test('R23 a hashed name matches its host alone', () => {
  const hosts = parse(`${hashed('mx1')} ${line(ed25519)}\n`);
  expect(checkHostKey(hosts, 'mx1', ed25519).status).toBe('known');
  expect(checkHostKey(hosts, 'mx2', ed25519).status).toBe('unknown');
});

test('R23 a revoked key is refused even where another line holds it', () => {
  const hosts = parse(`mx1 ${line(ed25519)}\n@revoked * ${line(ed25519)}\n`);
  expect(checkHostKey(hosts, 'mx1', ed25519)).toEqual({
    status: 'revoked',
    by: { type: 'ssh-ed25519', fingerprint: fingerprint(ed25519), file: 'known', line: 2 },
  });
});

test('R23 a certificate authority is no match and no known key', () => {
  const hosts = parse(`@cert-authority *.example.com ${line(ed25519)}\n`);
  const verdict = checkHostKey(hosts, 'mx1.example.com', ed25519);
  expect(verdict).toEqual({ status: 'unknown', hasAuthority: true });
});

test('a line that makes no sense is skipped with a warning, the others count', () => {
  const text = [
    'mx1',
    '@what mx1 a b',
    `mx1 ssh-rsa ${ed25519.toString('base64')}`,
    'mx1 ssh-rsa %%',
    '|1|x|y ssh-rsa AAAA',
  ];
  const hosts = parse(`${text.join('\n')}\nmx1 ${line(ed25519)}\r\n`);
  expect(hosts.warnings).toEqual([
    'known:1 is skipped: it needs a host, a key type and a key.',
    'known:2 is skipped: the marker @what is not known.',
    'known:3 is skipped: its key is not of type ssh-rsa.',
    'known:4 is skipped: its key is no base64.',
    'known:5 is skipped: its hashed host name is malformed.',
  ]);
  expect(checkHostKey(hosts, 'mx1', ed25519).status).toBe('known');
});

test('R23 R24 algorithms of known keys come first, and SHA-1 is never offered', () => {
  expect(algorithmsFor(parse(''), 'mx1')[0]).toBe('ssh-ed25519');
  const hosts = parse(`mx1 ${line(ecdsa)}\nmx2 ${line(rsa)}\n@revoked mx2 ${line(ed25519)}\n`);
  expect(algorithmsFor(hosts, 'mx1')[0]).toBe('ecdsa-sha2-nistp256');
  expect(algorithmsFor(hosts, 'mx2').slice(0, 3)).toEqual([
    'rsa-sha2-512',
    'rsa-sha2-256',
    'ssh-ed25519',
  ]);
  expect(algorithmsFor(hosts, 'mx2')).not.toContain('ssh-rsa');
});

test('parsing any text neither throws nor hangs', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, name) => {
      checkHostKey(parse(`${text}\n${text}* ${line(ed25519)}`), name, ed25519);
    }),
  );
});

test('a pattern of many stars is quick', () => {
  const hosts = parse(`${'*a'.repeat(2000)}b ${line(ed25519)}\n`);
  expect(checkHostKey(hosts, 'a'.repeat(4000), ed25519).status).toBe('unknown');
});

describe('files', () => {
  test('a missing file is empty, an unreadable one fails', async () => {
    expect((await readKnownHosts([join(folder, 'none')])).entries).toEqual([]);
    await expect(readKnownHosts([folder])).rejects.toMatchObject({
      code: 'TRANSPORT_KNOWN_HOSTS_UNREADABLE',
      problem: `${folder} cannot be read: EISDIR.`,
    });
  });

  test('a new key is appended on a line of its own, in a file only the user can read', async () => {
    const file = join(folder, 'made', 'known_hosts');
    await appendKnownHost(file, formatKnownHost('mx1', ed25519));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'made')).mode & 0o777).toBe(0o700);
    writeFileSync(file, readFileSync(file, 'utf8').trimEnd());
    await appendKnownHost(file, formatKnownHost('[mx2]:2222', ecdsa));
    const hosts = await readKnownHosts([file]);
    expect(hosts.entries.map((entry) => [entry.hosts, entry.type])).toEqual([
      ['mx1', 'ssh-ed25519'],
      ['[mx2]:2222', 'ecdsa-sha2-nistp256'],
    ]);
  });
});

const hasKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined;
const describeWithKeygen = hasKeygen ? describe : describe.skip;

describeWithKeygen('against ssh-keygen', () => {
  test('R23 the same lines match as for ssh-keygen -F', () => {
    const names = [
      'mx1',
      'mx1.example.com',
      'bad.example.com',
      '192.0.2.10',
      '[mx1]:2222',
      '[::1]:22',
      'x',
    ];
    const fields = [
      'mx1',
      'mx*',
      '*.example.com,!bad.example.com',
      '!mx1,mx1',
      '192.0.2.1?',
      '[mx1]:2222',
      '[mx?]:*',
      'MX1.Example.com',
      'a,b,x',
      '*',
      '!*',
      '?',
      '[::1]:22',
      'mx1.*,!*.org',
      ...names.map(hashed),
    ];
    const keys = fields.map((_, index) => keyBlob('ssh-ed25519', `oracle ${index}`));
    const file = join(folder, 'oracle');
    writeFileSync(
      file,
      fields.map((field, index) => `${field} ${line(keys[index] ?? rsa)}\n`).join(''),
    );
    chmodSync(file, 0o600);
    const hosts = parseKnownHosts(readFileSync(file, 'utf8'), file);
    expect(hosts.warnings).toEqual([]);
    for (const name of names) {
      const found = spawnSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' });
      const theirs = [...found.stdout.matchAll(/found: line (\d+)/g)].map((match) =>
        Number(match[1]),
      );
      const ours = keys.flatMap((key, index) =>
        checkHostKey(hosts, name, key).status === 'known' ? [index + 1] : [],
      );
      expect([name, ours]).toEqual([name, theirs]);
    }
  });

  test.each(['ed25519', 'ecdsa', 'rsa'])('the same fingerprint for a key of type %s', (type) => {
    const file = join(folder, `id_${type}`);
    spawnSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', file]);
    const [keyType = '', key = ''] = readFileSync(`${file}.pub`, 'utf8').split(' ');
    const listed = spawnSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' }).stdout;
    expect(listed.split(' ')[1]).toBe(fingerprint(Buffer.from(key, 'base64')));
    expect(shortKeyType(keyType)).toBe(type);
  });
});

function parse(text: string) {
  return parseKnownHosts(text, 'known');
}

/** A blob that is well formed as far as known_hosts goes: its first field names the type. */
function keyBlob(type: string, seed: string): Buffer {
  const body = createHash('sha256').update(seed).digest();
  return Buffer.concat([field(Buffer.from(type)), field(body)]);
}

function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function line(key: Buffer): string {
  return formatKnownHost('', key).trim();
}

function hashed(name: string): string {
  const salt = randomBytes(20);
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}
