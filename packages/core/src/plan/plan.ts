import type { AssessInput, Assessment } from '../diff/assess.ts';
import { assessing, readingOf } from '../diff/assess-all.ts';
import { changeVerdict } from '../diff/change-verdict.ts';
import { heldNeed } from '../diff/held-need.ts';
import { refreshes } from '../diff/refreshes.ts';
import { declarationDigest } from '../model/digest.ts';
import { type ErrorRecord, HostwrightError } from '../model/errors.ts';
import type { Observation } from '../model/observation.ts';
import type { Plan, PlanStep, Verdict } from '../model/plan.ts';
import type { Program, ProgramNode } from '../model/program.ts';
import type { Reading } from '../model/reading.ts';
import { type Way, wayOf } from '../model/way.ts';
import { toEnd, type Work } from '../model/work.ts';
import { type RemovalsMax, removalRefusals } from './removals.ts';
import { threatRefusals } from './threats.ts';

/** What a plan is held against before it may be applied. */
export interface PlanTerms {
  /** Undefined: removals are not limited. */
  readonly removalsMax?: RemovalsMax | undefined;
  /** What a run found out about its ways beyond the inventory. */
  readonly seenWays?: ReadonlyMap<string, Partial<Way>>;
}

/** A plan, and how each declaration compared when it was made: of what the run leaves as it is, that stays true. */
export interface Planned {
  readonly plan: Plan;
  readonly assessments: ReadonlyMap<string, Assessment>;
}

/**
 * Program and observation to plan: for every declaration what will change, what will not, and what cannot be known
 * yet. Pure and deterministic: the same inputs give the same plan, byte for byte.
 */
export function planProgram(...input: Parameters<typeof planning>): Plan {
  return toEnd(planning(...input)).plan;
}

/** The same in parts, for programs of many hosts. */
export function* planning(
  program: Program,
  observation: Observation,
  problemsOf: AssessInput['problemsOf'],
  { removalsMax = {}, seenWays = new Map() }: PlanTerms = {},
): Work<Planned> {
  const steps = new Map<string, PlanStep>();
  const assessments = yield* assessing(program, observation.readings, problemsOf);
  for (const node of program.nodes) {
    yield;
    const assessment = assessments.get(node.id);
    if (assessment === undefined || observation.unreachable.has(node.host)) continue;
    if (node.hold !== undefined) {
      // Where it is not as declared, what needs it is an error by that, and asks no further.
      steps.set(node.id, stepOf(node, { is: 'unchanged' }, program));
      continue;
    }
    const held = heldNeed(node, program, assessments);
    const reading = readingOf(observation.readings, node.id);
    const owed = observation.owed.get(node.host)?.includes(node.label) === true;
    const verdict: Verdict =
      held !== undefined && node.blocked === undefined
        ? { is: 'error', error: recordOf(held) }
        : verdictOf({ node, assessment, reading, steps, owed });
    steps.set(node.id, stepOf(node, verdict, program));
  }
  // In the order of names, as the order in which hosts fail is chance.
  const unreachable = [...observation.unreachable]
    .map(([host, error]) => ({ host, error: error.toJSON() }))
    .toSorted((a, b) => (a.host < b.host ? -1 : 1));
  const ways = program.hosts.map(wayOf);
  const all = [...steps.values()].filter(({ id }) => program.byId.get(id)?.hold === undefined);
  const outside = program.nodes.filter(({ hold }) => hold?.by === 'limit');
  const readOnly = [...new Set(outside.map(({ host }) => host))].toSorted();
  const refusals = [
    ...removalRefusals(all, removalsMax),
    ...threatRefusals({
      program,
      steps,
      assessments,
      readingOf: (id) => readingOf(observation.readings, id),
      ways: ways.map((way) => ({ ...way, ...seenWays.get(way.host) })),
    }),
  ];
  const plan: Plan = Object.freeze({
    version: 1,
    steps: all,
    unreachable,
    ways,
    refusals: refusals.map(recordOf),
    ...(readOnly.length === 0 ? {} : { readOnly }),
  });
  return { plan, assessments };
}

interface VerdictInput {
  readonly node: ProgramNode;
  readonly assessment: Assessment;
  readonly reading: Reading<unknown>;
  /** Steps planned so far: all that this node needs are among them. */
  readonly steps: ReadonlyMap<string, PlanStep>;
  /** An earlier run left a refresh of this node undone. */
  readonly owed: boolean;
}

function verdictOf({ node, assessment, reading, steps, owed }: VerdictInput): Verdict {
  if (node.blocked !== undefined) {
    return {
      is: 'unknown',
      reason: `waits for an output of ${node.blocked}, which could not be reached`,
      after: [],
    };
  }
  if (assessment.is === 'error') return errorVerdict(node, assessment.error, reading, steps);
  if (assessment.is === 'unknown') return unknownVerdict(node, assessment, reading, steps);
  const notifiers = notifiersOf(node, steps, owed);
  if (assessment.is === 'differs') {
    const change = changeVerdict(assessment.difference.fields);
    return notifiers.certain.length > 0 ? { ...change, notifiedBy: notifiers.certain } : change;
  }
  const bringers = reading.is === 'absent' ? changingNeeds(node, steps) : [];
  if (bringers.length > 0) {
    return { is: 'unknown', reason: 'what it needs may bring what is to be gone', after: bringers };
  }
  const notifiedBy = [...notifiers.certain, ...notifiers.possible];
  if (notifiedBy.length === 0) return { is: 'unchanged' };
  return { is: 'refresh', notifiedBy, isCertain: notifiers.certain.length > 0 };
}

/** An API that does not answer yet is no error where the plan is about to bring it, as a DNS server and its records. */
function errorVerdict(
  node: ProgramNode,
  error: HostwrightError,
  reading: Reading<unknown>,
  steps: ReadonlyMap<string, PlanStep>,
): Verdict {
  const isAnswer = reading.is !== 'unreadable' || node.declaration.type.driver.via !== 'remote';
  const after = isAnswer ? [] : pendingNeeds(node, steps);
  if (after.length === 0) return { is: 'error', error: recordOf(error) };
  return { is: 'unknown', reason: error.problem, after };
}

function pendingNeeds(node: ProgramNode, steps: ReadonlyMap<string, PlanStep>): readonly string[] {
  return node.edges.map((edge) => edge.needs).filter((id) => isPending(steps.get(id)));
}

/** Only what was named in `needs` and is on the way: a folder that comes first brings nothing but itself. */
function changingNeeds(node: ProgramNode, steps: ReadonlyMap<string, PlanStep>): readonly string[] {
  return node.edges
    .filter(({ reason, notifies }) => reason === 'explicit' && !notifies)
    .map((edge) => edge.needs)
    .filter((id) => steps.get(id)?.verdict.is !== 'refresh' && isPending(steps.get(id)));
}

/** Not knowable is honest only while something else in the plan may bring it; otherwise it is an error. */
function unknownVerdict(
  node: ProgramNode,
  assessment: Extract<Assessment, { is: 'unknown' }>,
  reading: Reading<unknown>,
  steps: ReadonlyMap<string, PlanStep>,
): Verdict {
  const pending = pendingNeeds(node, steps);
  const after = [...new Set([...assessment.waitsFor, ...pending])];
  if (after.length > 0) return { is: 'unknown', reason: assessment.reason, after };
  if (assessment.isFine === true) return { is: 'unchanged' };
  const reason = reading.is === 'unknown' ? reading.reason : assessment.reason;
  const error = new HostwrightError('PREREQUISITE_MISSING', {
    problem: `Cannot be read: ${reason}, and nothing that it needs is about to change that.`,
    host: node.host,
    resource: node.label,
    source: node.declaration.source,
  });
  return { is: 'error', error: recordOf(error) };
}

function recordOf(error: HostwrightError): ErrorRecord {
  return error.with({ stage: 'plan' }).toJSON();
}

/** A refresh counts, too: a name server that is reloaded may hold a zone that it did not know. */
function isPending(step: PlanStep | undefined): boolean {
  return step?.verdict.is !== 'unchanged';
}

function notifiersOf(
  node: ProgramNode,
  steps: ReadonlyMap<string, PlanStep>,
  owed: boolean,
): { certain: readonly string[]; possible: readonly string[] } {
  if (!refreshes(node)) return { certain: [], possible: [] };
  const notifiers = node.edges
    .filter((edge) => edge.notifies)
    .flatMap((edge) => steps.get(edge.needs) ?? []);
  const labelsOf = (isMeant: (verdict: Verdict) => boolean) =>
    notifiers.filter(({ verdict }) => isMeant(verdict)).map(({ label }) => label);
  return {
    certain: [
      ...(owed ? ['an earlier run'] : []),
      ...labelsOf((own) => own.is === 'change' || (own.is === 'refresh' && own.isCertain)),
    ],
    possible: labelsOf((own) => own.is === 'unknown' || (own.is === 'refresh' && !own.isCertain)),
  };
}

function stepOf(node: ProgramNode, verdict: Verdict, { placements }: Program): PlanStep {
  return Object.freeze({
    id: node.id,
    host: node.host,
    kind: node.declaration.kind,
    label: node.label,
    source: node.declaration.source,
    digest: declarationDigest(node, placements),
    needs: node.edges.map((edge) => edge.needs),
    verdict,
  });
}
