import { isAddress, isDomain } from '../names.ts';
import { completeTls, type Tls, type TlsSettings, tlsProblems } from './tls-settings.ts';

export interface SecondMxSettings {
  /** Name of the second server in the world: `mx2.example.com`. */
  readonly hostname: string;
  /** IPv4 or IPv6 address that the records give for it. */
  readonly address: string;
  readonly tls?: TlsSettings;
  /** Port that its sshd listens on; 22 when left out. */
  readonly sshPort?: number;
  /** How long it keeps mail for a first server that does not answer, in days; 5 when left out. */
  readonly queueDays?: number;
  /**
   * How it knows which addresses there are: those of the playbook (`declared`), or by asking the first server and keeping
   * the answer (`ask`). Left out: `ask` with `database`, where others add addresses, and else `declared`.
   */
  readonly recipients?: 'declared' | 'ask';
}

/** The same with every default filled in. */
export interface SecondMx extends Omit<Required<SecondMxSettings>, 'tls'> {
  readonly tls: Tls;
}

export function completeSecondMx(
  settings: SecondMxSettings | undefined,
  hasDatabase: boolean,
): SecondMx | undefined {
  if (settings === undefined) return undefined;
  return {
    sshPort: 22,
    queueDays: 5,
    recipients: hasDatabase ? 'ask' : 'declared',
    ...settings,
    tls: completeTls(settings.tls, [settings.hostname]),
  };
}

export function secondMxProblems(
  settings: SecondMxSettings | undefined,
  first: Pick<SecondMxSettings, 'hostname' | 'address'>,
  domains: readonly string[],
): readonly string[] {
  if (settings === undefined) return [];
  const { hostname, address, tls, queueDays = 5, sshPort = 22 } = settings;
  return [
    ...(isDomain(hostname) && hostname !== first.hostname && !domains.includes(hostname)
      ? []
      : [
          `secondMx.hostname: '${hostname}' is no name of its own in lower case, beside the first server and the hosted domains.`,
        ]),
    ...(isAddress(address) ? [] : [`secondMx.address: '${address}' is no IP address.`]),
    ...(address === first.address
      ? [`secondMx.address: '${address}' is that of the first server.`]
      : []),
    ...(Number.isInteger(queueDays) && queueDays >= 1 && queueDays <= 100
      ? []
      : [`secondMx.queueDays: ${queueDays} is no whole number from 1 to 100.`]),
    ...(Number.isInteger(sshPort) && sshPort >= 1 && sshPort <= 65_535
      ? []
      : [`secondMx.sshPort: ${sshPort} is no port.`]),
    ...tlsProblems(tls, [hostname], new Date()).map((problem) => `secondMx.${problem}`),
  ];
}
