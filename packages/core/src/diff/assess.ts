import { asHostwrightError, HostwrightError } from '../model/errors.ts';
import type { Expression, Reference } from '../model/expression.ts';
import type { ProgramNode } from '../model/program.ts';
import type { Reading } from '../model/reading.ts';
import type { AnyResourceType, Difference } from '../model/resource-type.ts';
import { withExpressions } from '../model/spec.ts';

/** One node's desired state held against its reading, with what is known of other nodes' outputs. */
export type Assessment =
  | { readonly is: 'converged'; readonly spec: unknown }
  | { readonly is: 'differs'; readonly difference: Difference<unknown, unknown> }
  | {
      readonly is: 'unknown';
      readonly reason: string;
      readonly waitsFor: readonly string[];
      /** What is wanted holds unless something brings it. */
      readonly isFine?: true;
    }
  | { readonly is: 'error'; readonly error: HostwrightError };

/** What is known of an output: its value, or the id of the node that has to be applied first. */
export type OutputReading = { readonly value: unknown } | { readonly waitsFor: string };

export interface AssessInput {
  readonly node: ProgramNode;
  readonly reading: Reading<unknown>;
  readonly readOutput: (reference: Reference, node: ProgramNode) => OutputReading;
  /** Problems of a spec whose outputs have been filled in. */
  readonly problemsOf: (type: AnyResourceType, spec: unknown) => readonly string[];
}

/** Pure: the same reading and outputs give the same assessment, before, during and after an apply. */
export function assess({ node, reading, readOutput, problemsOf }: AssessInput): Assessment {
  const { type, spec } = node.declaration;
  try {
    if (reading.is === 'unreadable') return { is: 'error', error: reading.error };
    const resolved = resolve(node, readOutput);
    if (resolved.waitsFor.length > 0) {
      const reason = 'uses an output that is not known yet';
      return { is: 'unknown', reason, waitsFor: resolved.waitsFor };
    }
    if (reading.is === 'unknown') return { ...reading, waitsFor: [] };
    const problems = resolved.spec === spec ? [] : problemsOf(type, resolved.spec);
    if (problems.length > 0) return invalid(node, problems);
    const fields = type.diff(resolved.spec, reading);
    if (fields.length === 0) return { is: 'converged', spec: resolved.spec };
    const { mayCutOff } = node.declaration;
    return { is: 'differs', difference: { spec: resolved.spec, reading, fields, mayCutOff } };
  } catch (thrown) {
    return { is: 'error', error: placed(asHostwrightError(thrown), node) };
  }
}

/** True where nothing differs: it was compared, or what is wanted holds as long as it is not there. */
export function isAsWanted(assessment: Assessment | undefined): assessment is AsWanted {
  if (assessment?.is === 'unknown') return assessment.isFine === true;
  return assessment?.is === 'converged';
}

type AsWanted =
  | Extract<Assessment, { is: 'converged' }>
  | (Extract<Assessment, { is: 'unknown' }> & { readonly isFine: true });

/** The outputs of a node that is there and needs no change. */
export function outputValue(
  node: ProgramNode,
  assessment: Assessment,
  reading: Reading<unknown>,
  field: string,
): OutputReading {
  if (assessment.is !== 'converged' || reading.is !== 'present') return { waitsFor: node.id };
  const outputs = node.declaration.type.outputs(assessment.spec, reading.observed);
  if (field in outputs) return { value: outputs[field] };
  throw new HostwrightError('OUTPUT_UNPRODUCED', {
    problem: `${node.label} has no output ${JSON.stringify(field)}; it has ${Object.keys(outputs).join(', ') || 'none'}.`,
  });
}

function resolve(
  node: ProgramNode,
  readOutput: AssessInput['readOutput'],
): { readonly spec: unknown; readonly waitsFor: readonly string[] } {
  const waitsFor: string[] = [];
  let hasExpressions = false;
  const read = (expression: Expression<unknown>) => {
    hasExpressions = true;
    const readings = expression.references.map((reference) => readOutput(reference, node));
    const waiting = readings.flatMap((output) => ('waitsFor' in output ? [output.waitsFor] : []));
    waitsFor.push(...waiting);
    if (waiting.length > 0) return undefined;
    return expression.evaluate((reference) => knownValue(readOutput(reference, node)));
  };
  const spec = withExpressions(node.declaration.spec, read);
  return { spec: hasExpressions ? spec : node.declaration.spec, waitsFor: [...new Set(waitsFor)] };
}

function knownValue(output: OutputReading): unknown {
  return 'value' in output ? output.value : undefined;
}

function invalid(node: ProgramNode, problems: readonly string[]): Assessment {
  const error = new HostwrightError('SPEC_INVALID', { problem: problems.join(' ') });
  return { is: 'error', error: placed(error, node) };
}

function placed(error: HostwrightError, node: ProgramNode): HostwrightError {
  return error.with({ host: node.host, resource: node.label, source: node.declaration.source });
}
