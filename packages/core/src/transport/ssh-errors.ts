import { HostwrightError } from '../model/errors.ts';
import type { Host } from '../model/host.ts';
import type { HostKeyCheck } from './host-key-check.ts';
import { reasonOf } from './reason.ts';
import type { SshLink } from './ssh-link.ts';
import type { LoginHost, LoginPlan, LoginProgress } from './ssh-login.ts';

/** Words of ssh2 and of sshd for a login that was refused, not merely broken. */
const refusalWords =
  /authentication methods failed|too many authentication failures|password has expired|agent|signing/i;

/** Words of ssh2 for the end of a connection before the host sent its version. */
const earlyEndWords =
  /connection lost before handshake|reset|closed the connection|ECONNRESET|EPIPE/i;

/** The error for a connection that did not come to stand. */
export function loginError(
  thrown: unknown,
  host: LoginHost,
  link: SshLink,
  check: HostKeyCheck,
  login: { readonly plan: LoginPlan; readonly progress: LoginProgress },
): HostwrightError {
  if (thrown instanceof HostwrightError) return thrown;
  if (check.refusal !== undefined) return check.refusal;
  const reason = link.trouble ?? reasonOf(thrown);
  if (link.phase !== 'handshake' && refusalWords.test(reason)) {
    return authFailed(host, login.plan, login.progress, reason);
  }
  if (/timed out/i.test(reason)) {
    return unreachable(`The SSH handshake with ${where(host)} did not finish in time.`, thrown);
  }
  if (isEarlyEnd(link, reason)) {
    return new HostwrightError('TRANSPORT_UNREACHABLE', {
      problem: `sshd at ${where(host)} closed the connection before the handshake.`,
      remedy:
        'It may be starting, be limited by MaxStartups, or lock this machine out for a while after failed logins (PerSourcePenalties). Wait a minute and look into its log.',
      cause: thrown,
    });
  }
  const during = link.phase === 'handshake' ? 'the SSH handshake' : 'the login';
  return unreachable(`During ${during} with ${where(host)}: ${reason}.`, thrown);
}

/** Whether a connection ended so early that a second try does no harm: no login had been attempted. */
export function isEarlyEnd(link: SshLink, reason = link.trouble ?? ''): boolean {
  return link.phase === 'handshake' && earlyEndWords.test(reason);
}

/** For a host and a machine that have no way to log in at all. */
export function noWayToLogIn(host: LoginHost, plan: LoginPlan): HostwrightError {
  return new HostwrightError('TRANSPORT_AUTH_FAILED', {
    problem: `There is no key, no agent and no password to log in with as ${host.user}.`,
    remedy: 'Set ssh.identityFiles or ssh.password in the inventory, or start an SSH agent.',
    detail: detailOf(plan),
  });
}

function authFailed(
  host: LoginHost,
  plan: LoginPlan,
  progress: LoginProgress,
  reason: string,
): HostwrightError {
  const tried = progress.tried.map((attempt) => attempt.label).join(', ') || 'nothing';
  const accepts =
    progress.accepted === undefined ? '' : ` It takes: ${progress.accepted.join(', ')}.`;
  const words = /methods failed/.test(reason) ? '' : ` (${reason})`;
  const { port } = host.ssh;
  const onPort = port === undefined ? '' : `-p ${port} `;
  return new HostwrightError('TRANSPORT_AUTH_FAILED', {
    problem: `The host refused the login as ${host.user}${words}. Tried: ${tried}.${accepts}`,
    remedy: `Check user and key by hand: ssh ${onPort}${host.user}@${host.address} true. It is not tried again, because sshd locks out repeated failures.`,
    detail: detailOf(plan),
  });
}

function detailOf(plan: LoginPlan): string | undefined {
  return plan.notes.length === 0 ? undefined : plan.notes.join('\n');
}

function unreachable(problem: string, cause: unknown): HostwrightError {
  return new HostwrightError('TRANSPORT_UNREACHABLE', { problem, cause });
}

function where(host: Host): string {
  return `${host.address} port ${host.ssh.port ?? 22}`;
}
