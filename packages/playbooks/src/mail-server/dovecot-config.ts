import type { DebianRelease } from './debian-release.ts';
import { sievePort } from './ports.ts';

/** What Dovecot is to do, whatever its release calls it. */
export interface DovecotSettings {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Where accounts are: a passwd-file with a line for each mailbox, or a file with questions to a database. */
  readonly accounts: { readonly via: 'file' | 'database'; readonly path: string };
  /** Mail lies in `DIRECTORY/DOMAIN/LOCAL-PART/Maildir`. */
  readonly mailDirectory: string;
  /** Numeric user and group that own all mail. */
  readonly mailUid: number;
  readonly postmaster: string;
  readonly hostname: string;
  /** Sieve script that every delivery goes through first. */
  readonly rulesFile: string;
  /** Logins and TLS sessions of IMAP at once. */
  readonly imapLogins: number;
  /** Open IMAP sessions. */
  readonly imapSessions: number;
  /** Whether users write rules of their own over ManageSieve. */
  readonly manageSieve: boolean;
  /** What is run when a message is moved into Junk or out of it. */
  readonly learning?:
    | { readonly spam: string; readonly ham: string; readonly programs: string }
    | undefined;
}

/**
 * The whole of dovecot.conf. The files in conf.d are not included: they bring system accounts, mbox paths and, on
 * Debian 13, a user name format that makes LMTP refuse every virtual mailbox.
 * Source: Dovecot 2.3 documentation; "Upgrading Dovecot CE from 2.3 to 2.4". Debian 12 has 2.3.19, Debian 13 has 2.4.1.
 */
export function dovecotConfig(settings: DovecotSettings, release: DebianRelease): string {
  const own = release === 'debian-12' ? dialect23(settings) : dialect24(settings);
  return `${own}\n${common(settings)}`;
}

function dialect23(settings: DovecotSettings): string {
  return `# Written by Hostwright, for Dovecot 2.3.
disable_plaintext_auth = yes
auth_username_format = %Lu

ssl = required
ssl_cert = <${settings.certificateFile}
ssl_key = <${settings.keyFile}
ssl_dh = </usr/share/dovecot/dh.pem
ssl_prefer_server_ciphers = yes

mail_home = ${settings.mailDirectory}/%d/%n
mail_location = maildir:~/Maildir

mail_plugins = quota
protocol imap {
  mail_plugins = $mail_plugins imap_quota${settings.learning === undefined ? '' : ' imap_sieve'}
}
protocol lmtp {
  mail_plugins = $mail_plugins sieve
}
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_grace = 0
  quota_status_success = DUNNO
  quota_status_nouser = DUNNO
  quota_status_overquota = "552 5.2.2 Mailbox is full"
  quota_status_toolarge = "552 5.2.3 Message is larger than the mailbox"
  sieve_before = ${settings.rulesFile}
  sieve = file:~/sieve;active=~/.dovecot.sieve
${learning23(settings.learning)}}

${accounts23(settings.accounts)}`;
}

function dialect24(settings: DovecotSettings): string {
  return `dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
# Written by Hostwright, for Dovecot 2.4, which wants the two versions first.
auth_allow_cleartext = no
auth_username_format = %{user | lower}

ssl = required
ssl_server_cert_file = ${settings.certificateFile}
ssl_server_key_file = ${settings.keyFile}
ssl_server_prefer_ciphers = server

mail_home = ${settings.mailDirectory}/%{user | domain}/%{user | username}
mail_driver = maildir
mail_path = ~/Maildir

mail_plugins {
  quota = yes
}
protocol imap {
  mail_plugins {
    imap_quota = yes
${settings.learning === undefined ? '' : '    imap_sieve = yes\n'}  }
}
protocol lmtp {
  mail_plugins {
    sieve = yes
  }
}
# A mailbox of 1 MiB would hold 11 by default.
quota_storage_grace = 0
quota "User quota" {
}
quota_status_success = DUNNO
quota_status_nouser = DUNNO
quota_status_overquota = 552 5.2.2 Mailbox is full
# Left out, 2.4 answers with nothing, and Postfix takes the message.
quota_status_toolarge = 552 5.2.3 Message is larger than the mailbox
sieve_script everybody {
  type = before
  path = ${settings.rulesFile}
}
sieve_script personal {
  type = personal
  path = ~/sieve
  active_path = ~/.dovecot.sieve
}
${learning24(settings.learning)}
${accounts24(settings.accounts)}`;
}

function accounts23({ via, path }: DovecotSettings['accounts']): string {
  const [driver, login] =
    via === 'database' ? ['sql', path] : ['passwd-file', `scheme=SCRAM-SHA-256 ${path}`];
  return `passdb {
  driver = ${driver}
  args = ${login}
}
userdb {
  driver = ${driver}
  args = ${path}
}
`;
}

function accounts24({ via, path }: DovecotSettings['accounts']): string {
  if (via === 'database') return `!include ${path}\n`;
  return `passdb passwd-file {
  default_password_scheme = SCRAM-SHA-256
  passwd_file_path = ${path}
}
userdb passwd-file {
  passwd_file_path = ${path}
}
`;
}

function common(settings: DovecotSettings): string {
  return `protocols = imap pop3 lmtp${settings.manageSieve ? ' sieve' : ''}
hostname = ${settings.hostname}
postmaster_address = ${settings.postmaster}
ssl_min_protocol = TLSv1.2
auth_mechanisms = plain login
# Bans need the client's address in each failure.
auth_verbose = yes
first_valid_uid = ${settings.mailUid}
last_valid_uid = ${settings.mailUid}

service imap-login {
  process_limit = ${settings.imapLogins}
  inet_listener imap {
    port = 143
  }
  inet_listener imaps {
    port = 993
    ssl = yes
  }
}
service imap {
  process_limit = ${settings.imapSessions}
}
service pop3-login {
  # POP3 is offered on its TLS port only.
  inet_listener pop3 {
    port = 0
  }
  inet_listener pop3s {
    port = 995
    ssl = yes
  }
}
${settings.manageSieve ? sieveService : ''}service auth {
  unix_listener /var/spool/postfix/private/auth {
    mode = 0660
    user = postfix
    group = postfix
  }
}
service quota-status {
  executable = quota-status -p postfix
  client_limit = 1
  unix_listener /var/spool/postfix/private/quota-status {
    mode = 0660
    user = postfix
    group = postfix
  }
}
service lmtp {
  unix_listener /var/spool/postfix/private/dovecot-lmtp {
    mode = 0600
    user = postfix
    group = postfix
  }
}

namespace inbox {
  inbox = yes
${mailboxes.map(mailbox).join('')}}
`;
}

const sieveService = `service managesieve-login {
  inet_listener sieve {
    port = ${sievePort}
  }
}
`;

/** Source: Pigeonhole documentation, "imapsieve" and "extprograms", of 0.5 for Dovecot 2.3. */
function learning23(learning: DovecotSettings['learning']): string {
  if (learning === undefined) return '';
  return `  sieve_plugins = sieve_imapsieve sieve_extprograms
  sieve_global_extensions = +vnd.dovecot.pipe +vnd.dovecot.environment
  sieve_pipe_bin_dir = ${learning.programs}
  imapsieve_mailbox1_name = Junk
  imapsieve_mailbox1_causes = COPY APPEND
  imapsieve_mailbox1_before = file:${learning.spam}
  imapsieve_mailbox2_name = *
  imapsieve_mailbox2_from = Junk
  imapsieve_mailbox2_causes = COPY
  imapsieve_mailbox2_before = file:${learning.ham}
`;
}

/** The same for 2.4, where the script of a mailbox stands at the mailbox. */
function learning24(learning: DovecotSettings['learning']): string {
  if (learning === undefined) return '';
  return `sieve_plugins {
  sieve_imapsieve = yes
  sieve_extprograms = yes
}
sieve_global_extensions {
  vnd.dovecot.pipe = yes
  vnd.dovecot.environment = yes
}
sieve_pipe_bin_dir = ${learning.programs}
mailbox Junk {
  sieve_script learn-spam {
    type = before
    cause = copy append
    path = ${learning.spam}
  }
}
imapsieve_from Junk {
  sieve_script learn-ham {
    type = before
    cause = copy
    path = ${learning.ham}
  }
}
`;
}

const mailboxes = ['Drafts', 'Sent', 'Junk', 'Trash'];

function mailbox(name: string): string {
  return `  mailbox ${name} {
    auto = subscribe
    special_use = \\${name}
  }
`;
}
