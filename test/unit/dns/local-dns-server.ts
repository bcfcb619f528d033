import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A real DNS server of this machine on a loopback port, in a folder of its own that `stop` removes. */
export interface LocalDnsServer {
  readonly port: number;
  readonly folder: string;
  /** Name of the TSIG key that may update, and its base64 secret. */
  readonly keyName: string;
  readonly keySecret: string;
  /** File that dig and nsupdate read the key from, so that it is in no argument list. */
  readonly keyFile: string;
  log(): string;
  stop(): Promise<void>;
}

export type DnsServerKind = 'bind' | 'knot';

const daemons = { bind: '/usr/sbin/named', knot: '/usr/sbin/knotd' } as const;

export const isInstalled = (kind: DnsServerKind): boolean => existsSync(daemons[kind]);

const readyWithinMs = 10_000;

/** Starts a server that holds these zones; keys are zone names, values zone file text. */
export async function startDnsServer(
  kind: DnsServerKind,
  zones: Readonly<Record<string, string>>,
): Promise<LocalDnsServer> {
  const folder = await mkdtemp(join(tmpdir(), `hostwright-${kind}-`));
  const port = await freePort();
  const keyName = 'ddns.example.';
  const keySecret = randomBytes(32).toString('base64');
  const keyFile = join(folder, 'ddns.key');
  const keyText = `key "${keyName}" { algorithm hmac-sha256; secret "${keySecret}"; };\n`;
  await writeFile(keyFile, keyText, { mode: 0o600 });
  for (const [zone, text] of Object.entries(zones)) {
    await writeFile(join(folder, `${zone}.zone`), text);
  }
  const settings = { folder, port, keyName, keySecret, keyFile, zones: Object.keys(zones) };
  const configuration = join(folder, 'server.conf');
  const text = kind === 'bind' ? bindConfiguration(settings) : knotConfiguration(settings);
  await writeFile(configuration, text, { mode: 0o600 });
  const args = kind === 'bind' ? ['-g', '-n', '1', '-c', configuration] : ['-c', configuration];
  const child = spawn(daemons[kind], args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stdout.on('data', (chunk) => {
    log += chunk;
  });
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const server = { port, folder, keyName, keySecret, keyFile, log: () => log };
  const stop = () => stopServer(child, folder);
  try {
    await untilReady(child, port);
  } catch (error) {
    await stop();
    throw new Error(`${kind} did not start:\n${log}`, { cause: error });
  }
  return { ...server, stop };
}

interface Settings {
  readonly folder: string;
  readonly port: number;
  readonly keyName: string;
  readonly keySecret: string;
  readonly keyFile: string;
  readonly zones: readonly string[];
}

function bindConfiguration({ folder, port, keyName, keyFile, zones }: Settings): string {
  const clauses = zones.map((zone) => {
    const policy = zone.startsWith('closed.') ? 'none' : `key "${keyName}"`;
    const file = join(folder, `${zone}.zone`);
    return `zone "${zone}" { type primary; file "${file}"; allow-update { ${policy}; }; };`;
  });
  return `include "${keyFile}";
controls { };
options {
  directory "${folder}"; pid-file none; session-keyfile none;
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; notify no; empty-zones-enable no; allow-transfer { key "${keyName}"; };
};
${clauses.join('\n')}
`;
}

function knotConfiguration({ folder, port, keyName, keySecret, zones }: Settings): string {
  const clauses = zones.map((zone) => {
    const acl = zone.startsWith('closed.') ? '' : '\n    acl: update';
    return `  - domain: ${zone}\n    file: ${zone}.zone${acl}`;
  });
  return `server:
    rundir: ${folder}
    listen: 127.0.0.1@${port}
log:
  - target: stderr
    any: info
database:
    storage: ${folder}
key:
  - id: ${keyName}
    algorithm: hmac-sha256
    secret: ${keySecret}
acl:
  - id: update
    key: ${keyName}
    action: [update, transfer]
template:
  - id: default
    storage: ${folder}
    zonefile-sync: -1
    zonefile-load: difference
zone:
${clauses.join('\n')}
`;
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
