import { health, type Indicator, type Playbook, runErrand, secret } from '@hostwright/core';
import {
  copyMailboxes,
  logRotation,
  type MailServerSettings,
  unattendedUpgrades,
} from '@hostwright/playbooks';
import { type MailAccount, submit } from '../../examples/demo/mail-client.ts';
import type { Lab } from './lab.ts';
import { type MailSite, mailSites } from './mail-sites.ts';
import { messageText, sendFromOutside } from './outside-mail.ts';

/** Two mail hosts, a second MX for each on the other release, and DNS. */
export const operatedHosts = [
  { name: 'm12', release: 'debian-12' },
  { name: 'm13', release: 'debian-13' },
  { name: 'b12', release: 'debian-12' },
  { name: 'b13', release: 'debian-13' },
  { name: 'ns', release: 'debian-13' },
] as const;

/** Each mail host, its domain, the one that leaves it for the other, and the host of its second MX. */
export const places = {
  m12: { domain: 'twelve.lab', leaving: 'moving.lab', second: 'b13', other: 'm13' },
  m13: { domain: 'thirteen.lab', leaving: 'leaving.lab', second: 'b12', other: 'm12' },
} as const;

export type Name = keyof typeof places;
export const names: readonly Name[] = ['m12', 'm13'];

/** A stranger whose mail is signed by nobody, comes from this machine alone, and is to be refused otherwise. */
export const stranger = 'stranger.lab';

/** Domains that a host has beside its own, and those that it had. */
export type Domains = Readonly<
  Record<Name, { readonly more: readonly string[]; readonly moved: readonly string[] }>
>;

export const atFirst: Domains = {
  m12: { more: [places.m12.leaving], moved: [] },
  m13: { more: [places.m13.leaving], moved: [] },
};

const passwordOf = (address: string) => `${address.split('@')[0]}s pass`;

function siteOf(lab: Lab, name: Name, domains: Domains): MailSite {
  const { domain, second, other } = places[name];
  const { more, moved } = domains[name];
  const addresses = [
    ...['anna', 'ben'].map((local) => `${local}@${domain}`),
    ...more.map((own) => `cara@${own}`),
  ];
  const users: MailServerSettings['users'] = addresses.map((address) => ({
    address,
    password: secret(passwordOf(address)),
  }));
  return {
    domain,
    moreDomains: more,
    users,
    backup: { repository: '/srv/backup', password: secret('a key for backups') },
    secondMx: {
      hostname: `mx2.${domain}`,
      address: lab.host(second).address,
      recipients: name === 'm12' ? 'declared' : 'ask',
    },
    filters: { spam: { asksLists: false, learns: true } },
    postscreen: { greetSeconds: 2 },
    manageSieve: true,
    trustedRelays: [lab.host(other).address],
    movedDomains: Object.fromEntries(moved.map((gone) => [gone, `mail.${places[other].domain}`])),
    ...(name === 'm12'
      ? { database: { password: secret('reader-of-accounts'), otherRows: 'remove' as const } }
      : {}),
  };
}

const zones = [...names.flatMap((name) => [places[name].domain, places[name].leaving]), stranger];

const upkeep = () => [
  unattendedUpgrades({ rebootAt: '04:30', mailTo: 'root@twelve.lab', except: ['mariadb-server'] }),
  logRotation({ files: { own: { paths: ['/var/log/own.log'] } } }),
];

export function everything(lab: Lab, domains: Domains = atFirst): Playbook {
  return mailSites(lab, {
    zones,
    sites: Object.fromEntries(names.map((name) => [name, siteOf(lab, name, domains)])),
    strangers: { [stranger]: `v=spf1 ip4:${lab.controllerAddress} -all` },
    more: { m12: upkeep, m13: upkeep },
  });
}

/** The playbook of the host that a domain moves to. The other host knows nothing of it. */
export function arrival(
  lab: Lab,
  name: Name,
  domains: Domains,
  from: { readonly address: string; readonly certificate: string },
): Playbook {
  const copy = copyMailboxes({
    server: `mail.${places[places[name].other].domain}`,
    certificate: from.certificate,
    mailboxes: { [from.address]: { password: secret(passwordOf(from.address)) } },
  });
  const sites = { [name]: siteOf(lab, name, domains) };
  return mailSites(lab, { zones, sites, more: { [name]: copy } });
}

/** Somebody with a mailbox on a host. */
export function accountOn(lab: Lab, name: Name, user: string, certificate: string): MailAccount {
  return {
    server: lab.host(name).address,
    hostname: `mail.${places[name].domain}`,
    certificate,
    user,
    password: passwordOf(user),
  };
}

/** From anna to ben, within one host. */
export function sendWithin(lab: Lab, name: Name, subject: string, certificate: string) {
  const [from, to] = [`anna@${places[name].domain}`, `ben@${places[name].domain}`];
  return submit(accountOn(lab, name, from, certificate), { from, to, subject, text: 'Hi.' });
}

/** From the stranger, to port 25 of any host. */
export function sendAsStranger(lab: Lab, host: string, to: string, subject: string) {
  const from = `someone@${stranger}`;
  const message = messageText({ from, to, subject });
  return sendFromOutside({ server: lab.host(host).address, from, to, message });
}

/** Runs an errand on one host, and returns what it found and did there. */
export async function errandOn(
  host: string,
  book: Playbook,
  name: string,
  given: Readonly<Record<string, unknown>> = {},
) {
  const { hosts } = await runErrand(book, name, given, { limit: host });
  const [own] = hosts;
  if (own?.error !== undefined) throw new Error(`${own.error.problem} ${own.error.detail}`);
  return own?.resources[0];
}

/** The indicators of one host. */
export async function indicatorsOf(host: string, book: Playbook): Promise<readonly Indicator[]> {
  const report = await health(book, { limit: host });
  const checks = report.hosts.flatMap((own) => (own.error === undefined ? own.checks : []));
  return checks.flatMap((check) => (check.error === undefined ? check.indicators : []));
}
