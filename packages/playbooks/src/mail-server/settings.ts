import type { Secret } from '@hostwright/core';
import { refuse } from '../refuse.ts';
import { endOf, roleAliases } from './alias-ends.ts';
import { type Backup, type BackupSettings, completeBackup } from './backup-settings.ts';
import { type DkimSettings, selectorDefault } from './dkim-settings.ts';
import { completeDns, type DnsSettings, type MailDns, serverNames } from './dns-settings.ts';
import { completeFilters, type FilterSettings, type Filters } from './filter-settings.ts';
import type { PostscreenSettings } from './postscreen.ts';
import { completeSecondMx, type SecondMx, type SecondMxSettings } from './second-mx-settings.ts';
import { settingsProblems } from './settings-problems.ts';
import { type MailVolume, type Sizing, sizings } from './sizing.ts';
import { completeTls, type Tls, type TlsSettings } from './tls-settings.ts';

/** A mailbox and who may open it. */
export interface MailUser {
  /** In lower case; its domain is one of those that the server hosts. */
  readonly address: string;
  readonly password: Secret;
  /** What the mailbox may hold, in MiB. Left out: `quotaMiB` of the server. */
  readonly quotaMiB?: number;
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
   * has `postmaster` and `abuse`, and the first one `root`, which gets what the host itself writes. They go to the first user
   * unless they are given here.
   */
  readonly aliases?: Readonly<Record<string, readonly string[]>>;
  readonly dkim?: DkimSettings;
  readonly dns: DnsSettings;
  /** Where the certificate comes from. Left out: a self-signed one is made. */
  readonly tls?: TlsSettings;
  /** Port that sshd listens on, which stays open; 22 when left out. */
  readonly sshPort?: number;
  /** Address that runs come from. It is never banned. */
  readonly controllerAddress?: string;
  /** Resolvers for checking signatures. Left out: OpenDKIM asks the root servers itself. */
  readonly resolvers?: readonly string[];
  /** Mails a month, from which limits and sizes follow; `100K-1M` when left out, without a look at the host. */
  readonly volume?: MailVolume;
  /** What becomes of a host that is too small for `volume`: `refuse` when left out. */
  readonly ifShort?: 'refuse' | 'accept';
  /** Upper limit for each kind of Postfix daemon. Left out: by `volume`, 200 without one. */
  readonly processLimit?: number;
  /** In bytes; 26214400 (25 MiB) when left out. */
  readonly messageSizeLimit?: number;
  /** What a mailbox may hold that says nothing of its own, in MiB. Left out: as much as there is. */
  readonly quotaMiB?: number;
  /** Accounts in MariaDB on the same host, in place of files that only the playbook writes. */
  readonly database?: {
    /** Password that Postfix and Dovecot read it with; made by you, kept by you. 12 letters, digits, `_` or `-` at least. */
    readonly password: Secret;
    /** What becomes of rows that others wrote; `keep` when left out. Those that the playbook declares no more always go. */
    readonly otherRows?: 'keep' | 'remove';
  };
  /** Backups of mail, accounts and configuration. Left out: somebody else makes them. */
  readonly backup?: BackupSettings;
  /** A second server that takes mail while this one cannot, and hands it over. Its host gets `secondMx` of the pieces. */
  readonly secondMx?: SecondMxSettings;
  /**
   * Addresses of servers that hand on mail which they checked themselves, such as the former server of a domain: SPF and
   * DMARC would find them to be the wrong sender. `secondMx` is one without being named.
   */
  readonly trustedRelays?: readonly string[];
  /** Domains that were hosted here, with the name of the server that has them now: what still comes is handed on. */
  readonly movedDomains?: Readonly<Record<string, string>>;
  /** What is done about spam and viruses. Left out: nothing, which a small host can afford. */
  readonly filters?: FilterSettings;
  /**
   * What becomes of mail from outside whose domain disowns it (SPF, DMARC): refused as that domain asks (`reject`, when
   * left out), marked (`note`), or not looked at (`off`).
   */
  readonly senderChecks?: SenderChecks;
  /**
   * A guard before port 25 that makes strangers wait for the greeting and may ask DNS lists. Left out: there is none, as
   * waiting delays each new sender, and lists are the opinion of others.
   */
  readonly postscreen?: PostscreenSettings;
  /** True: users write rules for their mail on port 4190 (ManageSieve), with TLS. False, and the port closed, when left out. */
  readonly manageSieve?: boolean;
  /** How much one address may do on 587 and 465 in a minute; 0 is no limit. */
  readonly submission?: {
    /** 60 when left out. Failed logins are banned after five, whatever this says. */
    readonly loginsPerMinute?: number;
    /** 120 when left out. */
    readonly messagesPerMinute?: number;
  };
  /** Mixed into the salts of the password hashes; see docs/decisions/0014. */
  readonly saltKey?: Secret;
}

export type SenderChecks = 'reject' | 'note' | 'off';

/** The same with every default filled in and the addresses in order. */
export interface MailServer {
  readonly domains: readonly string[];
  readonly hostname: string;
  readonly address: string;
  readonly users: readonly MailUser[];
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  readonly postmaster: string;
  /** Mailbox that the postmaster's mail ends in, for what is not looked up in aliases. */
  readonly alarmAddress: string;
  readonly selector: string;
  readonly previousSelectors: readonly string[];
  readonly retiredSelectors: readonly string[];
  readonly isTestMode: boolean;
  readonly dns: MailDns;
  readonly tls: Tls;
  readonly sshPort: number;
  readonly controllerAddress: string | undefined;
  readonly resolvers: readonly string[];
  readonly volume: MailVolume | undefined;
  readonly ifShort: 'refuse' | 'accept';
  readonly sizing: Sizing;
  readonly processLimit: number;
  readonly messageSizeLimit: number;
  readonly quotaMiB: number | undefined;
  readonly database: Required<NonNullable<MailServerSettings['database']>> | undefined;
  readonly backup: Backup | undefined;
  readonly secondMx: SecondMx | undefined;
  /** The second server first, if there is one. */
  readonly trustedRelays: readonly string[];
  readonly movedDomains: Readonly<Record<string, string>>;
  readonly filters: Filters | undefined;
  readonly senderChecks: SenderChecks;
  readonly postscreen: PostscreenSettings | undefined;
  readonly manageSieve: boolean;
  readonly rates: Required<NonNullable<MailServerSettings['submission']>>;
  readonly saltKey: Secret | undefined;
}

/** Errors: MAIL_SERVER_INVALID with every problem at once. */
export function completeSettings(settings: MailServerSettings): MailServer {
  refuse('MAIL_SERVER_INVALID', settingsProblems(settings));
  const { domain, moreDomains = [], hostname, address, users, dkim, dns, tls } = settings;
  const domains = [domain, ...moreDomains];
  const postmaster = `postmaster@${domain}`;
  const mailboxes = users.map((user) => user.address);
  const aliases = { ...roleAliases(domains, mailboxes), ...settings.aliases };
  const sizing = sizings[settings.volume ?? '100K-1M'];
  return Object.freeze({
    domains,
    hostname,
    address,
    users,
    aliases,
    postmaster,
    alarmAddress: endOf(postmaster, aliases),
    selector: dkim?.selector ?? selectorDefault,
    previousSelectors: dkim?.previous ?? [],
    retiredSelectors: dkim?.retired ?? [],
    isTestMode: dkim?.testMode ?? false,
    dns: completeDns(dns, domains),
    tls: completeTls(tls, serverNames(hostname, dns, domains)),
    sshPort: settings.sshPort ?? 22,
    controllerAddress: settings.controllerAddress,
    resolvers: settings.resolvers ?? [],
    volume: settings.volume,
    ifShort: settings.ifShort ?? 'refuse',
    sizing,
    processLimit: settings.processLimit ?? sizing.processLimit,
    messageSizeLimit: settings.messageSizeLimit ?? 26_214_400,
    quotaMiB: settings.quotaMiB,
    database: settings.database && { otherRows: 'keep' as const, ...settings.database },
    backup: completeBackup(settings.backup),
    secondMx: completeSecondMx(settings.secondMx, settings.database !== undefined),
    trustedRelays: [
      ...(settings.secondMx === undefined ? [] : [settings.secondMx.address]),
      ...(settings.trustedRelays ?? []),
    ],
    movedDomains: settings.movedDomains ?? {},
    filters: completeFilters(settings.filters ?? {}, sizing),
    senderChecks: settings.senderChecks ?? 'reject',
    postscreen: settings.postscreen,
    manageSieve: settings.manageSieve ?? false,
    rates: { loginsPerMinute: 60, messagesPerMinute: 120, ...settings.submission },
    saltKey: settings.saltKey,
  });
}
