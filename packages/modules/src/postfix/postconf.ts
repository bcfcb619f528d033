import {
  type Difference,
  defineResource,
  HostwrightError,
  lines,
  type ProbeOutput,
  present,
  type Reading,
  type Sh,
  sh,
  unreadable,
} from '@hostwright/core';
import { type Static, type TObject, type TOptional, Type } from 'typebox';
import { markRestart } from '../systemd/restart-mark.ts';
import { guardedChange } from './guarded-change.ts';
import {
  isSameValue,
  namesIn,
  type ParameterValue,
  parameterValue,
  pathsIn,
  valueText,
} from './parameter-value.ts';
import { isNameOfUsers, type ParameterName } from './parameters.ts';

const namePattern = '^[A-Za-z][A-Za-z0-9_-]{0,127}$';

/** The editor knows the names; at run time every name of the right form is passed on, and the host's postconf decides. */
const schema = Type.Object(
  {},
  { patternProperties: { [namePattern]: parameterValue }, additionalProperties: false },
) as unknown as TObject<{ [Name in ParameterName]: TOptional<typeof parameterValue> }>;

export type PostconfSpec = Static<typeof schema>;

/** Effective values by name; a name of the user's own that is not set yet is missing. */
type Observed = Readonly<Record<string, string>>;

/** postconf(5) says of these "stop and start Postfix when this parameter changes". */
const restarting = new Set(['inet_interfaces', 'inet_protocols']);

/**
 * Parameters of Postfix main.cf.
 *
 * What counts is the value in force: a parameter whose default is what is declared is not written. A change is checked
 * by `postfix check` and taken back where it objects. Postfix is reloaded by `Service({ name: 'postfix' })`, and
 * restarted where inet_interfaces or inet_protocols changed. Files named in values come first.
 *
 * Names of your own, to be used as `$my_name` in other values or as restriction classes, begin with `my_` or `mua_`.
 * postconf knows them only where something uses them, so Hostwright takes them as they are.
 *
 * Identity: each parameter, once per host, however they are divided among declarations.
 * Units: Postfix's own, kept as text (`300s`, `5d`, bytes).
 * Cost: one postconf per host to probe (12 ms), and one, with one `postfix check`, to apply.
 * Errors: POSTCONF_UNKNOWN_PARAMETER, before anything changes, because `postconf -e` takes any name and exits 0.
 * Source: postconf(1), postconf(5). Captured on Debian 12 (Postfix 3.7.11) and 13 (3.10.13).
 * @example Postconf({ myhostname: 'mail.example.com', default_process_limit: 200, smtpd_tls_auth_only: true })
 */
export const Postconf = defineResource({
  kind: 'Postconf',
  schema,
  keys: [],
  identity: (spec) => {
    const [first = 'nothing', ...more] = Object.keys(spec);
    return more.length === 0 ? first : `${first} and ${more.length} more`;
  },
  claims: (spec) => Object.keys(spec).map((name) => `postconf:${name}`),
  edges: (spec) => ({
    after: [
      'package:postfix',
      ...entriesOf(spec).flatMap(([, value]) => pathsIn(value).map((path) => `path:${path}`)),
    ],
    notifies: ['unit:postfix.service'],
  }),
  check: (spec) => (Object.keys(spec).length === 0 ? ['It names no parameter.'] : []),
  driver: {
    via: 'shell',
    exclusive: ['files'],
    commands: ['postconf', 'postfix'],
    probe: (specs) => readParameters([...new Set(specs.flatMap((spec) => Object.keys(spec)))]),
    parse: readingsOf,
    apply: writeParameters,
  },
  diff: (spec, reading) => {
    const observed = reading.is === 'present' ? reading.observed : {};
    return entriesOf(spec).flatMap(([name, value]) => {
      const found = observed[name];
      if (value === undefined || (found !== undefined && isSameValue(value, found))) return [];
      return [{ field: name, from: found ?? null, to: valueText(value) }];
    });
  },
});

function entriesOf(spec: object): readonly (readonly [string, ParameterValue | undefined])[] {
  return Object.entries(spec);
}

/** postconf warns of unknown names and exits 0, so its warnings are read with the rest. */
function readParameters(names: readonly string[]): Sh {
  return lines([
    sh`hw_defaults=; if [ ! -e /etc/postfix/main.cf ]; then hw_defaults=-d; fi`,
    sh`hw_out=$(postconf $hw_defaults -- ${names} 2>&1) || { printf '%s\\n' "$hw_out" >&2; exit 1; }`,
    sh`printf '%s\\n' "$hw_out"`,
  ]);
}

function readingsOf(output: ProbeOutput, specs: readonly object[]): readonly Reading<Observed>[] {
  const values = valuesIn(output.stdout);
  const used = new Set(
    specs.flatMap((spec) => entriesOf(spec).flatMap(([, value]) => namesIn(value))),
  );
  return specs.map((spec) => {
    const names = Object.keys(spec);
    const wrong = names.filter(
      (name) => !values.has(name) && !used.has(name) && !isNameOfUsers(name),
    );
    if (wrong.length > 0) return unreadable(unknownParameter(wrong));
    const found = names.flatMap((name) => {
      const value = values.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return present(Object.fromEntries(found));
  });
}

/** A parameter that nothing uses yet has no line of its own: its value stands in the warning about it. */
function valuesIn(stdout: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    const unused = /^postconf: warning: [^:]*: unused parameter: ([^=]*)=(.*)$/.exec(line);
    const [, name = '', value = ''] = unused ?? /^([A-Za-z][A-Za-z0-9_-]*) =(.*)$/.exec(line) ?? [];
    if (name !== '') values.set(name.trim(), value.trim());
  }
  return values;
}

function unknownParameter(names: readonly string[]): HostwrightError {
  const list = names.join(', ');
  const problem =
    names.length === 1
      ? `The Postfix of this host has no parameter ${list}.`
      : `The Postfix of this host has no parameters ${list}.`;
  return new HostwrightError('POSTCONF_UNKNOWN_PARAMETER', { problem });
}

function writeParameters(differences: readonly Difference<PostconfSpec, Observed>[]): Sh {
  const fields = differences.flatMap((difference) => difference.fields);
  const settings = fields.map(({ field, to }) => `${field}=${String(to)}`);
  const restart = fields.some(({ field }) => restarting.has(field));
  return guardedChange('main.cf', [
    ...(restart ? [markRestart('postfix.service')] : []),
    sh`postconf -e ${settings}`,
  ]);
}
