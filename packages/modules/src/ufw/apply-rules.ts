import { type Difference, lines, type Sh, sh } from '@hostwright/core';
import {
  matchOf,
  nameOf,
  tupleOf,
  type UfwMatch,
  type UfwRuleSpec,
  ufwWords,
} from './rule-tuple.ts';
import { sshGuard } from './ssh-guard.ts';
import type { ObservedRule } from './ufw-rule.ts';

type RuleDifference = Difference<UfwRuleSpec, ObservedRule>;

/**
 * One call of ufw for each rule; it has no way to take many. Rules that let something through come first, so that what
 * closes a port never runs before what opens another.
 */
export function applyRules(differences: readonly RuleDifference[]): Sh {
  const opening = differences.filter(({ spec }) => isOpening(spec));
  const closing = differences.filter(({ spec }) => !isOpening(spec));
  return lines([
    sshGuard,
    sh`hw_policy=$(sed -n 's/^DEFAULT_INPUT_POLICY="*\\([A-Z]*\\).*/\\1/p' /etc/default/ufw)
if [ "$hw_policy" = ACCEPT ]; then hw_policy=allow; else hw_policy=deny; fi
hw_status=0
hw_ufw() { ufw "$@" >/dev/null || { printf 'ufw %s failed.\\n' "$*" >&2; hw_status=1; }; }`,
    ...[...opening, ...closing].map(applyRule),
    sh`exit "$hw_status"`,
  ]);
}

function isOpening(spec: UfwRuleSpec): boolean {
  const { action } = matchOf(spec);
  return spec.ensure !== 'absent' && (action === 'allow' || action === 'limit');
}

function applyRule({ spec, reading, mayCutOff }: RuleDifference): Sh {
  const match = matchOf(spec);
  const words = ufwWords(match);
  if (spec.ensure === 'absent') return removal(spec, reading, mayCutOff === true);
  const comment = spec.comment === undefined ? [] : ['comment', spec.comment];
  const add = sh`hw_ufw ${[match.action, ...words, ...comment]}`;
  if (isOpening(spec) || mayCutOff === true) return add;
  const changes = ([4, 6] as const).map((family) => `+${match.action} ${tupleOf(match, family)}`);
  return sh`if hw_guard ${`The rule ${match.action} ${nameOf(match)}`} "$hw_policy" ${changes}; then ${add}; else hw_status=1; fi`;
}

function wordsOf(found: string, match: UfwMatch): readonly string[] {
  const [action = '', log] = found.split('_');
  return [action, ...ufwWords(match, log)];
}

/** ufw deletes by the whole rule, so the action that is there is named, and whether it logs: `allow_log`. */
function removal(spec: UfwRuleSpec, reading: RuleDifference['reading'], mayCutOff: boolean): Sh {
  const match = matchOf(spec);
  const found =
    reading.is === 'present' ? reading.observed.families.map(({ action }) => action) : [];
  const present = [...new Set(found.filter((action) => action !== undefined))];
  const changes = ([4, 6] as const).map((family) => `-${tupleOf(match, family)}`);
  const deletes = present.map((action) => sh`hw_ufw --force delete ${wordsOf(action, match)}`);
  if (mayCutOff) return lines(deletes);
  return sh`if hw_guard ${`Deleting the rule ${nameOf(match)}`} "$hw_policy" ${changes}; then
${lines(deletes)}
else hw_status=1; fi`;
}
