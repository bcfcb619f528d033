import type { ErrorRecord } from './errors.ts';
import type { GraphEdge } from './graph.ts';
import type { Json } from './json.ts';
import type { PlanStep } from './plan.ts';

/** The other end of an edge, with what the plan says of it. */
export interface WhyNeighbour {
  readonly edge: GraphEdge;
  readonly step: PlanStep;
}

/** What the probe said. Parts of a state that may be secret are left out, long texts are cut. */
export type WhyReading =
  | { readonly is: 'present'; readonly observed: Json }
  | { readonly is: 'absent' }
  | { readonly is: 'unknown'; readonly reason: string }
  | { readonly is: 'unreadable'; readonly error: ErrorRecord };

/** Everything that is known of one declaration on one host. A JSON-printable value. */
export interface Why {
  readonly version: 1;
  /** What would happen to it. */
  readonly step: PlanStep;
  readonly reading: WhyReading;
  /** What it comes after; those whose edge notifies refresh it. */
  readonly needs: readonly WhyNeighbour[];
  /** What comes after it. */
  readonly neededBy: readonly WhyNeighbour[];
}
