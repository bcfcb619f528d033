import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { quote } from '@hostwright/core';
import {
  type DnsServerKind,
  type DnsServerSettings,
  dnsServerPlan,
  keyFileText,
} from '../dns/dns-server-configuration.ts';
import type { RealDnsServer } from '../dns/real-dns-server.ts';
import type { LabHost } from './lab.ts';
import { LabError } from './lab-error.ts';

/** Away from port 53, where the packages' own services listen. */
const ports = { bind: 5301, knot: 5302 } as const satisfies Record<DnsServerKind, number>;

const readyWithinMs = 15_000;

/** Starts BIND or Knot on a lab host, which must have the packages. Keys of `zones` are names, values zone files. */
export async function startLabDnsServer(
  host: LabHost,
  kind: DnsServerKind,
  zones: Readonly<Record<string, string>>,
): Promise<RealDnsServer> {
  const settings: DnsServerSettings = {
    folder: `/srv/dns-${kind}`,
    address: host.address,
    port: ports[kind],
    keyName: 'ddns.example.',
    keySecret: randomBytes(32).toString('base64'),
    zones: Object.keys(zones),
  };
  const unit = `dns-${kind}.service`;
  const { folder } = settings;
  const { command, configuration } = dnsServerPlan(kind, settings);
  const files = { 'ddns.key': keyFileText(settings), 'server.conf': configuration };
  for (const [zone, text] of Object.entries(zones)) {
    Object.assign(files, { [`${zone}.zone`]: text });
  }
  const writes = Object.entries(files).map(
    ([name, text]) => `printf %s ${quote(text)} > ${quote(`${folder}/${name}`)}`,
  );
  const start = ['systemd-run', '--quiet', `--unit=${unit}`, ...command].map(quote).join(' ');
  await run(host, ['set -e', 'umask 077', `mkdir ${quote(folder)}`, ...writes, start].join('\n'));
  const server: RealDnsServer = {
    ...settings,
    run: (words, input = '') =>
      run(host, `printf %s ${quote(input)} | ${words.map(quote).join(' ')}`),
    log: () => run(host, `journalctl --unit=${unit} --no-pager --output=cat`),
    stop: async () => {
      await run(host, `systemctl stop ${unit}; rm -rf ${quote(folder)}`);
    },
  };
  await untilListening(server.address, server.port, () => server.log());
  return server;
}

async function run(host: LabHost, script: string): Promise<string> {
  const { stdout, stderr, exitCode } = await host.exec(script);
  if (exitCode === 0) return stdout;
  throw new LabError(`A command on ${host.name} exited with ${exitCode}:\n${stdout}${stderr}`);
}

/** Waits until a port of a lab host takes connections, or fails with what `log` returns. */
export async function untilListening(
  address: string,
  port: number,
  log: () => Promise<string>,
): Promise<void> {
  const end = Date.now() + readyWithinMs;
  while (Date.now() < end) {
    const socket = connect({ host: address, port });
    const isUp = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isUp) return;
    await sleep(100);
  }
  throw new LabError(`Nothing listens on ${address} port ${port}:\n${await log()}`);
}
