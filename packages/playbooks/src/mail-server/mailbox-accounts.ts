import { type Declaration, type Declarations, reveal, secret } from '@hostwright/core';
import { Directory, File, Package } from '@hostwright/modules';
import { domainOf } from '../names.ts';
import type { DebianRelease } from './debian-release.ts';
import type { DovecotSettings } from './dovecot-config.ts';
import { dovecotSql } from './dovecot-sql.ts';
import { passwordHash } from './password-hash.ts';
import type { MailServer } from './settings.ts';

/** Outside of /etc/dovecot, whose changes restart Dovecot: the file of users is read again at the next login. */
const directory = '/etc/vmail';
const usersFile = `${directory}/users`;
const questionsFile = `${directory}/sql.conf`;

interface Places {
  /** The package that brings the group `dovecot`. */
  readonly core: Declaration;
  readonly mailUid: number;
  readonly mailDirectory: string;
  readonly release: DebianRelease;
}

/** Who may open which mailbox, for Dovecot alone to read: all of it in a file, or where to ask. */
export function mailboxAccounts(
  server: MailServer,
  places: Places,
): {
  readonly declarations: Declarations;
  readonly accounts: DovecotSettings['accounts'];
  /** The file of the other way, which holds secrets and is read no more. */
  readonly former: string;
} {
  const readers = { owner: 'root', group: 'dovecot' };
  const needs = [places.core];
  const folder = Directory({ path: directory, ...readers, mode: '0750' }, { needs });
  const fileAt = (path: string, text: string) =>
    File({ path, content: secret(text), ...readers, mode: '0640' }, { needs });
  const [path, former] =
    server.database === undefined ? [usersFile, questionsFile] : [questionsFile, usersFile];
  if (server.database === undefined) {
    const accounts = { via: 'file', path } as const;
    return { declarations: [folder, fileAt(path, usersText(server, places))], accounts, former };
  }
  const text = dovecotSql(reveal(server.database.password), places.mailUid, places.release);
  const client = Package({ name: 'dovecot-mysql', startService: false });
  return {
    declarations: [client, folder, fileAt(path, text)],
    accounts: { via: 'database', path },
    former,
  };
}

/** One line for each mailbox. Source: passwd(5) as Dovecot's passwd-file extends it. */
function usersText(
  { users, saltKey, ...server }: MailServer,
  { mailUid, mailDirectory, release }: Places,
): string {
  return users
    .map(({ address, password, quotaMiB = server.quotaMiB }) => {
      const [local = ''] = address.split('@');
      const home = `${mailDirectory}/${domainOf(address)}/${local}`;
      return `${address}:${passwordHash(address, password, saltKey)}:${mailUid}:${mailUid}::${home}::${quotaField(quotaMiB, release)}\n`;
    })
    .join('');
}

/** How the two releases of Dovecot are told what one mailbox may hold. */
function quotaField(quotaMiB: number | undefined, release: DebianRelease): string {
  if (quotaMiB === undefined) return '';
  return release === 'debian-12'
    ? `userdb_quota_rule=*:storage=${quotaMiB}M`
    : `userdb_quota_storage_size=${quotaMiB}M`;
}
