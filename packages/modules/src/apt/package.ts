import { absent, defineResource, type FieldDiff, present, type Reading } from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { applyPackages, aptCommands } from './apply-packages.ts';
import { findPackage, type InstalledPackages, parsePackages, queryPackages } from './dpkg-query.ts';

const schema = Type.Object(
  {
    name: Type.String({
      // apt would remove what has a dash behind its name.
      pattern: '^[a-z0-9][a-z0-9+.-]{0,126}[a-z0-9+.](:[a-z0-9-]{1,31}[a-z0-9])?$',
      description:
        'Name of the package, perhaps with an architecture (`libc6:i386`). A virtual name such as `mail-transport-agent` is present when an installed package provides it.',
    }),
    ensure: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description:
          '`present` (default) or `absent`. Absent removes the package and keeps its configuration files, as `apt-get remove` does.',
      }),
    ),
    version: Type.Optional(
      Type.String({
        pattern: '^[0-9][A-Za-z0-9.+:~-]{0,127}$',
        description:
          'Exact version, as `apt-cache policy` shows it. Default: any version counts as present, and the newest is installed where there is none.',
      }),
    ),
    recommends: Type.Optional(
      Type.Boolean({
        description:
          'Whether what the package recommends is installed with it. Default false: a host gets what is declared and what that depends on.',
      }),
    ),
    debconf: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9+./_-]{0,127}$' }),
        Type.Object(
          {
            type: Type.Union(
              [
                Type.Literal('boolean'),
                Type.Literal('multiselect'),
                Type.Literal('note'),
                Type.Literal('select'),
                Type.Literal('string'),
                Type.Literal('text'),
              ],
              { description: 'Type of the question, as the template of the package gives it.' },
            ),
            value: Type.String({
              pattern: '^[^\\r\\n]*$',
              maxLength: 1024,
              description: 'The answer, on one line.',
            }),
          },
          { additionalProperties: false },
        ),
        {
          additionalProperties: false,
          description:
            "Answers to the package's debconf questions, by question (`postfix/mailname`). They are given before the package is installed; on a host that has it they are not compared.",
        },
      ),
    ),
    startService: Type.Optional(
      Type.Boolean({
        description:
          'Whether services that the package brings may start while it is installed. Default true, as Debian does. With false they start when a Service declares it, after their configuration is there.',
      }),
    ),
  },
  { additionalProperties: false },
);

export type PackageSpec = Static<typeof schema>;

/** A package as dpkg has it. */
export interface ObservedPackage {
  readonly version: string;
  /** Word of dpkg: `installed`; anything else is left over from an interrupted run. */
  readonly status: string;
  /** Everything on the host that an interrupted dpkg left unfinished; stands at one package only. */
  readonly unfinished: readonly string[];
}

const transactionMsMax = 2 * 60 * 60_000;

/**
 * One Debian package.
 *
 * All packages that differ are installed and removed in one apt transaction (one for each combination of `recommends`
 * and `startService` in use). It never asks questions, keeps configuration files that were changed on the host, and
 * never removes a package that is not declared absent. The index is fetched at most once, and only where an install
 * needs it: when there is none, when it is older than an hour or than the list of sources, or when apt misses a file.
 * An interrupted dpkg is a difference of its own (`dpkg: interrupted`), finished by `dpkg --configure -a`.
 *
 * Identity: `name`, once per host.
 * Units: none.
 * Cost: one dpkg-query per host to probe (about 20 ms), one apt-get to apply. Waits up to 300 s for the locks of apt and dpkg;
 * a transaction may take two hours.
 * Errors: APPLY_FAILED with what apt said; it names the process that holds a lock, and packages that would be removed.
 * Source: apt-get(8), dpkg-query(1), debconf-set-selections(1), invoke-rc.d(8). Captured on Debian 12 and 13.
 * @example Package({ name: 'postfix', debconf: { 'postfix/main_mailer_type': { type: 'select', value: 'Internet Site' } } })
 */
export const Package = defineResource({
  kind: 'Package',
  schema,
  keys: ['name', 'ensure'],
  identity: (spec) => spec.name,
  claims: (spec) => [`package:${spec.name}`],
  provides: (spec) => tokensOf(spec.name),
  edges: (spec) => ({
    after: [
      'host-capacity',
      'hostname',
      ...(isPartOfApt(spec.name) ? [] : ['under:/etc/apt']),
      ...sourcesBefore(spec.name),
    ],
  }),
  check: (spec) =>
    spec.ensure === 'absent' && (spec.version ?? spec.debconf) !== undefined
      ? ['A package that is to be absent takes no version and no debconf answers.']
      : [],
  driver: {
    via: 'shell',
    commands: aptCommands,
    probe: (specs) => queryPackages(specs.map((spec) => spec.name)),
    parse: (output, specs) => {
      const host = parsePackages(output.stdout);
      const readings = specs.map((spec) => readingOf(host, spec.name, spec.ensure === 'absent'));
      return withUnfinished(readings, host.unfinished);
    },
    apply: applyPackages,
    isLong: () => true,
    isTransient: (_, stderr) => isMirrorFailure(stderr),
    // Ending dpkg in its middle is worse than waiting: slow lines and small boards take an hour for a few hundred packages.
    timeLimitsMs: { apply: transactionMsMax },
  },
  diff: (spec, reading) =>
    spec.ensure === 'absent' ? removal(reading) : installation(spec, reading),
  threatens: ({ spec, way }) => {
    if (spec.ensure !== 'absent') return [];
    if (spec.name === 'openssh-server') return ['It removes sshd, by which this run came.'];
    const isSudo = spec.name === 'sudo' && way.becomeUser !== undefined;
    return isSudo ? [`It removes sudo, by which ${way.user} becomes ${way.becomeUser}.`] : [];
  },
  outputs: (_spec, observed: ObservedPackage) => ({
    /** Version that is installed, as dpkg writes it. */
    version: observed.version,
  }),
});

/** Words of apt for a mirror that does not answer now. One that answers 404 knows what it says. */
function isMirrorFailure(stderr: string): boolean {
  return /Temporary failure|Could not (connect|resolve)|Connection (timed out|failed|refused|reset)|(^|\s)50[0234]\s/m.test(
    stderr,
  );
}

function readingOf(
  host: InstalledPackages,
  name: string,
  isUnwanted: boolean,
): Reading<ObservedPackage> {
  const found = findPackage(host, name, !isUnwanted);
  if (found === undefined) return absent;
  return present({ version: found.version, status: found.status, unfinished: [] });
}

/** Shows what an interrupted dpkg left at the first package that is there, so that one change repairs it. */
function withUnfinished(
  readings: readonly Reading<ObservedPackage>[],
  unfinished: readonly string[],
): readonly Reading<ObservedPackage>[] {
  const first = readings.findIndex((reading) => reading.is === 'present');
  return readings.map((reading, index) =>
    reading.is === 'present' && index === first && unfinished.length > 0
      ? present({ ...reading.observed, unfinished })
      : reading,
  );
}

type KnownReading = Extract<Reading<ObservedPackage>, { is: 'present' | 'absent' }>;

function removal(reading: KnownReading): readonly FieldDiff[] {
  if (reading.is === 'absent') return [];
  return [{ field: 'exists', from: true, to: false }];
}

function installation(spec: PackageSpec, reading: KnownReading): readonly FieldDiff[] {
  const { version } = spec;
  if (reading.is === 'absent') {
    const exists = { field: 'exists', from: false, to: true };
    return version === undefined ? [exists] : [exists, { field: 'version', from: '', to: version }];
  }
  const { observed } = reading;
  const fields: FieldDiff[] = [];
  if (observed.status !== 'installed') {
    fields.push({ field: 'status', from: observed.status, to: 'installed' });
  }
  if (version !== undefined && version !== observed.version) {
    fields.push({ field: 'version', from: observed.version, to: version });
  }
  if (observed.unfinished.length > 0) {
    const from = `interrupted: ${observed.unfinished.join(', ')}`;
    fields.push({ field: 'dpkg', from, to: 'configured' });
  }
  return fields;
}

/** `dovecot-imapd` is what a Service or a path named after `dovecot` waits for. */
function tokensOf(name: string): readonly string[] {
  const [bare = name] = name.split(':');
  const parts = bare.split('-');
  const stems = parts.map((_part, index) => `package-stem:${parts.slice(0, index + 1).join('-')}`);
  return bare === name ? stems : [`package:${bare}`, ...stems];
}

/** Files under /etc/apt come after the packages that own them, so these cannot come after the files. */
function isPartOfApt(name: string): boolean {
  return name === 'apt' || name.startsWith('apt-');
}

/**
 * Sources come first, but what fetches and verifies them comes before any. A keyring may sign a source, or come from one whose
 * key is inline.
 */
function sourcesBefore(name: string): readonly string[] {
  if (isPartOfApt(name) || /^(ca-certificates|gnupg|gpgv?|sqv)$/.test(name)) return [];
  return [name.endsWith('-keyring') ? 'apt-source:inline' : 'apt-source'];
}
