import { type Declaration, type Declarations, type Facts, secret } from '@hostwright/core';
import { Directory, File, Group, Package, Service, User } from '@hostwright/modules';
import { domainOf } from '../names.ts';
import { debianRelease } from './debian-release.ts';
import { dovecotConfig } from './dovecot-config.ts';
import { passwordHash } from './password-hash.ts';
import type { Role } from './role.ts';
import type { MailServer } from './settings.ts';

const mailDirectory = '/var/vmail';
const mailUser = 'vmail';
const mailUid = 5000;
/** Outside of /etc/dovecot, whose changes restart Dovecot: this file is read again by itself at the next login. */
const usersDirectory = '/etc/vmail';
const usersFile = `${usersDirectory}/users`;

/** Mailboxes: IMAP on 143 and 993, POP3 on 995, delivery by LMTP, and the logins of Postfix. */
export function dovecot(server: MailServer, facts: Facts, postfix: Declaration): Role {
  const core = Package({ name: 'dovecot-core', startService: false });
  const service = Service(
    // Listeners and certificates are taken up by a restart only.
    { name: 'dovecot', running: true, enabled: true, onChange: 'restart' },
    // Its sockets stand in a directory that Postfix makes when it first starts.
    { needs: [postfix] },
  );
  const settings = { ...server, ...server.tls, usersFile, mailDirectory, mailUid };
  const declarations: Declarations = [
    core,
    ['dovecot-imapd', 'dovecot-pop3d', 'dovecot-lmtpd'].map((name) =>
      Package({ name, startService: false }),
    ),
    mailOwner(),
    mailboxUsers(server, core),
    File({
      path: '/etc/dovecot/dovecot.conf',
      content: dovecotConfig(settings, debianRelease(facts)),
      owner: 'root',
      group: 'root',
      mode: '0644',
    }),
    service,
  ];
  return { declarations, service };
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

/** The file of the mailboxes, for Dovecot alone to read; its package brings the group. */
function mailboxUsers(server: MailServer, core: Declaration): Declarations {
  const readers = { owner: 'root', group: 'dovecot' };
  const needs = [core];
  return [
    Directory({ path: usersDirectory, ...readers, mode: '0750' }, { needs }),
    File(
      { path: usersFile, content: secret(usersText(server)), ...readers, mode: '0640' },
      { needs },
    ),
  ];
}

/** One line for each mailbox. Source: passwd(5) as Dovecot's passwd-file extends it. */
function usersText({ users, saltKey }: MailServer): string {
  return users
    .map(({ address, password }) => {
      const [local = ''] = address.split('@');
      const home = `${mailDirectory}/${domainOf(address)}/${local}`;
      return `${address}:${passwordHash(address, password, saltKey)}:${mailUid}:${mailUid}::${home}::\n`;
    })
    .join('');
}
