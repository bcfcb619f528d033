import { type Declaration, type Declarations, type Facts, sh } from '@hostwright/core';
import { Command, Directory, File, Group, Package, Service, User } from '@hostwright/modules';
import type { AccountDatabase } from './database.ts';
import { debianRelease } from './debian-release.ts';
import { dovecotConfig } from './dovecot-config.ts';
import { learningRules } from './learning.ts';
import { mailboxAccounts } from './mailbox-accounts.ts';
import type { Role } from './role.ts';
import type { MailServer } from './settings.ts';
import { rulesFile, sieve } from './sieve.ts';

export const mailDirectory = '/var/vmail';
const mailUser = 'vmail';
const mailUid = 5000;

/** Mailboxes: IMAP on 143 and 993, POP3 on 995, delivery by LMTP, and the logins of Postfix. */
export function dovecot(
  server: MailServer,
  facts: Facts,
  {
    postfix,
    accounts,
    certificate,
  }: {
    readonly postfix: Declaration;
    readonly accounts: AccountDatabase;
    /** What sees that the certificate is there, if anybody. */
    readonly certificate: readonly Declaration[];
  },
): Role & { readonly rulesNeed: readonly Declaration[] } {
  const core = Package({ name: 'dovecot-core', startService: false });
  const service = Service(
    // Listeners and certificates are taken up by a restart only.
    { name: 'dovecot', running: true, enabled: true, onChange: 'restart' },
    // Its sockets stand in a directory that Postfix makes when it first starts.
    { needs: [postfix, ...accounts.ready] },
  );
  const release = debianRelease(facts);
  const lookup = mailboxAccounts(server, { core, mailUid, mailDirectory, release });
  const learns = server.filters?.spam?.learns === true;
  const places = {
    accounts: lookup.accounts,
    mailDirectory,
    mailUid,
    rulesFile,
    learning: learns ? learningRules : undefined,
  };
  const settings = { ...server, ...server.tls, ...server.sizing, ...places };
  const configuration = File(
    {
      path: '/etc/dovecot/dovecot.conf',
      content: dovecotConfig(settings, release),
      owner: 'root',
      group: 'root',
      mode: '0644',
    },
    { needs: [core, ...certificate] },
  );
  const { secondMx } = server;
  const hostnames = [server.hostname, ...(secondMx === undefined ? [] : [secondMx.hostname])];
  const rules = sieve(hostnames, configuration);
  const declarations: Declarations = [
    core,
    ['dovecot-imapd', 'dovecot-pop3d', 'dovecot-lmtpd'].map((name) =>
      Package({ name, startService: false }),
    ),
    mailOwner(),
    lookup.declarations,
    configuration,
    rules.declarations,
    server.manageSieve ? Package({ name: 'dovecot-managesieved', startService: false }) : [],
    service,
    removal(lookup.former, service),
  ];
  return { declarations, service, rulesNeed: rules.rulesNeed };
}

/** Of a file that Dovecot reads no more. A File that is absent would come before its directory, and so before Dovecot. */
function removal(path: string, service: Declaration): Declaration {
  return Command(
    { name: `remove ${path}`, unless: sh`test ! -e ${path}`.script, run: ['rm', '-f', path] },
    { needs: [service] },
  );
}

/** The one system user that all mail belongs to. */
function mailOwner(): Declarations {
  const shell = '/usr/sbin/nologin';
  return [
    Group({ name: mailUser, gid: mailUid }),
    User({
      name: mailUser,
      uid: mailUid,
      group: mailUser,
      home: mailDirectory,
      createHome: false,
      shell,
    }),
    Directory({ path: mailDirectory, owner: mailUser, group: mailUser, mode: '0770' }),
  ];
}
