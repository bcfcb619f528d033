/** `inet:HOST:PORT` of OpenDMARC. */
export const dmarcSocket = 'inet:127.0.0.1:8893';

/**
 * The whole of opendmarc.conf. It stands behind OpenDKIM, whose results it takes by their name, and looks up SPF itself.
 * Source: opendmarc.conf(5) of 1.4.2.
 */
export function opendmarcConfig(settings: {
  readonly hostname: string;
  /** False: what a policy would refuse is marked and taken. */
  readonly rejects: boolean;
  /** File with the addresses of clients that are not looked at. */
  readonly ignoreFile: string;
}): string {
  const rows = [
    ['Socket', `inet:${dmarcSocket.split(':').at(-1) ?? ''}@127.0.0.1`],
    ['UserID', 'opendmarc'],
    ['UMask', '0002'],
    ['PidFile', '/run/opendmarc/opendmarc.pid'],
    ['Syslog', 'true'],
    ['AuthservID', settings.hostname],
    ['TrustedAuthservIDs', settings.hostname],
    ['IgnoreAuthenticatedClients', 'true'],
    ['IgnoreHosts', settings.ignoreFile],
    ['SPFIgnoreResults', 'true'],
    ['SPFSelfValidate', 'true'],
    ['RejectFailures', String(settings.rejects)],
    ['PublicSuffixList', '/usr/share/publicsuffix/public_suffix_list.dat'],
  ];
  const lines = rows.map(([name = '', value = '']) => `${name.padEnd(28)} ${value}\n`);
  return `# Written by Hostwright.\n${lines.join('')}`;
}

/**
 * policyd-spf only notes what it finds. By itself it would refuse a forwarded message before anybody looked at its
 * signature, which DMARC accepts in place of SPF. Source: policyd-spf.conf(5) of 2.9 and 3.0.
 */
export const policydSpfConfig = `# Written by Hostwright.
debugLevel = 1
HELO_reject = False
Mail_From_reject = False
PermError_reject = False
TempError_Defer = False
skip_addresses = 127.0.0.0/8,::ffff:127.0.0.0/104,::1
`;
