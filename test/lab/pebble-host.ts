import { quote } from '@hostwright/core';
import { untilListening } from './dns-server-host.ts';
import type { LabHost } from './lab.ts';
import { LabError } from './lab-error.ts';

const folder = '/srv/pebble';
const port = 14_000;

/**
 * Pebble, the small certificate authority of Let's Encrypt for tests, on a lab host of Debian 12, which has it as a
 * package. It asks `dnsServer` for names, and its own address is `hostname`. Returns the address of its directory.
 */
export async function startPebble(
  host: LabHost,
  hostname: string,
  dnsServer: string,
): Promise<string> {
  const configuration = {
    pebble: {
      listenAddress: `0.0.0.0:${port}`,
      managementListenAddress: '127.0.0.1:15000',
      certificate: `${folder}/tls.pem`,
      privateKey: `${folder}/tls.key`,
      httpPort: 80,
      tlsPort: 443,
    },
  };
  const certificate = `openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=${hostname} -addext subjectAltName=DNS:${hostname} -keyout ${folder}/tls.key -out ${folder}/tls.pem`;
  const start = `systemd-run --quiet --unit=pebble --setenv=PEBBLE_VA_NOSLEEP=1 --setenv=PEBBLE_WFE_NONCEREJECT=0 pebble -config ${folder}/config.json -dnsserver ${dnsServer}:53`;
  await run(
    host,
    `set -e; mkdir ${folder}; ${certificate}
printf %s ${quote(JSON.stringify(configuration))} > ${folder}/config.json; ${start}`,
  );
  await untilListening(host.address, port, () => run(host, 'journalctl -u pebble -o cat'));
  return `https://${hostname}:${port}/dir`;
}

/** Makes another host trust the address of Pebble, and find it. */
export async function trustPebble(host: LabHost, pebble: LabHost, hostname: string): Promise<void> {
  const certificate = await run(pebble, `cat ${folder}/tls.pem`);
  await run(
    host,
    `set -e; printf '%s %s\\n' ${pebble.address} ${hostname} >> /etc/hosts
printf %s ${quote(certificate)} > /usr/local/share/ca-certificates/pebble.crt; update-ca-certificates`,
  );
}

async function run(host: LabHost, script: string): Promise<string> {
  const { stdout, stderr, exitCode } = await host.exec(script);
  if (exitCode === 0) return stdout;
  throw new LabError(`A command on ${host.name} exited with ${exitCode}:\n${stdout}${stderr}`);
}
