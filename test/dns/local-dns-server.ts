import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DnsServerKind,
  type DnsServerSettings,
  dnsServerPlan,
  keyFileText,
} from './dns-server-configuration.ts';
import type { RealDnsServer } from './real-dns-server.ts';

const needs = {
  bind: ['/usr/sbin/named', '/usr/bin/dig', '/usr/bin/nsupdate', '/usr/bin/named-checkzone'],
  knot: ['/usr/sbin/knotd', '/usr/bin/dig', '/usr/bin/nsupdate', '/usr/bin/named-checkzone'],
} as const satisfies Record<DnsServerKind, readonly string[]>;

const readyWithinMs = 10_000;

/** True where this machine has the server and the programs that judge it. */
export function isInstalled(kind: DnsServerKind): boolean {
  return needs[kind].every((path) => existsSync(path));
}

/** Starts a server of this machine on a loopback port, in a folder of its own. Keys are zones, values zone files. */
export async function startLocalDnsServer(
  kind: DnsServerKind,
  zones: Readonly<Record<string, string>>,
): Promise<RealDnsServer> {
  const settings: DnsServerSettings = {
    folder: await mkdtemp(join(tmpdir(), `hostwright-${kind}-`)),
    address: '127.0.0.1',
    port: await freePort(),
    keyName: 'ddns.example.',
    keySecret: randomBytes(32).toString('base64'),
    zones: Object.keys(zones),
  };
  const { folder, port } = settings;
  const { command, configuration } = dnsServerPlan(kind, settings);
  const write = (name: string, text: string) =>
    writeFile(join(folder, name), text, { mode: 0o600 });
  await write('ddns.key', keyFileText(settings));
  await write('server.conf', configuration);
  for (const [zone, text] of Object.entries(zones)) await write(`${zone}.zone`, text);
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      log += chunk;
    });
  }
  try {
    await untilReady(child, port);
  } catch (error) {
    await stopServer(child, folder);
    throw new Error(`${kind} did not start:\n${log}`, { cause: error });
  }
  return {
    ...settings,
    run,
    log: async () => log,
    stop: () => stopServer(child, folder),
  };
}

async function run(command: readonly string[], input = ''): Promise<string> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined).end(input);
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([readAll(child.stdout), readAll(child.stderr)]);
  const [exitCode] = await closed;
  if (exitCode === 0) return stdout;
  throw new Error(`${program} exited with ${exitCode}:\n${stdout}${stderr}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function untilReady(child: ChildProcess, port: number): Promise<void> {
  const end = Date.now() + readyWithinMs;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`it exited with ${child.exitCode}`);
    const socket = connect({ port, host: '127.0.0.1' });
    const isUp = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isUp) return;
    await sleep(50);
  }
  throw new Error(`nothing listens on port ${port}`);
}

async function stopServer(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await exited;
    clearTimeout(timer);
  }
  await rm(folder, { recursive: true, force: true });
}
