import { HostwrightError } from '../model/errors.ts';
import { reveal, Secret } from '../model/secret.ts';
import { Sh } from '../model/sh.ts';
import { quote } from './quote.ts';

export type ShValue = string | number | Sh | readonly (string | number | Sh)[];

/**
 * Builds shell text. A string or number becomes one quoted word, an array several words, an `Sh` stays as it is.
 * A `Secret` is refused, because the words of a command are visible to every user of the host: see `pipeSecret`.
 *
 * @example sh`install -d -m ${mode} -- ${paths}`
 */
export function sh(text: TemplateStringsArray, ...values: readonly ShValue[]): Sh {
  let script = text[0] ?? '';
  values.forEach((value, index) => {
    script += render(value) + (text[index + 1] ?? '');
  });
  return new Sh(script);
}

/** Several commands, one a line. They run in order; the last one's exit code counts unless `set -e` is on. */
export function lines(commands: readonly Sh[]): Sh {
  return new Sh(commands.map((command) => command.script).join('\n'));
}

/**
 * Feeds a secret to the standard input of a command, as `printSecret` writes it.
 *
 * @example pipeSecret(password, sh`chpasswd -e`)
 */
export function pipeSecret(value: Secret | string, command: Sh): Sh {
  return sh`${printSecret(value)} | ${command}`;
}

/**
 * Writes a secret to standard output. `printf` is a builtin of every POSIX shell, so the secret is in no process's
 * arguments, and the script itself travels on standard input.
 *
 * @example sh`${printSecret(content)} >"$copy"`
 */
export function printSecret(value: Secret | string): Sh {
  return new Sh(`printf '%s' ${quote(reveal(value))}`);
}

function render(value: ShValue): string {
  if (value instanceof Sh) return value.script;
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return quote(String(value));
  if (Array.isArray(value)) return value.map(render).join(' ');
  throw new HostwrightError('SHELL_VALUE', {
    problem:
      (value as unknown) instanceof Secret
        ? 'A secret was put on a command line.'
        : `A value of type ${typeof value} was put on a command line.`,
  });
}
