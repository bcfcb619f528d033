import { contentFilter } from './filter-parameters.ts';
import type { MovedRoutes } from './moved-domains.ts';
import { dmarcSocket } from './sender-checks-config.ts';
import type { TableName } from './sql-maps.ts';

/** What Postfix is to do. All names are domains and files that other parts of the mail server bring. */
export interface PostfixSettings {
  readonly hostname: string;
  readonly domain: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  /** How Postfix reads a lookup table: `texthash:/etc/postfix/maps/domains`. */
  readonly table: (name: TableName) => string;
  /** Upper limit for each kind of daemon, 1 to 10000. */
  readonly processLimit: number;
  /** In bytes. */
  readonly messageSizeLimit: number;
  /** Whether a content filter stands between taking and delivering. */
  readonly hasFilter: boolean;
  /** Whether SPF and DMARC of senders are looked at. */
  readonly checksSenders: boolean;
  /** Clients whose senders were looked at already. */
  readonly relays?: string | undefined;
  readonly moved?: MovedRoutes;
}

/** `inet:HOST:PORT` of OpenDKIM. */
export const signerSocket = 'inet:127.0.0.1:8891';

/**
 * main.cf: what differs from Debian's file or from the defaults of one of the two releases. Port 25 takes mail for the
 * hosted domains from anybody and never AUTH; the two submission services take mail to anywhere from users.
 * Source: postconf(5) of 3.7 and 3.10.
 */
export function postfixParameters(settings: PostfixSettings) {
  return {
    ...identity(settings),
    ...tls(settings),
    ...admission(settings),
    ...hostedDomains(settings),
    ...checks(settings, [
      ...(settings.moved?.checks === undefined
        ? []
        : [`check_recipient_access ${settings.moved.checks}`]),
      policyService('quota-status'),
    ]),
  };
}

/** What a second server is to do beside that. */
export interface RelaySettings extends PostfixSettings {
  /** Name of the first server. */
  readonly firstServer: string;
  /** Whether the first server is asked for each recipient. */
  readonly asksFirst: boolean;
  readonly queueDays: number;
}

/**
 * main.cf of a server that takes mail for the domains of another and hands it over. It refuses what that one would, since
 * what was taken and is refused later would have to be sent back, to whoever a forger named.
 */
export function relayParameters(settings: RelaySettings) {
  const { table, firstServer, asksFirst, queueDays } = settings;
  return {
    ...identity(settings),
    ...tls(settings),
    ...admission(settings),
    ...checks(settings, asksFirst ? ['reject_unverified_recipient'] : []),
    relay_domains: table('domains'),
    // Every mailbox stands among the aliases as well, for itself.
    relay_recipient_maps: asksFirst ? '' : table('aliases'),
    relay_transport: `relay:[${firstServer}]`,
    maximal_queue_lifetime: `${queueDays}d`,
    // A first server that is back gets what waits within minutes.
    maximal_backoff_time: '30m',
  };
}

function identity({ hostname, domain, processLimit, messageSizeLimit }: PostfixSettings) {
  return {
    myhostname: hostname,
    compatibility_level: '3.6',
    mydomain: domain,
    myorigin: '$mydomain',
    // A hosted domain must not stand here: its mail would go to system accounts.
    mydestination: '$myhostname, localhost.$mydomain, localhost',
    mynetworks: '127.0.0.0/8 [::1]/128',
    inet_interfaces: 'all',
    inet_protocols: 'all',
    recipient_delimiter: '+',
    default_process_limit: processLimit,
    message_size_limit: messageSizeLimit,
    mailbox_size_limit: 0,
    enable_long_queue_ids: 'yes',
    delay_warning_time: '4h',
    // Dovecot's LMTP takes no internationalised addresses.
    smtputf8_enable: 'no',
  };
}

function tls({ certificateFile, keyFile }: PostfixSettings) {
  return {
    // One parameter for the pair, so that no moment has the key of one and the certificate of another.
    smtpd_tls_chain_files: `${keyFile}, ${certificateFile}`,
    smtpd_tls_cert_file: '',
    smtpd_tls_key_file: '',
    smtpd_tls_security_level: 'may',
    smtp_tls_security_level: 'may',
    smtpd_tls_auth_only: 'yes',
    smtpd_tls_protocols: '>=TLSv1.2',
    smtpd_tls_mandatory_protocols: '>=TLSv1.2',
    smtp_tls_protocols: '>=TLSv1.2',
    smtpd_tls_received_header: 'yes',
    smtpd_tls_loglevel: 1,
  };
}

function admission({ table, relays }: PostfixSettings) {
  const senders = [
    'permit_mynetworks',
    ...permitRelays(relays),
    'reject_non_fqdn_sender',
    `check_sender_access ${table('own-domains')}`,
    'reject_unknown_sender_domain',
  ];
  return {
    smtpd_sasl_type: 'dovecot',
    smtpd_sasl_path: 'private/auth',
    smtpd_sasl_auth_enable: 'no',
    smtpd_sasl_security_options: 'noanonymous',
    smtpd_helo_required: 'yes',
    disable_vrfy_command: 'yes',
    // Against smuggling a second message behind a bare newline; Debian 12 leaves it off.
    smtpd_forbid_bare_newline: 'normalize',
    smtpd_forbid_bare_newline_exclusions: '$mynetworks',
    smtpd_data_restrictions: 'reject_unauth_pipelining',
    smtpd_relay_restrictions:
      'permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination',
    smtpd_sender_restrictions: senders.join(', '),
    non_smtpd_milters: signerSocket,
    milter_default_action: 'accept',
  };
}

/** What is asked before a message is taken on port 25, and where it goes then. */
function checks(
  { hasFilter, checksSenders, relays }: PostfixSettings,
  ownChecks: readonly string[],
) {
  const recipient = [
    'reject_non_fqdn_recipient',
    'reject_unlisted_recipient',
    ...ownChecks,
    ...(checksSenders ? [...permitRelays(relays), policyService('policyd-spf')] : []),
  ];
  return {
    smtpd_recipient_restrictions: recipient.join(', '),
    // Final, as no unknown recipient becomes known by waiting.
    unverified_recipient_reject_code: 550,
    // OpenDMARC reads what OpenDKIM found, so it comes second.
    smtpd_milters: [signerSocket, ...(checksSenders ? [dmarcSocket] : [])].join(', '),
    content_filter: hasFilter ? contentFilter('incoming') : '',
    ...(checksSenders ? { 'policyd-spf_time_limit': '3600s' } : {}),
  };
}

function policyService(name: string): string {
  return `check_policy_service unix:private/${name}`;
}

function permitRelays(relays: string | undefined): readonly string[] {
  return relays === undefined ? [] : [`check_client_access ${relays}`];
}

function hostedDomains({ table, moved }: PostfixSettings) {
  return {
    relay_domains: moved?.routes ?? '',
    transport_maps: moved?.routes ?? '',
    virtual_mailbox_domains: table('domains'),
    virtual_mailbox_maps: table('mailboxes'),
    virtual_alias_maps: table('aliases'),
    virtual_alias_domains: '',
    virtual_transport: 'lmtp:unix:private/dovecot-lmtp',
    smtpd_sender_login_maps: table('senders'),
  };
}

/** How often one address may do something, in a minute; 0 is no limit. */
export interface SubmissionRates {
  readonly loginsPerMinute: number;
  readonly messagesPerMinute: number;
}

/** The options of `submission` (587) and `submissions` (465), beside how each begins TLS. */
export function submissionParameters(
  name: 'submission' | 'submissions',
  { hasFilter, rates }: { readonly hasFilter: boolean; readonly rates: SubmissionRates },
) {
  return {
    syslog_name: `postfix/${name}`,
    ...(name === 'submission'
      ? { smtpd_tls_security_level: 'encrypt' }
      : { smtpd_tls_wrappermode: 'yes' }),
    smtpd_sasl_auth_enable: 'yes',
    smtpd_client_restrictions: 'permit_sasl_authenticated,reject',
    smtpd_relay_restrictions: 'permit_sasl_authenticated,reject',
    smtpd_sender_restrictions: 'reject_authenticated_sender_login_mismatch',
    smtpd_recipient_restrictions: '',
    smtpd_helo_restrictions: '',
    milter_macro_daemon_name: 'ORIGINATING',
    // Users are known by their login; DMARC is for strangers.
    smtpd_milters: signerSocket,
    content_filter: hasFilter ? contentFilter('originating') : '',
    smtpd_client_auth_rate_limit: rates.loginsPerMinute,
    smtpd_client_message_rate_limit: rates.messagesPerMinute,
    // Without a signature the mail of a domain with a DMARC policy is refused elsewhere: better to wait.
    milter_default_action: 'tempfail',
  };
}
