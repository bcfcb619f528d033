import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { type Answer, type Fragment, frameScript, readFrames } from './frame.ts';
import { lines, sh } from './sh.ts';

const marker = 'M0123456789abcdef';

function run(fragments: readonly Fragment[], limits?: 'none'): readonly Answer[] {
  const script = frameScript(fragments, marker, limits);
  const { stdout, stderr } = spawnSync('/bin/sh', { input: script, maxBuffer: 64 * 1024 * 1024 });
  return readFrames(fragments.length, marker, stdout, stderr);
}

function fragment(text: Fragment['text'], rest: Partial<Fragment> = {}): Fragment {
  return { text, commands: [], timeoutMs: 5000, ...rest };
}

test('each fragment has its own output, errors and exit code', () => {
  const [first, second] = run([
    fragment(sh`printf ${'a\n'}; echo oops >&2; exit 3`),
    fragment(sh`printf b`),
  ]);
  expect(first).toMatchObject({ is: 'ran', exitCode: 3 });
  expect(first?.is === 'ran' && first.stdout.toString()).toBe('a\n');
  expect(first?.is === 'ran' && first.stderr.toString()).toBe('oops\n');
  expect(second?.is === 'ran' && second.stdout.toString()).toBe('b');
});

test('bytes survive: NUL, invalid UTF-8, CRLF, no final newline, 10 MB', () => {
  const [bytes, large] = run([
    fragment(sh`printf ${'\\000\\377\\r\\nend'}`),
    fragment(sh`head -c 10000000 /dev/zero`),
  ]);
  expect(bytes?.is === 'ran' && [...bytes.stdout]).toEqual([0, 255, 13, 10, 101, 110, 100]);
  expect(large?.is === 'ran' && large.stdout.length).toBe(10_000_000);
});

test.each([undefined, 'none' as const])(
  'with limits %s a syntax error, an exit, a variable and read input do not touch other fragments',
  (limits) => {
    const answers = run(
      [
        fragment(sh`if; then`),
        fragment(sh`cat; PATH=/nowhere; set -e; exit 7`),
        fragment(sh`false; ls / >/dev/null && echo fine`),
      ],
      limits,
    );
    expect(answers[0]).toMatchObject({ is: 'ran', exitCode: 2 });
    expect(answers[1]).toMatchObject({ is: 'ran', exitCode: 7, stdout: Buffer.alloc(0) });
    expect(answers[2]?.is === 'ran' && answers[2].stdout.toString()).toBe('fine\n');
  },
);

test('R11: a fragment that hangs is ended with its children, and named', () => {
  const start = performance.now();
  const answers = run([
    fragment(sh`sleep 60 & sleep 60`, { timeoutMs: 1000 }),
    fragment(sh`echo fine`),
  ]);
  expect(answers[0]?.is).toBe('timed out');
  expect(answers[1]?.is).toBe('ran');
  expect(performance.now() - start).toBeLessThan(10_000);
});

test('R30: a missing command is an answer, and the fragment does not run', () => {
  const [answer] = run([
    fragment(sh`echo no`, { commands: ['sh', 'no-such-command', 'nor-this'] }),
  ]);
  expect(answer).toEqual({ is: 'missing', commands: ['no-such-command', 'nor-this'] });
});

test('noise around the frames is passed over, and a script cut off in the middle is lost, not absent', () => {
  const out = Buffer.from(`motd\n${marker}<0\nx${marker}>0 0\nnoise${marker}<1\ncut`);
  expect(readFrames(2, marker, out, Buffer.alloc(0))).toEqual([
    { is: 'ran', exitCode: 0, stdout: Buffer.from('x'), stderr: Buffer.alloc(0) },
    { is: 'lost' },
  ]);
});

test('nasty strings stay words', () => {
  const nasty = ["'; rm -rf /", '$(id)', '`id`', 'a\nb', '--', '\\', '"', '*', ''];
  const [answer] = run([fragment(lines([sh`printf ${'%s\\0'} ${nasty}`]))]);
  expect(answer?.is === 'ran' && answer.stdout.toString().split('\0').slice(0, -1)).toEqual(nasty);
});
