import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import type { ValidateSpec } from '../compile/validate.ts';
import { absent } from '../model/reading.ts';
import type { AnyResourceType, ShellDriver } from '../model/resource-type.ts';
import { Secret, secret } from '../model/secret.ts';
import { shellCommands } from './shell-commands.ts';
import { stringPaths, withValueAt } from './spec-paths.ts';

/** Looks like no other text, and passes most patterns. */
const canary = 'Kanarienvogel42x';

const disguises = [
  canary,
  Buffer.from(canary).toString('base64').replace(/=+$/, ''),
  ...['md5', 'sha1', 'sha256', 'sha512'].map((name) =>
    createHash(name).update(canary).digest('hex'),
  ),
];

/** Commands that are part of the shell itself: their words show in no list of processes. */
const builtins = new Set(['printf', 'echo', 'read', ':', 'set', '[']);

/** A spec for each property that may hold a secret, with a secret in it, as far as compile accepts it. */
export function specsWithSecret(
  type: AnyResourceType,
  spec: object,
  validate: ValidateSpec,
): readonly object[] {
  return stringPaths(spec)
    .filter(([name]) => type.secrets.includes(String(name)))
    .map((path) => withValueAt(spec, path, secret(canary)))
    .concat(Object.values(spec).some((part) => part instanceof Secret) ? [spec] : [])
    .filter((changed) => validate(type, changed).length === 0);
}

/** Where a secret would show: the diff, the spec as JSON and text, or the arguments of a process on the host. */
export function secretProblems(type: AnyResourceType, spec: object): readonly string[] {
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
  return [...leaks, ...argumentProblems(type.driver, spec, fields)];
}

function argumentProblems(
  driver: ShellDriver<unknown, unknown, unknown>,
  spec: object,
  fields: ReturnType<AnyResourceType['diff']>,
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

function isTold(text: string): boolean {
  return disguises.some((disguise) => text.includes(disguise));
}
