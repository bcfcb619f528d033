import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import type { ValidateSpec } from '../compile/validate.ts';
import { absent } from '../model/reading.ts';
import type { AnyResourceType, ShellDriver } from '../model/resource-type.ts';
import { reveal, Secret, secret } from '../model/secret.ts';
import { shellCommands } from './shell-commands.ts';
import { type SpecPath, stringPaths, withValueAt } from './spec-paths.ts';

/** Looks like no other text, and passes most patterns. */
const canary = 'Kanarienvogel42x';

/** A secret this short may stand in a script by chance. Characters. */
const hiddenMin = 8;

/** A spec with a secret in it. */
export interface SecretSpec {
  readonly spec: object;
  readonly secret: string;
}

/** Commands that are part of the shell itself: their words show in no list of processes. */
const builtins = new Set(['printf', 'echo', 'read', ':', 'set', '[']);

/**
 * Specs with a secret in each property that may hold one: a canary where compile accepts it, otherwise the value that
 * the author wrote.
 */
export function specsWithSecret(
  type: AnyResourceType,
  spec: object,
  validate: ValidateSpec,
): readonly SecretSpec[] {
  const revealed = withoutSecrets(spec);
  return stringPaths(revealed)
    .filter(([name]) => type.secrets.includes(String(name)))
    .flatMap((path) => {
      const own = valueAt(revealed, path);
      const accepted = [canary, own].find((text) => {
        const changed = withValueAt(revealed, path, secret(text));
        return text.length >= hiddenMin && validate(type, changed).length === 0;
      });
      if (accepted === undefined) return [];
      return [{ spec: withValueAt(revealed, path, secret(accepted)), secret: accepted }];
    });
}

function withoutSecrets(spec: object): object {
  const entries = Object.entries(spec);
  return Object.fromEntries(
    entries.map(([name, part]) => [name, part instanceof Secret ? reveal(part) : part]),
  );
}

function valueAt(value: unknown, path: SpecPath): string {
  const found = path.reduce<unknown>(
    (part, step) => (part as Record<string | number, unknown>)[step],
    value,
  );
  return String(found);
}

/** Where a secret would show: the diff, the spec as JSON and text, or the arguments of a process on the host. */
export function secretProblems(
  type: AnyResourceType,
  { spec, secret: hidden }: SecretSpec,
): readonly string[] {
  const isTold = teller(hidden);
  const fields = type.diff(spec, absent);
  const shown = {
    'the diff': JSON.stringify(fields),
    'the spec as JSON': JSON.stringify(spec),
    'the spec as text': inspect(spec, { depth: 9 }),
    'the identity': type.identity(spec),
  };
  const leaks = Object.entries(shown)
    .filter(([, text]) => isTold(text))
    .map(([place]) => `A secret shows in ${place}.`);
  if (type.driver.via !== 'shell' || fields.length === 0) return leaks;
  return [...leaks, ...argumentProblems(type.driver, { spec, fields, isTold })];
}

interface Creation {
  readonly spec: object;
  readonly fields: ReturnType<AnyResourceType['diff']>;
  readonly isTold: (text: string) => boolean;
}

function argumentProblems(
  driver: ShellDriver<unknown, unknown, unknown>,
  { spec, fields, isTold }: Creation,
): readonly string[] {
  const scripts = [driver.probe([spec]), driver.apply([{ spec, reading: absent, fields }])];
  return scripts
    .flatMap(({ script }) => shellCommands(script))
    .filter(({ words }) => words.some(isTold) && !startsWithBuiltin(words))
    .map(({ words }) => `A secret is an argument of ${words[0]}, where every user sees it.`);
}

function startsWithBuiltin(words: readonly string[]): boolean {
  const name = words.find((word) => !/^[A-Za-z_]\w*=/.test(word));
  // Assignments alone stay in the shell.
  return name === undefined || builtins.has(name);
}

/** Finds a secret in a text: as it is, as base64, or as a digest, which gives a short secret away. */
function teller(hidden: string): (text: string) => boolean {
  const disguises = [
    hidden,
    Buffer.from(hidden).toString('base64').replace(/=+$/, ''),
    ...['md5', 'sha1', 'sha256', 'sha512'].map((name) =>
      createHash(name).update(hidden).digest('hex'),
    ),
  ];
  return (text) => disguises.some((disguise) => text.includes(disguise));
}
