import type { Declaration, Declarations } from '@hostwright/core';
import { Directory, DkimKey, File, Package, Service } from '@hostwright/modules';
import { internalHosts, keyTable, opendkimConfig, signingTable } from './opendkim-config.ts';
import type { MailServer } from './settings.ts';

/** The signing key of one domain: made on the mail host, published by the DNS records. */
export interface DomainKey {
  readonly domain: string;
  readonly key: ReturnType<typeof DkimKey>;
}

/** One key for each hosted domain. */
export function domainKeys({ domains, selector, isTestMode }: MailServer): readonly DomainKey[] {
  return domains.map((domain) => ({
    domain,
    key: DkimKey({ domain, selector, testMode: isTestMode }),
  }));
}

const directory = '/etc/opendkim';

/** OpenDKIM signs what users send and checks what comes in. */
export function dkim(server: MailServer, keys: readonly DomainKey[]): Declarations {
  const rows = keys.map(({ domain }) => ({
    domain,
    selector: server.selector,
    keyFile: keyFileOf(server.selector, domain),
  }));
  return [
    ['opendkim', 'opendkim-tools'].map((name) => Package({ name, startService: false })),
    keys.map(({ key }) => key satisfies Declaration),
    Directory({ path: directory, owner: 'root', group: 'root', mode: '0755' }),
    configFile('/etc/opendkim.conf', opendkimConfig({ ...server, directory })),
    configFile(`${directory}/key-table`, keyTable(rows)),
    configFile(`${directory}/signing-table`, signingTable(rows)),
    configFile(`${directory}/internal-hosts`, internalHosts),
    Service({ name: 'opendkim', running: true, enabled: true, onChange: 'restart' }),
  ];
}

/** Where DkimKey keeps the key of a domain unless it is told another directory. */
function keyFileOf(selector: string, domain: string): string {
  return `/etc/dkimkeys/${selector}._domainkey.${domain}.private`;
}

function configFile(path: string, content: string): Declaration {
  return File({ path, content, owner: 'root', group: 'root', mode: '0644' });
}
