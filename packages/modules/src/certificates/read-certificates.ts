import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import {
  absent,
  HostwrightError,
  lines,
  type ProbeOutput,
  present,
  type Reading,
  type Sh,
  sh,
  unreadable,
} from '@hostwright/core';

/** Where a certificate and its key lie on a host. */
export interface CertificatePlace {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** What is there. */
export interface ObservedCertificate {
  /** Names and addresses that it is for, sorted. */
  readonly names: readonly string[];
  /** Whole days until it ends, by the clock of the host; below 0 when it has ended. */
  readonly daysLeft: number;
  /** False: the key belongs to another certificate, or is none. */
  readonly fitsKey: boolean;
  /** Owner and mode of the key, as `root:root 0600`. */
  readonly keyStatus: string;
  /** Who signed it, as one line. */
  readonly issuer: string;
}

const linesPerPlace = 4;

/**
 * The clock of the host, then four lines for each place: what stat says of both files, the certificate, and the public
 * half of the key, or what openssl said against them. The key itself does not leave the host.
 */
export function probeCertificates(places: readonly CertificatePlace[]): Sh {
  return lines([
    sh`certificate() {
stat -L -c '%U:%G 0%a' -- "$1" 2>&1 | tr '\\n' ' '; echo
stat -L -c '%U:%G 0%a' -- "$2" 2>&1 | tr '\\n' ' '; echo
if [ -f "$1" ]; then openssl x509 -in "$1" 2>&1 | tr '\\n' ' '; fi; echo
if [ -f "$2" ]; then openssl pkey -in "$2" -passin pass: -pubout 2>&1 | tr '\\n' ' '; fi; echo
}
date +%s`,
    ...places.map(({ certificateFile, keyFile }) => sh`certificate ${certificateFile} ${keyFile}`),
  ]);
}

/** Readings in the order of the places. */
export function parseCertificates(
  { stdout }: ProbeOutput,
  places: readonly CertificatePlace[],
): readonly Reading<ObservedCertificate>[] {
  const [clock = '', ...found] = stdout.split('\n');
  return places.map((place, index) => {
    const own = found.slice(index * linesPerPlace).map((line) => line.trim());
    return readingOf(place, own, Number(clock) * 1000);
  });
}

function readingOf(
  { certificateFile, keyFile }: CertificatePlace,
  [certificate = '', key = '', pem = '', publicKey = '']: readonly string[],
  now: number,
): Reading<ObservedCertificate> {
  const missing = /(No such file or directory|Not a directory)$/;
  if (missing.test(certificate) || missing.test(key)) return absent;
  const isReadable = [certificate, key].every((line) => /^[^\s:]+:[^\s:]+ 0\d{1,4}$/.test(line));
  if (!isReadable || /Permission denied/.test(`${pem} ${publicKey}`) || Number.isNaN(now)) {
    return unreadable(
      new HostwrightError('PROBE_FAILED', {
        problem: `The certificate ${certificateFile} or its key ${keyFile} could not be read.`,
        detail: [certificate, key].join('\n'),
        remedy: 'Read them as root: set `become` for the host.',
      }),
    );
  }
  const parsed = certificateOf(pem);
  // What is no certificate is as good as none: it is made anew.
  if (parsed === undefined) return absent;
  return present({
    names: namesOf(parsed),
    daysLeft: Math.floor((Date.parse(parsed.validTo) - now) / millisecondsPerDay),
    fitsKey: isKeyOf(parsed, publicKey),
    keyStatus: key,
    issuer: parsed.issuer.replaceAll('\n', ', '),
  });
}

const millisecondsPerDay = 24 * 60 * 60 * 1000;

function certificateOf(line: string): X509Certificate | undefined {
  const pem = pemOf(line, 'CERTIFICATE');
  if (pem === undefined) return undefined;
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** PEM out of one line, whose blanks stand for line breaks. */
function pemOf(line: string, label: string): string | undefined {
  const match = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/= ]+)-----END ${label}-----`).exec(
    line,
  );
  const [, body] = match ?? [];
  if (body === undefined) return undefined;
  return `-----BEGIN ${label}-----\n${body.trim().replaceAll(' ', '\n')}\n-----END ${label}-----\n`;
}

/** `DNS:mail.example.com, IP Address:192.0.2.1` as names. */
function namesOf({ subjectAltName = '' }: X509Certificate): readonly string[] {
  return subjectAltName
    .split(', ')
    .flatMap((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1] ?? [])
    .sort();
}

function isKeyOf({ publicKey }: X509Certificate, line: string): boolean {
  const pem = pemOf(line, 'PUBLIC KEY');
  if (pem === undefined) return false;
  const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'der' });
  try {
    return spki(createPublicKey(pem)).equals(spki(publicKey));
  } catch {
    return false;
  }
}
