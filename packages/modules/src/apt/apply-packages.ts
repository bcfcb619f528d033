import { type Difference, lines, type Sh, sh } from '@hostwright/core';
import { aptFunctions } from './apt-functions.ts';
import type { ObservedPackage, PackageSpec } from './package.ts';

export const aptCommands = ['dpkg-query', 'apt-get', 'awk'] as const;

type PackageDifference = Difference<PackageSpec, ObservedPackage>;

/**
 * Finishes an interrupted dpkg, answers debconf, then one transaction for each combination of `recommends` and
 * `startService`. Removals travel with the first of them: apt can then replace one mail server by another in one go.
 */
export function applyPackages(differences: readonly PackageDifference[]): Sh {
  const removed = differences.filter(({ spec }) => spec.ensure === 'absent');
  const wanted = differences.filter(({ spec }) => spec.ensure !== 'absent');
  const installed = wanted.filter(({ fields }) => fields.some(({ field }) => field !== 'dpkg'));
  const groups = [...Map.groupBy(installed, optionsOf)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const removals = removed.map(({ spec }) => `${spec.name}-`);
  const calls = groups.map(([options, group], index) =>
    transaction(options, group, index === 0 ? removals : []),
  );
  const alone = groups.length === 0 && removals.length > 0 ? [sh`hw_transaction ${removals}`] : [];
  return lines([
    aptFunctions,
    sh`hw_finish_dpkg`,
    ...installed.flatMap(answers),
    ...calls,
    ...alone,
  ]);
}

/** `--no-remove` is left out where removals are declared; the transaction then compares what apt would remove. */
function transaction(
  options: string,
  group: readonly PackageDifference[],
  removals: readonly string[],
): Sh {
  const names = group.map(({ spec }) =>
    spec.version === undefined ? spec.name : `${spec.name}=${spec.version}`,
  );
  const { recommends, startService } = JSON.parse(options) as Required<Options>;
  const flags = [
    ...(recommends ? ['--install-recommends'] : ['--no-install-recommends']),
    ...(removals.length === 0 ? ['--no-remove'] : []),
    ...(group.some(({ spec }) => spec.version !== undefined) ? ['--allow-downgrades'] : []),
  ];
  const call = sh`hw_transaction ${[...flags, ...names, ...removals]}`;
  return lines([
    sh`hw_refresh_stale`,
    ...(startService ? [call] : [sh`hw_hold_services`, call, sh`hw_release_services`]),
  ]);
}

type Options = Pick<PackageSpec, 'recommends' | 'startService'>;

/**
 * Text that is equal for packages of one transaction. Those whose services must not start yet sort first, because
 * another package may depend on them.
 */
function optionsOf({ spec }: PackageDifference): string {
  const { recommends = false, startService = true } = spec;
  return JSON.stringify({ startService, recommends } satisfies Options);
}

/** Debconf is asked while the package is configured, so its answers must be there before. */
function answers({ spec, reading }: PackageDifference): readonly Sh[] {
  const entries = Object.entries(spec.debconf ?? {});
  if (reading.is === 'present' || entries.length === 0) return [];
  const [owner = ''] = spec.name.split(':');
  const selections = entries.map(
    ([question, { type, value }]) => `${owner} ${question} ${type} ${value}\n`,
  );
  return [sh`hw_answer ${selections.join('')}`];
}
