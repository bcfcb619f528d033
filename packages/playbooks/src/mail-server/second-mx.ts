import type { Declaration, Declarations } from '@hostwright/core';
import {
  Directory,
  File,
  MailHealth,
  MailQueue,
  Package,
  Postconf,
  Service,
} from '@hostwright/modules';
import { firewall } from '../firewall.ts';
import { bans } from './bans.ts';
import { postfixMaps } from './maps.ts';
import { verifierConfig } from './opendkim-config.ts';
import { postfixPackage, postfixService } from './postfix.ts';
import { relayParameters } from './postfix-parameters.ts';
import { senderChecks } from './sender-checks.ts';
import type { MailServer } from './settings.ts';
import { certificate, certificateIsThere } from './tls.ts';

const tableDirectory = '/etc/postfix/maps';

/**
 * A server that takes mail for the hosted domains while the first one cannot. It knows their addresses, and checks
 * senders as the first one does: to that one all its mail comes from here.
 */
export function secondMx(server: MailServer, addresses: readonly Declaration[]): Declarations {
  if (server.secondMx === undefined) return [];
  const { hostname, address, tls, sshPort, queueDays, recipients } = server.secondMx;
  const here = { ...server, hostname, address, tls, sshPort, trustedRelays: [] };
  const [domain = ''] = server.domains;
  const openssl = Package({ name: 'openssl' });
  const software = postfixPackage(domain);
  const tables = recipientTables(server);
  const isThere = certificateIsThere(here, openssl);
  const running = postfixService(tables);
  const parameters = relayParameters({
    ...here,
    ...tls,
    domain,
    table: (name) => `texthash:${tableDirectory}/${name}`,
    hasFilter: false,
    checksSenders: server.senderChecks !== 'off',
    firstServer: server.hostname,
    asksFirst: recipients === 'ask',
    queueDays,
  });
  return [
    openssl,
    certificate(here, { openssl, services: [running.service], addresses }),
    software,
    tables,
    isThere,
    Postconf(parameters, { needs: isThere }),
    running.declarations,
    verifier(here),
    senderChecks(here),
    bans(here),
    firewall({ tcp: [sshPort, 25] }),
    MailHealth({ queueMax: server.sizing.queueMax }),
    MailQueue({}),
  ];
}

/** Domains and addresses: the same tables as on the first server, of which it needs three. */
function recipientTables({ domains, users, aliases }: MailServer) {
  const mailboxes = users.map(({ address }) => address);
  const maps = postfixMaps({ domains, aliases, mailboxes });
  const own = { owner: 'root', group: 'root' };
  const names = ['domains', 'aliases', 'own-domains'] as const;
  return [
    Directory({ path: tableDirectory, ...own, mode: '0755' }),
    ...names.map((name) =>
      File({ path: `${tableDirectory}/${name}`, content: maps[name] ?? '', ...own, mode: '0644' }),
    ),
  ];
}

/** OpenDKIM, which only looks: OpenDMARC goes by what it finds. */
function verifier({ hostname, resolvers }: MailServer): Declarations {
  return [
    Package({ name: 'opendkim', startService: false }),
    File({
      path: '/etc/opendkim.conf',
      content: verifierConfig({ hostname, resolvers }),
      owner: 'root',
      group: 'root',
      mode: '0644',
    }),
    Service({ name: 'opendkim', running: true, enabled: true, onChange: 'restart' }),
  ];
}
