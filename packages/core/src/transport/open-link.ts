import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { asHostwrightError, HostwrightError } from '../model/errors.ts';
import type { Host, JumpHost, SshSettings } from '../model/host.ts';
import { thisUser } from '../model/this-user.ts';
import type { JumpGates } from './gate.ts';
import { HostKeyCheck } from './host-key-check.ts';
import type { KnownHosts } from './known-hosts.ts';
import { LoginFiles } from './login-files.ts';
import { reasonOf } from './reason.ts';
import type { OnWarning } from './script-runner.ts';
import { isEarlyEnd, loginError, noWayToLogIn } from './ssh-errors.ts';
import { SshLink } from './ssh-link.ts';
import {
  expandHome,
  type LoginHost,
  type LoginPlan,
  LoginProgress,
  planLogin,
} from './ssh-login.ts';
import { openSocket } from './ssh-socket.ts';
import { resolveTarget } from './ssh-target.ts';
import { duration } from './transport-errors.ts';
import { withinLimits } from './within-limits.ts';

const portDefault = 22;
const connectTimeoutMsDefault = 20_000;
/** Four of these, see SshLink, are the time in which silence is noticed: 32 s. */
const keepaliveIntervalMsDefault = 8000;
const knownHostsDefault = ['~/.ssh/known_hosts', '/etc/ssh/ssh_known_hosts'];
/** Waits, give or take half, before connecting again when sshd hung up before the handshake (MaxStartups). */
const connectRetriesMs = [400, 1000];
/** How long the end of a connection to a jump host may take. */
const closeMs = 1000;

export interface SshOptions {
  readonly signal?: AbortSignal | undefined;
  /** Key and known_hosts files that were read already; hand the same to all hosts of a run. */
  readonly files?: LoginFiles | undefined;
  /** Limits handshakes per jump host; hand the same to all hosts of a run. */
  readonly jumps?: JumpGates | undefined;
  /** Where `~/` leads; the caller's home when left out. */
  readonly homeFolder?: string | undefined;
  /** Agent of the caller; the one that SSH_AUTH_SOCK names when left out, none when null. */
  readonly agentSocket?: string | null | undefined;
  /** Time between keep-alives; after three without answer the connection counts as lost. */
  readonly keepaliveIntervalMs?: number | undefined;
  /** Called, perhaps more than once, with what is wrong without being in the way, such as a bad line in known_hosts. */
  readonly onWarning?: OnWarning | undefined;
}

/** What is known before the first byte is sent. */
interface Preparation {
  readonly host: LoginHost;
  readonly files: LoginFiles;
  readonly known: KnownHosts;
  /** Where accept-new writes, and where remedies send the reader. */
  readonly newKeysFile: string;
  readonly plan: LoginPlan;
}

/** @internal Connects to a host, through jump hosts where the inventory names them, checks its key and logs in. */
export async function openLink(asked: Host, options: SshOptions, user?: string): Promise<SshLink> {
  const prepared = await prepare(asked, options, user);
  const { host } = prepared;
  for (let attempt = 0; ; attempt += 1) {
    const check = new HostKeyCheck(host, prepared.known, prepared.newKeysFile);
    const progress = new LoginProgress(prepared.plan, host.user);
    const link = await startLink(host, options, check, progress);
    try {
      await link.opened(options.signal);
      const line = check.lineToRecord;
      if (line !== undefined) await prepared.files.addKnownHost(prepared.newKeysFile, line);
      return link;
    } catch (thrown) {
      const error = loginError(thrown, host, link, check, { plan: prepared.plan, progress });
      const waitMs =
        isEarlyEnd(link) && !options.signal?.aborted ? connectRetriesMs[attempt] : undefined;
      await link.close(0);
      if (waitMs === undefined) throw error;
      await delay(waitMs * (0.5 + Math.random()));
    }
  }
}

async function prepare(
  asked: Host,
  options: SshOptions,
  user: string | undefined,
): Promise<Preparation> {
  const { agentSocket = process.env.SSH_AUTH_SOCK, homeFolder = thisUser().homeFolder } = options;
  const files = options.files ?? new LoginFiles();
  const sources = { files, homeFolder, user };
  const { host, offeredIdentities, warnings } = await resolveTarget(asked, sources);
  for (const warning of warnings) options.onWarning?.(warning);
  const names = host.ssh.knownHosts ?? knownHostsDefault;
  const paths = names.map((name) => expandHome(name, homeFolder));
  const newKeysFile = paths[0] ?? expandHome('~/.ssh/known_hosts', homeFolder);
  const known = await files.knownHosts(paths);
  for (const warning of known.warnings) options.onWarning?.(warning);
  const agent = { agentSocket: agentSocket ?? undefined };
  const plan = await planLogin(host, { files, homeFolder, ...agent, offeredIdentities });
  if (plan.attempts.length === 0) throw noWayToLogIn(host, plan);
  return { host, files, known, newKeysFile, plan };
}

async function startLink(
  host: LoginHost,
  options: SshOptions,
  check: HostKeyCheck,
  progress: LoginProgress,
): Promise<SshLink> {
  const timeoutMs = host.ssh.connectTimeoutMs ?? connectTimeoutMsDefault;
  const startMs = performance.now();
  const { stream, via } = await openWay(host, timeoutMs, options);
  return new SshLink(stream, {
    login: { address: host.address, port: host.ssh.port ?? portDefault, user: host.user },
    check,
    progress,
    timeoutMs: Math.max(1, timeoutMs - (performance.now() - startMs)),
    keepaliveIntervalMs: options.keepaliveIntervalMs ?? keepaliveIntervalMsDefault,
    via,
  });
}

/** The stream the SSH connection is to run over, and the jump host it passes, if any. */
interface Way {
  readonly stream: Duplex;
  readonly via: SshLink | undefined;
}

async function openWay(host: Host, timeoutMs: number, options: SshOptions): Promise<Way> {
  const { port = portDefault, jump } = host.ssh;
  const { address } = host;
  if (jump === undefined) {
    return {
      stream: await openSocket({ address, port }, timeoutMs, options.signal),
      via: undefined,
    };
  }
  const via = await openJump(jump, host.ssh.config, options);
  try {
    const passing = via.forward(address, port);
    const where = `The jump host ${jump.address} does not reach ${address} port ${port}`;
    return { stream: await passedOn(passing, where, timeoutMs, options.signal), via };
  } catch (thrown) {
    await via.close(closeMs);
    throw thrown;
  }
}

/**
 * The stream from a jump host on. The jump host itself would wait for two minutes for a host that does not answer.
 * Errors: TRANSPORT_UNREACHABLE, INTERRUPTED.
 */
function passedOn(
  passing: Promise<Duplex>,
  where: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Duplex> {
  const unreachable = (reason: string, cause?: unknown) => {
    const remedy =
      'Check the address as the jump host sees it, and AllowTcpForwarding in its sshd_config.';
    const problem = `${where}: ${reason}.`;
    return new HostwrightError('TRANSPORT_UNREACHABLE', { problem, remedy, cause });
  };
  const explained = passing.catch((cause: unknown) => {
    throw unreachable(reasonOf(cause), cause);
  });
  const late = () => unreachable(`no answer within ${duration(timeoutMs)}`);
  return withinLimits(explained, { timeoutMs, signal, late });
}

async function openJump(
  jump: JumpHost,
  config: SshSettings['config'],
  options: SshOptions,
): Promise<SshLink> {
  const { address, user } = jump;
  const ssh = { ...(config === undefined ? {} : { config }), ...jump.ssh };
  const place = {
    name: address,
    connection: 'ssh',
    groups: [],
    become: undefined,
    vars: {},
  } as const;
  const leave = await options.jumps?.enter(`${address}:${ssh.port ?? portDefault}`, options.signal);
  try {
    return await openLink({ ...place, address, user, ssh }, options, thisUser().name);
  } catch (thrown) {
    const { code, problem, remedy, detail } = asHostwrightError(thrown);
    const problemOfJump = `On the way, at the jump host ${address}: ${problem}`;
    throw new HostwrightError(code, { problem: problemOfJump, remedy, detail, cause: thrown });
  } finally {
    leave?.();
  }
}
