import { reveal, Secret } from '@hostwright/core';
import { domainOf, isAddress, isDomain, isMailAddress } from '../names.ts';
import { lostAliases, roleAliases } from './alias-ends.ts';
import { backupProblems } from './backup-settings.ts';
import { dkimProblems } from './dkim-settings.ts';
import { dnsProblems, serverNames } from './dns-settings.ts';
import { filterProblems } from './filter-settings.ts';
import { postscreenProblems } from './postscreen.ts';
import { secondMxProblems } from './second-mx-settings.ts';
import type { MailServerSettings, MailUser } from './settings.ts';
import { sizings } from './sizing.ts';
import { tlsProblems } from './tls-settings.ts';

/** Everything that is wrong with settings, a sentence each. */
export function settingsProblems(settings: MailServerSettings): readonly string[] {
  const shapes = shapeProblems(settings);
  if (shapes.length > 0) return shapes;
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
    ...aliasProblems(settings, domains),
    ...numberProblems(settings),
    ...wordProblems(settings),
    ...filterProblems(settings.filters ?? {}),
    ...databaseProblems(settings.database),
    ...backupProblems(settings.backup),
    ...postscreenProblems(settings.postscreen),
    ...secondMxProblems(settings.secondMx, settings, domains),
    ...movedProblems(settings, domains),
    ...tlsProblems(settings.tls, serverNames(settings.hostname, settings.dns, domains), new Date()),
    ...dkimProblems(settings.dkim ?? {}),
    ...(domains.every(isDomain) ? dnsProblems(settings.dns, domains) : []),
    ...[settings.controllerAddress ?? [], settings.resolvers ?? [], settings.trustedRelays ?? []]
      .flat()
      .filter((address) => !isAddress(address))
      .map((address) => `${show(address)} is no IP address.`),
  ];
}

/** What the type rules out and an untyped caller can still give: nothing else can be looked at then. */
function shapeProblems({ dns, users, ...settings }: MailServerSettings): readonly string[] {
  const lists = ['moreDomains', 'resolvers', 'trustedRelays'] as const;
  return [
    ...(typeof dns?.provider?.write === 'function'
      ? []
      : ['dns: a provider is needed, such as rfc2136({ … }).']),
    ...(Array.isArray(users) && users.some((user) => typeof user !== 'object' || user === null)
      ? ['users: each is an object with address and password.']
      : []),
    ...lists
      .filter((name) => settings[name] !== undefined && !Array.isArray(settings[name]))
      .map((name) => `${name}: ${show(settings[name])} is no list.`),
  ];
}

function hostnameProblems(hostname: unknown, domains: readonly string[]): readonly string[] {
  if (!isDomain(hostname)) {
    return [
      `hostname: ${show(hostname)} is no full host name in lower case such as 'mail.example.com'.`,
    ];
  }
  // Postfix takes mail for its own names as mail to system accounts.
  const [domain = ''] = domains;
  const local = `localhost.${domain}`;
  return [
    ...(domains.includes(hostname)
      ? [
          `hostname: ${show(hostname)} is a hosted domain as well; give the server a name of its own, such as 'mail.${hostname}'.`,
        ]
      : []),
    ...(domains.includes(local)
      ? [`The domain ${local} is the server's name for itself, and cannot be hosted.`]
      : []),
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
  { aliases = {}, users, database }: MailServerSettings,
  domains: readonly string[],
): readonly string[] {
  const problems = Object.entries(aliases).flatMap(([alias, targets]) => [
    ...addressProblems('aliases', alias.startsWith('@') ? `any${alias}` : alias, domains),
    ...(Array.isArray(targets) && targets.length > 0
      ? []
      : [`aliases: ${show(alias)} has no target; it takes a list of addresses.`]),
    ...(Array.isArray(targets) ? targets : [])
      .filter((target) => !isMailAddress(target))
      .map(
        (target) =>
          `aliases: ${show(target)}, a target of ${show(alias)}, is no mail address in lower case.`,
      ),
  ]);
  // Rows of others may be what a target needs.
  const isWhole = database === undefined || database.otherRows === 'remove';
  if (problems.length > 0 || !isWhole || !Array.isArray(users)) return problems;
  const mailboxes = users.map(({ address }) => address);
  return lostAliases(domains, mailboxes, { ...roleAliases(domains, mailboxes), ...aliases });
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
  quotaMiB = 1,
  users,
  submission = {},
  dns,
}: MailServerSettings): readonly string[] {
  const limits = [
    ['sshPort', sshPort, 1, 65_535],
    ['processLimit', processLimit, 1, 10_000],
    ['messageSizeLimit', messageSizeLimit, 65_536, 2_147_483_647],
    ['quotaMiB', quotaMiB, 1, quotaMiBMax],
    ...(Array.isArray(users) ? users : []).map(
      ({ address, quotaMiB: own = 1 }) => [`quotaMiB of ${address}`, own, 1, quotaMiBMax] as const,
    ),
    ['submission.loginsPerMinute', submission.loginsPerMinute ?? 0, 0, 100_000],
    ['submission.messagesPerMinute', submission.messagesPerMinute ?? 0, 0, 100_000],
    ['dns.ttl', dns?.ttl ?? 3600, 0, 2_147_483_647],
  ] as const;
  return limits
    .filter(([, value, least, most]) => !Number.isInteger(value) || value < least || value > most)
    .map(
      ([name, value, least, most]) =>
        `${name}: ${show(value)} is no whole number from ${least} to ${most}.`,
    );
}

/** Settings that are one of a few words. A wrong one would mean something that nobody said. */
function wordProblems(settings: MailServerSettings): readonly string[] {
  const { volume, ifShort, senderChecks, database } = settings;
  const choices: readonly (readonly [string, string | undefined, readonly string[]])[] = [
    ['volume', volume, Object.keys(sizings)],
    ['ifShort', ifShort, ['refuse', 'accept']],
    ['senderChecks', senderChecks, ['reject', 'note', 'off']],
    ['database.otherRows', database?.otherRows, ['keep', 'remove']],
  ];
  return choices
    .filter(([, value, words]) => value !== undefined && !words.includes(value))
    .map(([name, value, words]) => `${name}: ${show(value)} is none of ${words.join(', ')}.`);
}

/** One pebibyte. */
const quotaMiBMax = 1_073_741_824;

/** Characters that need no quotes in any of the files that hold it. */
const databasePassword = /^[A-Za-z0-9_-]{12,200}$/;

function databaseProblems(database: MailServerSettings['database']): readonly string[] {
  if (database === undefined) return [];
  const { password } = database;
  if (!(password instanceof Secret)) return ['database.password is not marked with secret().'];
  return databasePassword.test(reveal(password))
    ? []
    : ['database.password needs 12 to 200 letters, digits, _ or -.'];
}

function movedProblems(
  { movedDomains = {}, hostname: own }: MailServerSettings,
  domains: readonly string[],
): readonly string[] {
  return Object.entries(movedDomains).flatMap(([domain, hostname]) => [
    ...[domain, hostname]
      .filter((name) => !isDomain(name))
      .map((name) => `movedDomains: ${show(name)} is no name in lower case.`),
    ...([domain, hostname].includes(own)
      ? [`movedDomains: ${show(own)} is this server, which cannot be moved or handed on to.`]
      : []),
    ...(domains.includes(domain)
      ? [`movedDomains: ${show(domain)} is hosted here; take it out of the domains.`]
      : []),
  ]);
}

function repeated(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.filter((text, index) => texts.indexOf(text) !== index))];
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
