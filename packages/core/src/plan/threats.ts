import type { Assessment } from '../diff/assess.ts';
import { HostwrightError } from '../model/errors.ts';
import type { PlanStep } from '../model/plan.ts';
import type { Program, ProgramNode } from '../model/program.ts';
import type { Reading } from '../model/reading.ts';
import { knownPart } from '../model/spec.ts';
import type { Way } from '../model/way.ts';

export interface ThreatInput {
  readonly program: Program;
  readonly steps: ReadonlyMap<string, PlanStep>;
  readonly assessments: ReadonlyMap<string, Assessment>;
  readonly readingOf: (id: string) => Reading<unknown>;
  readonly ways: readonly Way[];
}

/**
 * Errors to refuse the plan by, PLAN_CUTS_OFF each: one for each declaration that would take away the run's own port,
 * user, sudo rule or key, and does not say that it is meant. Only what changes, or may change, is asked.
 */
export function threatRefusals(input: ThreatInput): readonly HostwrightError[] {
  return input.ways
    .filter(({ connection }) => connection === 'ssh')
    .flatMap((way) => {
      const nodes = input.program.nodes.filter(({ host }) => host === way.host);
      const openers = new Set(nodes.filter((node) => isOpener(node, way)));
      return nodes.flatMap((node) => {
        const isKeptOpen = [...openers].some((other) => other !== node);
        return threatsOf(node, { ...input, way, isKeptOpen });
      });
    });
}

function isOpener({ declaration }: ProgramNode, way: Way): boolean {
  return declaration.type.keepsOpen(knownPart(declaration.spec), way);
}

function threatsOf(
  node: ProgramNode,
  input: ThreatInput & { readonly way: Way; readonly isKeptOpen: boolean },
): readonly HostwrightError[] {
  const { declaration, host, label } = node;
  const verdict = input.steps.get(node.id)?.verdict.is;
  if (declaration.mayCutOff || (verdict !== 'change' && verdict !== 'unknown')) return [];
  const assessment = input.assessments.get(node.id);
  const spec =
    assessment?.is === 'differs' ? assessment.difference.spec : knownPart(declaration.spec);
  const { way, isKeptOpen } = input;
  const problems = declaration.type.threatens({
    spec,
    reading: input.readingOf(node.id),
    way,
    isKeptOpen,
  });
  if (problems.length === 0) return [];
  return [
    new HostwrightError('PLAN_CUTS_OFF', {
      problem: problems.join(' '),
      host,
      resource: label,
      source: declaration.source,
    }),
  ];
}
