import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

/** Takes all files that the process may have open, and then runs a script on this machine. */
const program = `
import { openSync } from 'node:fs';
const { openLocal } = await import(${JSON.stringify(new URL('local-transport.ts', import.meta.url).href)});
const transport = openLocal({ name: 'here', connection: 'local', ssh: {} });
await transport.run('true', { timeoutMs: 5000 });
try { for (;;) openSync('/dev/null'); } catch {}
for (const attempt of [1, 2]) {
  await transport.run('true', { timeoutMs: 5000 }).catch(({ code, host }) => console.log(code, host));
}
await transport.close();
process.exit(0);
`;

test('a machine that has no files left to give starts no shell, and that is an error of its host', () => {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const command = `ulimit -n 120; exec "$0" --input-type=module --eval "$1"`;
  const { stdout, stderr, status } = spawnSync(
    '/bin/sh',
    ['-c', command, process.execPath, program],
    { env, encoding: 'utf8', timeout: 30_000 },
  );
  expect([stdout, stderr, status]).toEqual([
    'TRANSPORT_SHELL_UNAVAILABLE here\nTRANSPORT_SHELL_UNAVAILABLE here\n',
    '',
    0,
  ]);
});
