import type { Plan, PlanStep } from '../model/plan.ts';

/** Hosts for which the plan says the same, word for word. A fleet of a hundred reads like one host. */
export interface HostGroup {
  readonly hosts: readonly string[];
  /** Steps of the first host. */
  readonly steps: readonly PlanStep[];
}

export function hostGroups({ steps }: Pick<Plan, 'steps'>): readonly HostGroup[] {
  const groups = new Map<string, { hosts: string[]; steps: readonly PlanStep[] }>();
  for (const [host, own] of Map.groupBy(steps, (step) => step.host)) {
    const said = JSON.stringify(own.map((step) => withoutHost(step, host)));
    const group = groups.get(said);
    if (group === undefined) groups.set(said, { hosts: [host], steps: own });
    else group.hosts.push(host);
  }
  return [...groups.values()];
}

/** What is said of a step, with its own host's name taken out of ids. */
function withoutHost({ label, source, needs, verdict }: PlanStep, host: string): unknown {
  const shorten = (ids: readonly string[]) =>
    ids.map((id) => (id.startsWith(`${host}/`) ? id.slice(host.length) : id));
  const own = verdict.is === 'unknown' ? { ...verdict, after: shorten(verdict.after) } : verdict;
  if (own.is !== 'error') return [label, source, shorten(needs), own];
  const { host: _, ...error } = own.error;
  return [label, source, shorten(needs), error];
}
