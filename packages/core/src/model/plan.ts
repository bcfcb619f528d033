import type { ErrorRecord } from './errors.ts';
import type { Json } from './json.ts';
import type { Source } from './source.ts';
import type { Way } from './way.ts';

/**
 * One field that differs. A field named `exists` says that the thing is created (to true) or removed (to false).
 * `text` fields are shown as a unified diff; `secret` ones never show their values.
 */
export interface FieldDiff {
  readonly field: string;
  readonly from: Json;
  readonly to: Json;
  readonly form?: 'text' | 'secret';
}

/** What will happen to one declaration. */
export type Verdict =
  | { readonly is: 'unchanged' }
  | {
      readonly is: 'change';
      readonly action: Action;
      readonly fields: readonly FieldDiff[] /** Refreshed as well, because these change. */;
      readonly notifiedBy?: readonly string[];
    }
  /** Changed by a notifier only: reload, restart or run. `ifChanged` names those of which it is not known yet. */
  | { readonly is: 'refresh'; readonly notifiedBy: readonly string[]; readonly isCertain: boolean }
  /** Cannot be known before `after` have been applied. */
  | { readonly is: 'unknown'; readonly reason: string; readonly after: readonly string[] }
  | { readonly is: 'error'; readonly error: ErrorRecord };

export type Action = 'create' | 'update' | 'remove';

export interface PlanStep {
  /** `HOST/KIND[IDENTITY]`, unique in the plan. */
  readonly id: string;
  readonly host: string;
  readonly kind: string;
  /** `KIND[IDENTITY]` */
  readonly label: string;
  readonly source: Source | undefined;
  /** Mark of what the declaration says, apart from where it stands and from the values of secrets. */
  readonly digest: string;
  /** Ids of the steps it comes after, directly. */
  readonly needs: readonly string[];
  readonly verdict: Verdict;
}

/**
 * Everything that would happen, in an order that respects all needs. A JSON-printable value without a secret: it can be
 * saved, reviewed, and handed to `apply`, which refuses when it is no longer true.
 */
export interface Plan {
  readonly version: 1;
  readonly steps: readonly PlanStep[];
  /** Hosts that could not be read, with the reason. Their steps are missing from the plan. */
  readonly unreachable: readonly { readonly host: string; readonly error: ErrorRecord }[];
  /** How each host with steps is reached, and as whom. */
  readonly ways: readonly Way[];
  /** Why it must not be applied as it is. `apply` refuses a plan that has any. */
  readonly refusals: readonly ErrorRecord[];
  /** Path of the playbook, from the folder of the file that the plan is saved in. The command line writes it. */
  readonly playbook?: string;
  /** Hosts outside the limit that were read for what others need of them. They are not changed. */
  readonly readOnly?: readonly string[];
  /** What it was limited to, where it was. `apply` of the plan is limited to the same. */
  readonly selection?: PlanSelection;
}

/** What of a playbook a plan is for. */
export interface PlanSelection {
  /** Names of hosts. */
  readonly limit?: readonly string[];
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
}
