import type { Declaration } from '@hostwright/core';
import { Command, Package, Postconf, PostfixService, Service } from '@hostwright/modules';
import type { AccountDatabase } from './database.ts';
import { lookupTables } from './lookup-tables.ts';
import { movedFiles, movedRoutes } from './moved-domains.ts';
import { postfixParameters, submissionParameters } from './postfix-parameters.ts';
import { portServices, postscreenParameters } from './postscreen.ts';
import type { Role } from './role.ts';
import type { MailServer } from './settings.ts';
import { relayFile, relayTable } from './trusted-relays.ts';

/** Mail in on 25, out on 587 and 465 after login. */
export function postfix(
  server: MailServer,
  {
    accounts,
    certificate,
  }: { readonly accounts: AccountDatabase; readonly certificate: readonly Declaration[] },
): Role {
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
  const running = postfixService(tables);
  const declarations = [
    software,
    tables,
    relayFile(server),
    movedFiles(server),
    Postconf(
      {
        ...postfixParameters({ ...server, ...tls, ...flows, domain, table }),
        ...postscreenParameters(server),
      },
      { needs: certificate },
    ),
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
    running.declarations,
  ];
  return { declarations, service: running.service };
}

/** Postfix itself, which has today's files of the system. */
export function postfixService(needs: readonly Declaration[]): Role {
  const service = Service({ name: 'postfix', running: true, enabled: true }, { needs });
  return { declarations: [service, chrootIsCurrent(service)], service };
}

/** Files of the system that Postfix copies into its chroot, when it is started and at no other time. */
const copiedFiles = ['resolv.conf', 'hosts', 'nsswitch.conf', 'services'];

/** Where one of them is changed in the same run, a Postfix that was running before goes on with the old one. */
function chrootIsCurrent(service: Declaration): Declaration {
  return Command(
    {
      name: 'copies in the chroot of Postfix',
      script: `for file in ${copiedFiles.join(' ')}; do
  copy=/var/spool/postfix/etc/$file
  if [ -e "$copy" ] && ! cmp -s "/etc/$file" "$copy"; then exec systemctl restart postfix; fi
done`,
      refreshOnly: true,
      config: copiedFiles.map((name) => `/etc/${name}`),
    },
    { needs: [service] },
  );
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
