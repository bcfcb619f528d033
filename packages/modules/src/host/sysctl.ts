import {
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
  unknown,
  unreadable,
} from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { textWrite, writeFiles } from '../files/write-file.ts';
import {
  inOrder,
  plainValue,
  type Setting,
  type SettingsFile,
  settingOf,
  settingsFolders,
} from './sysctl-files.ts';
import { dottedName, parameterFile, parameterPath } from './sysctl-name.ts';

const schema = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9_-]+([./][A-Za-z0-9_@:+-]+)+$',
      maxLength: 200,
      description:
        'Name of the parameter, in dots or in slashes: `net.ipv4.ip_forward`. A dot within a step is a slash in the first form, and stays one in the second: `net.ipv4.conf.eth0/100.forwarding`, `net/ipv4/conf/eth0.100/forwarding`.',
    }),
    value: Type.Optional(
      Type.Union(
        [Type.Integer(), Type.String({ pattern: '^[!-~]+([ \\t]+[!-~]+)*$', maxLength: 1024 })],
        {
          description:
            'Its value as the kernel shows it: a number, or text such as `4096 131072 6291456`. How its parts are parted does not matter. Required unless absent.',
        },
      ),
    ),
    ensure: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description:
          '`present` (default) or `absent`. Absent removes the file of this declaration; the running kernel keeps its value until the host starts anew.',
      }),
    ),
  },
  { additionalProperties: false },
);

type SysctlSpec = Readonly<Static<typeof schema>>;
type SysctlKeys = Pick<SysctlSpec, 'name'> & Partial<SysctlSpec>;

interface ObservedParameter {
  /** The value in our file; undefined when there is none. */
  readonly stored: string | undefined;
  /** The value in the running kernel; undefined where it has none, and none is wanted. */
  readonly live: string | undefined;
}

/** ufw sets these whenever it starts, when it is enabled. */
const ufwSettings = '/etc/ufw/sysctl.conf';

/**
 * One parameter of the kernel: in a file of its own below /etc/sysctl.d, and in the running kernel at once. The plan shows
 * which of both differs.
 *
 * The file is read after all others. Where another one still wins when the host starts, or an enabled ufw sets the parameter
 * to something else (/etc/ufw/sysctl.conf), that is an error of the plan which names it, unless a File that changes it is
 * declared. A parameter that the kernel lacks is one, too, unless something that it needs is about to bring its module.
 *
 * Identity: `name` in either form, once per host.
 * Units: as the parameter has them.
 * Cost: three greps per host to probe, however many parameters; no command of its own to apply.
 * Errors: PREREQUISITE_MISSING for a parameter that the kernel lacks, and for one that is overridden. APPLY_FAILED with what
 * the kernel says of a value, or that /proc/sys is read-only, as in containers; then nothing is stored.
 * Source: sysctl.d(5), sysctl(8), proc(5). Captured on Debian 12 (systemd 252) and 13 (257).
 * @example Sysctl({ name: 'net.ipv4.ip_forward', value: 1 })
 */
export const Sysctl = defineResource({
  kind: 'Sysctl',
  schema,
  keys: ['name', 'ensure'],
  identity: (spec) => dottedName(spec.name),
  claims: (spec) => [`sysctl:${parameterPath(spec.name)}`, `path:${parameterFile(spec.name)}`],
  edges: () => ({
    after: ['under:/etc/sysctl.d', 'path:/etc/sysctl.conf', `path:${ufwSettings}`, 'ufw:enabled'],
  }),
  check: (spec) => {
    const hasValue = Object.hasOwn(spec, 'value');
    if (spec.ensure !== 'absent') return hasValue ? [] : ['Property value is missing.'];
    return hasValue ? ['Property value says nothing about a parameter that is to be absent.'] : [];
  },
  driver: {
    via: 'shell',
    exclusive: ['files'],
    commands: ['grep', 'tee', 'mktemp'],
    probe: probeParameters,
    parse: parseParameters,
    apply: applyParameters,
  },
  diff: parameterDiff,
  threatens: ({ spec, way }) => {
    const isOff = /^net\/ipv6\/conf\/[^/]+\/disable_ipv6$/.test(parameterPath(spec.name));
    const isByIpv6 = [way.address, way.client].some((address) => address?.includes(':') === true);
    if (!isOff || !isByIpv6 || way.connection === 'local') return [];
    return spec.ensure === 'absent' || String(spec.value) === '0'
      ? []
      : ['It switches off IPv6, by which this run came.'];
  },
  unsettled: ({ name }) =>
    `The kernel shows another value of ${dottedName(name)} than it was given: give it as the kernel shows it, or see what else sets it.`,
});

/** Lines `file PATH`, `denied PATH` and `PATH:LINE` of all settings, then what the kernel shows: `PATH:VALUE`. */
function probeParameters(specs: readonly SysctlKeys[]): Sh {
  const paths = specs.map(({ name }) => `/proc/sys/${parameterPath(name)}`);
  return lines([
    sh`look() {
  for path do
    if [ ! -e "$path" ]; then :
    elif [ -r "$path" ]; then printf 'file %s\\n' "$path"; grep -Hv '^[[:space:]]*\\([#;]\\|$\\)' -- "$path"
    else printf 'denied %s\\n' "$path"; fi
  done
}`,
    ...settingsFolders.map((folder) => sh`look ${folder}/*.conf`),
    sh`if grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf; then look ${ufwSettings}; fi
echo running`,
    sh`grep -H '' -- ${paths} 2>&1
:`,
  ]);
}

function parseParameters(
  { stdout }: ProbeOutput,
  specs: readonly SysctlKeys[],
): readonly Reading<ObservedParameter>[] {
  const [stored = '', running] = stdout.split(/^running\n/m);
  if (running === undefined) {
    const error = new HostwrightError('PROBE_FAILED', { problem: 'The settings were not listed.' });
    return specs.map(() => unreadable(error));
  }
  const settings = stored.split('\n');
  const shown = running.split('\n');
  return specs.map((spec) => readingOf(spec, settings, shown));
}

function readingOf(
  spec: SysctlKeys,
  settings: readonly string[],
  shown: readonly string[],
): Reading<ObservedParameter> {
  const own = parameterFile(spec.name);
  const found = namesIn(settings, 'file');
  const files = [...inOrder(found), ...found.filter((path) => path === ufwSettings)];
  const stored = storedIn(own, spec.name, linesOf(settings, own));
  const live = liveValue(spec.name, shown);
  if (spec.ensure === 'absent') {
    return present({
      stored: found.includes(own) ? (stored ?? '') : undefined,
      live: typeof live === 'string' ? live : undefined,
    });
  }
  const denied = namesIn(settings, 'denied').find((path) => path === own || isAfter(path, own));
  if (denied !== undefined) return unreadable(notReadable(denied, 'permission denied'));
  if (typeof live !== 'string') return live;
  const later = files.filter((path) => path === ufwSettings || isAfter(path, own));
  const winner = settingOf(
    later.map((path): SettingsFile => ({ path, lines: linesOf(settings, path) })),
    parameterPath(spec.name),
  );
  const isOverridden =
    winner !== undefined && spec.value !== undefined && winner.value !== plainValue(spec.value);
  if (isOverridden) return unknown(overridden(spec.name, winner));
  return present({ stored, live });
}

function overridden(name: string, { file, value }: Setting): string {
  const dotted = dottedName(name);
  const does = value === undefined ? `excepts ${dotted}` : `sets ${dotted} to ${value}`;
  return `${file} ${does} and is read after the file of this declaration (change it there, or declare that file)`;
}

function isAfter(path: string, own: string): boolean {
  return nameIn(path) > nameIn(own);
}

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function namesIn(settings: readonly string[], word: string): readonly string[] {
  return settings.flatMap((line) =>
    line.startsWith(`${word} /`) ? line.slice(word.length + 1) : [],
  );
}

function linesOf(settings: readonly string[], path: string): readonly string[] {
  return settings.flatMap((line) =>
    line.startsWith(`${path}:`) ? line.slice(path.length + 1) : [],
  );
}

/** The value in our file, or all of it where a hand put something else there. */
function storedIn(path: string, name: string, own: readonly string[]): string | undefined {
  if (own.length === 0) return undefined;
  const setting = settingOf([{ path, lines: own }], parameterPath(name));
  return own.length === 1 && setting?.value !== undefined ? setting.value : own.join('; ');
}

function liveValue(name: string, shown: readonly string[]): string | Reading<never> {
  const path = `/proc/sys/${parameterPath(name)}`;
  const said = shown.find((line) => line.startsWith(`grep: ${path}: `));
  const reason = said?.slice(`grep: ${path}: `.length);
  if (reason === 'No such file or directory') {
    return unknown(`the kernel has no parameter ${dottedName(name)}`);
  }
  if (reason !== undefined) return unreadable(notReadable(path, reason));
  return plainValue(linesOf(shown, path).join(' '));
}

function notReadable(path: string, reason: string): HostwrightError {
  return new HostwrightError('PROBE_FAILED', { problem: `${path} could not be read: ${reason}.` });
}

function parameterDiff(
  spec: SysctlSpec,
  reading: Extract<Reading<ObservedParameter>, { is: 'present' | 'absent' }>,
): readonly FieldDiff[] {
  const { stored, live } =
    reading.is === 'present' ? reading.observed : { stored: undefined, live: undefined };
  if (spec.ensure === 'absent') {
    if (stored === undefined) return [];
    const stays = { field: 'live', from: live ?? '', to: `${live}, until the host starts anew` };
    return [{ field: 'exists', from: true, to: false }, ...(live === undefined ? [] : [stays])];
  }
  const to = plainValue(spec.value ?? '');
  return [
    ...(stored === to ? [] : [{ field: 'stored', from: stored ?? null, to }]),
    ...(live === to ? [] : [{ field: 'live', from: live ?? null, to }]),
  ];
}

/** The kernel judges first: what it does not take is not stored, since the host would start with an error. */
function applyParameters(differences: readonly Difference<SysctlSpec, ObservedParameter>[]): Sh {
  const removed = differences.filter(({ spec }) => spec.ensure === 'absent');
  const kept = differences.filter(({ spec }) => spec.ensure !== 'absent');
  const set = kept.filter(({ fields }) => fields.some(({ field }) => field === 'live'));
  const stored = kept.filter(({ fields }) => fields.some(({ field }) => field === 'stored'));
  const writes = stored.map(({ spec }) => textWrite(parameterFile(spec.name), fileText(spec)));
  return lines([
    sh`hw_status=0`,
    setFunction,
    ...set.map(
      ({ spec: { name, value = '' } }) =>
        sh`hw_set ${dottedName(name)} ${`/proc/sys/${parameterPath(name)}`} ${plainValue(value)} || hw_status=1`,
    ),
    sh`[ "$hw_status" = 0 ] || exit 1`,
    writeFiles(writes),
    ...removed.map(({ spec }) => sh`rm -f -- ${parameterFile(spec.name)} || hw_status=1`),
    sh`exit "$hw_status"`,
  ]);
}

function fileText({ name, value = '' }: SysctlSpec): string {
  return `# Written by Hostwright.\n${dottedName(name)} = ${plainValue(value)}\n`;
}

/** A shell does not say why a write failed; tee does. */
const setFunction = sh`
hw_set() {
  ! hw_said=$(printf '%s\\n' "$3" | tee -- "$2" 2>&1 >/dev/null) || return 0
  printf 'The kernel does not take %s for %s, and nothing is stored: %s\\n' "$3" "$1" "$hw_said" >&2
  case $hw_said in *'Read-only file system'*)
    echo 'In a container such parameters are those of the machine that it runs on: set it there.' >&2 ;;
  esac
  return 1
}`;
