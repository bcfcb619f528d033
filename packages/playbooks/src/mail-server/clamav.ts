import { type Declaration, type Declarations, sh } from '@hostwright/core';
import { Command, Directory, File, Package, Service } from '@hostwright/modules';
import type { Filters } from './filter-settings.ts';
import type { Role } from './role.ts';

const database = '/var/lib/clamav';

/** ClamAV's daemon with a database: the official one, signatures of one's own, or both. */
export function clamav(
  { officialDatabase, signatures }: NonNullable<Filters['virus']>,
  { amavis, ...load }: { readonly amavis: Declaration } & ScannerLoad,
): Role {
  const daemon = Package({ name: 'clamav-daemon', startService: false });
  const updater = Package({ name: 'clamav-freshclam', startService: false });
  const configuration = File(
    {
      path: '/etc/clamav/clamd.conf',
      content: clamdConfig(load),
      owner: 'root',
      group: 'root',
      mode: '0644',
    },
    { needs: [daemon] },
  );
  const own = ownSignatures(signatures, daemon);
  const first = officialDatabase ? firstDatabase(updater) : undefined;
  const service = Service(
    {
      name: 'clamav-daemon',
      running: true,
      enabled: true,
      onChange: 'restart',
      config: ['/etc/clamav/clamd.conf', ...Object.keys(signatures).map(signaturePath)],
    },
    { needs: [daemon, configuration, ...own, ...(first === undefined ? [] : [first])] },
  );
  const socket = Service({ name: 'clamav-daemon.socket', enabled: true }, { needs: [daemon] });
  const membership = mayReadMail(daemon, amavis, service);
  const declarations = [
    [daemon, updater, Package({ name: 'clamdscan', startService: false })],
    configuration,
    officialDatabase ? [] : unconditional(),
    own,
    first,
    // It fetches by itself from then on. Without the internet it would fail once an hour.
    Service(
      { name: 'clamav-freshclam', running: officialDatabase, enabled: officialDatabase },
      { needs: [updater, ...(first === undefined ? [] : [first])] },
    ),
    membership,
    socket,
    service,
  ];
  return { declarations, service };
}

/** How much clamd does at once. */
export interface ScannerLoad {
  /** Messages that are looked at at once. */
  readonly children: number;
  /** Two databases in memory while a new one is loaded, in place of a pause. */
  readonly reloadsConcurrently: boolean;
}

/** The whole of clamd.conf. Its socket is systemd's. Source: clamd.conf(5) of 1.4. */
function clamdConfig({ children, reloadsConcurrently }: ScannerLoad): string {
  return `# Written by Hostwright.
LocalSocket /run/clamav/clamd.ctl
FixStaleSocket true
LocalSocketGroup clamav
LocalSocketMode 666
User clamav
LogSyslog true
DatabaseDirectory ${database}
MaxThreads ${Math.max(children, leastAtOnce)}
ConcurrentDatabaseReload ${reloadsConcurrently ? 'yes' : 'no'}
`;
}

const leastAtOnce = 12;

function signaturePath(name: string): string {
  return `${database}/${name}`;
}

function ownSignatures(
  signatures: Readonly<Record<string, string>>,
  daemon: Declaration,
): readonly Declaration[] {
  return Object.entries(signatures).map(([name, content]) =>
    File(
      { path: signaturePath(name), content, owner: 'root', group: 'root', mode: '0644' },
      { needs: [daemon] },
    ),
  );
}

/** The daemon reads what amavis unpacks, by its group; it learns of the group when it starts. */
function mayReadMail(daemon: Declaration, amavis: Declaration, service: Declaration): Declaration {
  return Command(
    {
      name: 'clamav in group amavis',
      unless: 'id -nG clamav | tr " " "\\n" | grep -qx amavis',
      run: ['usermod', '-a', '-G', 'amavis', 'clamav'],
    },
    { needs: [daemon, amavis], notify: [service] },
  );
}

/** Debian's units start only with the official database there: an empty condition takes that back. */
function unconditional(): Declarations {
  return ['service', 'socket'].map((kind) => {
    const path = `/etc/systemd/system/clamav-daemon.${kind}.d`;
    return [
      Directory({ path, owner: 'root', group: 'root', mode: '0755' }),
      File({
        path: `${path}/own-database.conf`,
        content: '# Written by Hostwright.\n[Unit]\nConditionPathExistsGlob=\n',
        owner: 'root',
        group: 'root',
        mode: '0644',
      }),
    ];
  });
}

/** In seconds: 300 MB over a slow line. */
const fetchSeconds = 1800;

/** The daemon does not start before there is a database, and nothing starts it later, so the first one is waited for. */
function firstDatabase(updater: Declaration): Declaration {
  return Command(
    {
      name: 'first virus database',
      unless:
        sh`for part in main daily; do ls ${database}/"$part".c[lv]d >/dev/null 2>&1 || exit 1; done`
          .script,
      script: 'systemctl stop clamav-freshclam.service && freshclam --quiet --stdout',
      timeout: fetchSeconds,
    },
    { needs: [updater] },
  );
}
