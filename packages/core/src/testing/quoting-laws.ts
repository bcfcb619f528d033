import type { ValidateSpec } from '../compile/validate.ts';
import { absent } from '../model/reading.ts';
import type { AnyResourceType, ShellDriver } from '../model/resource-type.ts';
import { nastyStrings, nastyWords } from './nasty-strings.ts';
import { endOf, syntaxProblemsOfAll } from './real-shells.ts';
import { shellCommands } from './shell-commands.ts';
import { keysOf } from './spec-laws.ts';
import { stringPaths, withValueAt } from './spec-paths.ts';

/** The shell text that one spec leads to: its probe, by keys alone and in full, and its creation. */
export function scriptsOf(type: AnyResourceType, spec: unknown): readonly string[] {
  if (type.driver.via !== 'shell') return [];
  return [...probesOf(type, type.driver, spec), ...appliesOf(type, type.driver, spec)];
}

/** The probe of one spec: by its keys alone, in full, and both in one fragment. */
export function probesOf(
  type: AnyResourceType,
  driver: ShellDriver<unknown, unknown, unknown>,
  spec: unknown,
): readonly string[] {
  const keys = keysOf(type, spec);
  return [[keys], [spec], [keys, spec]].map((specs) => driver.probe(specs).script);
}

function appliesOf(
  type: AnyResourceType,
  driver: ShellDriver<unknown, unknown, unknown>,
  spec: unknown,
): readonly string[] {
  const fields = type.diff(spec, absent);
  const refresh = driver.refresh === undefined ? [] : [driver.refresh([spec]).script];
  if (fields.length === 0) return refresh;
  return [driver.apply([{ spec, reading: absent, fields }]).script, ...refresh];
}

/**
 * Puts nasty strings into every place that holds a string and accepts them, and asks real shells: the text must still
 * parse, and not run what the string says. One string goes into all places of a spec at once, and all strings through
 * one shell; only when that objects, each place goes by itself, so that the answer can name it.
 */
export function quotingProblems(
  type: AnyResourceType,
  specs: readonly object[],
  validate: ValidateSpec,
): readonly string[] {
  return specs.flatMap((spec, index) => {
    // Starting shells is what takes time, and most of the shell text is the same for all specs of a type.
    const strikes = index === 0 ? nastyStrings : nastyStrings.slice(0, strikesOfMore);
    return problemsOfSpec(type, spec, validate, strikes);
  });
}

/** Out of single quotes, out of double quotes, and a substitution. */
const strikesOfMore = 3;

function problemsOfSpec(
  type: AnyResourceType,
  spec: object,
  validate: ValidateSpec,
  strikes: readonly string[],
): readonly string[] {
  const plain = new Set(textsOf(type, spec));
  const hostile = (changed: object) => textsOf(type, changed).filter((text) => !plain.has(text));
  const everywhere = (strings: readonly string[]) =>
    strings.flatMap((nasty) => hostile(withStringEverywhere(type, spec, nasty, validate)));
  // Only a string that strikes shows what it did, and running the others as well is slow.
  const isHarmless =
    syntaxProblemsOfAll(everywhere(nastyWords)).length === 0 &&
    scriptProblems(everywhere(strikes)).length === 0;
  if (isHarmless) return [];
  return stringPaths(spec).flatMap((path) =>
    [...nastyStrings, ...nastyWords].flatMap((nasty) => {
      const changed = withValueAt(spec, path, nasty);
      if (validate(type, changed).length > 0) return [];
      const label = `${path.join('.')} = ${JSON.stringify(nasty)}`;
      return scriptProblems(hostile(changed)).map((text) => `${label}: ${text}`);
    }),
  );
}

/** The same as `scriptsOf`, with one probe that holds all of it. */
function textsOf(type: AnyResourceType, spec: object): readonly string[] {
  const { driver } = type;
  if (driver.via !== 'shell') return [];
  return [...probesOf(type, driver, spec).slice(-1), ...appliesOf(type, driver, spec)];
}

/** The spec with the string in every place that accepts it beside the others. */
function withStringEverywhere(
  type: AnyResourceType,
  spec: object,
  nasty: string,
  validate: ValidateSpec,
): object {
  return stringPaths(spec).reduce<object>((changed, path) => {
    const next = withValueAt(changed, path, nasty);
    return validate(type, next).length > 0 ? changed : next;
  }, spec);
}

function scriptProblems(scripts: readonly string[]): readonly string[] {
  const syntax = syntaxProblemsOfAll(scripts);
  if (syntax.length > 0) return syntax;
  const together = scripts.map((script) => `(\n${script}\n) </dev/null`).join('\n');
  const isRun = holdsStrike(together) || endOf(together) === 'killed';
  return isRun ? [`it is run as a command:\n${together}`] : [];
}

/** True when a nasty string stands where a shell would run it, also in a branch that was not reached. */
function holdsStrike(script: string): boolean {
  return shellCommands(script).some(({ words }) => words.join(' ') === 'kill -9 $$');
}
