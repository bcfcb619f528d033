import type { Declaration, Declarations, Facts, PlayScope } from '@hostwright/core';
import { MailHealth, MailQueue, Package } from '@hostwright/modules';
import { firewall } from '../firewall.ts';
import { backup } from './backup.ts';
import { bans } from './bans.ts';
import { capacity } from './capacity.ts';
import { accountDatabase } from './database.ts';
import { dkim, type Signing } from './dkim.ts';
import { addressRecords, dns } from './dns.ts';
import { dovecot, mailDirectory } from './dovecot.ts';
import { filters } from './filters.ts';
import { mtaStsFiles, policyServer } from './mta-sts.ts';
import { mailPorts, sievePort } from './ports.ts';
import { postfix } from './postfix.ts';
import { secondMx } from './second-mx.ts';
import { senderChecks } from './sender-checks.ts';
import { completeSettings, type MailServer, type MailServerSettings } from './settings.ts';
import { certificate, certificateIsThere } from './tls.ts';

/** The parts of a mail server, for a play each. */
export interface MailServerPieces {
  /** What the mail host gets. */
  readonly host: (scope: Pick<PlayScope<never>, 'facts'>) => Declarations;
  /** What the host of the second server gets, where `secondMx` is set. */
  readonly secondMx: () => Declarations;
  /** What DNS gets, for a play of the `controller`. */
  readonly dns: () => Declarations;
}

/**
 * A mail server on Debian 12 or 13: Postfix, Dovecot, OpenDKIM, OpenDMARC, a firewall, bans, and the DNS records; when
 * asked for, filters against spam and viruses, and accounts in MariaDB.
 *
 * Limits: one host.
 * Errors: MAIL_SERVER_INVALID with every problem of the settings at once; MAIL_SERVER_RELEASE for another release.
 * @example
 * const mail = mailServer({ domain: 'example.com', hostname: 'mail.example.com', address: '192.0.2.10', users, dns: { provider } });
 * playbook({ inventory: hosts, plays: [
 *   play({ hosts: 'mail', resources: mail.host }),
 *   play({ hosts: 'controller', resources: mail.dns }),
 * ] });
 */
export function mailServer(settings: MailServerSettings): MailServerPieces {
  const server = completeSettings(settings);
  const signing = dkim(server);
  const addresses = addressRecords(server);
  return Object.freeze({
    host: ({ facts }) => hostPieces(server, { signing, addresses, facts }),
    secondMx: () => secondMx(server, addresses),
    dns: () => [dns(server, addresses), signing.records],
  } satisfies MailServerPieces);
}

interface Neighbours {
  readonly signing: Signing;
  readonly addresses: readonly Declaration[];
  readonly facts: Facts;
}

function hostPieces(server: MailServer, { signing, addresses, facts }: Neighbours): Declarations {
  const openssl = Package({ name: 'openssl' });
  const accounts = accountDatabase(server);
  const isThere = certificateIsThere(server, openssl);
  const inPlace = { accounts, certificate: isThere };
  const smtp = postfix(server, inPlace);
  const mailboxes = dovecot(server, facts, { postfix: smtp.service, ...inPlace });
  const policies = policyServer(server);
  const services = [smtp.service, mailboxes.service, ...policies.services];
  const ownCertificate = [...isThere, ...certificate(server, { openssl, services, addresses })];
  return [
    capacity(server),
    openssl,
    ownCertificate,
    signing.host,
    mtaStsFiles(server),
    policies.after(ownCertificate),
    accounts.declarations,
    smtp.declarations,
    mailboxes.declarations,
    senderChecks(server),
    filters(server, mailboxes),
    bans(server),
    backup(server, { mailDirectory, ready: accounts.ready }),
    firewall({
      tcp: [
        server.sshPort,
        ...mailPorts,
        ...(server.manageSieve ? [sievePort] : []),
        ...policies.ports,
      ],
      closed: server.manageSieve ? [] : [sievePort],
    }),
    MailHealth({ queueMax: server.sizing.queueMax }),
    MailQueue({}),
  ];
}
