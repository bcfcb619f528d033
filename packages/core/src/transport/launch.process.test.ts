import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { envelope } from './launch.ts';

const shells: readonly (readonly [string, readonly string[]])[] = [
  ['/bin/sh', []],
  ['/bin/dash', []],
  ['/bin/bash', ['--posix']],
  ['/bin/busybox', ['sh']],
];
const installed = shells.filter(([shell]) => existsSync(shell));

describe.each(installed)('%s %j', (shell, options) => {
  const run = (input: string) => spawnSync(shell, options, { input, encoding: 'utf8' });

  test('a script that was cut off anywhere runs nothing', () => {
    const whole = envelope("echo one\ncat <<'EOF'\ntwo\nEOF\nif true; then echo three; fi");
    const length = whole.trimEnd().indexOf('} </dev/null');
    expect(length).toBeGreaterThan(0);
    for (let end = 0; end <= length; end += 1) {
      expect([end, run(whole.slice(0, end)).stdout]).toEqual([end, '']);
    }
    expect(run(whole).stdout).toBe('one\ntwo\nthree\n');
  });
  test('commands find their standard input empty', () => {
    const many = ': filler\n'.repeat(9_000);
    expect(run(envelope(`cat\n${many}cat\necho end`)).stdout).toBe('end\n');
  });
  test('a script of 100,000 commands runs, and not at all when it was cut off', () => {
    const many = ': filler\n'.repeat(100_000);
    const whole = envelope(
      `echo begin\ncat\n${many}cat <<'hostwright-script'\nx\nhostwright-script\nexit 7`,
    );
    const { stdout, status } = run(whole);
    expect([stdout, status]).toEqual(['begin\nx\n', 7]);
    for (const cut of [13, 40, 60, 500_000]) {
      expect([cut, run(whole.slice(0, -cut)).stdout]).toEqual([cut, '']);
    }
  });
  test('errors name the line of the script', () => {
    const { stderr } = run(envelope('true\ntrue\nno-such-command'));
    expect(stderr).toMatch(/\b3\b.*no-such-command|no-such-command/);
  });
});
