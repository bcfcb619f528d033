import { Package, Postconf, PostfixService, Service } from '@hostwright/modules';
import type { AccountDatabase } from './database.ts';
import { lookupTables } from './lookup-tables.ts';
import { movedFiles, movedRoutes } from './moved-domains.ts';
import { postfixParameters, submissionParameters } from './postfix-parameters.ts';
import { portServices, postscreenParameters } from './postscreen.ts';
import type { Role } from './role.ts';
import type { MailServer } from './settings.ts';
import { relayFile, relayTable } from './trusted-relays.ts';

/** Mail in on 25, out on 587 and 465 after login. */
export function postfix(server: MailServer, accounts: AccountDatabase): Role {
  const { domains, tls } = server;
  const [domain = ''] = domains;
  const software = postfixPackage(domain);
  const { table, declarations: tables } = lookupTables(server, software, accounts);
  const flows = {
    hasFilter: server.filters !== undefined,
    checksSenders: server.senderChecks !== 'off',
    relays: relayTable(server),
    moved: movedRoutes(server),
  };
  const service = Service({ name: 'postfix', running: true, enabled: true }, { needs: tables });
  const declarations = [
    software,
    tables,
    relayFile(server),
    movedFiles(server),
    Postconf({
      ...postfixParameters({ ...server, ...tls, ...flows, domain, table }),
      ...postscreenParameters(server),
    }),
    portServices(server),
    (['submission', 'submissions'] as const).map((name) =>
      PostfixService({
        name,
        type: 'inet',
        chroot: true,
        command: 'smtpd',
        options: submissionParameters(name, { ...flows, rates: server.rates }),
      }),
    ),
    service,
  ];
  return { declarations, service };
}

export function postfixPackage(domain: string) {
  return Package({
    name: 'postfix',
    startService: false,
    debconf: {
      'postfix/main_mailer_type': { type: 'select', value: 'Internet Site' },
      'postfix/mailname': { type: 'string', value: domain },
    },
  });
}
