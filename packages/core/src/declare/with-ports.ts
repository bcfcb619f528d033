import type { Declaration, DeclarationOptions } from '../model/declaration.ts';
import type { Expression, Input } from '../model/expression.ts';
import type { Port } from '../model/port.ts';
import type { ResourceType } from '../model/resource-type.ts';

/** A resource whose properties of these names are ports: `allow: 70000` does not compile. */
export interface ResourceWithPorts<Spec, ProbeSpec, Observed, Outputs, Name extends keyof Spec> {
  <const Value extends number = number>(
    spec: SpecWithPorts<Spec, Name, Value>,
    options?: DeclarationOptions,
  ): Declaration<Outputs>;
  readonly type: ResourceType<Spec, ProbeSpec, Observed>;
}

type SpecWithPorts<Spec, Name extends keyof Spec, Value extends number> =
  | Expression<Spec>
  | {
      readonly [Property in keyof Spec]: Property extends Name
        ? Ports<Input<Spec[Property]>, Value>
        : Input<Spec[Property]>;
    };

type Ports<Given, Value extends number> = Given extends number
  ? Port<Value>
  : Given extends readonly (infer Item)[]
    ? readonly Ports<Item, Value>[]
    : Given;

/** What `defineResource` returns, as far as types are read from it. */
interface Defined {
  (spec: never): Declaration;
  readonly type: { readonly schema: object };
}

type SpecOf<R extends Defined> =
  R['type'] extends ResourceType<infer Spec, infer _P, infer _O> ? Spec : never;

type WithPorts<R extends Defined, Name extends keyof SpecOf<R>> =
  R['type'] extends ResourceType<infer Spec, infer ProbeSpec, infer Observed>
    ? ReturnType<R> extends Declaration<infer Outputs>
      ? ResourceWithPorts<Spec, ProbeSpec, Observed, Outputs, Name & keyof Spec>
      : never
    : never;

/**
 * The same resource, for the compiler: numbers that are written down in these properties must be ports. The schema still says
 * so too, for numbers that come from elsewhere.
 * @example export const Listener = withPorts(defineResource({ kind: 'Listener', … }), ['port']);
 */
export function withPorts<R extends Defined, const Name extends keyof SpecOf<R>>(
  resource: R,
  _properties: readonly Name[],
): WithPorts<R, Name> {
  return resource as unknown as WithPorts<R, Name>;
}
