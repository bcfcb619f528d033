import { hostname } from 'node:os';
import { thisUser } from '@hostwright/core';

/** Where a host is and who logs in there, as the tokens of ssh_config(5) name it. */
export interface TokenPlace {
  /** As it is called in the configuration. */
  readonly name: string;
  readonly address: string;
  readonly port: number | undefined;
  readonly user: string;
  readonly hostKeyAlias: string | undefined;
}

/** Options whose values may hold tokens and variables. What is not among them is taken as it is. */
export const optionsWithTokens: ReadonlySet<string> = new Set([
  'identityfile',
  'identityagent',
  'userknownhostsfile',
  'proxyjump',
]);

/** What ssh would put in for `%h` and the like; undefined where one of them, or a variable of the environment, is not known here. */
export function expandTokens(text: string, place: TokenPlace): string | undefined {
  const { name: user, homeFolder } = thisUser();
  const machine = hostname();
  const tokens: Readonly<Record<string, string>> = {
    ...{ '%': '%', d: homeFolder, h: place.address, n: place.name, r: place.user },
    ...{ p: String(place.port ?? 22), k: place.hostKeyAlias ?? place.name },
    ...{ u: user, i: String(process.getuid?.() ?? -1), l: machine, L: machine.split('.')[0] ?? '' },
  };
  let isKnown = !/\$\{\w+\}/.test(text);
  const expanded = text.replaceAll(/%(.?)/g, (_, token: string) => {
    const value = tokens[token];
    isKnown &&= value !== undefined;
    return value ?? '';
  });
  return isKnown ? expanded : undefined;
}
