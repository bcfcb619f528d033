import type { Declarations } from '@hostwright/core';
import { File } from '@hostwright/modules';
import type { MailServer } from './settings.ts';

const routesFile = '/etc/postfix/moved-domains';
const checksFile = '/etc/postfix/moved-recipients';

/** Where mail goes whose domain has another server now. */
export interface MovedRoutes {
  /** Domains, each with its way. Undefined: none has moved. */
  readonly routes: string | undefined;
  /** What is asked before such mail is taken. */
  readonly checks: string | undefined;
}

export function movedRoutes({ movedDomains }: MailServer): MovedRoutes {
  const some = Object.keys(movedDomains).length > 0;
  return {
    routes: some ? `texthash:${routesFile}` : undefined,
    checks: some ? `texthash:${checksFile}` : undefined,
  };
}

/** The new server is asked whether it has the recipient, so that nothing is taken that comes back. */
export function movedFiles({ movedDomains }: MailServer): Declarations {
  const rows = Object.entries(movedDomains);
  if (rows.length === 0) return [];
  const table = (path: string, lines: readonly string[]) =>
    File({ path, content: lines.join(''), owner: 'root', group: 'root', mode: '0644' });
  return [
    table(
      routesFile,
      rows.map(([domain, hostname]) => `${domain}  relay:[${hostname}]\n`),
    ),
    table(
      checksFile,
      rows.map(([domain]) => `${domain}  reject_unverified_recipient\n`),
    ),
  ];
}
