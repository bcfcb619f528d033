import { type Declaration, HostwrightError } from '@hostwright/core';
import {
  type DmarcPolicy,
  type DnsProvider,
  dmarc,
  type MtaStsPolicy,
  mtaSts,
  type SpfPolicy,
  spf,
  tlsRpt,
} from '@hostwright/modules';

/** What DNS says about the mail of every hosted domain, and where it is written. */
export interface DnsSettings {
  /** Where the records are kept: `rfc2136({ … })`. */
  readonly provider: DnsProvider;
  /** Declarations that come before the records, such as the DNS server of the same playbook. */
  readonly needs?: readonly Declaration[];
  /** In seconds; 3600 when left out. */
  readonly ttl?: number;
  /** Where mail of the domains may come from; `{ allow: ['mx'] }`, which is this server, when left out. */
  readonly spf?: SpfPolicy;
  /**
   * What others do with mail that is not from here; `{ policy: 'quarantine' }` when left out. Hosted domains take
   * reports about each other: the records for that are written too.
   */
  readonly dmarc?: DmarcPolicy;
  /** Mail addresses, or https addresses, that are told of TLS that failed. Left out: nobody asks. */
  readonly tlsReports?: readonly string[];
  /**
   * Whether senders may insist on TLS with a certificate that they can verify. The record is written, and the policy
   * lies on the mail host at `/var/lib/mta-sts/DOMAIN/.well-known/mta-sts.txt`, to be served as
   * `https://mta-sts.DOMAIN/`. Left out: there is none.
   */
  readonly mtaSts?: Omit<MtaStsPolicy, 'mx'> & {
    /**
     * True: nginx on the mail host serves it on port 443, the names `mta-sts.DOMAIN` are written, and the certificate
     * is for them, too. False, when left out: your web server does.
     */
    readonly serve?: boolean;
  };
  /** True: records by which mail programs find the server of an address; false when left out. */
  readonly clientRecords?: boolean;
  /** Where the PTR record of the server's address is kept, if that is yours to write. */
  readonly reverse?: DnsProvider;
}

export type MailDns = DnsSettings &
  Required<Pick<DnsSettings, 'needs' | 'ttl' | 'spf' | 'dmarc' | 'clientRecords'>>;

export function completeDns(settings: DnsSettings, domains: readonly string[]): MailDns {
  const policy = settings.dmarc ?? { policy: 'quarantine' };
  return Object.freeze({
    needs: [],
    ttl: 3600,
    spf: { allow: ['mx'] },
    clientRecords: false,
    ...settings,
    dmarc: { ...policy, authorizedBy: [...(policy.authorizedBy ?? []), ...domains] },
  } satisfies MailDns);
}

/** Names that lead to the mail host, its own first: those by which it serves policies about TLS are among them. */
export function serverNames(
  hostname: string,
  { mtaSts: sts }: Pick<DnsSettings, 'mtaSts'>,
  domains: readonly string[],
): readonly [string, ...string[]] {
  return [hostname, ...(sts?.serve === true ? domains.map((domain) => `mta-sts.${domain}`) : [])];
}

/** What is wrong with the policies, a sentence each. `domains` are valid names. */
export function dnsProblems(settings: DnsSettings, domains: readonly string[]): readonly string[] {
  const complete = completeDns(settings, domains);
  const { tlsReports, mtaSts: sts } = complete;
  const [first = ''] = domains;
  const attempts = [
    () => spf(complete.spf),
    ...domains.map((domain) => () => dmarc(domain, complete.dmarc)),
    ...(tlsReports === undefined ? [] : [() => tlsRpt(first, tlsReports)]),
    ...(sts === undefined ? [] : [() => mtaSts(first, { ...sts, mx: [first] })]),
  ];
  return attempts.flatMap((attempt) => {
    try {
      attempt();
      return [];
    } catch (error) {
      if (error instanceof HostwrightError) return [`dns: ${error.problem}`];
      throw error;
    }
  });
}
