import { hostname } from 'node:os';
import { HostwrightError } from '../model/errors.ts';
import type { Host, JumpHost, SshSettings } from '../model/host.ts';
import { thisUser } from '../model/this-user.ts';
import type { LoginFiles } from './login-files.ts';
import { lookUpSshConfig } from './ssh-config.ts';
import { expandHome, type LoginHost } from './ssh-login.ts';
import { sshSeconds } from './ssh-time.ts';

const configDefault = ['~/.ssh/config', '/etc/ssh/ssh_config'];
const globalKnownHostsDefault = '/etc/ssh/ssh_known_hosts';
const portDefault = 22;
const userDefault = 'root';

/** A host as it is connected to: the inventory's settings, completed by those of the SSH configuration. */
export interface SshTarget {
  readonly host: LoginHost;
  /** Key files that the SSH configuration names; unlike those of the inventory they may be missing. */
  readonly offeredIdentities: readonly string[] | undefined;
  readonly warnings: readonly string[];
}

export interface TargetSources {
  readonly files: LoginFiles;
  readonly homeFolder: string;
  /** Login user where neither inventory nor configuration names one. */
  readonly user?: string | undefined;
}

/**
 * Completes a host by what the SSH configuration says of its address, as `ssh ADDRESS` would. What the inventory says
 * wins. A ProxyCommand is not run: a host that has one is an error, since another way might lead to another host.
 *
 * Errors: TRANSPORT_SSH_CONFIG_INVALID.
 */
export async function resolveTarget(host: Host, sources: TargetSources): Promise<SshTarget> {
  const names = configFiles(host.ssh);
  const user = sources.user ?? userDefault;
  if (names.length === 0) {
    const target = { ...host, user: host.user ?? user };
    return { host: target, offeredIdentities: undefined, warnings: [] };
  }
  const paths = names.map((name) => expandHome(name, sources.homeFolder));
  const config = await sources.files.sshConfig(paths, sources.homeFolder);
  const localUser = thisUser().name;
  const query = { alias: host.address, user: host.user, localUser };
  const { values, warnings } = lookUpSshConfig(config, query);
  const settings = new ConfigSettings(host, values, { ...sources, localUser, user });
  return {
    host: { ...host, ...settings.place, ssh: settings.ssh },
    offeredIdentities: settings.identities,
    warnings,
  };
}

function configFiles({ config }: SshSettings): readonly string[] {
  if (config === null) return [];
  return config === undefined ? configDefault : [config];
}

interface Surroundings {
  readonly homeFolder: string;
  readonly localUser: string;
  readonly user: string;
}

/** The values of the SSH configuration for one host, in the form of the inventory. */
class ConfigSettings {
  readonly #host: Host;
  readonly #values: ReadonlyMap<string, readonly string[]>;
  readonly #tokens: Readonly<Record<string, string>>;
  readonly place: { readonly address: string; readonly user: string };
  readonly #port: number | undefined;

  constructor(host: Host, values: ReadonlyMap<string, readonly string[]>, around: Surroundings) {
    this.#host = host;
    this.#values = values;
    const named = this.#first('hostname');
    const address = named === undefined ? host.address : expand(named, { h: host.address });
    const user = host.user ?? this.#first('user') ?? around.user;
    this.place = { address, user };
    this.#port = host.ssh.port ?? this.#number('port');
    const { ssh } = host;
    this.#tokens = {
      ...{ d: around.homeFolder, h: address, n: host.address, r: user, u: around.localUser },
      ...{ p: String(this.#port ?? portDefault), l: hostname(), L: hostname().split('.')[0] ?? '' },
      k: ssh.hostKeyAlias ?? this.#first('hostkeyalias') ?? host.address,
    };
  }

  get ssh(): SshSettings {
    const { ssh } = this.#host;
    const agent = ssh.agent === undefined ? this.#agent() : ssh.agent;
    const timeout = this.#seconds('connecttimeout');
    return {
      ...given({
        port: this.#port,
        identitiesOnly: this.#first('identitiesonly')?.toLowerCase() === 'yes',
        agent,
        knownHosts: this.#knownHosts(),
        hostKeyPolicy:
          this.#first('stricthostkeychecking') === 'accept-new' ? 'accept-new' : undefined,
        hostKeyAlias: this.#first('hostkeyalias'),
        connectTimeoutMs: timeout === undefined ? undefined : timeout * 1000,
        jump: ssh.jump ?? this.#jump(),
      } as const),
      ...ssh,
    };
  }

  get identities(): readonly string[] | undefined {
    const files = this.#values.get('identityfile')?.filter((file) => file.toLowerCase() !== 'none');
    return files?.map((file) => this.#expand(file));
  }

  #first(keyword: string): string | undefined {
    return this.#values.get(keyword)?.[0];
  }

  #number(keyword: string): number | undefined {
    const text = this.#first(keyword);
    if (text === undefined || text === 'none') return undefined;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= 65_535) return value;
    throw invalid(`The SSH configuration says ${keyword} ${text}, which is no such number.`);
  }

  /** `1m` as well as `60`. Neither `none` nor 0 is a limit, so that ours counts. */
  #seconds(keyword: string): number | undefined {
    const text = this.#first(keyword);
    if (text === undefined || text === 'none') return undefined;
    const value = sshSeconds(text);
    if (value === undefined) {
      throw invalid(`The SSH configuration says ${keyword} ${text}, which is no span of time.`);
    }
    return value === 0 ? undefined : value;
  }

  #agent(): string | null | undefined {
    const text = this.#first('identityagent');
    if (text === undefined || text === 'SSH_AUTH_SOCK') return undefined;
    if (text === 'none') return null;
    if (text.startsWith('$') && !text.startsWith('${')) return process.env[text.slice(1)] ?? null;
    return this.#expand(text);
  }

  /** As ssh has it: the user's files before the machine's, and either may be set to none. */
  #knownHosts(): readonly string[] | undefined {
    const own = this.#values.get('userknownhostsfile');
    const global = this.#values.get('globalknownhostsfile');
    if (own === undefined && global === undefined) return undefined;
    const files = [...(own ?? ['~/.ssh/known_hosts']), ...(global ?? [globalKnownHostsDefault])];
    return files.filter((file) => file !== 'none').map((file) => this.#expand(file));
  }

  #jump(): JumpHost | undefined {
    const jump = this.#first('proxyjump');
    const command = this.#values.get('proxycommand')?.join(' ');
    // The two exclude each other, and ssh takes the one that comes first.
    const words = [...this.#values.keys()];
    const isCommand = words.indexOf('proxycommand') < words.indexOf('proxyjump');
    const isRun = command !== undefined && command !== 'none' && (jump === undefined || isCommand);
    if (isRun && this.#host.ssh.jump === undefined) {
      throw invalid(
        `The SSH configuration reaches ${this.#host.address} by a ProxyCommand, and commands of it are not run.`,
        'Use ProxyJump there, or set ssh.jump or ssh.config: null in the inventory.',
      );
    }
    if (jump === undefined || jump === 'none') return undefined;
    const hops = jump.split(',').map((hop) => parseHop(this.#expand(hop.trim())));
    if (hops.length === 1 && this.#isItself(hops[0])) return undefined;
    const ssh = given({ config: this.#host.ssh.config });
    return hops.reduce<JumpHost | undefined>((before, hop) => {
      const own = { ...ssh, ...hop.ssh, ...(before === undefined ? {} : { jump: before }) };
      return { ...hop, ssh: own };
    }, undefined);
  }

  /** `Host *` with a ProxyJump is also meant for the jump host, which ssh then reaches directly. */
  #isItself(hop: JumpHost | undefined): boolean {
    return hop?.address === this.#host.address || hop?.address === this.place.address;
  }

  #expand(text: string): string {
    const withHome = expandHome(text, this.#tokens.d ?? '');
    return expand(withHome, this.#tokens).replace(/\$\{(\w+)\}/g, (_, name: string) => {
      const value = process.env[name];
      if (value !== undefined) return value;
      throw invalid(
        `The SSH configuration uses the environment variable ${name}, which is not set.`,
      );
    });
  }
}

/** `[user@]host[:port]` or `ssh://…`, with brackets around an IPv6 address. */
function parseHop(text: string): JumpHost {
  const match = /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:@]+))(?::(\d+))?\/?$/.exec(text);
  const address = match?.[2] ?? match?.[3];
  if (address === undefined) {
    throw invalid(`The SSH configuration says ProxyJump ${text}, which names no host.`);
  }
  const user = match?.[1];
  const port = match?.[4];
  return {
    address,
    ...(user === undefined ? {} : { user }),
    ssh: port === undefined ? {} : { port: Number(port) },
  };
}

/** ssh's tokens, such as %h. One that means nothing here is an error: a wrong name would be worse. */
function expand(text: string, tokens: Readonly<Record<string, string>>): string {
  return text.replace(/%(.?)/g, (all, token: string) => {
    const value = token === '%' ? '%' : tokens[token];
    if (value !== undefined) return value;
    throw invalid(`The SSH configuration uses ${all} in ${text}, which is not known here.`);
  });
}

/** The properties that have a value. */
function given<T extends object>(settings: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const entries = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}

function invalid(problem: string, remedy?: string): HostwrightError {
  return new HostwrightError('TRANSPORT_SSH_CONFIG_INVALID', { problem, remedy });
}
