import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Client } from 'ssh2';
import type { LabHost } from '../lab/lab.ts';

/** The script a person would write to look at the same sixty things, with one command for each kind. */
const script = `
LC_ALL=C; export LC_ALL
dpkg-query -W -f='\${Package} \${db:Status-Status} \${Version}\\n' bash coreutils dash findutils grep gzip hostname login passwd sed cron
systemctl show -p Id,LoadState,ActiveState,SubState,UnitFileState ssh dbus systemd-journald systemd-logind cron
stat -c '%n %F %a %U %G' /etc/bench /etc/bench/* /etc/bench/*/*
sha256sum /etc/bench/*/*
for i in 0 1 2 3 4 5 6 7 8; do getent passwd bench$i; getent group bench$i; done
`;

/**
 * The least that reading a host can cost in this process: one connection without Nagle's algorithm, one exec, one
 * script. Resolves with the milliseconds from the first byte to the last.
 */
export async function readAtTheLimit(host: LabHost): Promise<number> {
  const start = performance.now();
  const client = new Client();
  const sock = connect({ host: host.address, port: host.port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    client.on('ready', resolve).on('error', reject);
    client.connect({ sock, username: 'root', privateKey: readFileSync(host.identityFile) });
  });
  await new Promise<void>((resolve, reject) => {
    client.exec('exec /bin/sh', (error, channel) => {
      if (error !== undefined && error !== null) return reject(error);
      channel.on('close', () => resolve()).on('data', () => undefined);
      channel.stderr.on('data', () => undefined);
      channel.end(script);
    });
  });
  client.end();
  return performance.now() - start;
}
