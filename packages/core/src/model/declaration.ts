import type { Expression } from './expression.ts';
import type { AnyResourceType } from './resource-type.ts';
import type { Source } from './source.ts';

/** One resource that a playbook wants, as frozen data. `Package({ name: 'postfix' })` makes one. */
export interface Declaration<Outputs = Readonly<Record<string, unknown>>> {
  readonly kind: string;
  readonly type: AnyResourceType;
  /** The input as written; parts may be expressions or secrets. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly source: Source | undefined;
  readonly needs: readonly Declaration[];
  readonly notify: readonly Declaration[];
  /** Labels for `--tags`. */
  readonly tags: readonly string[];
  /** It is meant to take away the run's own way in. */
  readonly mayCutOff: boolean;
  /** Outputs, each an expression that becomes known when this declaration has been applied. */
  readonly out: { readonly [Name in keyof Outputs]: Expression<Outputs[Name]> };
}

/** By its form: it may come from another copy of this package. */
export function isDeclaration(value: unknown): value is Declaration {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    'type' in value &&
    'spec' in value
  );
}

/** What any declaration takes beside its spec. */
export interface DeclarationOptions {
  /** Comes after these, and is skipped when one of them fails. */
  readonly needs?: readonly Declaration[];
  /** Refreshes these (reload, restart, run) after this one changed, once, however many notify them. */
  readonly notify?: readonly Declaration[];
  readonly tags?: readonly string[];
  /** True lets it take away what the run itself came by: its port, its login user, its sudo rule, its keys. */
  readonly mayCutOff?: boolean;
}

/** What a role returns: declarations, in arrays nested as deep as composition makes them. */
export type Declarations = Declaration | false | null | undefined | readonly Declarations[];
