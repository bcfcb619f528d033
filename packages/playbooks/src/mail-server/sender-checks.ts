import type { Declarations } from '@hostwright/core';
import { File, Package, PostfixService, Service } from '@hostwright/modules';
import { opendmarcConfig, policydSpfConfig } from './sender-checks-config.ts';
import type { MailServer } from './settings.ts';

/** SPF is looked up and noted; DMARC decides, by SPF and signature together, what becomes of mail from outside. */
export function senderChecks({ hostname, senderChecks: policy }: MailServer): Declarations {
  if (policy === 'off') return [];
  const dmarc = Package({
    name: 'opendmarc',
    startService: false,
    // It would keep a database of reports.
    debconf: { 'opendmarc/dbconfig-install': { type: 'boolean', value: 'false' } },
  });
  const spf = Package({ name: 'postfix-policyd-spf-python' });
  return [
    dmarc,
    spf,
    File(
      {
        path: '/etc/opendmarc.conf',
        content: opendmarcConfig({ hostname, rejects: policy === 'reject' }),
        owner: 'root',
        group: 'root',
        mode: '0644',
      },
      { needs: [dmarc] },
    ),
    File(
      {
        path: '/etc/postfix-policyd-spf-python/policyd-spf.conf',
        content: policydSpfConfig,
        owner: 'root',
        group: 'root',
        mode: '0644',
      },
      { needs: [spf] },
    ),
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
    Service(
      { name: 'opendmarc', running: true, enabled: true, onChange: 'restart' },
      { needs: [dmarc] },
    ),
  ];
}
