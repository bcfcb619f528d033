import type { Declarations } from '@hostwright/core';
import { Fail2banJail, File, Package, Service } from '@hostwright/modules';
import { dovecotFilter } from './bans-config.ts';
import { sievePort } from './ports.ts';
import type { MailServer } from './settings.ts';

/** Addresses that keep failing to log in are shut out: from SSH, from sending, from mailboxes. */
export function bans({ controllerAddress, sshPort, trustedRelays }: MailServer): Declarations {
  const common = {
    backend: 'systemd',
    banaction: 'nftables-multiport',
    ignoreip: [
      '127.0.0.1/8',
      '::1',
      ...(controllerAddress === undefined ? [] : [controllerAddress]),
      // A relay is refused for what others gave it.
      ...trustedRelays,
    ],
    maxretry: 5,
  } as const;
  return [
    ['fail2ban', 'python3-systemd', 'nftables'].map((name) =>
      Package({ name, startService: false }),
    ),
    File({
      path: '/etc/fail2ban/filter.d/hostwright-dovecot.conf',
      content: dovecotFilter,
      owner: 'root',
      group: 'root',
      mode: '0644',
    }),
    Fail2banJail({ name: 'sshd', port: [sshPort], ...common }),
    Fail2banJail({ name: 'postfix', port: ['smtp', 465, 587], filter: postfixFilter, ...common }),
    Fail2banJail({
      name: 'dovecot',
      port: ['imap', 993, 'pop3', 995, sievePort],
      filter: 'hostwright-dovecot',
      ...common,
    }),
    Service({ name: 'fail2ban', running: true, enabled: true }),
  ];
}

/**
 * Mode extra counts failed logins, which the default does not. On Debian 12 the daemons log as postfix@-.service, and
 * the filter's own match reads nothing.
 */
const postfixFilter =
  'postfix[mode=extra, journalmatch="_SYSTEMD_UNIT=postfix.service _SYSTEMD_UNIT=postfix@-.service"]';
