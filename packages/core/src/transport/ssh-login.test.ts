import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import ssh2 from 'ssh2';
import type { Host } from '../model/host.ts';
import { secret } from '../model/secret.ts';
import { newKey } from '../testing/new-key.ts';
import { type SshServer, startSshServer } from '../testing/ssh-server.ts';
import { type ConnectOptions, connect } from './connect.ts';
import { LoginFiles } from './login-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostwright-login-'));
const wrongKeyFile = join(folder, 'wrong_key');
const brokenKeyFile = join(folder, 'broken_key');
let server: SshServer;

beforeAll(async () => {
  server = await startSshServer({ folder, password: 'right' });
  writeFileSync(wrongKeyFile, newKey().private, { mode: 0o600 });
  writeFileSync(brokenKeyFile, 'no key at all');
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});
const initial: Partial<SshServer['faults']> = {};
beforeEach(() => {
  Object.assign(initial, { ...server.faults });
});
afterEach(() => {
  Object.assign(server.faults, initial);
});

test('R13 a key that is refused is followed by the password, each once', async () => {
  expect(await logins({ identityFiles: [wrongKeyFile], password: secret('right') })).toEqual([
    'publickey',
    'password',
  ]);
});

test('a password alone is given by the method the host takes', async () => {
  expect(await logins({ identityFiles: [], password: secret('right') })).toEqual(['password']);
  server.faults.methods = ['keyboard-interactive'];
  const onlyInteractive = await logins({ identityFiles: [], password: secret('right') });
  expect(onlyInteractive).toEqual(['keyboard-interactive']);
});

test('R13 a wrong password is tried by one method, not by both', async () => {
  server.faults.methods = ['publickey', 'password', 'keyboard-interactive'];
  const before = server.logins.length;
  await expect(
    open({ identityFiles: [wrongKeyFile], password: secret('wrong') }),
  ).rejects.toMatchObject({
    code: 'TRANSPORT_AUTH_FAILED',
    host: 'mx1',
    problem: `The host refused the login as tester. Tried: key ${wrongKeyFile}, password. It takes: publickey, password, keyboard-interactive.`,
  });
  expect(server.logins.slice(before)).toEqual(['publickey', 'password']);
});

test('neither key nor password: said before the host is asked', async () => {
  const before = server.logins.length;
  const connecting = open({ identityFiles: [] }, { agentSocket: null });
  await expect(connecting).rejects.toMatchObject({
    code: 'TRANSPORT_AUTH_FAILED',
    problem: 'There is no key, no agent and no password to log in with as tester.',
  });
  expect(server.logins.length).toBe(before);
});

test.each([
  [() => join(folder, 'missing'), /it does not exist/],
  [() => brokenKeyFile, /its kind of key is not supported/],
  [() => folder, /it cannot be read \(EISDIR\)/],
])('a key file that was asked for and cannot be used is an error: %#', async (file, problem) => {
  await expect(open({ identityFiles: [file()] })).rejects.toMatchObject({
    code: 'TRANSPORT_KEY_UNREADABLE',
    problem: expect.stringMatching(problem),
  });
});

test('of the usual key files those are taken that are there, in the home folder', async () => {
  const home = join(folder, 'home');
  mkdirSync(join(home, '.ssh'), { recursive: true });
  writeFileSync(join(home, '.ssh', 'id_rsa'), server.clientKey);
  writeFileSync(join(home, '.ssh', 'id_ecdsa'), 'no key at all');
  const { identityFiles: _, ...ssh } = server.host().ssh;
  const host = { ...server.host(), ssh };
  await (await connect(host, { homeFolder: home })).close();
  server.faults.refuseAuth = true;
  await expect(connect(host, { homeFolder: home })).rejects.toMatchObject({
    problem: expect.stringContaining('Tried: key ~/.ssh/id_rsa.'),
    detail: 'The key ~/.ssh/id_ecdsa was left out: its kind of key is not supported.',
  });
});

test('R2: an agent that does not answer is no obstacle', async () => {
  expect(await logins({ agent: join(folder, 'no-agent') })).toEqual(['publickey', 'publickey']);
});

test('an agent that takes connections and says nothing is left out in time', async () => {
  const socket = join(folder, 'mute-agent');
  const left = Promise.withResolvers<void>();
  const agent = createServer((connection) => {
    connection.on('close', () => left.resolve()).resume();
  });
  await new Promise<void>((resolve) => agent.listen(socket, resolve));
  server.faults.refuseAuth = true;
  await expect(open({ agent: socket })).rejects.toMatchObject({
    code: 'TRANSPORT_AUTH_FAILED',
    detail: `The SSH agent at ${socket} did not answer.`,
  });
  await left.promise;
  agent.close();
}, 15_000);

const tools = ['ssh-keygen', 'ssh-agent', 'ssh-add'];
const hasTools = tools.every((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0);

(hasTools ? describe : describe.skip)('with the tools of OpenSSH', () => {
  const encrypted = join(folder, 'encrypted');
  const socket = join(folder, 'agent');
  let agent: ChildProcess;

  beforeAll(async () => {
    writeFileSync(encrypted, server.clientKey, { mode: 0o600 });
    spawnSync('ssh-keygen', ['-q', '-p', '-a', '2', '-N', 'open sesame', '-f', encrypted]);
    agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => agent.stdout?.once('data', resolve));
    const env = { ...process.env, SSH_AUTH_SOCK: socket };
    spawnSync('ssh-add', ['-q', wrongKeyFile], { env });
    spawnSync('ssh-add', ['-q', server.identityFile], { env });
  });
  afterAll(() => {
    agent.kill();
  });

  test('R25 an encrypted key opens with its passphrase', async () => {
    await logins({ identityFiles: [encrypted], passphrase: secret('open sesame') });
  });
  test('R25 an encrypted key is opened once for all hosts of a run', async () => {
    const files = new LoginFiles();
    const passphrase = secret('open sesame');
    const [one, two] = await Promise.all([
      files.identity(encrypted, passphrase),
      files.identity(encrypted, passphrase),
    ]);
    expect(one).toMatchObject({ status: 'usable' });
    expect(two).toBe(one);
  });
  test.each([
    [undefined, 'it is encrypted and no passphrase is given'],
    ['wrong', 'the passphrase does not fit'],
  ])('an encrypted key with the passphrase %s is an error', async (passphrase, problem) => {
    const given = passphrase === undefined ? {} : { passphrase: secret(passphrase) };
    await expect(open({ identityFiles: [encrypted], ...given })).rejects.toMatchObject({
      code: 'TRANSPORT_KEY_UNREADABLE',
      problem: `The private key ${encrypted} cannot be used: ${problem}.`,
      remedy: expect.stringContaining('ssh-add'),
    });
  });
  test('R25 the agent logs in, also for an encrypted key file it holds', async () => {
    await logins({ identityFiles: [], agent: socket });
    await logins({ identityFiles: [encrypted], agent: socket });
  });
  test('R25 of the agent, identitiesOnly offers the keys that are named alone', async () => {
    const named = join(folder, 'named.pub');
    const key = ssh2.utils.parseKey(server.clientKey);
    if (key instanceof Error) throw key;
    writeFileSync(named, `${key.type} ${key.getPublicSSH().toString('base64')}\n`);
    await logins({ identityFiles: [named], identitiesOnly: true, agent: socket });
    const other = open({ identityFiles: [wrongKeyFile], identitiesOnly: true, agent: socket });
    await expect(other).rejects.toMatchObject({
      problem: expect.stringContaining(`Tried: key ${wrongKeyFile}. `),
    });
  });
  test('R25 a public key alone does not log in without the agent', async () => {
    const named = join(folder, 'named.pub');
    await expect(open({ identityFiles: [named], agent: null })).rejects.toMatchObject({
      code: 'TRANSPORT_KEY_UNREADABLE',
      problem: expect.stringContaining('it is no private key'),
    });
  });
  test('a key that is in a file and in the agent is offered once', async () => {
    server.faults.refuseAuth = true;
    const connecting = open({ identityFiles: [server.identityFile], agent: socket });
    await expect(connecting).rejects.toMatchObject({
      problem: expect.stringContaining(`Tried: key ${server.identityFile}, 1 agent key.`),
    });
  });
});

async function open(ssh: Partial<Host['ssh']>, options: ConnectOptions = {}) {
  return connect(server.host('mx1', ssh), options);
}

/** Logs in and out again, and says which methods the server was asked for. */
async function logins(ssh: Partial<Host['ssh']>): Promise<readonly string[]> {
  const before = server.logins.length;
  const transport = await open(ssh);
  await transport.close();
  return server.logins.slice(before);
}
