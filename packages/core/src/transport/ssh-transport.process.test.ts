import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Host } from '../model/host.ts';
import { secret } from '../model/secret.ts';
import type { Transport } from '../model/transport.ts';
import { type SshServer, startSshServer } from '../testing/ssh-server.ts';
import { type ConnectOptions, connect } from './connect.ts';
import { readKnownHosts } from './known-hosts-file.ts';

const timeoutMs = 10_000;
const folder = mkdtempSync(join(tmpdir(), 'hostwright-home-'));
const opened: Transport[] = [];
let server: SshServer;
let silent: SshServer;
/** How long a connection takes to notice that its host fell silent, by default. It goes by beside the other tests. */
let noticedAfterMs: Promise<number>;

beforeAll(async () => {
  server = await startSshServer({ folder, password: 'right' });
  silent = await startSshServer({ folder });
  const transport = await connect(silent.host('silent'));
  const beganMs = performance.now();
  silent.faults.silenceAll();
  noticedAfterMs = transport.run(':', { timeoutMs: 60_000 }).then(
    () => Number.NaN,
    () => performance.now() - beganMs,
  );
});
afterAll(async () => {
  await server.close();
  await silent.close();
  rmSync(folder, { recursive: true });
});
const initial: Partial<SshServer['faults']> = {};
beforeEach(() => {
  Object.assign(initial, { ...server.faults });
});
afterEach(async () => {
  Object.assign(server.faults, initial);
  await Promise.all(opened.splice(0).map((transport) => transport.close()));
});

describe('a connection that breaks', () => {
  test.each([
    ['a reset', () => server.faults.resetAll(), 'the connection was reset'],
    ['an orderly end', () => server.faults.endAll(), 'the host closed the connection'],
    ['bytes that are no packet', () => server.faults.garbleAll(), 'Bad packet'],
    ['R12 silence', () => server.faults.silenceAll(), 'the host no longer answers keep-alives'],
  ])(
    'by %s during a command is a typed error, for this run and the next',
    async (_, act, reason) => {
      const transport = await open({}, { keepaliveIntervalMs: 100 });
      const running = transport.run('echo a; sleep 5', { timeoutMs, onOutput: act });
      const lost = { code: 'TRANSPORT_CONNECTION_LOST', problem: expect.stringContaining(reason) };
      await expect(running).rejects.toMatchObject(lost);
      await expect(transport.run(':', { timeoutMs })).rejects.toMatchObject(lost);
    },
  );
  test('in the middle of the output is no result', async () => {
    server.faults.resetAfterBytes = 100_000;
    const transport = await open();
    const running = transport.run('head -c 1000000 /dev/zero', { timeoutMs });
    await expect(running).rejects.toMatchObject({ code: 'TRANSPORT_CONNECTION_LOST' });
  });
  test('while nothing runs harms nothing until the next run', async () => {
    const transport = await open();
    server.faults.resetAll();
    await delay(50);
    const running = transport.run(':', { timeoutMs });
    await expect(running).rejects.toMatchObject({ code: 'TRANSPORT_CONNECTION_LOST' });
  });
  test.each([
    ['reset', () => server.faults.resetAll()],
    ['end', () => server.faults.endAll()],
    ['garble', () => server.faults.garbleAll()],
    ['silence', () => server.faults.silenceAll()],
  ])('R2 does not touch another host (%s)', async (_, act) => {
    const other = await startSshServer({ folder });
    const [one, two] = [
      await open({}, { keepaliveIntervalMs: 50 }),
      await connect(other.host('other')),
    ];
    const runs = [one, two].map((each) => each.run('sleep 0.5; echo a', { timeoutMs }));
    act();
    const [broken, whole] = await Promise.allSettled(runs);
    expect([broken?.status, whole?.status]).toEqual(['rejected', 'fulfilled']);
    await two.close();
    await other.close();
  });
});

describe('a host that cannot be reached', () => {
  test('a port where nothing listens', async () => {
    await expect(open({ port: 1 })).rejects.toMatchObject({
      code: 'TRANSPORT_UNREACHABLE',
      host: 'mx1',
      problem: '127.0.0.1 refused the connection: nothing listens on port 1.',
    });
  });
  test('a host that says nothing', async () => {
    server.faults.isSilent = true;
    await expect(open({ connectTimeoutMs: 100 })).rejects.toMatchObject({
      code: 'TRANSPORT_UNREACHABLE',
      problem: expect.stringContaining('did not finish in time'),
    });
  });
  test('R13 one hang-up before the handshake is tried again, more are reported', async () => {
    server.faults.hangUps = 1;
    await open();
    server.faults.hangUps = 3;
    await expect(open()).rejects.toMatchObject({
      code: 'TRANSPORT_UNREACHABLE',
      problem: expect.stringContaining('closed the connection before the handshake'),
    });
    expect(server.faults.hangUps).toBe(0);
  });
  test('after an abort nothing is attempted', async () => {
    const connecting = open({}, { signal: AbortSignal.abort() });
    await expect(connecting).rejects.toMatchObject({ code: 'INTERRUPTED', host: 'mx1' });
  });
  test('an abort ends the attempt', async () => {
    server.faults.isSilent = true;
    const connecting = open({}, { signal: AbortSignal.timeout(50) });
    await expect(connecting).rejects.toMatchObject({ code: 'INTERRUPTED', host: 'mx1' });
  });
});

describe('host keys', () => {
  test('R1 an unknown key is refused before any login, with its fingerprint and the way to add it', async () => {
    const before = server.logins.length;
    const file = join(folder, 'none');
    await expect(open({ knownHosts: [file] })).rejects.toMatchObject({
      code: 'TRANSPORT_HOST_KEY_UNKNOWN',
      problem: expect.stringMatching(/ssh-ed25519 SHA256:[A-Za-z0-9+/]{43}\.$/),
      remedy: expect.stringContaining(
        `ssh-keyscan -p ${server.port} -t ed25519 127.0.0.1 >>${file}`,
      ),
    });
    expect(server.logins.length).toBe(before);
    expect(existsSync(file)).toBe(false);
  });
  test.each(['strict', 'accept-new'] as const)(
    'R1: a changed key is refused when %s',
    async (hostKeyPolicy) => {
      server.faults.useOtherHostKey = true;
      const before = server.logins.length;
      await expect(open({ hostKeyPolicy })).rejects.toMatchObject({
        code: 'TRANSPORT_HOST_KEY_CHANGED',
        problem: expect.stringMatching(
          /presents ssh-ed25519 SHA256:.*known_hosts:1 has ssh-ed25519 SHA256:/,
        ),
        remedy: expect.stringContaining(
          `ssh-keygen -R '[127.0.0.1]:${server.port}' -f ${server.knownHostsFile}`,
        ),
      });
      expect(server.logins.length).toBe(before);
    },
  );
  test('R1 a revoked key is refused although it is known too', async () => {
    const file = join(folder, 'revoked');
    const [, ...key] = server.hostKeyLine.split(' ');
    writeFileSync(file, `${server.hostKeyLine}\n@revoked * ${key.join(' ')}\n`);
    await expect(open({ knownHosts: [file] })).rejects.toMatchObject({
      code: 'TRANSPORT_HOST_KEY_REVOKED',
      problem: expect.stringContaining(`${file}:2 marks as revoked`),
    });
  });
  test('accept-new records a key once, and strict takes it from then on', async () => {
    const file = join(folder, 'new');
    await open({ knownHosts: [file], hostKeyPolicy: 'accept-new' });
    await open({ knownHosts: [file], hostKeyPolicy: 'accept-new' });
    await open({ knownHosts: [file] });
    expect(readFileSync(file, 'utf8').trim()).toBe(server.hostKeyLine.trim());
  });
  test('accept-new records nothing when the login fails', async () => {
    server.faults.refuseAuth = true;
    const file = join(folder, 'refused');
    const connecting = open({ knownHosts: [file], hostKeyPolicy: 'accept-new' });
    await expect(connecting).rejects.toMatchObject({ code: 'TRANSPORT_AUTH_FAILED' });
    expect(existsSync(file)).toBe(false);
  });
  test('an alias is looked up in place of address and port', async () => {
    const file = join(folder, 'alias');
    const [, ...key] = server.hostKeyLine.split(' ');
    writeFileSync(file, `mail-one ${key.join(' ')}\n`);
    await open({ knownHosts: [file], hostKeyAlias: 'Mail-One' });
    expect((await readKnownHosts([file])).entries).toHaveLength(1);
  });
});

describe('sessions', () => {
  test('R22 a host with few sessions is waited for', async () => {
    server.faults.sessionsMax = 1;
    const transport = await open();
    const outputs = [1, 2, 3].map((number) => transport.run(`echo ${number}`, { timeoutMs }));
    expect((await Promise.all(outputs)).map(({ stdout }) => Number(stdout))).toEqual([1, 2, 3]);
  });
  test('R22 thirty scripts at once share one connection and four sessions', async () => {
    const own = await startSshServer({ folder });
    const transport = await connect(own.host('mx1'));
    const numbers = Array.from({ length: 30 }, (_, index) => index);
    const outputs = await Promise.all(
      numbers.map((number) => transport.run(`echo ${number}`, { timeoutMs })),
    );
    expect(outputs.map(({ stdout }) => Number(stdout))).toEqual(numbers);
    expect(own.counts).toEqual({ connections: 1, sessionsAtOnce: 4, agentRequests: 0 });
    await transport.close();
    await own.close();
  });
  test('R25 no session asks to forward the agent, whatever the inventory says', async () => {
    const asked = { ...server.host().ssh, agentForward: true, forwardAgent: true };
    const transport = await open(asked, { agentSocket: '/nowhere' });
    const { stdout } = await transport.run('printenv SSH_AUTH_SOCK || echo none', { timeoutMs });
    expect(String(stdout)).toBe('none\n');
    expect(server.counts.agentRequests).toBe(0);
  });
  test('a login shell that starts nothing is named', async () => {
    const shell = join(folder, 'nologin');
    writeFileSync(shell, '#!/bin/sh\necho This account is not available.\nexit 1\n', {
      mode: 0o755,
    });
    server.faults.loginShell = shell;
    const transport = await open();
    await expect(transport.run('echo a', { timeoutMs })).rejects.toMatchObject({
      code: 'TRANSPORT_SHELL_UNAVAILABLE',
      detail: 'This account is not available.',
    });
  });
  test('R29: what a login shell prints stays out of the output, and is said with the name of the host', async () => {
    const shell = join(folder, 'noisy');
    const text = '#!/bin/sh\necho Welcome; echo noise >&2; exec /bin/sh "$@"\n';
    writeFileSync(shell, text, { mode: 0o755 });
    server.faults.loginShell = shell;
    const warnings: unknown[] = [];
    const onWarning = (...warning: unknown[]) => warnings.push(warning);
    const transport = await open({}, { onWarning });
    const { stdout, stderr } = await transport.run('echo a; echo b >&2', { timeoutMs });
    expect([String(stdout), String(stderr)]).toEqual(['a\n', 'b\n']);
    expect(warnings).toEqual([[expect.stringMatching(/prints .*"Welcome"/), transport.host]]);
    server.faults.loginShell = '/bin/sh';
    await (await open({}, { onWarning })).run('echo a', { timeoutMs });
    expect(warnings).toHaveLength(1);
  });
});

describe('a jump host', () => {
  const through = (jump: SshServer, ssh: Partial<Host['ssh']> = {}): Partial<Host['ssh']> => {
    const { address, user } = jump;
    return { jump: { address, user, ssh: { ...jump.host().ssh, ...ssh } } };
  };
  let jump: SshServer;
  beforeAll(async () => {
    jump = await startSshServer({ folder });
  });
  afterAll(() => jump.close());

  test('R26 passes the connection on, and both keys are checked', async () => {
    const transport = await open(through(jump));
    const { stdout } = await transport.run(`printf %s ${'x'.repeat(3_000_000)} | wc -c`, {
      timeoutMs,
    });
    expect(Number(stdout)).toBe(3_000_000);
    jump.faults.useOtherHostKey = true;
    await expect(open(through(jump))).rejects.toMatchObject({
      code: 'TRANSPORT_HOST_KEY_CHANGED',
      host: 'mx1',
      problem: expect.stringContaining('On the way, at the jump host 127.0.0.1'),
    });
    jump.faults.useOtherHostKey = false;
    server.faults.useOtherHostKey = true;
    const behind = {
      code: 'TRANSPORT_HOST_KEY_CHANGED',
      problem: expect.not.stringContaining('jump'),
    };
    await expect(open(through(jump))).rejects.toMatchObject(behind);
  });
  test('R27 an alias of the SSH configuration leads through its jump host', async () => {
    const config = join(folder, 'ssh_config');
    const own = (one: SshServer) =>
      `HostName ${one.address}\n Port ${one.port}\n User ${one.user}\n IdentityFile ${one.identityFile}\n UserKnownHostsFile ${one.knownHostsFile}\n`;
    writeFileSync(
      config,
      `Host mx\n ProxyJump bastion\n ${own(server)}Host bastion\n ${own(jump)}`,
    );
    const before = jump.logins.length;
    const host = { ...server.host('mx1'), address: 'mx', user: undefined };
    const transport = await connect({ ...host, ssh: { config, agent: null } });
    expect((await transport.run('exit 6', { timeoutMs })).exitCode).toBe(6);
    await transport.close();
    expect(jump.logins.slice(before)).toContain('publickey');
  });
  test('may stand behind another', async () => {
    const chain = { ...through(jump, through(jump)) };
    const transport = await open(chain);
    expect((await transport.run('exit 5', { timeoutMs })).exitCode).toBe(5);
  });
  test('that does not reach the host says so', async () => {
    await expect(open({ ...through(jump), port: 1 })).rejects.toMatchObject({
      code: 'TRANSPORT_UNREACHABLE',
      problem: expect.stringContaining('The jump host 127.0.0.1 does not reach 127.0.0.1 port 1'),
    });
  });
  test('that says nothing of the host is waited for no longer than the host, and not after an interrupt', async () => {
    jump.faults.isDropping = true;
    const began = performance.now();
    await expect(open({ ...through(jump), connectTimeoutMs: 500 })).rejects.toMatchObject({
      code: 'TRANSPORT_UNREACHABLE',
      host: 'mx1',
      problem: expect.stringMatching(
        /^The jump host 127\.0\.0\.1 does not reach 127\.0\.0\.1 port \d+: no answer within 500 ms\.$/,
      ),
    });
    const signal = AbortSignal.timeout(300);
    await expect(open(through(jump), { signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(performance.now() - began).toBeLessThan(10_000);
    jump.faults.isDropping = false;
  }, 15_000);
  test('that goes away takes the connection with it', async () => {
    const transport = await open(through(jump));
    const running = transport.run('echo a; sleep 5', {
      timeoutMs,
      onOutput: () => jump.faults.resetAll(),
    });
    await expect(running).rejects.toMatchObject({ code: 'TRANSPORT_CONNECTION_LOST' });
  });
});

describe('become', () => {
  test('R14 a wrong password is given to sudo once, however many scripts run', async () => {
    const log = join(folder, 'sudo.log');
    const sudo = `#!/bin/sh\ncase $* in *-v) echo asked >>${log}; echo 'Sorry, try again.' >&2;; esac\nexit 1\n`;
    writeFileSync(join(folder, 'sudo'), sudo, { mode: 0o755 });
    const env = { PATH: `${folder}:/usr/bin:/bin` };
    const sudoServer = await startSshServer({ folder, env });
    const host = { ...sudoServer.host('mx1'), become: { user: 'other', password: secret('no') } };
    const transport = await connect(host);
    const runs = [1, 2, 3].map(() => transport.run('echo a', { timeoutMs }));
    for (const ended of await Promise.allSettled(runs)) {
      expect(ended).toMatchObject({ reason: { code: 'TRANSPORT_BECOME_FAILED', host: 'mx1' } });
    }
    expect(readFileSync(log, 'utf8')).toBe('asked\n');
    await transport.close();
    await sudoServer.close();
  });
});

test('R12 silence is noticed within 35 seconds, by default', async () => {
  expect(await noticedAfterMs).toBeLessThan(35_000);
});

async function open(
  ssh: Partial<Host['ssh']> = {},
  options: ConnectOptions = {},
): Promise<Transport> {
  const transport = await connect(server.host('mx1', ssh), options);
  opened.push(transport);
  return transport;
}
