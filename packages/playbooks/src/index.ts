export { type DnsServerPieces, dnsServer } from './dns-server/dns-server.ts';
export type { DnsServerSettings, DnsZone, ZoneKey } from './dns-server/settings.ts';
export { type CopySettings, copyMailboxes } from './mail-server/copy-mailboxes.ts';
export { type MailServerPieces, mailServer } from './mail-server/mail-server.ts';
export type { MailServerSettings, MailUser } from './mail-server/settings.ts';
export { type LogSettings, logRotation, type RotatedFiles } from './upkeep/log-rotation.ts';
export { type UpgradesSettings, unattendedUpgrades } from './upkeep/unattended-upgrades.ts';
