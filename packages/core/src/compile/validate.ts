import { Ajv, type AnySchema, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { Expression } from '../model/expression.ts';
import { isPlainData } from '../model/json.ts';
import type { AnyResourceType } from '../model/resource-type.ts';
import { containsSecret, printsSecret, reveal, Secret } from '../model/secret.ts';
import { knownPart, referencesIn, withExpressions } from '../model/spec.ts';
import { formOf, type Schema } from './schema-form.ts';

/** What is wrong with a spec. `code` says which row of the error table it is. */
export interface SpecProblem {
  readonly code: 'SPEC_INVALID' | 'SPEC_SECRET' | 'SECRET_AS_TEXT' | 'OUTPUT_IN_KEY';
  readonly text: string;
}

export type ValidateSpec = (type: AnyResourceType, spec: unknown) => readonly SpecProblem[];

/**
 * A validator that compiles each schema once. Expressions are taken as valid until they are known.
 *
 * Compiling is most of what validation costs, so a schema is compiled to a plain yes or no, and a second time, with all
 * that an error needs to say, only where the answer is no.
 */
export function specValidator(): ValidateSpec {
  const quick = compilerOf({});
  const thorough = compilerOf({ allErrors: true, verbose: true });
  return (type, spec) => {
    if (!isRecord(spec)) return [invalid(`${type.kind} takes an object, found ${describe(spec)}.`)];
    const form = ajvForm(spec);
    const early = [
      ...keyProblems(type, spec),
      ...secretProblems(type, spec),
      ...printedSecretProblems(form),
    ];
    const problems = quick(type)(form) ? [] : thoroughProblems(thorough(type), form, spec);
    if (problems.length > 0 || early.length > 0) return [...early, ...problems];
    return type.check(knownPart(spec)).map(invalid);
  };
}

/** `defineResource` has seen to the schemas, and what is compiled runs once or twice: looking twice would cost more. */
const uncheckedSchemas = {
  strict: false,
  validateSchema: false,
  meta: false,
  code: { optimize: false },
} as const;

function compilerOf(options: Options): (type: AnyResourceType) => ValidateFunction {
  const ajv = new Ajv({ ...uncheckedSchemas, ...options });
  const compiled = new Map<AnyResourceType, ValidateFunction>();
  return (type) => {
    const known = compiled.get(type);
    if (known !== undefined) return known;
    const validate = ajv.compile(type.schema);
    compiled.set(type, validate);
    return validate;
  };
}

function thoroughProblems(
  validate: ValidateFunction,
  form: unknown,
  spec: Record<string, unknown>,
): readonly SpecProblem[] {
  return validate(form) ? [] : formProblems(validate.errors ?? [], spec);
}

/** What is wrong with a value that is no spec, such as a saved plan: one sentence each, with the path. */
export function valueProblems(schema: AnySchema, value: unknown): readonly string[] {
  const validate = new Ajv({ allErrors: false, strict: false, verbose: true }).compile(schema);
  return validate(value) ? [] : formProblems(validate.errors ?? [], value).map(({ text }) => text);
}

/** A value whose texts were read as the numbers and booleans that the schema asks for, as words of a command line must be. */
export function coerced(
  schema: AnySchema,
  value: unknown,
): { readonly value: unknown; readonly problems: readonly string[] } {
  const own = structuredClone(value);
  const options = { allErrors: true, strict: false, verbose: true, coerceTypes: true } as const;
  const validate = new Ajv(options).compile(schema);
  if (validate(own)) return { value: own, problems: [] };
  return { value: own, problems: formProblems(validate.errors ?? [], own).map(({ text }) => text) };
}

function keyProblems(type: AnyResourceType, spec: Record<string, unknown>): readonly SpecProblem[] {
  return type.keys
    .filter((key) => referencesIn(spec[key]).length > 0 || containsSecret(spec[key]))
    .map((key) => ({
      code: 'OUTPUT_IN_KEY',
      text: `Property ${key} names the resource and must be a plain value.`,
    }));
}

function secretProblems(
  type: AnyResourceType,
  spec: Record<string, unknown>,
): readonly SpecProblem[] {
  return Object.keys(spec)
    .filter(
      (name) =>
        containsSecret(spec[name]) && !type.secrets.includes(name) && !type.keys.includes(name),
    )
    .map((name) => ({ code: 'SPEC_SECRET', text: `Property ${name} cannot hold a secret.` }));
}

/** `\`password=${secret}\`` is a text that says `<secret>`, and would be written like that. */
function printedSecretProblems(form: unknown): readonly SpecProblem[] {
  if (!isRecord(form)) return [];
  return Object.keys(form)
    .filter((name) => holdsPrintedSecret(form[name]))
    .map((name) => ({
      code: 'SECRET_AS_TEXT',
      text: `Property ${name} has <secret> in its text, which is how a secret prints, and not its value.`,
    }));
}

function holdsPrintedSecret(value: unknown): boolean {
  if (typeof value === 'string') return printsSecret(value);
  if (Array.isArray(value)) return value.some(holdsPrintedSecret);
  return isPlainData(value) && Object.values(value).some(holdsPrintedSecret);
}

/** What ajv sees: secrets as their text, expressions as they are, to be forgiven below. */
function ajvForm(spec: unknown): unknown {
  return withSecrets(withExpressions(spec, (expression) => expression));
}

function withSecrets(value: unknown): unknown {
  if (value instanceof Secret) return reveal(value);
  if (Array.isArray(value)) return value.map(withSecrets);
  // What is no data, such as a promise or a provider with functions, stays itself, and is called what it is.
  if (isPlainData(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [name, withSecrets(part)]),
    );
  }
  return value;
}

function formProblems(errors: readonly ErrorObject[], spec: unknown): readonly SpecProblem[] {
  const real = errors.filter((error) => !isAboutExpression(error.instancePath, spec));
  const branches = real.filter((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf');
  const isDetailOfBranch = (error: ErrorObject) =>
    branches.some(
      (branch) =>
        branch !== error &&
        error.instancePath.startsWith(branch.instancePath) &&
        error.schemaPath.startsWith(branch.schemaPath),
    );
  const texts = real
    .filter((error) => !isDetailOfBranch(error))
    .map((error) => formProblem(error, spec));
  return [...new Set(texts)].map(invalid);
}

/** True for an error at, above or below a place that holds an expression. */
function isAboutExpression(instancePath: string, spec: unknown): boolean {
  let place: unknown = spec;
  for (const step of steps(instancePath)) {
    if (place instanceof Expression) return true;
    place =
      isRecord(place) || Array.isArray(place)
        ? (place as Record<string, unknown>)[step]
        : undefined;
  }
  if (place instanceof Expression) return true;
  return instancePath !== '' && referencesIn(place).length > 0;
}

function formProblem(error: ErrorObject, spec: unknown): string {
  const path = steps(error.instancePath).join('.');
  const property = path === '' ? '' : `Property ${path} `;
  const parameters = error.params as Record<string, unknown>;
  if (error.keyword === 'additionalProperties') {
    const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
    const name = String(parameters.additionalProperty);
    return `${path === '' ? 'There' : `In ${path} there`} is no property ${JSON.stringify(name)}; there are ${known.join(', ')}.`;
  }
  if (error.keyword === 'required') {
    return `Property ${path === '' ? '' : `${path}.`}${String(parameters.missingProperty)} is missing.`;
  }
  return `${property}${expectation(error, parameters)}, found ${found(error, spec)}.`;
}

function expectation(error: ErrorObject, parameters: Record<string, unknown>): string {
  const schema = error.parentSchema as Schema;
  if (error.keyword === 'enum') return `must be one of ${describe(parameters.allowedValues)}`;
  if (error.keyword === 'anyOf' || error.keyword === 'type') return `must be ${formOf(schema)}`;
  if (error.keyword === 'pattern') return `must match ${schema.pattern}${meaning(schema)}`;
  return error.message ?? 'is not valid';
}

/** The first sentence of the description, for a pattern that says little by itself. */
function meaning({ description }: Schema): string {
  const sentence =
    description === undefined ? undefined : /^.+?(?=[.;:](?:\s|$)|$)/.exec(description)?.[0];
  return sentence === undefined ? '' : ` (${sentence})`;
}

/** The offending value, unless it is secret. */
function found(error: ErrorObject, spec: unknown): string {
  let place: unknown = spec;
  for (const step of steps(error.instancePath)) place = (place as Record<string, unknown>)[step];
  return containsSecret(place) ? '<secret>' : describe(error.data);
}

function steps(instancePath: string): readonly string[] {
  return instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const describedMax = 120;

function describe(value: unknown): string {
  const text = textOf(value);
  return text.length > describedMax ? `${text.slice(0, describedMax)}…` : text;
}

function textOf(value: unknown): string {
  if (value instanceof Promise) return 'a promise, which is to be awaited';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if (!isPlainData(value)) return `a ${String(Object.getPrototypeOf(value)?.constructor?.name)}`;
  }
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return 'what JSON cannot say';
  }
}

function invalid(text: string): SpecProblem {
  return { code: 'SPEC_INVALID', text };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
