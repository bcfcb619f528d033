import { isIP } from 'node:net';
import {
  absent,
  defineResource,
  type FieldDiff,
  type ProbeOutput,
  present,
  type Reading,
  type Threat,
  withPorts,
} from '@hostwright/core';
import { applyRules } from './apply-rules.ts';
import { probeUfwFiles, ufwReadProblem } from './read-ufw.ts';
import {
  actionsOf,
  familiesOf,
  matchOf,
  nameOf,
  tupleOf,
  type UfwMatch,
  type UfwRuleSpec,
} from './rule-tuple.ts';
import { ufwRuleSchema } from './ufw-rule-schema.ts';
import { ufwWayBack } from './ufw-way-back.ts';
import { decidesOnWay, isOpening } from './way-in.ts';

/** One rule as the two rule files have it. */
export interface ObservedRule {
  readonly families: readonly {
    readonly family: 4 | 6;
    /** Undefined: this family lacks the rule. */
    readonly action: string | undefined;
    readonly comment: string;
  }[];
}

type KnownReading = Extract<Reading<ObservedRule>, { is: 'present' | 'absent' }>;

/**
 * One rule of UFW.
 *
 * Rules that are not declared stay as they are, and so does the order: ufw keeps one action for what a rule matches, and
 * a changed action replaces the old one in its place. Rules are read and written whether or not the firewall is enabled.
 * A rule that would cut off the run refuses the plan, unless the declaration says `mayCutOff`; what only the host can
 * tell is asked once more before the rule is made.
 *
 * Identity: what it matches, without the action and as ufw spells it: `25/tcp`, `80,443/tcp`; once per host.
 * Units: ports.
 * Cost: two files are read per host; one call of ufw (0.3 s) for each rule that differs.
 * Errors: PROBE_FAILED when the rules may not be read; APPLY_FAILED with what ufw says, or with the rule that would lock out the run.
 * Source: ufw(8). Captured on Debian 12 and 13 (ufw 0.36.2).
 * @example UfwRule({ allow: 25, proto: 'tcp' })
 * @example UfwRule({ limit: 22, proto: 'tcp', from: '192.0.2.0/24', comment: 'office' })
 */
export const UfwRule = withPorts(
  defineResource({
    kind: 'UfwRule',
    schema: ufwRuleSchema,
    keys: [
      'allow',
      'deny',
      'reject',
      'limit',
      'proto',
      'from',
      'to',
      'interface',
      'direction',
      'ensure',
    ],
    identity: (spec) => nameOf(matchOf(spec)),
    claims: (spec) => [`ufw:${nameOf(matchOf(spec))}`],
    provides: (spec) => portTokens(matchOf(spec)),
    edges: () => ({ after: ['package:ufw'], before: ['ufw:enabled'] }),
    check: (spec) => [
      ...actionProblems(spec),
      ...matchProblems(matchOf(spec)),
      ...commentProblems(spec),
    ],
    driver: {
      via: 'shell',
      commands: ['ufw'],
      probe: () => probeUfwFiles(),
      parse: parseRules,
      apply: applyRules,
      wayBack: () => ufwWayBack,
      timeLimitsMs: { apply: 300_000 },
    },
    diff: diffRule,
    threatens: threatsOfRule,
    keepsOpen: (spec, way) =>
      spec.ensure !== 'absent' &&
      isOpening(matchOf(spec)) &&
      decidesOnWay(matchOf(spec), way, true),
  }),
  ['allow', 'deny', 'reject', 'limit'],
);

function threatsOfRule({
  spec,
  reading,
  way,
  isKeptOpen,
}: Threat<Partial<UfwRuleSpec>, ObservedRule>): readonly string[] {
  const match = matchOf(spec);
  if (isKeptOpen || !decidesOnWay(match, way, false)) return [];
  const remedy = `Declare UfwRule({ allow: ${way.port}, proto: 'tcp' }) beside it.`;
  if (spec.ensure !== 'absent') {
    if (isOpening(match)) return [];
    return [`It closes port ${way.port}, by which this run came. ${remedy}`];
  }
  const found = reading.is === 'present' ? reading.observed.families : [match];
  const isOpen = found.some(({ action }) => action === 'allow' || action === 'limit');
  return isOpen
    ? [`It deletes the rule that opens port ${way.port}, by which this run came. ${remedy}`]
    : [];
}

function actionProblems(spec: Partial<UfwRuleSpec>): readonly string[] {
  const given = actionsOf(spec);
  if (given.length === 1) return [];
  return [
    `Exactly one of allow, deny, reject and limit must be given, found ${given.join(', ') || 'none'}.`,
  ];
}

/** A rule for a list of ports is one for each of them. */
function portTokens(match: UfwMatch): readonly string[] {
  return match.port.split(',').map((port) => `ufw:${nameOf({ ...match, port })}`);
}

/** Words that ufw 0.36.2 looks for before it knows which of its arguments is the comment. */
const ownWords = ['in', 'out', 'log', 'log-all', 'comment'];

function commentProblems({ comment = '' }: Partial<UfwRuleSpec>): readonly string[] {
  return ownWords.includes(comment)
    ? [`The comment ${comment} is a word of ufw, which it takes for its own.`]
    : [];
}

const portMax = 65_535;

/** iptables takes so many in one rule; a range counts twice. */
const portsMax = 15;

function matchProblems({ port, protocol, from, to }: UfwMatch): readonly string[] {
  const numbers = port.split(/[,:]/).filter((part) => part !== 'any');
  const ranges = port.split(',').filter((part) => part.includes(':'));
  const addresses = [from, to].filter((address) => address !== 'any');
  return [
    ...numbers
      .filter((part) => Number(part) < 1 || Number(part) > portMax)
      .map((part) => `Port ${part} is not from 1 to 65535.`),
    ...ranges.filter(isBackwards).map((range) => `The range ${range} does not go upwards.`),
    ...(numbers.length > portsMax
      ? [
          `It names ${numbers.length} ports, a range counting twice; ufw takes ${portsMax} in one rule.`,
        ]
      : []),
    ...(new Set(addresses.map((address) => isIP(address.split('/')[0] ?? ''))).size > 1
      ? ['Properties from and to are of different families, IPv4 and IPv6.']
      : []),
    ...(/[,:]/.test(port) && protocol === 'any'
      ? ['A range or list of ports needs proto tcp or udp.']
      : []),
    ...addresses
      .filter((address) => !isNetwork(address))
      .map((address) => `${address} is no address or network.`),
  ];
}

function isBackwards(range: string): boolean {
  const [low, high] = range.split(':');
  return Number(low) >= Number(high);
}

function isNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/');
  const family = isIP(address);
  if (family === 0) return false;
  return bits === undefined || Number(bits) <= (family === 4 ? 32 : 128);
}

function parseRules(
  output: ProbeOutput,
  specs: readonly Partial<UfwRuleSpec>[],
): readonly Reading<ObservedRule>[] {
  const problem = ufwReadProblem(output.stdout);
  if (problem !== undefined) return specs.map(() => problem);
  const found = new Map(output.stdout.split('\n').flatMap(ruleLine));
  const hasIpv6 = /^default IPV6=["']?yes/im.test(output.stdout);
  return specs.map((spec): Reading<ObservedRule> => {
    const match = matchOf(spec);
    const families = familiesOf(match, hasIpv6).map((family) => {
      const { action, comment = '' } = found.get(`${family} ${tupleOf(match, family)}`) ?? {};
      return { family, action, comment };
    });
    return families.every(({ action }) => action === undefined) ? absent : present({ families });
  });
}

interface FoundRule {
  readonly action: string;
  readonly comment: string;
}

/** `rule4 ### tuple ### allow tcp 25 0.0.0.0/0 any 0.0.0.0/0 in comment=6d61696c` */
function ruleLine(line: string): readonly (readonly [string, FoundRule])[] {
  const match = /^rule([46]) ### tuple ### (\S+) (.*?)(?: comment=([0-9a-f]*))?$/.exec(line);
  if (match === null) return [];
  const [, family = '', action = '', tuple = '', comment = ''] = match;
  return [[`${family} ${tuple}`, { action, comment: Buffer.from(comment, 'hex').toString() }]];
}

function diffRule(spec: UfwRuleSpec, reading: KnownReading): readonly FieldDiff[] {
  if (spec.ensure === 'absent')
    return reading.is === 'absent' ? [] : [{ field: 'exists', from: true, to: false }];
  const { action } = matchOf(spec);
  if (reading.is === 'absent') {
    return [
      { field: 'exists', from: false, to: true },
      { field: 'action', from: null, to: action },
    ];
  }
  return reading.observed.families.flatMap((found): readonly FieldDiff[] => {
    const field = (name: string) => `${name} (IPv${found.family})`;
    if (found.action !== action)
      return [{ field: field('action'), from: found.action ?? null, to: action }];
    if (spec.comment === undefined || spec.comment === found.comment) return [];
    return [{ field: field('comment'), from: found.comment, to: spec.comment }];
  });
}
