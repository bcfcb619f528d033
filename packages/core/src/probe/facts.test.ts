import { spawnSync } from 'node:child_process';
import { hostname, userInfo } from 'node:os';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { factsFragment, parseFacts } from './facts.ts';

function factsBy(shell: string, ...words: readonly string[]) {
  const { stdout, stderr, status } = spawnSync(shell, [...words, '-c', factsFragment.text.script]);
  return parseFacts({ is: 'ran', exitCode: status ?? 1, stdout, stderr }, 'here');
}

test('the facts of this machine', () => {
  const facts = factsBy('/bin/sh');
  expect(facts).toMatchObject({
    hostname: hostname().split('.')[0],
    uid: userInfo().uid,
    user: userInfo().username,
  });
  expect(facts.cpus).toBeGreaterThan(0);
  expect(facts.memoryMiB).toBeGreaterThan(0);
  expect(facts.kernel).not.toBe('');
});

test('bash finds the same as the system shell', () => {
  const { diskFreeMiB: _, ...facts } = factsBy('/bin/sh');
  expect(factsBy('bash', '--posix')).toMatchObject(facts);
});

test('an answer that did not come through is an error with what was said', () => {
  const answer = {
    is: 'ran' as const,
    exitCode: 2,
    stdout: Buffer.alloc(0),
    stderr: Buffer.from('no shell for you'),
  };
  expect(() => parseFacts(answer, 'here')).toThrow(
    expect.objectContaining({ code: 'FACTS_UNREADABLE', detail: 'no shell for you' }),
  );
  expect(() => parseFacts({ is: 'lost' }, 'here')).toThrow(
    expect.objectContaining({ code: 'FACTS_UNREADABLE' }),
  );
});

function factsWith(env: Readonly<Record<string, string>>, script = factsFragment.text.script) {
  const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', script], {
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  return parseFacts({ is: 'ran', exitCode: status ?? 1, stdout, stderr }, 'here');
}

const connection = { SSH_CONNECTION: '192.0.2.9 50022 198.51.100.1 2222' };

test('the port and the address that the run came by, also where sudo took them out of the environment', () => {
  const came = { client: '192.0.2.9', port: 2222 };
  expect(factsWith(connection).ssh).toEqual(came);
  // A process above still has it: a plain shell in the place of the login shell, `env -i` in the place of sudo.
  const inner = 'exec env -i SUDO_UID=0 PATH="$PATH" /bin/sh -c "$HW_FACTS" sh; :';
  const outer = `( ${inner.replace('$HW_FACTS', '$(cat)')} ) <<'HW_END'\n${factsFragment.text.script}\nHW_END\nexit $?`;
  expect(factsWith(connection, outer).ssh).toEqual(came);
  expect(factsWith({}).ssh).toBeUndefined();
});

test('whatever a host prints, it is facts or FACTS_UNREADABLE', () => {
  const noise = fc.uint8Array({ maxLength: 200 });
  const pieces = fc.constantFrom(
    'os.id=debian\n',
    'cpus=many\n',
    'addresses=\n',
    '=\n',
    'memory.kib=-1\n',
  );
  const bytes = fc.array(
    fc.oneof(
      noise.map((raw) => Buffer.from(raw)),
      pieces.map((text) => Buffer.from(text)),
    ),
  );
  fc.assert(
    fc.property(bytes, (parts) => {
      const stdout = Buffer.concat(parts);
      const facts = parseFacts({ is: 'ran', exitCode: 0, stdout, stderr: Buffer.alloc(0) }, 'here');
      expect(Array.isArray(facts.addresses)).toBe(true);
      expect(Number.isFinite(facts.cpus) && Number.isFinite(facts.memoryMiB)).toBe(true);
    }),
  );
});

test('the full name is what hostname -f says', () => {
  const { stdout } = spawnSync('hostname', ['-f'], { encoding: 'utf8' });
  expect(factsBy('/bin/sh').fqdn).toBe(stdout.trim());
});
