import { execFile } from 'node:child_process';
import { HostwrightError } from '../model/errors.ts';
import { redactor } from '../model/redact.ts';
import { Secret } from '../model/secret.ts';
import {
  pathOf,
  type SecretPath,
  type SecretTextOptions,
  secretBytes,
  secretBytesMax,
  secretOf,
  secretUtf8,
} from './secret-text.ts';

/** A password manager may have to be unlocked by hand. */
const commandTimeoutMsDefault = 60_000;

/**
 * A secret from the environment of whoever runs this.
 *
 * Errors: SECRET_MISSING when it is not set, SECRET_EMPTY when nothing is in it.
 * @example become: { password: secretFromEnv('SUDO_PASSWORD') }
 */
export function secretFromEnv(name: string): Secret {
  const value = process.env[name];
  if (value !== undefined) return secretOf(value, `The environment variable ${name}`, keepAll);
  throw new HostwrightError('SECRET_MISSING', {
    problem: `The environment variable ${name} is not set.`,
  });
}

const keepAll = { keepNewline: true };

/**
 * A secret from a file, which should be readable by its owner alone. One newline at its end is taken off.
 *
 * Limits: UTF-8, 1,048,576 bytes.
 * Errors: SECRET_MISSING, SECRET_EMPTY, SECRET_UNREADABLE.
 * @example const token = await secretFromFile('/run/secrets/token');
 * @example const key = await secretFromFile(new URL('tls.key', import.meta.url), { keepNewline: true });
 */
export async function secretFromFile(
  path: SecretPath,
  options: SecretTextOptions = {},
): Promise<Secret> {
  const source = `The file ${pathOf(path)}`;
  return secretOf(secretUtf8(await secretBytes(path), source), source, options);
}

export interface SecretCommandOptions extends SecretTextOptions {
  /** Limit in milliseconds; 60000 when left out, time enough to unlock a password manager. */
  readonly timeoutMs?: number;
}

/**
 * A secret that a command prints. It is started without a shell, so that no character of its words means anything.
 * Its words show in the list of processes: do not put a secret there.
 *
 * Limits: UTF-8, 1,048,576 bytes.
 * Errors: SECRET_MISSING when there is no such command, SECRET_UNREADABLE when it fails or takes too long, SECRET_EMPTY.
 * @example const password = await secretFromCommand(['pass', 'show', 'mx1/sudo']);
 */
export async function secretFromCommand(
  words: readonly [string, ...string[]],
  options: SecretCommandOptions = {},
): Promise<Secret> {
  const [program, ...rest] = words;
  const timeout = options.timeoutMs ?? commandTimeoutMsDefault;
  const settings = { timeout, maxBuffer: secretBytesMax, encoding: 'buffer' as const };
  const output = await new Promise<Buffer>((resolve, reject) => {
    const child = execFile(program, rest, settings, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(commandError(program, error, { timeout, stdout, stderr }));
    });
    child.stdin?.end();
  });
  const source = `The output of ${program}`;
  return secretOf(secretUtf8(output, source), source, options);
}

interface CommandEnd {
  readonly timeout: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Not with Node's own error as its cause: that one quotes all words and all output. */
function commandError(
  program: string,
  { code, killed }: { readonly code?: unknown; readonly killed?: boolean },
  { timeout, stdout, stderr }: CommandEnd,
): HostwrightError {
  if (code === 'ENOENT') {
    return new HostwrightError('SECRET_MISSING', { problem: `There is no command ${program}.` });
  }
  const how =
    killed === true && typeof code !== 'string'
      ? `took longer than ${timeout} ms`
      : `failed (${String(code)})`;
  const printed = stdout.toString().trim();
  const hide = redactor(printed === '' ? [] : [new Secret(printed)]);
  const detail = hide(stderr.toString().trim());
  return new HostwrightError('SECRET_UNREADABLE', {
    problem: `The command ${program} ${how}.`,
    ...(detail === '' ? {} : { detail }),
  });
}
