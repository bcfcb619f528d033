import { HostwrightError, type JumpHost, type SshSettings, sshSeconds } from '@hostwright/core';
import { wholeNumber } from '../whole-number.ts';

/**
 * `user@host:port`, or the same as a URL, as ProxyJump has it. Who logs in there is left open where it is not said: it is not
 * the user of the host behind it.
 */
function jumpHost(text: string): JumpHost | undefined {
  const match = /^(?:ssh:\/\/)?(?:([^@\s]+)@)?(?:\[([^\]]+)\]|([^:\s[\]]+))(?::(\d+))?$/.exec(text);
  const address = match?.[2] ?? match?.[3];
  if (match === null || address === undefined) return undefined;
  const [, user, , , port] = match;
  return {
    address,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { ssh: { port: Number(port) } }),
  };
}

/** Hosts to go through, the first one first: the last is the jump, and reached by way of those before it. */
function jumpChain(text: string): JumpHost | undefined {
  let chain: JumpHost | undefined;
  for (const part of text.split(',')) {
    const jump = jumpHost(part.trim());
    if (jump === undefined) return undefined;
    chain = chain === undefined ? jump : { ...jump, ssh: { ...jump.ssh, jump: chain } };
  }
  return chain;
}

/** `ssh -W %h:%p bastion`, which is a jump written in the old way. */
function jumpOfCommand(command: string): JumpHost | undefined {
  const words = command.trim().split(/\s+/);
  if (!/(^|\/)ssh$/.test(words[0] ?? '') || !words.includes('-W')) return undefined;
  const rest = words.slice(1).filter((word) => word !== '-q');
  rest.splice(rest.indexOf('-W'), 2);
  return rest.length === 1 ? jumpHost(rest[0] ?? '') : undefined;
}

/** Neither `none` nor 0 is a limit. */
function connectTimeout(value: string): SshSettings {
  const seconds = value === 'none' ? 0 : sshSeconds(value);
  if (seconds === undefined) {
    throw new HostwrightError('INVENTORY_INVALID', {
      problem: `The ssh option ConnectTimeout must be a span of time such as 10 or 1m, found ${JSON.stringify(value)}.`,
    });
  }
  return seconds === 0 ? {} : { connectTimeoutMs: seconds * 1000 };
}

/** The options of OpenSSH that have a counterpart, by their names in lower case. Undefined: this value has none. */
export const sshOptions: Readonly<Record<string, (value: string) => SshSettings | undefined>> = {
  port: (value) => ({ port: wholeNumber('The ssh option Port', value) }),
  identityfile: (value) => (value === 'none' ? {} : { identityFiles: [value] }),
  identityagent: (value) => {
    if (value === 'none') return { agent: null };
    if (value === 'SSH_AUTH_SOCK') return {};
    // The name of a variable, which is not looked at here.
    return value.startsWith('$') ? undefined : { agent: value };
  },
  userknownhostsfile: (value) => {
    return /^(\/dev\/null|none)$/.test(value) ? undefined : { knownHosts: value.split(/\s+/) };
  },
  stricthostkeychecking: (value) => {
    if (value === 'accept-new') return { hostKeyPolicy: 'accept-new' };
    return value === 'yes' || value === 'ask' ? { hostKeyPolicy: 'strict' } : undefined;
  },
  hostkeyalias: (value) => ({ hostKeyAlias: value }),
  connecttimeout: connectTimeout,
  identitiesonly: (value) => (/^(yes|true)$/i.test(value) ? { identitiesOnly: true } : {}),
  proxyjump: (value) => {
    if (value === 'none') return {};
    const jump = jumpChain(value);
    return jump === undefined ? undefined : { jump };
  },
  proxycommand: (value) => {
    if (value === 'none') return {};
    const jump = jumpOfCommand(value);
    return jump === undefined ? undefined : { jump };
  },
};

/** Options of OpenSSH that change nothing about where and how Hostwright logs in. */
export const unneededSshOptions = new Set([
  ...['controlmaster', 'controlpath', 'controlpersist', 'serveraliveinterval', 'loglevel'],
  ...['serveralivecountmax', 'tcpkeepalive', 'compression', 'forwardagent', 'requesttty'],
  ...['addkeystoagent', 'batchmode', 'hashknownhosts', 'visualhostkey', 'updatehostkeys'],
  ...['sendenv', 'forwardx11', 'forwardx11trusted', 'usekeychain', 'gssapiauthentication'],
  ...['passwordauthentication', 'preferredauthentications'],
  ...['canonicalizehostname', 'gssapidelegatecredentials', 'pubkeyauthentication', 'escapechar'],
  ...['checkhostip', 'kbdinteractiveauthentication', 'challengeresponseauthentication'],
]);

export const hostKeyRemedy =
  'host keys are always checked; record them in known_hosts, or set ssh.hostKeyPolicy to accept-new';
