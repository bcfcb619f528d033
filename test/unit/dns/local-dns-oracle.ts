import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LocalDnsServer } from './local-dns-server.ts';

const execute = promisify(execFile);

/** What dig prints for a record set: TTL and value of each record, sorted. */
export async function dig(server: LocalDnsServer, name: string, type: string): Promise<string[]> {
  const where = ['@127.0.0.1', '-p', String(server.port), '-k', server.keyFile];
  const { stdout } = await execute('dig', [
    ...where,
    '+tcp',
    '+noall',
    '+answer',
    '+norecurse',
    name,
    type,
  ]);
  const rows = stdout.split('\n').map((line) => line.split(/\s+/));
  return rows
    .filter(([, , , kind]) => kind === type)
    .map(([, ttl, , , ...value]) => `${ttl} ${value.join(' ')}`)
    .sort();
}

/** Sends commands of nsupdate, as another editor of the zone would. */
export async function nsupdate(server: LocalDnsServer, commands: readonly string[]): Promise<void> {
  const script = join(server.folder, 'commands');
  await writeFile(script, [`server 127.0.0.1 ${server.port}`, ...commands, 'send', ''].join('\n'));
  await execute('nsupdate', ['-v', '-k', server.keyFile, script]);
}

/** The whole zone as a file, by zone transfer. */
export async function transfer(server: LocalDnsServer, zone: string): Promise<string> {
  const where = ['@127.0.0.1', '-p', String(server.port), '-k', server.keyFile];
  const { stdout } = await execute('dig', [
    ...where,
    '+onesoa',
    '+nocomments',
    '+nostats',
    '+nocmd',
    zone,
    'AXFR',
  ]);
  // dig prints the signature of the transfer as if it were a record of the zone.
  return stdout.replaceAll(/^.*\sTSIG\s.*$/gm, '');
}
