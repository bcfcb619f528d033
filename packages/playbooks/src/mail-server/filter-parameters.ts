import { filterPorts } from './amavis-config.ts';

/** Where Postfix sends mail before it delivers it: `content_filter` of each way in. */
export function contentFilter(way: 'incoming' | 'originating'): string {
  return `smtp-amavis:[127.0.0.1]:${filterPorts[way]}`;
}

/** Options of the transport to the filter. Its own name in the log tells a scan from a delivery. */
export function scannerParameters() {
  return {
    syslog_name: 'postfix/amavis',
    smtp_data_done_timeout: '1200s',
    smtp_send_xforward_command: 'yes',
    smtp_dns_support_level: 'disabled',
    smtp_tls_security_level: 'none',
    max_use: 20,
  };
}

/**
 * Options of the way back. Nothing is checked, signed, rewritten or filtered a second time: with the milters on, mail
 * from loopback would count as our own, and what a stranger sent in our name would be signed.
 * Source: FILTER_README, README.postfix of amavis.
 */
export function reinjectionParameters() {
  return {
    syslog_name: 'postfix/reinject',
    content_filter: '',
    smtpd_milters: '',
    local_recipient_maps: '',
    relay_recipient_maps: '',
    smtpd_delay_reject: 'no',
    smtpd_client_restrictions: 'permit_mynetworks,reject',
    smtpd_helo_restrictions: '',
    smtpd_sender_restrictions: '',
    smtpd_relay_restrictions: 'permit_mynetworks,reject_unauth_destination',
    smtpd_recipient_restrictions: 'permit_mynetworks,reject',
    smtpd_data_restrictions: '',
    smtpd_end_of_data_restrictions: '',
    mynetworks: '127.0.0.0/8',
    smtpd_authorized_xforward_hosts: '127.0.0.0/8',
    smtpd_error_sleep_time: 0,
    smtpd_soft_error_limit: 1001,
    smtpd_hard_error_limit: 1000,
    smtpd_client_connection_count_limit: 0,
    smtpd_client_connection_rate_limit: 0,
    smtpd_tls_security_level: 'none',
    receive_override_options:
      'no_header_body_checks,no_unknown_recipient_checks,no_milters,no_address_mappings',
  };
}
