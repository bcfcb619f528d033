import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Output, Transport } from '../model/transport.ts';
import { quote } from '../shell/quote.ts';

/** Limit for scripts that should end at once; a busy machine takes its time. */
const timeoutMs = 50_000;

/**
 * Tests a transport against what every stage relies on. Call it at the top level of a Jest test file.
 *
 * @example
 * describeTransport('ssh', () => connect(server.host()));
 */
export function describeTransport(name: string, open: () => Promise<Transport>): void {
  describe(`R49: ${name} obeys the laws of transports`, () => {
    let transport: Transport;
    beforeAll(async () => {
      transport = await open();
    });
    afterAll(() => transport.close());
    const run = (script: string) => transport.run(script, { timeoutMs });
    describeBytes(run);
    describeEndings(run);
    describeLimits(() => transport);
    describeManyAtOnce(() => transport);
    test('after close, a run is a typed error', async () => {
      const closed = await open();
      await closed.close();
      await expect(closed.run(':', { timeoutMs })).rejects.toMatchObject({
        code: 'TRANSPORT_CONNECTION_LOST',
        host: closed.host,
      });
    });
  });
}

type Run = (script: string) => Promise<Output>;

function describeBytes(run: Run): void {
  test('R21: any byte comes back as it was printed, without a newline at the end', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const octal = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    const { stdout, stderr } = await run(`printf '${octal}'; printf '${octal}' >&2`);
    expect([stdout.equals(bytes), stderr.equals(bytes)]).toEqual([true, true]);
  });
  test('10 MB go there and come back', async () => {
    const text = `${'0123456789 äöü€\n'.repeat(500_000)}end`;
    const { stdout } = await run(`printf %s ${quote(text)}`);
    expect(stdout.length).toBeGreaterThan(9_000_000);
    expect(digest(stdout)).toBe(digest(Buffer.from(text)));
  });
  test('R9: quoted text reaches the command whatever it holds', async () => {
    const words = [
      "'; rm -rf / #",
      '$(reboot) `reboot` "\\',
      'a\nb\n',
      '!x {a,b} *',
      '%s\\n',
      '-n',
      '',
    ];
    const { stdout } = await run(`printf '<%s>' ${words.map(quote).join(' ')}`);
    expect(String(stdout)).toBe(words.map((word) => `<${word}>`).join(''));
  });
  test('standard output and standard error are kept apart', async () => {
    const { stdout, stderr } = await run('echo out; echo err >&2; echo out');
    expect([String(stdout), String(stderr)]).toEqual(['out\nout\n', 'err\n']);
  });
  test('what looks like our own marks belongs to the script', async () => {
    const marks = 'hostwright-ready:1\nhostwright-end:1:0\n';
    const { stdout } = await run(`printf %s ${quote(marks)}`);
    expect(String(stdout)).toBe(marks);
  });
  test('R9: a script with a NUL byte is refused', async () => {
    await expect(run('echo \0')).rejects.toMatchObject({ code: 'SHELL_NUL' });
  });
}

function describeEndings(run: Run): void {
  test.each([0, 1, 3, 127, 255])('exit code %i', async (code) => {
    expect(await run(`exit ${code}`)).toMatchObject({ exitCode: code });
  });
  test('a shell that a signal killed has 128 and the signal', async () => {
    expect(await run('kill -9 $$')).toMatchObject({ exitCode: 137 });
  });
  test('a syntax error runs nothing of the script', async () => {
    const { exitCode, stdout, stderr } = await run('echo begun\nif true; then\n');
    expect([exitCode, String(stdout)]).toEqual([2, '']);
    expect(stderr.length).toBeGreaterThan(0);
  });
  test('an empty script, and one that ends in a comment or a backslash', async () => {
    expect(await run('')).toMatchObject({ exitCode: 0 });
    expect(String((await run('echo a # b')).stdout)).toBe('a\n');
    expect(String((await run('echo a \\')).stdout)).toBe('a\n');
  });
  test('commands do not read the rest of the script', async () => {
    const { stdout } = await run('cat\necho end');
    expect(String(stdout)).toBe('end\n');
  });
  test('a child left behind with the output open does not hold up the result', async () => {
    const startMs = performance.now();
    const { stdout } = await run('sleep 8 & echo done');
    expect(String(stdout)).toBe('done\n');
    expect(performance.now() - startMs).toBeLessThan(4000);
  });
  test('the script starts in the home directory', async () => {
    const { stdout } = await run('pwd -P; cd; pwd -P');
    const [first, home] = String(stdout).split('\n');
    expect(first).toBe(home);
  });
}

function describeLimits(transport: () => Transport): void {
  test('R11: a script that runs too long is ended with all its children', async () => {
    const mark = `${process.pid}.${Date.now() % 100_000}`;
    const script = `echo begun\n(sleep 9${mark}) & sleep 8${mark}`;
    await expect(transport().run(script, { timeoutMs: 1500 })).rejects.toMatchObject({
      code: 'TRANSPORT_TIMEOUT',
      problem: expect.stringContaining('ended on the host'),
      detail: 'begun',
    });
    expect(await endsSoon(transport(), mark)).toBe(true);
  });
  test('an abort ends the script', async () => {
    const mark = `7${process.pid}.${Date.now() % 100_000}`;
    const controller = new AbortController();
    const onOutput = () => controller.abort();
    const running = transport().run(`echo begun; sleep ${mark}`, {
      timeoutMs,
      signal: controller.signal,
      onOutput,
    });
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await endsSoon(transport(), mark)).toBe(true);
  });
  test('after an abort nothing is started', async () => {
    const before = transport().roundTrips;
    const running = transport().run('echo a', { timeoutMs, signal: AbortSignal.abort() });
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED', host: transport().host });
    expect(transport().roundTrips).toBe(before);
  });
  test('R21: more output than the limit is a typed error', async () => {
    const running = transport().run('yes 0123456789abcdef | head -c 70000000', { timeoutMs });
    await expect(running).rejects.toMatchObject({ code: 'TRANSPORT_OUTPUT_TOO_LARGE' });
  });
  test('output is handed on while it comes', async () => {
    const chunks: Buffer[] = [];
    const onOutput = (chunk: Buffer) => chunks.push(chunk);
    const { stdout } = await transport().run('echo a; sleep 0.1; printf b; exit 4', {
      timeoutMs,
      onOutput,
    });
    expect(chunks.map(String)).toEqual(['a\n', 'b']);
    expect(String(stdout)).toBe('a\nb');
  });
}

function describeManyAtOnce(transport: () => Transport): void {
  test('twelve scripts at once get their own answers, at one round trip each', async () => {
    const before = transport().roundTrips;
    const numbers = Array.from({ length: 12 }, (_, index) => index);
    const outputs = await Promise.all(
      numbers.map((number) =>
        transport().run(`sleep 0.0${number % 3}; echo ${number}; exit ${number}`, { timeoutMs }),
      ),
    );
    expect(outputs.map(({ stdout }) => Number(stdout))).toEqual(numbers);
    expect(outputs.map(({ exitCode }) => exitCode)).toEqual(numbers);
    expect(transport().roundTrips - before).toBe(12);
  });
}

/** Whether a process of ours still runs with these words. `ps` may be absent, /proc may be too; one of them is there. */
/** A busy machine takes its time to end a process that was told to. */
async function endsSoon(transport: Transport, words: string): Promise<boolean> {
  for (let look = 0; look < 25; look++) {
    if (!(await isRunning(transport, words))) return true;
    await sleep(200);
  }
  return false;
}

async function isRunning(transport: Transport, words: string): Promise<boolean> {
  const script = `ps -A -o args= 2>/dev/null || cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\000' ' '`;
  const { stdout } = await transport.run(script, { timeoutMs });
  return String(stdout).includes(words);
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
