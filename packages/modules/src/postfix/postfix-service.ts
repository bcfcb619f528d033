import {
  absent,
  type Difference,
  defineResource,
  type FieldDiff,
  HostwrightError,
  lines,
  type ProbeOutput,
  present,
  type Reading,
  type Sh,
  sh,
  unreadable,
} from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { guardedChange } from './guarded-change.ts';
import {
  entryDefaults,
  entryText,
  isBalanced,
  type MasterEntry,
  parseEntries,
} from './master-entry.ts';
import { type ParameterValue, parameterValue, pathsIn, valueText } from './parameter-value.ts';
import { isNameOfUsers, type ParameterName } from './parameters.ts';

const schema = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9_\\[][A-Za-z0-9_.:\\[\\]-]{0,127}$',
      description:
        'Name of the service: for `inet` a port or its name in /etc/services, perhaps with an address (`submission`, `127.0.0.1:10025`), else the name of the socket.',
    }),
    type: Type.Union(
      [
        Type.Literal('inet'),
        Type.Literal('unix'),
        Type.Literal('fifo'),
        Type.Literal('pass'),
        Type.Literal('unix-dgram'),
      ],
      { description: 'How it is reached. `inet` listens on a TCP port.' },
    ),
    ensure: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description: '`present` (default) or `absent`, which removes the entry.',
      }),
    ),
    command: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$',
        description:
          'Program in the daemon directory (`smtpd`, `smtp`, `spawn`). Needed unless the entry is absent.',
      }),
    ),
    private: Type.Optional(
      Type.Boolean({
        description:
          'Whether only Postfix itself may use it. Default: false for `inet`, else true.',
      }),
    ),
    unprivileged: Type.Optional(
      Type.Boolean({
        description:
          'Whether it runs as the owner of the mail system instead of root. Default true.',
      }),
    ),
    chroot: Type.Optional(
      Type.Boolean({
        description:
          "Whether it runs inside of the queue directory. Default false, Postfix's own; Debian's entries say true for most.",
      }),
    ),
    wakeup: Type.Optional(
      Type.Union(
        [
          Type.Integer({ minimum: 0, maximum: 1_000_000_000 }),
          Type.String({ pattern: '^[0-9]{1,9}\\?$' }),
        ],
        {
          description:
            'Seconds after which it is woken up again; with `?` behind (`1000?`) only if it is in use. Default 0, never.',
        },
      ),
    ),
    maxproc: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000,
        description:
          'How many of it may run at once; 0 is no limit. Default: default_process_limit of main.cf.',
      }),
    ),
    options: Type.Optional(
      Type.Unsafe<{ readonly [Name in ParameterName]?: ParameterValue }>(
        Type.Record(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_-]{0,127}$' }), parameterValue, {
          additionalProperties: false,
          description:
            'Parameters of main.cf with other values for this service (`-o name=value`).',
        }),
      ),
    ),
    args: Type.Optional(
      Type.Array(
        Type.String({
          pattern: '^[^\\s{-]\\S*$',
          maxLength: 1024,
          description: 'One word.',
        }),
        {
          maxItems: 100,
          description:
            'Words behind the options, as spawn(8) and pipe(8) want them: `user=policyd-spf`, `argv=/usr/bin/policyd-spf`.',
        },
      ),
    ),
  },
  { additionalProperties: false },
);

export type PostfixServiceSpec = Static<typeof schema>;
type ProbeSpec = Pick<PostfixServiceSpec, 'name' | 'type'> & Partial<PostfixServiceSpec>;

/**
 * One service of Postfix master.cf: a port it listens on, a transport, a policy server.
 *
 * Options and columns that are not declared are as the entry's defaults, not as they were: the entry is owned as a
 * whole. Comments around it stay. `postfix check` judges the change, and it is taken back where it objects. Postfix is
 * reloaded by `Service({ name: 'postfix' })`; that opens and closes ports too.
 *
 * Identity: `name` and `type`, once per host.
 * Units: `wakeup` in seconds, `maxproc` in processes; those in options are Postfix's own.
 * Cost: two postconf per host to probe (12 ms each), one for each new option name included; one for each entry to apply.
 * Errors: POSTCONF_UNKNOWN_PARAMETER for an option that Postfix lacks, before anything changes.
 * Source: master(5), postconf(1). Captured on Debian 12 (Postfix 3.7.11) and 13 (3.10.13).
 * @example PostfixService({ name: 'submission', type: 'inet', command: 'smtpd', chroot: true, options: { smtpd_tls_security_level: 'encrypt' } })
 */
export const PostfixService = defineResource({
  kind: 'PostfixService',
  schema,
  keys: ['name', 'type', 'ensure'],
  identity: (spec) => `${spec.name}/${spec.type}`,
  edges: (spec) => ({
    after: ['package:postfix', ...pathsOf(spec).map((path) => `path:${path}`)],
    notifies: ['unit:postfix.service'],
  }),
  check: problemsOf,
  driver: {
    via: 'shell',
    exclusive: ['files'],
    commands: ['postconf', 'postfix'],
    probe: readEntries,
    parse: readingsOf,
    apply: writeEntries,
  },
  diff: (spec, reading) => {
    if (spec.ensure === 'absent') {
      return reading.is === 'absent' ? [] : [{ field: 'exists', from: true, to: false }];
    }
    const exists = reading.is === 'absent' ? [{ field: 'exists', from: false, to: true }] : [];
    const found = reading.is === 'absent' ? undefined : reading.observed;
    return [...exists, ...fieldsBetween(entryOf(spec), found)];
  },
});

function problemsOf(spec: ProbeSpec): readonly string[] {
  const problems: string[] = [];
  if (spec.ensure !== 'absent' && !('command' in spec))
    problems.push('Property command is missing.');
  if (spec.type === 'inet' && spec.private === true) problems.push('A port cannot be private.');
  for (const [name, value] of optionsOf(spec)) {
    if (!isBalanced(valueText(value)))
      problems.push(`The braces in option ${name} do not pair up.`);
  }
  return problems;
}

/** The type of `options` knows names for the editor; every value that is there is one. */
function optionsOf({ options = {} }: ProbeSpec): readonly (readonly [string, ParameterValue])[] {
  return Object.entries(options as Readonly<Record<string, ParameterValue>>);
}

function pathsOf({ options = {}, args = [] }: ProbeSpec): readonly string[] {
  return [...Object.values(options), ...args].flatMap(pathsIn);
}

/** All entries, because asking for one that is not there is a warning each; then the names that options use. */
function readEntries(specs: readonly ProbeSpec[]): Sh {
  const names = new Set(specs.flatMap((spec) => Object.keys(spec.options ?? {})));
  const known = sh`hw_out=$(postconf -d -- ${[...names]} 2>&1) || { printf '%s\\n' "$hw_out" >&2; exit 1; }`;
  return lines([
    sh`postconf -M || exit`,
    ...(names.size === 0
      ? []
      : [
          known,
          sh`printf '%s\\n' "$hw_out" | sed -n 's/^postconf: warning: \\(.*\\): unknown parameter$/unknown \\1/p'`,
        ]),
  ]);
}

function readingsOf(
  output: ProbeOutput,
  specs: readonly ProbeSpec[],
): readonly Reading<MasterEntry>[] {
  const entries = parseEntries(output.stdout);
  const unknownNames = new Set(
    [...output.stdout.matchAll(/^unknown (\S+)$/gm)].map(([, name = '']) => name),
  );
  return specs.map((spec) => {
    const wrong = Object.keys(spec.options ?? {}).filter(
      (name) => unknownNames.has(name) && !isNameOfUsers(name),
    );
    if (wrong.length > 0) {
      const problem = `The Postfix of this host has no parameter ${wrong.join(', ')}.`;
      return unreadable(new HostwrightError('POSTCONF_UNKNOWN_PARAMETER', { problem }));
    }
    const found = entries.get(`${spec.name}/${spec.type}`);
    return found === undefined ? absent : present(found);
  });
}

/** The entry that is wanted, in the words of master.cf. */
function entryOf(spec: PostfixServiceSpec): MasterEntry {
  const flag = (value: boolean | undefined, byDefault: boolean) =>
    (value ?? byDefault) ? 'y' : 'n';
  const options = optionsOf(spec).map(([name, value]) => [name, valueText(value, ',')] as const);
  return {
    private: flag(spec.private, spec.type !== 'inet'),
    unprivileged: flag(spec.unprivileged, true),
    chroot: flag(spec.chroot, false),
    wakeup: String(spec.wakeup ?? 0),
    maxproc: spec.maxproc === undefined ? '-' : String(spec.maxproc),
    command: spec.command ?? '',
    options: Object.fromEntries(options),
    args: (spec.args ?? []).join(' '),
  };
}

const columns = [
  'private',
  'unprivileged',
  'chroot',
  'wakeup',
  'maxproc',
  'command',
  'args',
] as const;

/** Where there is no entry yet, the columns that are as they would be by default say nothing and are left out. */
function fieldsBetween(wanted: MasterEntry, found: MasterEntry | undefined): readonly FieldDiff[] {
  const usual = { ...entryDefaults, private: wanted.private === 'n' ? 'n' : 'y' };
  const fields: FieldDiff[] = columns
    .filter((name) => (found ?? usual)[name] !== wanted[name])
    .map((field) => ({ field, from: found?.[field] ?? null, to: wanted[field] }));
  const names = new Set([...Object.keys(found?.options ?? {}), ...Object.keys(wanted.options)]);
  for (const name of names) {
    const from = found?.options[name] ?? null;
    const to = wanted.options[name] ?? null;
    if (from !== to) fields.push({ field: name, from, to });
  }
  return fields;
}

function writeEntries(differences: readonly Difference<PostfixServiceSpec, MasterEntry>[]): Sh {
  const changes = differences.map(({ spec }) => {
    const id = `${spec.name}/${spec.type}`;
    if (spec.ensure === 'absent') return sh`postconf -MX ${id}`;
    return sh`postconf -M -e ${`${id}=${entryText(spec.name, spec.type, entryOf(spec))}`}`;
  });
  return guardedChange('master.cf', changes);
}
