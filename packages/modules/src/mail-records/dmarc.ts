import { canonicalName, formatName, isWithin } from '../dns/domain-name.ts';
import { invalidField } from '../dns/invalid-field.ts';
import { dmarcProblems, reportDomains } from './dmarc-syntax.ts';
import type { MailRecord } from './mail-record.ts';
import { formatTags, type TagList } from './tag-list.ts';
import { type TxtResolver, textsAt } from './txt-resolver.ts';

type Disposition = 'none' | 'quarantine' | 'reject';

export interface DmarcPolicy {
  /** What becomes of mail that only pretends to be from the domain. */
  readonly policy: Disposition;
  /** The same for its subdomains; as `policy` when left out. */
  readonly subdomains?: Disposition;
  /** The same for subdomains that do not exist (RFC 9989); as `subdomains` when left out. */
  readonly unknownSubdomains?: Disposition;
  /** Mail addresses that get the daily reports. */
  readonly reports?: readonly string[];
  /** Mail addresses that get a report for each message that failed. Few receivers send them. */
  readonly failureReports?: readonly string[];
  /** `strict`: the domain of the signature must be the very domain of the sender; `relaxed` when left out. */
  readonly dkimAlignment?: 'relaxed' | 'strict';
  /** Likewise for the domain that SPF looks at. */
  readonly spfAlignment?: 'relaxed' | 'strict';
  /** True: receivers are asked to report and not to act (`t=y` of RFC 9989). Older ones do not know it, and act. */
  readonly testMode?: boolean;
  /**
   * Other domains that take reports about this one, and say so by the record that `dmarcAuthorizations` makes. A report
   * address in a domain that is not named here is refused, since receivers would send nothing there.
   */
  readonly authorizedBy?: readonly string[];
}

/**
 * Text of the DMARC record at `_dmarc.DOMAIN`.
 *
 * Errors: DNS_RECORD_INVALID with everything that receivers would skip, and for a report address outside the domain
 * that `authorizedBy` does not name.
 * Limits: whether two subdomains of one organisation are one is not known here; name the other in `authorizedBy`.
 * Source: RFC 7489 §6.3, §7.1; RFC 9989.
 * @example dmarc('example.com', { policy: 'reject', reports: ['dmarc@example.com'] })
 */
export function dmarc(domain: string, policy: DmarcPolicy): string {
  const text = formatTags(tagsOf(policy));
  const problems = dmarcProblems(text);
  if (problems.length > 0) throw invalidField('DMARC record', text, problems.join(' '));
  const authorized = (policy.authorizedBy ?? []).map((name) => canonicalName(name, 'authorizedBy'));
  for (const other of outsideDomains(domain, text)) {
    if (authorized.includes(canonicalName(other, 'report address'))) continue;
    const expected = `an address in ${domain}, or ${other} in authorizedBy and the record ${formatName(authorizationName(domain, other))}`;
    throw invalidField('report address of DMARC', other, expected);
  }
  return text;
}

/** Records that the other domains must publish so that reports about this one are sent there. Source: RFC 7489 §7.1. */
export function dmarcAuthorizations(domain: string, policy: DmarcPolicy): readonly MailRecord[] {
  return outsideDomains(domain, dmarc(domain, policy)).map((other) => ({
    name: authorizationName(domain, other),
    type: 'TXT',
    values: ['v=DMARC1'],
  }));
}

/**
 * Domains that a DMARC record sends reports to without their consent, found by asking. Empty: all have said yes.
 * Errors: those of the resolver.
 */
export async function unauthorizedReports(
  domain: string,
  text: string,
  resolver: TxtResolver,
): Promise<readonly string[]> {
  const others = outsideDomains(domain, text);
  const answers = await Promise.all(
    others.map((other) => textsAt(formatName(authorizationName(domain, other)), resolver)),
  );
  return others.filter((_, index) => !answers[index]?.some((answer) => /^v=DMARC1\b/.test(answer)));
}

function authorizationName(domain: string, other: string): string {
  const name = formatName(canonicalName(domain, 'domain'));
  return canonicalName(`${name}._report._dmarc.${other}`, 'report address');
}

/** Domains of report addresses that are neither the domain, nor above it, nor below. */
function outsideDomains(domain: string, text: string): readonly string[] {
  const own = canonicalName(domain, 'domain');
  return reportDomains(text).filter((other) => {
    const name = canonicalName(other, 'report address');
    return !isWithin(name, own) && !isWithin(own, name);
  });
}

function tagsOf(policy: DmarcPolicy): TagList {
  const mailto = (addresses: readonly string[] = []) =>
    addresses.map((address) => `mailto:${address}`).join(',');
  const tags: TagList = [
    ['v', 'DMARC1'],
    ['p', policy.policy],
    ['sp', policy.subdomains ?? ''],
    ['np', policy.unknownSubdomains ?? ''],
    ['adkim', policy.dkimAlignment?.charAt(0) ?? ''],
    ['aspf', policy.spfAlignment?.charAt(0) ?? ''],
    ['t', policy.testMode === true ? 'y' : ''],
    ['rua', mailto(policy.reports)],
    ['ruf', mailto(policy.failureReports)],
    ['fo', policy.failureReports === undefined ? '' : '1'],
  ];
  return tags.filter(([, value]) => value !== '');
}
