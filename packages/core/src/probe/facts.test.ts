import { spawnSync } from 'node:child_process';
import { hostname, userInfo } from 'node:os';
import { expect, test } from '@jest/globals';
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
