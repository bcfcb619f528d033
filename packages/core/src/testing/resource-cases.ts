import type { ProbeOutput } from '../model/resource-type.ts';

/** What a probe printed, and the specs it was made for, in the same order. */
export type CapturedCase<Spec> = readonly [output: ProbeOutput, specs: readonly Spec[]];

/** What a resource type's author knows about it. The laws turn it into tests. */
export interface ResourceCases<Spec> {
  /** Specs that compile accepts. Together they must use every property of the schema. */
  readonly valid: readonly Spec[];
  /** Specs that compile must refuse, by what is wrong with them. */
  readonly invalid: Readonly<Record<string, unknown>>;
  /** Captures in which these specs need no change. */
  readonly converged?: Readonly<Record<string, CapturedCase<Spec>>>;
  /** Captures in which each of these specs needs a change. */
  readonly drifted?: Readonly<Record<string, CapturedCase<Spec>>>;
  /** True for a type that sees no absence, such as a setting that always has a value. */
  readonly isNeverAbsent?: boolean;
}
