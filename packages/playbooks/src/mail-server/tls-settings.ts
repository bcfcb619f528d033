import { type CertificatePair, certificateProblems, type TsigKey } from '@hostwright/modules';

/** Where the certificate of the server comes from. Left out: it signs itself. */
export type TlsSettings =
  /** Chain and key that are on the host already, and that somebody else renews. */
  | { readonly certificateFile: string; readonly keyFile: string }
  /** Chain and key as texts. The key is written for root alone. */
  | CertificatePair
  /** An authority that speaks ACME; certbot on the host gets and renews it. */
  | { readonly acme: AcmeSettings };

export interface AcmeSettings {
  /** You have read the terms of the authority and agree to them. */
  readonly agreesToTerms: true;
  /** Address that the authority may write to. */
  readonly email?: string;
  /** Address of the authority's directory; Let's Encrypt when left out. */
  readonly server?: string;
  /**
   * How the authority sees that the name is yours. Left out: certbot answers on port 80, which is opened. With `rfc2136`
   * it writes a record to this DNS server, with a key that should be allowed no more than `_acme-challenge` records.
   */
  readonly rfc2136?: {
    /** IP address. */
    readonly server: string;
    readonly port?: number;
    readonly key: TsigKey;
    /** Seconds for all name servers to take up the record; 60 when left out. */
    readonly waitSeconds?: number;
  };
}

/** The same with the files that Postfix and Dovecot read. */
export interface Tls {
  /** Names that the certificate is for, that of the server first. */
  readonly names: readonly string[];
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly source: 'self' | 'host' | CertificatePair | { readonly acme: AcmeSettings };
}

/** `names`: that of the server, and what else the certificate is for. */
export function completeTls(
  settings: TlsSettings | undefined,
  names: readonly [string, ...string[]],
): Tls {
  const [hostname] = names;
  const own = {
    names,
    certificateFile: `/etc/ssl/certs/${hostname}.pem`,
    keyFile: `/etc/ssl/private/${hostname}.key`,
  };
  if (settings === undefined) return { ...own, source: 'self' };
  if ('certificateFile' in settings) return { ...settings, names, source: 'host' };
  if ('certificate' in settings) return { ...own, source: settings };
  const directory = `/etc/letsencrypt/live/${hostname}`;
  return {
    names,
    certificateFile: `${directory}/fullchain.pem`,
    keyFile: `${directory}/privkey.pem`,
    source: settings,
  };
}

/** What is wrong with them, a sentence each. */
export function tlsProblems(
  settings: TlsSettings | undefined,
  names: readonly string[],
  now: Date,
): readonly string[] {
  if (settings === undefined) return [];
  if ('certificateFile' in settings) return fileProblems(settings);
  if ('acme' in settings) {
    return settings.acme.agreesToTerms === true
      ? []
      : ['tls: agreesToTerms: the terms of the authority must be agreed to.'];
  }
  const problems = names.flatMap((name) => certificateProblems(settings, name, now));
  return [...new Set(problems)].map((problem) => `tls: ${problem}`);
}

/** What stands in a list of Postfix and a line of Dovecot and nginx as it is. */
const plainPath = /^(\/[A-Za-z0-9_.+@:-]+)+$/;

function fileProblems(
  files: Readonly<Record<'certificateFile' | 'keyFile', string>>,
): readonly string[] {
  return (['certificateFile', 'keyFile'] as const)
    .filter((name) => typeof files[name] !== 'string' || !plainPath.test(files[name]))
    .map(
      (name) =>
        `tls: ${name}: '${files[name]}' is no absolute path of letters, digits and _ . + @ : -.`,
    );
}
