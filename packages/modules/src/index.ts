export { Group } from './accounts/group.ts';
export { User } from './accounts/user.ts';
export { AptSource } from './apt/apt-source.ts';
export { Package } from './apt/package.ts';
export { AcmeCertificate } from './certificates/acme-certificate.ts';
export { type CertificatePair, certificateProblems } from './certificates/certificate-pair.ts';
export { SelfSignedCertificate } from './certificates/self-signed-certificate.ts';
export { Command } from './command/command.ts';
export { DkimKey } from './dkim/dkim-key.ts';
export { type CloudflareSettings, cloudflare } from './dns/cloudflare.ts';
export {
  type DnsProvider,
  type RecordContent,
  type RecordKey,
  type RecordSet,
  type RecordSetChange,
  recordContent,
  recordKey,
} from './dns/dns-provider.ts';
export { DnsRecord } from './dns/dns-record.ts';
export type { NameServer } from './dns/name-server.ts';
export { type PowerdnsSettings, powerdns } from './dns/powerdns.ts';
export {
  type LintFinding,
  type LintRule,
  lintRecords,
  type RecordDeclaration,
} from './dns/record-lint.ts';
export { type Rfc2136Settings, rfc2136 } from './dns/rfc2136.ts';
export { type TsigAlgorithm, type TsigKey, tsigKey } from './dns/tsig.ts';
export { Fail2banJail } from './fail2ban/fail2ban-jail.ts';
export { Directory } from './files/directory.ts';
export { File } from './files/file.ts';
export { FileBlock } from './files/file-block.ts';
export { FileLine } from './files/file-line.ts';
export { Symlink } from './files/symlink.ts';
export { Template } from './files/template.ts';
export { HostCapacity } from './host/host-capacity.ts';
export { Hostname } from './host/hostname.ts';
export { Reboot } from './host/reboot.ts';
export { Sysctl } from './host/sysctl.ts';
export { Timezone } from './host/timezone.ts';
export {
  type ClientService,
  type ClientSettings,
  clientRecords,
} from './mail-records/client-records.ts';
export {
  type DmarcPolicy,
  dmarc,
  dmarcAuthorizations,
  unauthorizedReports,
} from './mail-records/dmarc.ts';
export type { MailRecord } from './mail-records/mail-record.ts';
export { type MtaStsPolicy, mtaSts, mtaStsFile } from './mail-records/mta-sts.ts';
export { reverseRecord } from './mail-records/reverse-record.ts';
export { type SpfPolicy, type SpfSource, spf } from './mail-records/spf.ts';
export { type SpfLookups, spfLookups } from './mail-records/spf-lookups.ts';
export { tlsRpt } from './mail-records/tls-rpt.ts';
export type { TxtResolver } from './mail-records/txt-resolver.ts';
export { MailBackup } from './mailboxes/mail-backup.ts';
export { MailboxCopy } from './mailboxes/mailbox-copy.ts';
export { MysqlDatabase } from './mysql/mysql-database.ts';
export { MysqlRows } from './mysql/mysql-rows.ts';
export { MysqlTable } from './mysql/mysql-table.ts';
export { MysqlUser } from './mysql/mysql-user.ts';
export { MysqlVariable } from './mysql/mysql-variable.ts';
export { MailHealth } from './postfix/mail-health.ts';
export { MailQueue } from './postfix/mail-queue.ts';
export { Postconf } from './postfix/postconf.ts';
export { PostfixService } from './postfix/postfix-service.ts';
export { Service } from './systemd/service.ts';
export { Ufw } from './ufw/ufw.ts';
export { UfwRule } from './ufw/ufw-rule.ts';
