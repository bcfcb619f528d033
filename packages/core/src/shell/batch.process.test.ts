import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { HostwrightError } from '../model/errors.ts';
import type { Transport } from '../model/transport.ts';
import { runBatch } from './batch.ts';
import type { Fragment } from './frame.ts';
import { sh } from './sh.ts';

const limitMs = 4000;

/** The shell of this machine, which gives every script four seconds and counts them. */
function impatientShell(): Transport & { roundTrips: number } {
  return {
    host: 'here',
    roundTrips: 0,
    async run(input) {
      this.roundTrips += 1;
      const { stdout, stderr, status } = spawnSync('/bin/sh', { input, timeout: limitMs });
      if (status === null) throw new HostwrightError('TRANSPORT_TIMEOUT', { problem: 'Late.' });
      return { stdout, stderr, exitCode: status };
    },
    async close() {},
  };
}

function fragment(text: Fragment['text']): Fragment {
  return { text, commands: [], timeoutMs: 1000 };
}

test('what only reads and is quick takes one round trip', async () => {
  const shell = impatientShell();
  const answers = await runBatch(shell, [fragment(sh`echo a`)], { isReadOnly: true });
  expect(answers).toMatchObject([{ is: 'ran', stdout: Buffer.from('a\n') }]);
  expect(shell.roundTrips).toBe(1);
});

test('one that hangs is named in a second round trip, and the others are read', async () => {
  const shell = impatientShell();
  const fragments = [sh`echo a`, sh`sleep 60`, sh`echo b`].map(fragment);
  const answers = await runBatch(shell, fragments, { isReadOnly: true });
  expect(answers.map(({ is }) => is)).toEqual(['ran', 'timed out', 'ran']);
  expect(shell.roundTrips).toBe(2);
});

test('what writes is never run a second time', async () => {
  const shell = impatientShell();
  await expect(runBatch(shell, [{ ...fragment(sh`sleep 60`), timeoutMs: 60_000 }])).rejects.toThrow(
    'Late.',
  );
  expect(shell.roundTrips).toBe(1);
});
