import type { Declaration, Declarations } from '@hostwright/core';
import { Directory, DkimKey, DnsRecord, File, Package, Service } from '@hostwright/modules';
import { internalHosts, keyTable, opendkimConfig, signingTable } from './opendkim-config.ts';
import type { MailServer } from './settings.ts';

/** The signing keys of one selector: made on the mail host, published by the DNS records. */
interface SelectorKeys {
  readonly keys: readonly ReturnType<typeof DkimKey>[];
  readonly records: readonly Declaration[];
}

/** What signing takes on both sides. */
export interface Signing {
  /** What the mail host gets. */
  readonly host: Declarations;
  /** What DNS gets. */
  readonly records: readonly Declaration[];
}

/**
 * OpenDKIM signs what users send and checks what comes in, with one key for each hosted domain.
 *
 * While a former selector is still published, the tables that say which key signs need the records of the new one. Those
 * count as done when every name server of the provider serves them, so nothing is signed that nobody can verify. What is
 * retired goes after OpenDKIM has taken up those tables.
 */
export function dkim(server: MailServer): Signing {
  const current = selectorKeys(server, server.selector);
  const previous = server.previousSelectors.map((selector) => selectorKeys(server, selector));
  const { declarations, service } = signer(server, previous.length > 0 ? current.records : []);
  const retired = retire(server, service);
  const all = [current, ...previous];
  return {
    host: [all.map(({ keys }) => keys), declarations, service, retired.files],
    records: [...all.flatMap(({ records }) => records), ...retired.records],
  };
}

function selectorKeys({ domains, isTestMode, dns }: MailServer, selector: string): SelectorKeys {
  const { provider, ttl, needs } = dns;
  const keys = domains.map((domain) => DkimKey({ domain, selector, testMode: isTestMode }));
  const records = keys.map((key, index) =>
    DnsRecord(
      {
        provider,
        ttl,
        name: recordName(selector, domains[index] ?? ''),
        type: 'TXT',
        values: [key.out.dnsText],
      },
      { needs },
    ),
  );
  return { keys, records };
}

/** Records and keys of selectors that no message on its way is signed with. */
function retire({ domains, dns, retiredSelectors }: MailServer, service: Declaration) {
  const places = retiredSelectors.flatMap((selector) =>
    domains.map((domain) => ({ selector, domain })),
  );
  return {
    records: places.map(({ selector, domain }) =>
      DnsRecord(
        {
          provider: dns.provider,
          name: recordName(selector, domain),
          type: 'TXT',
          ensure: 'absent',
        },
        { needs: [...dns.needs, service] },
      ),
    ),
    files: places.map(({ selector, domain }) =>
      File({ path: keyFileOf(selector, domain), ensure: 'absent' }, { needs: [service] }),
    ),
  };
}

const directory = '/etc/opendkim';

function signer(server: MailServer, published: readonly Declaration[]) {
  const rows = server.domains.map((domain) => ({
    domain,
    selector: server.selector,
    keyFile: keyFileOf(server.selector, domain),
  }));
  const declarations = [
    ['opendkim', 'opendkim-tools'].map((name) => Package({ name, startService: false })),
    Directory({ path: directory, owner: 'root', group: 'root', mode: '0755' }),
    configFile('/etc/opendkim.conf', opendkimConfig({ ...server, directory })),
    configFile(`${directory}/key-table`, keyTable(rows), published),
    configFile(`${directory}/signing-table`, signingTable(rows), published),
    configFile(`${directory}/internal-hosts`, internalHosts),
  ];
  const service = Service({ name: 'opendkim', running: true, enabled: true, onChange: 'restart' });
  return { declarations, service };
}

function recordName(selector: string, domain: string): string {
  return `${selector}._domainkey.${domain}.`;
}

/** Where DkimKey keeps the key of a domain unless it is told another directory. */
function keyFileOf(selector: string, domain: string): string {
  return `/etc/dkimkeys/${selector}._domainkey.${domain}.private`;
}

function configFile(
  path: string,
  content: string,
  needs: readonly Declaration[] = [],
): Declaration {
  return File({ path, content, owner: 'root', group: 'root', mode: '0644' }, { needs });
}
