import { join } from 'node:path';
import type { AnyAuthMethod, AuthenticationType, GetStreamCallback, ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';
import { HostwrightError } from '../model/errors.ts';
import type { Host } from '../model/host.ts';
import { reveal } from '../model/secret.ts';
import type { LoginFiles } from './login-files.ts';

/** The three that OpenSSH tries too; keys on FIDO tokens are not supported by ssh2. */
const defaultIdentities = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** A host whose login user is known. */
export type LoginHost = Host & { readonly user: string };

/** One way to log in, and the method name the host knows it by. */
export interface LoginAttempt {
  readonly label: string;
  readonly method: 'publickey' | 'password' | 'keyboard-interactive';
  readonly auth: AnyAuthMethod;
}

export interface LoginPlan {
  readonly attempts: readonly LoginAttempt[];
  /** Why a key or the agent was left out, one sentence each. */
  readonly notes: readonly string[];
}

/** Where keys are looked for. */
export interface LoginSources {
  readonly files: LoginFiles;
  readonly homeFolder: string;
  /** Socket of the agent, when there is one. */
  readonly agentSocket: string | undefined;
  /** Key files that may be there, where the inventory names none; the usual ones when left out. */
  readonly offeredIdentities?: readonly string[] | undefined;
}

/**
 * Every way to log in that the inventory and this machine offer, best first: key files, agent, password. Each is tried
 * once at most, because sshd counts failures and then locks this machine out, good keys included (PerSourcePenalties).
 */
export async function planLogin(host: LoginHost, sources: LoginSources): Promise<LoginPlan> {
  const notes: string[] = [];
  const username = host.user;
  const agent = await agentKeys(host, sources, notes);
  const { keys, named } = await fileKeys(host, sources, agent !== undefined, notes);
  const attempts: LoginAttempt[] = keys.map(({ file, key }) => ({
    label: `key ${file}`,
    method: 'publickey',
    auth: { type: 'publickey', username, key },
  }));
  if (agent !== undefined) {
    const isNew = (key: ParsedKey) => !keys.some((one) => samePublicKey(one.key, key));
    const isMeant = (key: ParsedKey) =>
      host.ssh.identitiesOnly !== true || named.some((one) => samePublicKey(one, key));
    const left = agent.keys.filter((key) => isNew(key) && isMeant(key));
    const label = left.length === 1 ? '1 agent key' : `${left.length} agent keys`;
    const auth = { type: 'agent' as const, username, agent: new ChosenKeys(agent.socket, left) };
    if (left.length > 0) attempts.push({ label, method: 'publickey', auth });
  }
  if (host.ssh.password !== undefined) attempts.push(...passwordAttempts(host));
  return { attempts, notes };
}

/**
 * Chooses the next attempt each time the host asks. ssh2 calls `next` with the methods the host still takes, null at
 * the beginning, and whether the last attempt was one of several steps that the host wants.
 */
export class LoginProgress {
  readonly tried: LoginAttempt[] = [];
  /** What the host said it takes; undefined until it refuses something. */
  accepted: readonly string[] | undefined;
  readonly #plan: LoginPlan;
  readonly #username: string;
  /** Attempts that are no longer open: those made since the last factor, and those that were a factor. */
  #spent: readonly LoginAttempt[] = [];
  #factors: readonly LoginAttempt[] = [];
  #hasAsked = false;

  constructor(plan: LoginPlan, username: string) {
    this.#plan = plan;
    this.#username = username;
  }

  next(
    methods: readonly AuthenticationType[] | null,
    isPartial: boolean | null,
  ): AnyAuthMethod | false {
    this.accepted = methods ?? this.accepted;
    const last = this.tried.at(-1);
    if (isPartial === true && last !== undefined) {
      // One of several factors is done. Keys that were refused before it may be taken after it.
      this.#factors = [...this.#factors, last];
      this.#spent = this.#factors;
    }
    if (methods === null && this.#mustAsk()) return { type: 'none', username: this.#username };
    const attempt = this.#open().find(({ method }) => methods === null || methods.includes(method));
    if (attempt === undefined) return false;
    this.tried.push(attempt);
    this.#spent = [...this.#spent, attempt];
    return attempt.auth;
  }

  #open(): readonly LoginAttempt[] {
    const isSpent = (one: LoginAttempt) =>
      this.#spent.some((other) => one === other || sharesPassword(one, other));
    return this.#plan.attempts.filter((attempt) => !isSpent(attempt));
  }

  /** With a password alone, the host is asked first which of the two password methods it takes. */
  #mustAsk(): boolean {
    const mustAsk = !this.#hasAsked && this.#plan.attempts[0]?.method !== 'publickey';
    this.#hasAsked = true;
    return mustAsk;
  }
}

/** A wrong password given by two methods would count as two failures. */
function sharesPassword(one: LoginAttempt, other: LoginAttempt): boolean {
  return one.method !== 'publickey' && other.method !== 'publickey';
}

function passwordAttempts(host: LoginHost): LoginAttempt[] {
  const username = host.user;
  const password = host.ssh.password === undefined ? '' : reveal(host.ssh.password);
  const answered = { isDone: false };
  return [
    { label: 'password', method: 'password', auth: { type: 'password', username, password } },
    {
      label: 'password (keyboard-interactive)',
      method: 'keyboard-interactive',
      auth: {
        type: 'keyboard-interactive',
        username,
        prompt(_name, _instructions, _language, prompts, finish) {
          const isAsked = prompts.length === 1 && prompts[0]?.echo !== true && !answered.isDone;
          answered.isDone = true;
          finish(isAsked ? [password] : prompts.map(() => ''));
        },
      },
    },
  ];
}

interface FileKey {
  readonly file: string;
  readonly key: ParsedKey;
}

interface FileKeys {
  /** Those that can be used as they are. */
  readonly keys: readonly FileKey[];
  /** Public keys of those that an agent would have to hold. */
  readonly named: readonly ParsedKey[];
}

async function fileKeys(
  host: Host,
  { files, homeFolder, offeredIdentities }: LoginSources,
  hasAgent: boolean,
  notes: string[],
): Promise<FileKeys> {
  const chosen = host.ssh.identityFiles;
  const usual = offeredIdentities ?? defaultIdentities.map((name) => `~/.ssh/${name}`);
  const keys: FileKey[] = [];
  const named: ParsedKey[] = [];
  for (const name of chosen ?? usual) {
    const identity = await files.identity(expandHome(name, homeFolder), host.ssh.passphrase);
    if (identity.status === 'usable') {
      keys.push({ file: name, key: identity.key });
      continue;
    }
    if (identity.publicKey !== undefined) named.push(identity.publicKey);
    if (identity.status === 'missing' && chosen === undefined) continue;
    const isElsewhere = identity.status === 'encrypted' || identity.status === 'public';
    const mayBeInAgent = isElsewhere && hasAgent;
    if (chosen !== undefined && !mayBeInAgent) throw keyUnreadable(name, identity.problem);
    notes.push(`The key ${name} was left out: ${identity.problem}.`);
  }
  return { keys, named };
}

function keyUnreadable(file: string, problem: string): HostwrightError {
  const isEncrypted = problem.includes('passphrase');
  return new HostwrightError('TRANSPORT_KEY_UNREADABLE', {
    problem: `The private key ${file} cannot be used: ${problem}.`,
    remedy: isEncrypted
      ? `Set ssh.passphrase in the inventory, or load the key into the agent: ssh-add ${file}`
      : 'Check ssh.identityFiles in the inventory, and the permissions of the file.',
  });
}

interface AgentKeys {
  readonly socket: string;
  readonly keys: readonly ParsedKey[];
}

/** Asks the agent before the connection is made, because ssh2 takes an agent that fails for a failed connection. */
async function agentKeys(
  host: Host,
  sources: LoginSources,
  notes: string[],
): Promise<AgentKeys | undefined> {
  const socket = host.ssh.agent === undefined ? sources.agentSocket : host.ssh.agent;
  if (socket === null || socket === undefined || socket === '') return undefined;
  const path = expandHome(socket, sources.homeFolder);
  const agent = new TimedAgent(path);
  const keys = await new Promise<readonly ParsedKey[] | undefined>((resolve) => {
    agent.getIdentities((error, found = []) => {
      resolve(error ? undefined : found.filter((key) => 'getPublicSSH' in key));
    });
  });
  if (keys === undefined) {
    notes.push(`The SSH agent at ${socket} did not answer.`);
    return undefined;
  }
  return { socket: path, keys };
}

/** How long an agent may take to name its keys, in milliseconds: one that hangs must not hold up the run. */
const agentMs = 5000;

/** An agent whose connection ends in any case. */
class TimedAgent extends ssh2.OpenSSHAgent {
  override getStream(answer: GetStreamCallback): void {
    super.getStream((error, stream) => {
      if (stream !== undefined) {
        const timer = setTimeout(() => stream.destroy(), agentMs);
        stream.once('close', () => clearTimeout(timer));
      }
      answer(error, stream);
    });
  }
}

/** An agent that offers some of its keys only. */
class ChosenKeys extends ssh2.OpenSSHAgent {
  readonly #keys: readonly ParsedKey[];

  constructor(socket: string, keys: readonly ParsedKey[]) {
    super(socket);
    this.#keys = keys;
  }

  override getIdentities(answer: (error?: Error | null, keys?: ParsedKey[]) => void): void {
    answer(null, [...this.#keys]);
  }
}

function samePublicKey(one: ParsedKey, other: ParsedKey): boolean {
  return one.getPublicSSH().equals(other.getPublicSSH());
}

/** `~/x` in the home folder, as shells and OpenSSH read it. */
export function expandHome(path: string, homeFolder: string): string {
  return path.startsWith('~/') ? join(homeFolder, path.slice(2)) : path;
}
