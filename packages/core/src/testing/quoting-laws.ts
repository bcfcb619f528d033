import type { ValidateSpec } from '../compile/validate.ts';
import { absent } from '../model/reading.ts';
import type { AnyResourceType, ShellDriver } from '../model/resource-type.ts';
import { nastyStrings, nastyWords } from './nasty-strings.ts';
import { endOf, syntaxProblems } from './real-shells.ts';
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
 * parse, and not run what the string says. All go through one shell; only when that objects, each goes by itself.
 */
export function quotingProblems(
  type: AnyResourceType,
  spec: object,
  validate: ValidateSpec,
): readonly string[] {
  const plain = scriptsOf(type, spec).join('\n');
  const attempts = stringPaths(spec).flatMap((path) =>
    [...nastyStrings, ...nastyWords].flatMap((nasty): readonly Attempt[] => {
      const changed = withValueAt(spec, path, nasty);
      if (validate(type, changed).length > 0) return [];
      const script = scriptsOf(type, changed).join('\n');
      if (script === plain) return [];
      return [{ label: `${path.join('.')} = ${JSON.stringify(nasty)}`, script }];
    }),
  );
  const together = attempts.map(({ script }) => `(\n${script}\n) </dev/null`).join('\n');
  if (isHarmless(together)) return [];
  return attempts.flatMap(({ label, script }) =>
    scriptProblems(script).map((text) => `${label}: ${text}`),
  );
}

interface Attempt {
  readonly label: string;
  readonly script: string;
}

function isHarmless(script: string): boolean {
  const hasProblems = syntaxProblems(script, 1).length > 0 || holdsStrike(script);
  return !hasProblems && endOf(script) === 'ended';
}

function scriptProblems(script: string): readonly string[] {
  const syntax = syntaxProblems(script, 1);
  if (syntax.length > 0) return syntax;
  const isRun = holdsStrike(script) || endOf(script) === 'killed';
  return isRun ? [`it is run as a command:\n${script}`] : [];
}

/** True when a nasty string stands where a shell would run it, also in a branch that was not reached. */
function holdsStrike(script: string): boolean {
  return shellCommands(script).some(({ words }) => words.join(' ') === 'kill -9 $$');
}
