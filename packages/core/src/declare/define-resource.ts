import type { Static, TObject, TProperties } from 'typebox';
import type { Declaration, DeclarationOptions } from '../model/declaration.ts';
import type { Errand } from '../model/errand.ts';
import { HostwrightError } from '../model/errors.ts';
import { Expression, type Input } from '../model/expression.ts';
import type { Health } from '../model/health.ts';
import { freezeDeep, isPlainData } from '../model/json.ts';
import type { FieldDiff } from '../model/plan.ts';
import type { Reading } from '../model/reading.ts';
import type { Driver, Edges, ResourceType, Threat } from '../model/resource-type.ts';
import type { Way } from '../model/way.ts';
import { callSite } from './call-site.ts';
import { requireOptions } from './declaration-options.ts';
import { outputsOf } from './output.ts';

/** What the probe gets: the keys for sure, everything else only if it is known before any output. */
export type ProbeSpecOf<Spec, Key extends keyof Spec> = Pick<Spec, Key> & Partial<Spec>;

/** What a definition says. What has a question mark may be left out. */
export interface ResourceDefinition<
  Properties extends TProperties,
  Key extends keyof Static<TObject<Properties>> & string,
  Observed,
  Outputs extends object,
> {
  readonly kind: string;
  readonly schema: TObject<Properties>;
  readonly keys: readonly Key[];
  readonly secrets?: readonly (keyof Static<TObject<Properties>> & string)[];
  identity(spec: ProbeSpecOf<Static<TObject<Properties>>, Key>): string;
  claims?(spec: ProbeSpecOf<Static<TObject<Properties>>, Key>): readonly string[];
  shares?(spec: ProbeSpecOf<Static<TObject<Properties>>, Key>): readonly string[];
  provides?(spec: ProbeSpecOf<Static<TObject<Properties>>, Key>): readonly string[];
  edges?(spec: ProbeSpecOf<Static<TObject<Properties>>, Key>): Edges;
  check?(spec: ProbeSpecOf<Static<TObject<Properties>>, Key>): readonly string[];
  readonly driver: Driver<
    Static<TObject<Properties>>,
    ProbeSpecOf<Static<TObject<Properties>>, Key>,
    Observed
  >;
  diff(
    spec: Static<TObject<Properties>>,
    reading: Extract<Reading<Observed>, { is: 'present' | 'absent' }>,
  ): readonly FieldDiff[];
  threatens?(
    threat: Threat<ProbeSpecOf<Static<TObject<Properties>>, Key>, Observed>,
  ): readonly string[];
  keepsOpen?(spec: ProbeSpecOf<Static<TObject<Properties>>, Key>, way: Way): boolean;
  readonly unsettled?: (spec: Static<TObject<Properties>>, isChanged: boolean) => string;
  outputs?(spec: Static<TObject<Properties>>, observed: Observed): Outputs;
  readonly health?: Health<Static<TObject<Properties>>>;
  readonly errands?: Readonly<Record<string, Errand<Static<TObject<Properties>>>>>;
}

/** The function that users call: `Package({ name: 'postfix' })`. Its `type` is what the engine and the tests use. */
export interface Resource<Spec, ProbeSpec, Observed, Outputs> {
  (spec: Input<Spec>, options?: DeclarationOptions): Declaration<Outputs>;
  readonly type: ResourceType<Spec, ProbeSpec, Observed>;
}

/**
 * Defines a resource type.
 *
 * Limits: the schema must be closed (`additionalProperties: false`) and describe every property.
 * Errors: RESOURCE_TYPE_INVALID when it is not; SPEC_INVALID when a declaration does not match, at compile.
 * @example export const Group = defineResource({ kind: 'Group', schema, keys: ['name'], identity: (spec) => spec.name, … });
 */
export function defineResource<
  Properties extends TProperties,
  Key extends keyof Static<TObject<Properties>> & string,
  Observed,
  // biome-ignore lint/complexity/noBannedTypes: a type without outputs has none, and `keyof {}` says so.
  Outputs extends object = {},
>(
  definition: ResourceDefinition<Properties, Key, Observed, Outputs>,
): Resource<
  Static<TObject<Properties>>,
  ProbeSpecOf<Static<TObject<Properties>>, Key>,
  Observed,
  Outputs
> {
  type Spec = Static<TObject<Properties>>;
  type ProbeSpec = ProbeSpecOf<Spec, Key>;
  requireDescribed(definition.kind, definition.schema);
  const own = (spec: ProbeSpec) => `${definition.kind}:${definition.identity(spec)}`;
  const claims = definition.claims ?? ((spec: ProbeSpec) => [own(spec)]);
  const type: ResourceType<Spec, ProbeSpec, Observed> = Object.freeze({
    kind: definition.kind,
    schema: definition.schema,
    keys: definition.keys,
    secrets: definition.secrets ?? [],
    identity: definition.identity,
    claims,
    shares: definition.shares ?? (() => []),
    provides: definition.provides ?? (() => []),
    edges: definition.edges ?? (() => ({})),
    check: definition.check ?? (() => []),
    driver: definition.driver,
    diff: definition.diff,
    threatens: definition.threatens ?? (() => []),
    keepsOpen: definition.keepsOpen ?? (() => false),
    unsettled: definition.unsettled,
    outputs: (definition.outputs ?? (() => ({}))) as ResourceType<
      Spec,
      ProbeSpec,
      Observed
    >['outputs'],
    health: definition.health,
    errands: definition.errands ?? {},
  });
  const resource = (spec: Input<Spec>, options: DeclarationOptions = {}) =>
    declare(type as ResourceType<unknown, unknown, unknown>, spec, options);
  return Object.assign(resource, { type }) as unknown as Resource<
    Spec,
    ProbeSpec,
    Observed,
    Outputs
  >;
}

function declare(
  type: ResourceType<unknown, unknown, unknown>,
  spec: unknown,
  options: DeclarationOptions,
): Declaration {
  requireOptions(type.kind, options, callSite);
  const declaration: Declaration = Object.freeze({
    kind: type.kind,
    type,
    spec: freezeDeep(structure(spec)),
    source: callSite(),
    needs: Object.freeze([...(options.needs ?? [])]),
    notify: Object.freeze([...(options.notify ?? [])]),
    tags: Object.freeze([...(options.tags ?? [])]),
    mayCutOff: options.mayCutOff === true,
    out: outputsOf(() => declaration),
  });
  return declaration;
}

/**
 * A copy of plain objects and arrays, so that freezing does not reach into the caller's values. A property that is
 * `undefined` was not given: in a spec that means a value to be known later.
 */
function structure(value: unknown): Readonly<Record<string, unknown>> {
  return copy(value) as Readonly<Record<string, unknown>>;
}

function copy(value: unknown): unknown {
  // What waits for no output is known now: `interpolate` with secrets and plain values only.
  if (value instanceof Expression && value.references.length === 0) {
    return copy(value.evaluate(() => undefined));
  }
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== 'object' || value === null) return value;
  if (!isPlainData(value)) return value;
  const given = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(given.map(([name, part]) => [name, copy(part)]));
}

function requireDescribed(kind: string, schema: TObject): void {
  const closed = (schema as { additionalProperties?: unknown }).additionalProperties === false;
  if (!closed) {
    throw new HostwrightError('RESOURCE_TYPE_INVALID', {
      problem: `The schema of ${kind} is open: it needs { additionalProperties: false }.`,
    });
  }
  for (const [name, property] of Object.entries(schema.properties)) {
    if (typeof (property as { description?: unknown }).description === 'string') continue;
    throw new HostwrightError('RESOURCE_TYPE_INVALID', {
      problem: `The property ${kind}.${name} has no description.`,
    });
  }
}
