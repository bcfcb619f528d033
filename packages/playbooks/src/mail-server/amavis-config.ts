import type { Filters } from './filter-settings.ts';

export interface AmavisSettings extends Filters {
  readonly hostname: string;
  /** Hosted domains: only their mail gets the headers of the filter. */
  readonly domains: readonly string[];
  /** Mailbox that is told of viruses. Not an alias: what the filter sends is not looked up any more. */
  readonly alarmAddress: string;
}

/** Where Postfix hands messages over: one port for mail from outside, one for mail of its own users. */
export const filterPorts = { incoming: 10_024, originating: 10_026, back: 10_025 } as const;

/**
 * 50-user of amavis, which is read last. Debian's own files leave every check off. A message that no scanner could look
 * at stays in the queue; nothing is bounced after it was accepted, because its sender is made up more often than not.
 * Source: amavisd.conf-default of 2.13.0, README.postfix.
 */
export function amavisConfig(settings: AmavisSettings): string {
  const { hostname, domains, spam, virus, children } = settings;
  const [domain = ''] = domains;
  return `use strict;
# Written by Hostwright.
$myhostname = '${hostname}';
$mydomain = '${domain}';
@local_domains_maps = ([${domains.map((name) => `'.${name}'`).join(', ')}]);
$max_servers = ${children};
$inet_socket_bind = '127.0.0.1';
$inet_socket_port = [${filterPorts.incoming}, ${filterPorts.originating}];
$interface_policy{'${filterPorts.originating}'} = 'ORIGINATING';
$policy_bank{'ORIGINATING'} = { originating => 1 };
$forward_method = 'smtp:[127.0.0.1]:${filterPorts.back}';
$notify_method = $forward_method;
$final_bad_header_destiny = D_PASS;
@bypass_header_checks_maps = (1);
# Undoing it would break signatures.
$allow_disclaimers = 0;
${spam === undefined ? '@bypass_spam_checks_maps = (1);\n' : spamLines(spam)}${virus === undefined ? withoutVirus : virusLines(settings.alarmAddress)}1;
`;
}

function spamLines({ junkScore, discardScore, asksLists }: NonNullable<Filters['spam']>): string {
  const discards = discardScore !== undefined;
  return `@bypass_spam_checks_maps = (0);
$sa_tag_level_deflt = -999;
$sa_tag2_level_deflt = ${junkScore};
$sa_kill_level_deflt = ${discardScore ?? 10_000};
$final_spam_destiny = ${discards ? 'D_DISCARD' : 'D_PASS'};
${discards ? '' : '$spam_quarantine_method = undef;\n'}# A changed subject would break signatures.
$sa_spam_subject_tag = undef;
$sa_local_tests_only = ${asksLists ? 0 : 1};
`;
}

function virusLines(alarmAddress: string): string {
  return `@bypass_virus_checks_maps = (0);
@bypass_banned_checks_maps = (0);
$virus_scanners_failure_is_fatal = 1;
$final_virus_destiny = D_DISCARD;
$final_banned_destiny = D_DISCARD;
$virus_admin = '${alarmAddress}';
$banned_admin = $virus_admin;
$mailfrom_notify_admin = $virus_admin;
$mailfrom_notify_recip = $virus_admin;
# clamd only: the scanner of the command line would load its database for each message.
@av_scanners = (
  ['ClamAV-clamd', \\&ask_daemon, ["CONTSCAN {}\\n", "/run/clamav/clamd.ctl"],
    qr/\\bOK$/m, qr/\\bFOUND$/m, qr/^.*?: (?!Infected Archive)(.*) FOUND$/m ],
);
@av_scanners_backup = ();
`;
}

const withoutVirus = `@bypass_virus_checks_maps = (1);
@bypass_banned_checks_maps = (1);
`;
