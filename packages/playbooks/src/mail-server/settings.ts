import { type Declaration, HostwrightError, reveal, Secret } from '@hostwright/core';
import type { DnsProvider } from '@hostwright/modules';
import { domainOf, isAddress, isDomain, isMailAddress } from '../names.ts';

/** A mailbox and who may open it. */
export interface MailUser {
  /** In lower case; its domain is one of those that the server hosts. */
  readonly address: string;
  readonly password: Secret;
}

export interface MailServerSettings {
  /** First domain of the server: `example.com`. */
  readonly domain: string;
  /** Domains hosted beside it. Each gets its own signing key and records. */
  readonly moreDomains?: readonly string[];
  /** Name of the server in the world: `mail.example.com`. Certificate, greeting and MX carry it. */
  readonly hostname: string;
  /** IPv4 or IPv6 address that the records give for the hostname. */
  readonly address: string;
  /** At least one. */
  readonly users: readonly MailUser[];
  /**
   * Address to the addresses that get its mail. `@example.com` stands for every address that is no mailbox. Every domain
   * has `postmaster` and `abuse`, which go to the first user unless they are given here.
   */
  readonly aliases?: Readonly<Record<string, readonly string[]>>;
  readonly dkim?: {
    /** `mail` when left out. A new key is a new selector. */
    readonly selector?: string;
    /** True: the record asks verifiers to treat the domain as testing. */
    readonly testMode?: boolean;
  };
  readonly dns: {
    /** Where the records are kept: `rfc2136({ … })`. */
    readonly provider: DnsProvider;
    /** Declarations that come before the records, such as the DNS server of the same playbook. */
    readonly needs?: readonly Declaration[];
    /** In seconds; 3600 when left out. */
    readonly ttl?: number;
    /** What others do with mail that is not from here: `quarantine` when left out. */
    readonly dmarcPolicy?: 'none' | 'quarantine' | 'reject';
  };
  /** Certificate chain and key that exist on the host. Left out: a self-signed certificate is made. */
  readonly tls?: { readonly certificateFile: string; readonly keyFile: string };
  /** Port that sshd listens on, which stays open; 22 when left out. */
  readonly sshPort?: number;
  /** Address that runs come from. It is never banned. */
  readonly controllerAddress?: string;
  /** Resolvers for checking signatures. Left out: OpenDKIM asks the root servers itself. */
  readonly resolvers?: readonly string[];
  /** Upper limit for each kind of Postfix daemon; 200 when left out. */
  readonly processLimit?: number;
  /** In bytes; 26214400 (25 MiB) when left out. */
  readonly messageSizeLimit?: number;
  /** Mixed into the salts of the password hashes; see docs/decisions/0014. */
  readonly saltKey?: Secret;
}

/** The same with every default filled in and the addresses in order. */
export interface MailServer {
  readonly domains: readonly string[];
  readonly hostname: string;
  readonly address: string;
  readonly users: readonly MailUser[];
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  readonly postmaster: string;
  readonly selector: string;
  readonly isTestMode: boolean;
  readonly dns: Required<MailServerSettings['dns']>;
  readonly tls: {
    readonly certificateFile: string;
    readonly keyFile: string;
    readonly isSelfSigned: boolean;
  };
  readonly sshPort: number;
  readonly controllerAddress: string | undefined;
  readonly resolvers: readonly string[];
  readonly processLimit: number;
  readonly messageSizeLimit: number;
  readonly saltKey: Secret | undefined;
}

/** Errors: MAIL_SERVER_INVALID with every problem at once. */
export function completeSettings(settings: MailServerSettings): MailServer {
  const problems = settingsProblems(settings);
  if (problems.length > 0) {
    throw new HostwrightError('MAIL_SERVER_INVALID', { problem: problems.join(' ') });
  }
  const { domain, moreDomains = [], hostname, address, users, dkim, dns, tls } = settings;
  const domains = [domain, ...moreDomains];
  const postmaster = `postmaster@${domain}`;
  return Object.freeze({
    domains,
    hostname,
    address,
    users,
    aliases: { ...roleAliases(domains, users), ...settings.aliases },
    postmaster,
    selector: dkim?.selector ?? 'mail',
    isTestMode: dkim?.testMode ?? false,
    dns: { ttl: 3600, dmarcPolicy: 'quarantine' as const, needs: [], ...dns },
    tls:
      tls === undefined
        ? {
            certificateFile: `/etc/ssl/certs/${hostname}.pem`,
            keyFile: `/etc/ssl/private/${hostname}.key`,
            isSelfSigned: true,
          }
        : { ...tls, isSelfSigned: false },
    sshPort: settings.sshPort ?? 22,
    controllerAddress: settings.controllerAddress,
    resolvers: settings.resolvers ?? [],
    processLimit: settings.processLimit ?? 200,
    messageSizeLimit: settings.messageSizeLimit ?? 26_214_400,
    saltKey: settings.saltKey,
  });
}

/** Addresses that every domain must have. Source: RFC 5321 §4.5.1, RFC 2142. */
const roleNames = ['postmaster', 'abuse'];

function roleAliases(
  domains: readonly string[],
  users: readonly MailUser[],
): Readonly<Record<string, readonly string[]>> {
  const first = users[0]?.address ?? '';
  const addresses = domains.flatMap((domain) => roleNames.map((name) => `${name}@${domain}`));
  const free = addresses.filter((address) => users.every((user) => user.address !== address));
  return Object.fromEntries(free.map((address) => [address, [first]]));
}

function settingsProblems(settings: MailServerSettings): readonly string[] {
  const domains = [settings.domain, ...(settings.moreDomains ?? [])];
  return [
    ...domains
      .filter((domain) => !isDomain(domain))
      .map((domain) => `${show(domain)} is no domain in lower case such as 'example.com'.`),
    ...repeated(domains).map((domain) => `The domain ${domain} is given twice.`),
    ...hostnameProblems(settings.hostname, domains),
    ...(isAddress(settings.address)
      ? []
      : [`address: ${show(settings.address)} is no IP address.`]),
    ...userProblems(settings.users, domains),
    ...aliasProblems(settings.aliases ?? {}, domains),
    ...numberProblems(settings),
    ...[settings.controllerAddress ?? [], settings.resolvers ?? []]
      .flat()
      .filter((address) => !isAddress(address))
      .map((address) => `${show(address)} is no IP address.`),
  ];
}

function hostnameProblems(hostname: unknown, domains: readonly string[]): readonly string[] {
  if (!isDomain(hostname)) {
    return [
      `hostname: ${show(hostname)} is no full host name in lower case such as 'mail.example.com'.`,
    ];
  }
  // Postfix takes mail for its own host name as mail to system accounts.
  if (!domains.includes(hostname)) return [];
  return [
    `hostname: ${show(hostname)} is a hosted domain as well; give the server a name of its own, such as 'mail.${hostname}'.`,
  ];
}

function userProblems(users: readonly MailUser[], domains: readonly string[]): readonly string[] {
  if (!Array.isArray(users) || users.length === 0) return ['users: at least one is needed.'];
  const addresses = users.map(({ address }) => address);
  return [
    ...addresses.flatMap((address) => addressProblems('users', address, domains)),
    ...repeated(addresses).map((address) => `users: ${show(address)} is given twice.`),
    ...users.flatMap(({ address, password }) => {
      if (!(password instanceof Secret))
        return [`users: the password of ${show(address)} is not marked with secret().`];
      return /^[^\0\r\n]+$/.test(reveal(password))
        ? []
        : [`users: the password of ${show(address)} is empty or has a line break.`];
    }),
  ];
}

function aliasProblems(
  aliases: Readonly<Record<string, readonly string[]>>,
  domains: readonly string[],
): readonly string[] {
  return Object.entries(aliases).flatMap(([alias, targets]) => [
    ...addressProblems('aliases', alias.startsWith('@') ? `any${alias}` : alias, domains),
    ...(targets.length === 0 ? [`aliases: ${show(alias)} has no target.`] : []),
    ...targets
      .filter((target) => !isMailAddress(target))
      .map(
        (target) =>
          `aliases: ${show(target)}, a target of ${show(alias)}, is no mail address in lower case.`,
      ),
  ]);
}

function addressProblems(
  property: string,
  address: unknown,
  domains: readonly string[],
): readonly string[] {
  if (!isMailAddress(address))
    return [`${property}: ${show(address)} is no mail address in lower case.`];
  if (address.includes('+'))
    return [`${property}: ${show(address)} has a +, which separates a name from its tag.`];
  if (domains.includes(domainOf(address))) return [];
  return [
    `${property}: the domain of ${show(address)} is not hosted here; hosted: ${domains.join(', ')}.`,
  ];
}

function numberProblems({
  sshPort = 22,
  processLimit = 200,
  messageSizeLimit = 26_214_400,
  dns,
}: MailServerSettings): readonly string[] {
  const limits = [
    ['sshPort', sshPort, 1, 65_535],
    ['processLimit', processLimit, 1, 10_000],
    ['messageSizeLimit', messageSizeLimit, 65_536, 2_147_483_647],
    ['dns.ttl', dns?.ttl ?? 3600, 0, 2_147_483_647],
  ] as const;
  return limits
    .filter(([, value, least, most]) => !Number.isInteger(value) || value < least || value > most)
    .map(
      ([name, value, least, most]) =>
        `${name}: ${show(value)} is no whole number from ${least} to ${most}.`,
    );
}

function repeated(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.filter((text, index) => texts.indexOf(text) !== index))];
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
