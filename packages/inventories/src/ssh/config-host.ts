import type { HostInput, JumpHost, SshSettings } from '@hostwright/core';
import type { NotCarried } from '../carried.ts';
import { expandTokens, optionsWithTokens, type TokenPlace } from './config-tokens.ts';
import type { ConfigHosts, ConfigOptions } from './read-config.ts';
import { hostKeyRemedy, sshOptions, unneededSshOptions } from './ssh-settings.ts';

interface ConfigReader {
  readonly optionsOf: ConfigHosts['optionsOf'];
  /** Who logs in where the configuration does not say. */
  readonly login: string;
  readonly notes: NotCarried[];
}

type ConfigHost = Pick<HostInput<string, object>, 'address' | 'user'> & {
  readonly ssh: SshSettings;
};

/** A host as `ssh NAME` would reach it. `above` are those that are reached by way of it. */
export function configHost(
  name: string,
  reader: ConfigReader,
  above: readonly string[] = [],
): ConfigHost {
  const options = reader.optionsOf(name);
  const one = (option: string) => options.get(option)?.[0];
  const user = one('user');
  const address = one('hostname')?.replaceAll(/%([%h])/g, (_, token: string) =>
    token === 'h' ? name : token,
  );
  const port = sshOptions.port?.(one('port') ?? '22')?.port;
  const place = {
    ...{ name, port, address: address ?? name, user: user ?? reader.login },
    hostKeyAlias: one('hostkeyalias'),
  };
  const { jump, ...ssh } = settingsOf(options, place, reader.notes);
  const way = jump && jumpOf(jump, reader, [...above, name, address ?? name]);
  return {
    ...(address === undefined ? {} : { address }),
    ...(user === undefined ? {} : { user }),
    ssh: way === undefined ? ssh : { ...ssh, jump: way },
  };
}

function settingsOf(options: ConfigOptions, place: TokenPlace, notes: NotCarried[]): SshSettings {
  let ssh: SshSettings = {};
  const identities: string[] = [];
  for (const [option, words] of options) {
    if (option === 'hostname' || option === 'user') continue;
    // Each IdentityFile is a value of its own; of other options several words are one.
    const texts = option === 'identityfile' ? words : [words.join(' ')];
    for (const text of texts) {
      const value = optionsWithTokens.has(option) ? expandTokens(text, place) : text;
      const settings = value === undefined ? undefined : sshOptions[option]?.(value);
      if (settings === undefined) notes.push(noteOf(place.name, option, text));
      identities.push(...(settings?.identityFiles ?? []));
      ssh = { ...ssh, ...settings };
    }
  }
  return identities.length === 0 ? ssh : { ...ssh, identityFiles: [...new Set(identities)] };
}

/**
 * A host that is gone through, with what the configuration says of it: login, port and keys are its own. One that is meant for
 * every host, and so for itself, is reached directly.
 */
function jumpOf(
  { address, user, ssh }: JumpHost,
  reader: ConfigReader,
  above: readonly string[],
): JumpHost | undefined {
  if (above.includes(address)) return undefined;
  const own = configHost(address, reader, above);
  const before = ssh?.jump && jumpOf(ssh.jump, reader, above);
  const login = user ?? own.user;
  const settings = { ...own.ssh, ...ssh, ...(before === undefined ? {} : { jump: before }) };
  return {
    address: own.address ?? address,
    ...(login === undefined ? {} : { user: login }),
    ...(Object.keys(settings).length === 0 ? {} : { ssh: settings }),
  };
}

function noteOf(where: string, option: string, value: string): NotCarried {
  const isUnneeded = unneededSshOptions.has(option);
  const isKeyCheck = option === 'stricthostkeychecking' || option === 'userknownhostsfile';
  const why = isUnneeded
    ? 'it changes nothing about how Hostwright logs in'
    : isKeyCheck
      ? hostKeyRemedy
      : optionsWithTokens.has(option)
        ? 'its form, or a token or variable in it, is not known here'
        : 'there is no such setting';
  return { where, what: `${option} ${value}`, why, isLost: !isUnneeded };
}
