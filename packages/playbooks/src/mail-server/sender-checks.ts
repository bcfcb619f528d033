import type { Declaration, Declarations } from '@hostwright/core';
import { File, Package, PostfixService, Service } from '@hostwright/modules';
import { opendmarcConfig, policydSpfConfig } from './sender-checks-config.ts';
import type { MailServer } from './settings.ts';

const ignoreFile = '/etc/opendmarc.ignore-hosts';

/** SPF is looked up and noted; DMARC decides, by SPF and signature together, what becomes of mail from outside. */
export function senderChecks(server: MailServer): Declarations {
  if (server.senderChecks === 'off') return [];
  const dmarc = Package({
    name: 'opendmarc',
    startService: false,
    // It would keep a database of reports.
    debconf: { 'opendmarc/dbconfig-install': { type: 'boolean', value: 'false' } },
  });
  return [
    dmarc,
    dmarcFiles(server, dmarc),
    spfPolicy(),
    Service(
      {
        name: 'opendmarc',
        running: true,
        enabled: true,
        onChange: 'restart',
        config: [ignoreFile],
      },
      { needs: [dmarc] },
    ),
  ];
}

function dmarcFiles(
  { hostname, senderChecks: policy, trustedRelays }: MailServer,
  dmarc: Declaration,
): Declarations {
  // Naming any replaces OpenDMARC's own list, so loopback is in it.
  const ignored = ['127.0.0.1', '::1', ...trustedRelays].map((each) => `${each}\n`).join('');
  const config = opendmarcConfig({ hostname, rejects: policy === 'reject', ignoreFile });
  return [configFile(ignoreFile, ignored, dmarc), configFile('/etc/opendmarc.conf', config, dmarc)];
}

function spfPolicy(): Declarations {
  const spf = Package({ name: 'postfix-policyd-spf-python' });
  return [
    spf,
    configFile('/etc/postfix-policyd-spf-python/policyd-spf.conf', policydSpfConfig, spf),
    PostfixService(
      {
        name: 'policyd-spf',
        type: 'unix',
        private: true,
        unprivileged: false,
        chroot: false,
        maxproc: 0,
        command: 'spawn',
        args: ['user=policyd-spf', 'argv=/usr/bin/policyd-spf'],
      },
      { needs: [spf] },
    ),
  ];
}

function configFile(path: string, content: string, software: Declaration): Declaration {
  return File({ path, content, owner: 'root', group: 'root', mode: '0644' }, { needs: [software] });
}
