import type { Declaration, Declarations } from '@hostwright/core';
import { File, Package, PostfixService, Service } from '@hostwright/modules';
import { amavisConfig, filterPorts } from './amavis-config.ts';
import { clamav } from './clamav.ts';
import { reinjectionParameters, scannerParameters } from './filter-parameters.ts';
import type { Filters } from './filter-settings.ts';
import { learning } from './learning.ts';
import type { MailServer } from './settings.ts';

/** Programs that amavis looks into archives with. */
const unpackers = [
  ...['arj', 'bzip2', 'cabextract', 'cpio', 'file', 'gzip', 'lzop', '7zip', 'unzip', 'xz-utils'],
  'zstd',
];

/** amavis between Postfix and itself: SpamAssassin within it, ClamAV beside it. */
export function filters(
  server: MailServer,
  { rulesNeed }: { readonly rulesNeed: readonly Declaration[] },
): Declarations {
  const { filters: wanted } = server;
  if (wanted === undefined) return [];
  const amavis = Package({ name: 'amavisd-new', startService: false });
  const virus = wanted.virus && clamav(wanted.virus, { amavis, ...wanted, ...server.sizing });
  return [
    amavis,
    unpackers.map((name) => Package({ name })),
    wanted.spam && spamAssassin(wanted.spam),
    virus?.declarations,
    amavisService(server, wanted, [amavis, ...(virus === undefined ? [] : [virus.service])]),
    postfixServices(wanted.children),
    wanted.spam?.learns === true ? learning({ amavis, rulesNeed }) : [],
  ];
}

function amavisService(
  server: MailServer,
  wanted: Filters,
  needs: readonly Declaration[],
): Declarations {
  const { hostname, domains, alarmAddress } = server;
  return [
    File(
      {
        path: '/etc/amavis/conf.d/50-user',
        content: amavisConfig({ ...wanted, hostname, domains, alarmAddress }),
        owner: 'root',
        group: 'root',
        mode: '0644',
      },
      { needs },
    ),
    File(
      {
        path: '/etc/tmpfiles.d/mail-quarantine.conf',
        content: `# Written by Hostwright. Nothing else clears it.\ne /var/lib/amavis/virusmails - - - ${quarantineDays}d\n`,
        owner: 'root',
        group: 'root',
        mode: '0644',
      },
      { needs },
    ),
    Service({ name: 'amavis', running: true, enabled: true, onChange: 'restart' }, { needs }),
  ];
}

const quarantineDays = 30;

/** Rules come with the package; a timer that Debian leaves off keeps them fresh where there is the internet. */
function spamAssassin({ asksLists }: NonNullable<Filters['spam']>): Declarations {
  const rules = Package({ name: 'spamassassin', startService: false });
  const checks = Package({ name: 'libmail-spf-perl' });
  const timer = { name: 'spamassassin-maintenance.timer', running: asksLists, enabled: asksLists };
  return [rules, checks, Service(timer, { needs: [rules] })];
}

function postfixServices(children: number): Declarations {
  return [
    PostfixService({
      name: 'smtp-amavis',
      type: 'unix',
      chroot: false,
      command: 'smtp',
      maxproc: children,
      options: scannerParameters(),
    }),
    PostfixService({
      name: `127.0.0.1:${filterPorts.back}`,
      type: 'inet',
      private: false,
      chroot: false,
      command: 'smtpd',
      options: reinjectionParameters(),
    }),
  ];
}
