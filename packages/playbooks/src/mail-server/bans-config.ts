/**
 * A filter of our own for Dovecot, because fail2ban 1.1.0 of Debian 13 knows none of the lines of Dovecot 2.4, and the
 * one of Debian 12 counts each failure twice. It takes one hit from each connection that ended with failed logins, in the
 * words of both releases; logins that worked do not match.
 */
export const dovecotFilter = `# Written by Hostwright.
[INCLUDES]
before = common.conf

[Definition]
_daemon = dovecot
prefregex = ^%(__prefix_line)s(?:pop3|imap|managesieve|submission)-login: (?:Info: )?<F-CONTENT>.+</F-CONTENT>$
failregex = ^(?:Login aborted|Aborted login|Disconnected)[^(]*\\(auth failed, \\d+ attempts(?: in \\d+ secs)?\\)(?: \\(auth_failed\\))?: user=<[^>]*>,(?: method=\\S+,)? rip=<HOST>, 
journalmatch = _SYSTEMD_UNIT=dovecot.service
`;
