import { HostwrightError } from '../model/errors.ts';
import { isPlainData, type Json } from '../model/json.ts';
import { listed, placeOf } from '../model/listed.ts';
import type { Plan, PlanStep } from '../model/plan.ts';
import type { Playbook } from '../model/playbook.ts';
import type { Reading } from '../model/reading.ts';
import { containsSecret } from '../model/secret.ts';
import type { Why, WhyNeighbour, WhyReading } from '../model/why.ts';
import { nameEarlier } from './earlier-runs.ts';
import { edgesOf } from './graph.ts';
import { type Observed, observe, scopeOf } from './observe.ts';
import type { RunSettings } from './options.ts';
import { planObserved } from './plan-observed.ts';
import { requireSettings } from './require-settings.ts';
import { openSession, requireRunning } from './session.ts';
import { summaries } from './summary.ts';

/**
 * Everything that is known of one declaration: what it comes after and why, what comes after it, who refreshes it, what
 * the probe said, what would change. `name` is a label (`Package[postfix]`), `HOST/LABEL`, or a part of one that only
 * one declaration has. Writes nothing to any host.
 *
 * Cost: that of a plan.
 * Errors: those of a plan; RESOURCE_NOT_FOUND with the candidates where none or several have that name.
 * @example const found = await why(playbook, 'mx1/Service[postfix]'); process.stdout.write(renderWhy(found));
 */
export async function why(
  playbook: Playbook,
  name: string,
  settings: RunSettings = {},
): Promise<Why> {
  const start = performance.now();
  requireSettings(settings);
  const scope = scopeOf(playbook, settings);
  const { hosts } = scope;
  const session = openSession(settings);
  try {
    session.emit({ type: 'run.started', verb: 'why', hosts: hosts.map((host) => host.name) });
    requireRunning(session.signal);
    const observed = await observe(scope, session, nameEarlier);
    const { plan } = await planObserved(observed, settings);
    const found = whyOf(resourceNamed(plan, name), plan, observed);
    session.emit({ type: 'why.ready', why: found });
    const ms = Math.round(performance.now() - start);
    session.emit({ type: 'run.finished', hosts: summaries({ ...scope, steps: [], session }), ms });
    return session.redacted(Object.freeze(found));
  } catch (thrown) {
    throw session.redactedError(thrown);
  } finally {
    await session.close();
  }
}

/** The whole name counts before a part of one. Errors: RESOURCE_NOT_FOUND. */
function resourceNamed({ steps, unreachable }: Plan, name: string): PlanStep {
  const part = name.toLowerCase();
  const matches = [
    steps.filter(({ id }) => id === name),
    steps.filter(({ label }) => label === name),
    steps.filter(({ id }) => id.toLowerCase().includes(part)),
  ].find(({ length }) => length > 0);
  const [only, ...others] = matches ?? [];
  if (only !== undefined && others.length === 0) return only;
  const down = unreachable.map(({ host }) => host).join(', ');
  throw new HostwrightError('RESOURCE_NOT_FOUND', {
    problem:
      only === undefined
        ? `Nothing is called ${JSON.stringify(name)}${down === '' ? '' : ` on the hosts that answered; ${down} did not`}.`
        : `${others.length + 1} declarations have ${JSON.stringify(name)} in their names.`,
    ...(only === undefined ? {} : { remedy: 'Name one of those below, as HOST/LABEL.' }),
    detail: listed((matches ?? steps).map(({ id, source }) => placeOf(id, source))),
  });
}

function whyOf(step: PlanStep, { steps }: Plan, { program, observation }: Observed): Why {
  const byId = new Map(steps.map((own) => [own.id, own]));
  const edges = edgesOf(program.nodes);
  const neighbours = (side: 'from' | 'to', other: 'from' | 'to'): readonly WhyNeighbour[] =>
    edges.flatMap((edge) => {
      const found = edge[side] === step.id ? byId.get(edge[other]) : undefined;
      return found === undefined ? [] : [{ edge, step: found }];
    });
  const node = program.byId.get(step.id);
  const hidden = new Set(node?.declaration.type.secrets);
  const isSecret = containsSecret(node?.declaration.spec);
  return {
    version: 1,
    step,
    reading: shownReading(observation.readings.get(step.id), (observed) =>
      isSecret ? secretState : shownState(observed, hidden),
    ),
    needs: neighbours('to', 'from'),
    neededBy: neighbours('from', 'to'),
  };
}

const secretState = '<secret>';

function shownReading(
  reading: Reading<unknown> | undefined,
  show: (observed: unknown) => Json,
): WhyReading {
  switch (reading?.is) {
    case 'present':
      return { is: 'present', observed: show(reading.observed) };
    case 'unreadable':
      return { is: 'unreadable', error: reading.error.toJSON() };
    case 'unknown':
    case 'absent':
      return reading;
    case undefined:
      return { is: 'unknown', reason: 'it was not read' };
  }
}

/** Characters and entries of an observed state that are shown. */
const textMax = 200;
const entriesMax = 50;

function shownState(value: unknown, hidden: ReadonlySet<string>): Json {
  if (typeof value === 'string') {
    return value.length > textMax ? `${value.slice(0, textMax)}…` : value;
  }
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (Array.isArray(value)) {
    return value.slice(0, entriesMax).map((part) => shownState(part, hidden));
  }
  if (!isPlainData(value)) return value === undefined ? null : '…';
  const entries = Object.entries(value).slice(0, entriesMax);
  return Object.fromEntries(
    entries.map(([name, part]) => [
      name,
      hidden.has(name) ? secretState : shownState(part, hidden),
    ]),
  );
}
