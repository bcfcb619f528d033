import {
  type Declarations,
  type Facts,
  type PlayScope,
  reveal,
  Secret,
  secret,
} from '@hostwright/core';
import { Directory, File, MailboxCopy, Package } from '@hostwright/modules';
import { isDomain, isMailAddress } from '../names.ts';
import { refuse } from '../refuse.ts';
import { debianRelease } from './debian-release.ts';

export interface CopySettings {
  /** Name of the server that has the mail, as its certificate has it: `mail.old.example`. It is asked over IMAP, port 993. */
  readonly server: string;
  /** PEM of the certificate that the server's is held against. Left out: the authorities that Debian knows. */
  readonly certificate?: string;
  /** Mailbox of this host to how one logs in at the other server. `user` is the address itself when left out. */
  readonly mailboxes: Readonly<
    Record<string, { readonly user?: string; readonly password: Secret }>
  >;
}

const folder = '/etc/mail-copy';

/**
 * Mailboxes of a domain that moves here from another server. It needs the mailboxes to be declared on this host, and
 * copies nothing before `hostwright do site.ts MailboxCopy.copy`.
 *
 * Errors: UPKEEP_INVALID with every problem at once.
 * @example play({ hosts: 'mail', resources: copyMailboxes({ server: 'mail.old.example', mailboxes: { 'anna@example.com': { password } } }) })
 */
export function copyMailboxes(
  settings: CopySettings,
): (scope: Pick<PlayScope<never>, 'facts'>) => Declarations {
  refuse('UPKEEP_INVALID', copyProblems(settings));
  return ({ facts }) => copyPieces(settings, facts);
}

function copyPieces({ server, certificate, mailboxes }: CopySettings, facts: Facts): Declarations {
  const own = { owner: 'root', group: 'root' };
  // Read by the owner of the mail, who may not look into the folder.
  const ownFile = '/etc/ssl/certs/mail-copy.pem';
  const caFile = certificate === undefined ? '/etc/ssl/certs/ca-certificates.crt' : ownFile;
  return [
    certificate === undefined
      ? Package({ name: 'ca-certificates' })
      : File({ path: ownFile, content: certificate, ...own, mode: '0644' }),
    Directory({ path: folder, ...own, mode: '0700' }),
    Object.entries(mailboxes).map(([address, { user = address, password }]) =>
      File({
        path: `${folder}/${address}.conf`,
        content: secret(
          copyConfig({ server, caFile, user, password: reveal(password) }, debianRelease(facts)),
        ),
        ...own,
        mode: '0600',
      }),
    ),
    MailboxCopy({ folder, mailboxes: Object.keys(mailboxes) }),
  ];
}

interface CopyWay {
  readonly server: string;
  readonly caFile: string;
  readonly user: string;
  readonly password: string;
}

/** The configuration of the host, and where one mailbox is at the other server. Source: Dovecot documentation, "imapc". */
export function copyConfig(
  { server, caFile, user, password }: CopyWay,
  release: ReturnType<typeof debianRelease>,
): string {
  const isOld = release === 'debian-12';
  const head = isOld ? '' : 'dovecot_config_version = 2.4.0\n';
  // By default 2.3 asks for each message anew; 2.4 has no such words.
  const tail = isOld ? 'imapc_features = rfc822.size fetch-headers\n' : '';
  return `${head}# Written by Hostwright.
!include /etc/dovecot/dovecot.conf
imapc_host = ${server}
imapc_port = 993
imapc_ssl = imaps
imapc_user = "${user}"
imapc_password = "${password}"
ssl_client_ca_file = ${caFile}
${tail}`;
}

/** Characters that mean nothing in a quoted value of either release. */
const plainText = /^[A-Za-z0-9!&'()*+,./:;=?@^_|~ -]{1,200}$/;

function copyProblems({ server, certificate, mailboxes }: CopySettings): readonly string[] {
  const rows = Object.entries(mailboxes);
  return [
    ...(isDomain(server) ? [] : [`server: '${server}' is no name in lower case.`]),
    ...(certificate === undefined || certificate.includes('-----BEGIN CERTIFICATE-----')
      ? []
      : ['certificate: it is no certificate in PEM.']),
    ...(rows.length > 0 ? [] : ['mailboxes: at least one is needed.']),
    ...rows.flatMap(([address, { user = address, password }]) => [
      ...(isMailAddress(address) ? [] : [`mailboxes: '${address}' is no mail address.`]),
      ...(plainText.test(user)
        ? []
        : [`mailboxes: the user of '${address}' has other characters.`]),
      ...(password instanceof Secret && plainText.test(reveal(password))
        ? []
        : [
            `mailboxes: the password of '${address}' is no secret() of letters, digits, blanks and !&'()*+,./:;=?@^_|~-; set another for the move.`,
          ]),
    ]),
  ];
}
