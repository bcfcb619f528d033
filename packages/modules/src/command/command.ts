import {
  type Difference,
  defineResource,
  type FieldDiff,
  lines,
  pipeSecret,
  quote,
  type Reading,
  type Secret,
  type Sh,
  sh,
} from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { ancestorsOf, pathPattern, pathProperty } from '../files/absolute-path.ts';
import { type ObservedCommand, parseGuards, probeGuards } from './guards.ts';

/** Characters; the kernel takes 131,072 bytes for one argument. */
const scriptMax = 32_768;

/** Seconds that a command may take when nothing is declared, and at most. */
const commandSeconds = 600;
const commandSecondsMax = 86_400;

function guardProperty(description: string) {
  return Type.Optional(Type.String({ minLength: 1, maxLength: scriptMax, description }));
}

const schema = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        pattern: '^[^\\u0000-\\u001f\\u007f]+$',
        maxLength: 100,
        description:
          'What the command is for; its name in plans and reports. At most 100 characters. Default: the path in `creates`; needed without one.',
      }),
    ),
    run: Type.Optional(
      Type.Array(Type.String({ pattern: '^[^\\u0000]*$', maxLength: scriptMax }), {
        minItems: 1,
        maxItems: 1000,
        description:
          'The command as a list of arguments, none of which a shell reads: `["newaliases"]`. Visible to every user of the host while it runs.',
      }),
    ),
    script: Type.Optional(
      Type.String({
        pattern: '^[^\\u0000]*$',
        minLength: 1,
        maxLength: scriptMax,
        description:
          'Shell text for /bin/sh, in place of `run`. It is taken as written: what is put together into it must be quoted by its author. Visible to every user of the host while it runs.',
      }),
    ),
    stdin: Type.Optional(
      Type.Unsafe<string | Secret>(
        Type.String({
          pattern: '^[^\\u0000]*$',
          maxLength: 1_048_576,
          description: 'Text for its standard input; may be `secret()`. Default: none.',
        }),
      ),
    ),
    creates: Type.Optional(
      pathProperty('Absolute path that the command makes. It runs only while nothing is there.'),
    ),
    unless: guardProperty(
      'Shell text that only reads. The command runs only while this exits with another code than 0; afterwards it must exit 0. At most 20 s.',
    ),
    onlyIf: guardProperty(
      'Shell text that only reads. The command runs only while this exits 0; afterwards it must not. At most 20 s.',
    ),
    refreshOnly: Type.Optional(
      Type.Literal(true, {
        description: 'Runs only when something that notifies it changed, in place of a guard.',
      }),
    ),
    config: Type.Optional(
      Type.Array(Type.String({ pattern: pathPattern, maxLength: 4095 }), {
        maxItems: 100,
        description:
          'Absolute paths: what is declared there, or below, comes first and notifies the command when it changes.',
      }),
    ),
    cwd: Type.Optional(
      Type.String({
        pattern: `^/$|${pathPattern}`,
        maxLength: 4095,
        description:
          'Directory that the command and its guards run in, an absolute path; where it is missing the guards wait for it. Default: the one that the run starts in.',
      }),
    ),
    timeout: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: commandSecondsMax,
        description: 'Seconds after which the command is ended. Default: 600; at most 86,400.',
      }),
    ),
  },
  { additionalProperties: false },
);

type CommandSpec = Readonly<Static<typeof schema>>;
type CommandKeys = Partial<CommandSpec>;

/**
 * A command, for what no resource type covers. It says by a guard when it has nothing to do: `creates`, `unless`,
 * `onlyIf`, all of which must let it run where several are given, or `refreshOnly`.
 *
 * The guards run in every plan and must only read. After the command they are asked again: a command that exits 0 but
 * does not satisfy its guard has failed. When something notifies it, it runs whatever its guards say. Where one of
 * several commands fails, those whose guards still ask for it are run once more, one at a time.
 *
 * Identity: `name`, or `creates` without one; once per host.
 * Units: seconds.
 * Cost: one shell per `unless` and `onlyIf` to probe.
 * Errors: PROBE_TIMEOUT for a guard that takes too long; PROBE_FAILED where it cannot be seen whether `creates` is
 * there; APPLY_FAILED with what the command said.
 * Source: sh(1), timeout(1). Captured on Debian 12 and 13.
 * @example Command({ name: 'alias table', run: ['newaliases'], refreshOnly: true }, { needs: [Package({ name: 'postfix' })] })
 * @example Command({ run: ['openssl', 'dhparam', '-out', '/etc/dh.pem', '2048'], creates: '/etc/dh.pem' })
 */
export const Command = defineResource({
  kind: 'Command',
  schema,
  // The probe needs the guards, so they are plain values like the name.
  keys: ['name', 'creates', 'unless', 'onlyIf', 'cwd', 'config'],
  secrets: ['stdin'],
  identity: nameOf,
  provides: ({ config = [] }) => config.map((path) => `config:${path}`),
  edges: ({ cwd, creates }) => ({
    after: [
      ...(cwd === undefined ? [] : [cwd, ...ancestorsOf(cwd)]),
      ...(creates === undefined ? [] : ancestorsOf(creates)),
    ].map((path) => `path:${path}`),
  }),
  check: checkCommand,
  driver: {
    via: 'shell',
    commands: ['timeout'],
    probe: probeGuards,
    parse: parseGuards,
    apply: (differences: readonly Difference<CommandSpec, ObservedCommand>[]) =>
      runAll(differences.map(({ spec }) => spec)),
    refresh: runAll,
    // It has just run, after everything that notifies it.
    isFreshAfter: () => true,
    isLong: (specs) => specs.some(({ timeout = 0 }) => timeout > commandSeconds),
    timeLimitsMs: { apply: commandSecondsMax * 1000 },
  },
  diff: commandDiff,
  unsettled: stillAskedFor,
});

function nameOf({ name, creates }: CommandKeys): string {
  return name ?? creates ?? '';
}

function checkCommand(spec: CommandKeys): readonly string[] {
  const { run, script, creates, unless, onlyIf, refreshOnly } = spec;
  const has = (name: keyof CommandSpec) => name in spec;
  const guards = [creates, unless, onlyIf].filter((guard) => guard !== undefined);
  const isGuarded = has('creates') || has('unless') || has('onlyIf');
  return [
    ...(has('run') === has('script') ? ['Give either run or script.'] : []),
    ...(isGuarded || refreshOnly === true
      ? []
      : ['Say when it has nothing to do: creates, unless, onlyIf, or refreshOnly.']),
    ...(guards.length > 0 && refreshOnly === true
      ? ['A command with refreshOnly has no guards: it runs when it is notified.']
      : []),
    ...(nameOf(spec) === '' ? ['Property name is missing; only creates can stand in for it.'] : []),
    ...(run?.[0] === '' || script?.trim() === '' ? ['There is no command to run.'] : []),
  ];
}

function commandDiff(
  spec: CommandSpec,
  reading: Extract<Reading<ObservedCommand>, { is: 'present' | 'absent' }>,
): readonly FieldDiff[] {
  if (reading.is === 'present' && !reading.observed.isDue) return [];
  const text = spec.script ?? (spec.run ?? []).map(quote).join(' ');
  return [{ field: 'run', from: null, to: text }];
}

function stillAskedFor(spec: CommandSpec, hasRun: boolean): string {
  const guards = (['creates', 'unless', 'onlyIf'] as const).filter((name) => name in spec);
  const [which, ask, asks] =
    guards.length === 1
      ? [`guard ${guards.join()}`, 'still asks', 'asks']
      : [`guards ${guards.join(', ')}`, 'still ask', 'ask'];
  return hasRun
    ? `It ended with exit code 0, but its ${which} ${ask} for it.`
    : `It had nothing to do, but after the run its ${which} ${asks} for it.`;
}

/** One after the other, in the order given: one that fails does not keep the others from running. */
function runAll(specs: readonly CommandSpec[]): Sh {
  return lines([sh`hw_status=0`, clock, ...specs.map(runOne), sh`exit $hw_status`]);
}

/** Sets `hw_now`. timeout(1) ends with 137 for what it killed as for what somebody else did, such as a kernel without memory. */
const clock = sh`
hw_clock() { { read -r hw_now hw_rest </proc/uptime && hw_now=\${hw_now%%.*}; } 2>/dev/null || hw_now=$(date +%s); }`;

function runOne(spec: CommandSpec): Sh {
  const { run, script = '', cwd, stdin, timeout = commandSeconds } = spec;
  const name = nameOf(spec);
  const words = run ?? ['/bin/sh', '-c', script];
  const change = cwd === undefined ? sh`` : sh`cd -- ${cwd} && `;
  const call = sh`(${change}exec timeout -k 5 ${timeout} ${words})`;
  const fed = stdin === undefined ? sh`${call} </dev/null` : pipeSecret(stdin, call);
  return sh`hw_clock; hw_began=$hw_now
${fed}
hw_code=$?
hw_clock
case $hw_code in
124 | 137) if [ "$((hw_now - hw_began))" -lt ${timeout} ]; then hw_why="exit code $hw_code"; else hw_why=${`ended after its time limit of ${timeout} s`}; fi ;;
*) hw_why="exit code $hw_code" ;;
esac
[ "$hw_code" = 0 ] || { hw_status=1; printf '%s: %s.\\n' ${name} "$hw_why" >&2; }`;
}
