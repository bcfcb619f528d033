import { readFile } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';
import { reveal, type Secret } from '../model/secret.ts';
import type { KnownHosts } from './known-hosts.ts';
import { appendKnownHost, readKnownHosts } from './known-hosts-file.ts';
import { reasonOf } from './reason.ts';
import { readSshConfig, type SshConfig } from './ssh-config.ts';

/** @internal A private key file, read. `problem` is a clause: `it is encrypted and no passphrase is given`. */
export type Identity =
  | { readonly status: 'usable'; readonly key: ParsedKey }
  | {
      readonly status: 'missing' | 'encrypted' | 'public' | 'unusable';
      readonly problem: string;
      /** Which key it is, as the file or the one with `.pub` beside it says: an agent may hold it. */
      readonly publicKey?: ParsedKey | undefined;
    };

/**
 * The key files, known_hosts files and SSH configurations of one run, each read once however many hosts use it: opening an encrypted key
 * takes a good part of a second, in which nothing else runs.
 */
export class LoginFiles {
  readonly #identities = new Map<string, Map<Secret | undefined, Promise<Identity>>>();
  readonly #knownHosts = new Map<string, Promise<KnownHosts>>();
  readonly #configs = new Map<string, Promise<SshConfig>>();

  /** @internal Published types name none of ssh2's, which has types elsewhere. */
  identity(file: string, passphrase: Secret | undefined): Promise<Identity> {
    const ofFile = this.#identities.get(file) ?? new Map<Secret | undefined, Promise<Identity>>();
    this.#identities.set(file, ofFile);
    const identity = ofFile.get(passphrase) ?? readIdentity(file, passphrase);
    ofFile.set(passphrase, identity);
    return identity;
  }

  knownHosts(files: readonly string[]): Promise<KnownHosts> {
    const name = files.join('\0');
    const known = this.#knownHosts.get(name) ?? readKnownHosts(files);
    this.#knownHosts.set(name, known);
    return known;
  }

  sshConfig(files: readonly string[], homeFolder: string): Promise<SshConfig> {
    const name = files.join('\0');
    const config = this.#configs.get(name) ?? readSshConfig(files, homeFolder);
    this.#configs.set(name, config);
    return config;
  }

  /** Records a new host key; files are read anew for hosts that come after. */
  async addKnownHost(file: string, line: string): Promise<void> {
    await appendKnownHost(file, line);
    this.#knownHosts.clear();
  }
}

async function readIdentity(file: string, passphrase: Secret | undefined): Promise<Identity> {
  let text: Buffer;
  try {
    text = await readFile(file);
  } catch (cause) {
    const reason = reasonOf(cause);
    if (reason !== 'ENOENT') {
      return { status: 'unusable', problem: `it cannot be read (${reason})` };
    }
    const publicKey = await publicKeyBeside(file);
    return { status: 'missing', problem: 'it does not exist', publicKey };
  }
  const key = parseOne(text, passphrase);
  if (key === undefined) return { status: 'unusable', problem: 'it holds no key' };
  if ('message' in key) {
    const problem = explain(key.message, passphrase !== undefined);
    return { ...problem, publicKey: await publicKeyBeside(file) };
  }
  if (key.isPrivateKey()) return { status: 'usable', key };
  const problem = 'it is no private key, and the agent does not hold the one to it';
  return { status: 'public', problem, publicKey: key };
}

function parseOne(text: Buffer, passphrase?: Secret): ParsedKey | Error | undefined {
  const parsed = ssh2.utils.parseKey(text, passphrase && reveal(passphrase));
  return Array.isArray(parsed) ? parsed[0] : parsed;
}

async function publicKeyBeside(file: string): Promise<ParsedKey | undefined> {
  const text = await readFile(`${file}.pub`).catch(() => undefined);
  const key = text === undefined ? undefined : parseOne(text);
  return key !== undefined && 'getPublicSSH' in key ? key : undefined;
}

/** From the words of ssh2's parser, which throws away the type of the problem. */
function explain(
  message: string,
  hasPassphrase: boolean,
): { readonly status: 'encrypted' | 'unusable'; readonly problem: string } {
  if (/no passphrase given/.test(message)) {
    return { status: 'encrypted', problem: 'it is encrypted and no passphrase is given' };
  }
  if (hasPassphrase && /passphrase/i.test(message)) {
    return { status: 'unusable', problem: 'the passphrase does not fit' };
  }
  if (/unsupported key/i.test(message)) {
    return { status: 'unusable', problem: 'its kind of key is not supported' };
  }
  return { status: 'unusable', problem: message };
}
