import type { Outcome } from '../model/outcome.ts';

/**
 * The hosts that are not as declared after a run, whatever the reason: a step failed or was skipped, the host was not
 * reached, was held by another run, or was not attempted.
 * @example await apply(playbook, { limit: failedHosts(outcome) });
 */
export function failedHosts({ steps, hosts }: Outcome): readonly string[] {
  const bad = new Set(
    steps.filter(({ result }) => result !== 'ok' && result !== 'changed').map(({ host }) => host),
  );
  const isBad = ({ host, error, isNotAttempted, isReadOnly }: Outcome['hosts'][number]) =>
    !isReadOnly && (bad.has(host) || error !== undefined || isNotAttempted === true);
  return hosts.filter(isBad).map(({ host }) => host);
}
