/**
 * A real DNS server, and the programs of others to judge what was written to it. They run where the server runs, so a
 * test machine needs neither.
 */
export interface RealDnsServer {
  readonly address: string;
  readonly port: number;
  readonly keyName: string;
  readonly keySecret: string;
  readonly folder: string;
  /** Runs a command beside the server and returns what it prints; throws where it fails. */
  run(command: readonly string[], input?: string): Promise<string>;
  log(): Promise<string>;
  stop(): Promise<void>;
}

function client({ address, port, folder }: RealDnsServer): readonly string[] {
  return ['dig', `@${address}`, '-p', String(port), '-k', `${folder}/ddns.key`, '+tcp'];
}

/** What dig prints for a record set: TTL and value of each record, sorted. */
export async function dig(server: RealDnsServer, name: string, type: string): Promise<string[]> {
  const options = ['+noall', '+answer', '+norecurse', name, type];
  const printed = await server.run([...client(server), ...options]);
  const rows = printed.split('\n').map((line) => line.split(/\s+/));
  return rows
    .filter(([, , , kind]) => kind === type)
    .map(([, ttl, , , ...value]) => `${ttl} ${value.join(' ')}`)
    .sort();
}

/** Sends commands of nsupdate, as another editor of the zone would. */
export async function nsupdate(server: RealDnsServer, commands: readonly string[]): Promise<void> {
  const { address, port, folder } = server;
  const lines = [`server ${address} ${port}`, ...commands, 'send', ''];
  await server.run(['nsupdate', '-v', '-k', `${folder}/ddns.key`], lines.join('\n'));
}

const transferOptions = ['+onesoa', '+nocomments', '+nostats', '+nocmd'] as const;

/** The whole zone as a file, by zone transfer. */
export async function transfer(server: RealDnsServer, zone: string): Promise<string> {
  const printed = await server.run([...client(server), ...transferOptions, zone, 'AXFR']);
  // dig prints the signature of the transfer as if it were a record of the zone.
  return printed.replaceAll(/^.*\sTSIG\s.*$/gm, '');
}

/** What named-checkzone says of the whole zone. */
export function checkZone(server: RealDnsServer, zone: string): Promise<string> {
  const script = '"$@" | grep -v TSIG | named-checkzone -i local "$0" /dev/stdin';
  const command = [...client(server), ...transferOptions, zone, 'AXFR'];
  return server.run(['sh', '-c', script, zone, ...command]);
}

/** Names of the files beside the server that hold its secret. */
export async function secretHolders(server: RealDnsServer): Promise<readonly string[]> {
  // The secret travels as a pattern file on standard input, not as an argument.
  const command = ['grep', '-rlaF', '-f', '-', '--', server.folder];
  const printed = await server.run(command, `${server.keySecret}\n`);
  return printed
    .trim()
    .split('\n')
    .map((path) => path.slice(server.folder.length + 1))
    .sort();
}
