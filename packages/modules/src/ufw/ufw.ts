import {
  absent,
  type Difference,
  defineResource,
  type FieldDiff,
  lines,
  type ProbeOutput,
  present,
  type Reading,
  type Sh,
  sh,
  type Threat,
} from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { probeUfwFiles, ufwReadProblem } from './read-ufw.ts';
import { sshGuard } from './ssh-guard.ts';
import { ufwWayBack } from './ufw-way-back.ts';
import { decidesOnWay, isOpening, matchOfTuple } from './way-in.ts';

function policy(what: string, usual: string) {
  return Type.Optional(
    Type.Union([Type.Literal('allow'), Type.Literal('deny'), Type.Literal('reject')], {
      description: `What happens to ${what} that no rule names. Default: not managed; ${usual} on a new host.`,
    }),
  );
}

const schema = Type.Object(
  {
    enabled: Type.Boolean({
      description: 'Whether the firewall is in force, now and after every boot.',
    }),
    incoming: policy('incoming traffic', '`deny`'),
    outgoing: policy('outgoing traffic', '`allow`'),
    routed: policy('forwarded traffic', '`deny`'),
  },
  { additionalProperties: false },
);

type UfwSpec = Static<typeof schema>;

/** The firewall as its files and the kernel have it. */
export interface ObservedUfw {
  /** ENABLED of ufw.conf: whether it starts at boot. */
  readonly isEnabled: boolean;
  /** Whether its chains are in the kernel. */
  readonly isActive: boolean;
  readonly incoming: string;
  readonly outgoing: string;
  readonly routed: string;
  /** Rules as the files of both families have them, without comments. */
  readonly rules: readonly string[];
}

/**
 * The firewall itself: whether it is in force, and what happens to traffic that no rule names.
 *
 * It comes after all declared rules. Where neither they nor the host's own rules open the port of the run, the plan is
 * refused; before it is enabled, and before incoming traffic is denied, the host is asked the same once more. Not so
 * where the declaration says `mayCutOff`. Rules are UfwRule.
 *
 * Identity: one per host.
 * Units: none.
 * Cost: the probe of UfwRule once more (5 ms); one call of ufw (0.3 s) for each setting that differs.
 * Errors: APPLY_FAILED, naming the rule that is missing, when the run would lock itself out; PROBE_FAILED without root.
 * Source: ufw(8), ufw-framework(8). Captured on Debian 12 and 13 (ufw 0.36.2).
 * @example Ufw({ enabled: true, incoming: 'deny', outgoing: 'allow' })
 */
export const Ufw = defineResource({
  kind: 'Ufw',
  schema,
  keys: [],
  identity: () => 'firewall',
  provides: () => ['ufw:enabled'],
  edges: () => ({ after: ['package:ufw'] }),
  driver: {
    via: 'shell',
    commands: ['ufw', 'iptables'],
    probe: () => probeUfwFiles(),
    parse: parseUfw,
    apply: ([difference]) => (difference === undefined ? sh`:` : applyUfw(difference)),
    wayBack: () => ufwWayBack,
    timeLimitsMs: { apply: 300_000 },
  },
  diff: diffUfw,
  threatens: threatsOfUfw,
});

const rulePattern = /^rule[46] ### tuple ### (.*?)(?: comment=[0-9a-f]*)?$/gm;

/** Which rule comes first is not looked at: the host is asked that before the firewall closes. */
function threatsOfUfw({
  spec,
  reading,
  way,
  isKeptOpen,
}: Threat<Partial<UfwSpec>, ObservedUfw>): readonly string[] {
  const observed = reading.is === 'present' ? reading.observed : undefined;
  const incoming = spec.incoming ?? observed?.incoming ?? 'deny';
  if (spec.enabled !== true || incoming === 'allow' || isKeptOpen) return [];
  const rules = (observed?.rules ?? []).flatMap((tuple) => matchOfTuple(tuple) ?? []);
  if (rules.some((rule) => isOpening(rule) && decidesOnWay(rule, way, true))) return [];
  return [
    `It closes port ${way.port}, by which this run came, as no rule opens it. Declare UfwRule({ allow: ${way.port}, proto: 'tcp' }).`,
  ];
}

const policyWords: Readonly<Record<string, string>> = {
  ACCEPT: 'allow',
  DROP: 'deny',
  REJECT: 'reject',
};

function parseUfw(output: ProbeOutput, specs: readonly unknown[]): readonly Reading<ObservedUfw>[] {
  const problem = ufwReadProblem(output.stdout);
  if (problem !== undefined) return specs.map(() => problem);
  const setting = (line: string) =>
    new RegExp(`^${line}=["']?([A-Za-z]+)`, 'm').exec(output.stdout)?.[1] ?? '';
  const policyOf = (chain: string) => {
    const word = setting(`default DEFAULT_${chain}_POLICY`);
    return policyWords[word.toUpperCase()] ?? word;
  };
  if (setting('conf ENABLED') === '') return specs.map(() => absent);
  const observed = {
    isEnabled: setting('conf ENABLED').toLowerCase() === 'yes',
    isActive: /^kernel active$/m.test(output.stdout),
    incoming: policyOf('INPUT'),
    outgoing: policyOf('OUTPUT'),
    routed: policyOf('FORWARD'),
    rules: [...output.stdout.matchAll(rulePattern)].map(([, tuple = '']) => tuple),
  };
  return specs.map(() => present(observed));
}

const policies = ['incoming', 'outgoing', 'routed'] as const;

function diffUfw(
  spec: UfwSpec,
  reading: Extract<Reading<ObservedUfw>, { is: 'present' | 'absent' }>,
): readonly FieldDiff[] {
  const observed = reading.is === 'present' ? reading.observed : undefined;
  const fields: FieldDiff[] =
    observed === undefined ? [{ field: 'exists', from: false, to: true }] : [];
  for (const name of policies) {
    const wanted = spec[name];
    if (wanted === undefined || wanted === observed?.[name]) continue;
    fields.push({ field: name, from: observed?.[name] ?? null, to: wanted });
  }
  if (spec.enabled !== observed?.isEnabled) {
    fields.push({ field: 'enabled', from: observed?.isEnabled ?? null, to: spec.enabled });
  }
  if (spec.enabled !== observed?.isActive) {
    fields.push({ field: 'active', from: observed?.isActive ?? null, to: spec.enabled });
  }
  return fields;
}

function applyUfw({ spec, fields, mayCutOff }: Difference<UfwSpec, ObservedUfw>): Sh {
  const changed = new Set(fields.map(({ field }) => field));
  const defaults = policies
    .filter((name) => changed.has(name))
    .map((name) => sh`ufw default ${[spec[name] ?? 'deny', name]}`);
  const isGuarded = spec.enabled && mayCutOff !== true;
  const incoming = spec.incoming === undefined ? [] : [sh`hw_policy=${spec.incoming}`];
  return lines([
    sh`set -e`,
    sshGuard,
    sh`hw_policy=deny
! grep -q '^DEFAULT_INPUT_POLICY="*ACCEPT' /etc/default/ufw || hw_policy=allow`,
    ...incoming,
    ...(isGuarded ? [sh`hw_guard 'The firewall' "$hw_policy"`] : []),
    ...defaults,
    ...(changed.has('enabled') || changed.has('active') ? [switchTo(spec.enabled)] : []),
  ]);
}

/** Where the files say enabled and the kernel does not, `ufw enable` alone would change nothing. */
function switchTo(isEnabled: boolean): Sh {
  if (!isEnabled) return sh`ufw --force disable`;
  return sh`if grep -q '^ENABLED=yes' /etc/ufw/ufw.conf; then ufw reload; else ufw --force enable; fi
iptables -n -L ufw-user-input >/dev/null 2>&1 || { ufw --force disable; ufw --force enable; }`;
}
