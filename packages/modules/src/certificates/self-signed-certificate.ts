import { type Difference, defineResource, lines, sh } from '@hostwright/core';
import { type Static, Type } from 'typebox';
import {
  certificateDiff,
  namesProperty,
  renewDaysDefault,
  renewDaysProperty,
} from './certificate-fields.ts';
import {
  type ObservedCertificate,
  parseCertificates,
  probeCertificates,
} from './read-certificates.ts';

const pathPattern = '^(/[A-Za-z0-9._@+-]+)+$';

const schema = Type.Object(
  {
    names: namesProperty(),
    certificateFile: Type.String({
      pattern: pathPattern,
      maxLength: 1024,
      description: 'Absolute path of the certificate, which everybody may read.',
    }),
    keyFile: Type.String({
      pattern: pathPattern,
      maxLength: 1024,
      description: 'Absolute path of the key, kept at `root:root 0600`.',
    }),
    days: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: 3650,
        description: 'Days that a new one is good for. Default: 825, the most that Apple takes.',
      }),
    ),
    renewDays: renewDaysProperty(),
  },
  { additionalProperties: false },
);

type CertificateSpec = Static<typeof schema>;

/**
 * A certificate that signs itself, with its key, made on the host and made again before it ends. Others must be told to
 * trust it. It is for a start, and for networks without a certificate authority; one that somebody else signed for the
 * same names counts while it is valid.
 *
 * Identity: `certificateFile`.
 * Units: days.
 * Cost: two openssl per certificate to probe; a new key of 2048 bits takes under a second.
 * Errors: PROBE_FAILED where the files may not be read; APPLY_FAILED for a directory that is missing.
 * Source: openssl-req(1), openssl-x509(1). Captured on Debian 12 and 13.
 * @example SelfSignedCertificate({ names: ['mail.example.com'], certificateFile: '/etc/ssl/certs/mail.pem', keyFile: '/etc/ssl/private/mail.key' })
 */
export const SelfSignedCertificate = defineResource({
  kind: 'SelfSignedCertificate',
  schema,
  keys: ['certificateFile', 'keyFile'],
  identity: ({ certificateFile }) => certificateFile,
  claims: ({ certificateFile, keyFile }) => [`path:${certificateFile}`, `path:${keyFile}`],
  provides: ({ certificateFile, keyFile }) => [`path:${certificateFile}`, `path:${keyFile}`],
  edges: ({ certificateFile, keyFile }) => ({
    after: [
      'package:openssl',
      ...[certificateFile, keyFile].map((path) => `path:${path.slice(0, path.lastIndexOf('/'))}`),
    ],
  }),
  driver: {
    via: 'shell',
    exclusive: ['files'],
    commands: ['openssl', 'stat', 'date'],
    probe: probeCertificates,
    parse: parseCertificates,
    apply: (differences) => lines([makeCertificate, ...differences.map(changeOf)]),
  },
  diff: (spec, reading) => {
    const fields = certificateDiff(spec, reading);
    if (reading.is === 'absent' || reading.observed.keyStatus === keyStatus) return fields;
    return [...fields, { field: 'key', from: reading.observed.keyStatus, to: keyStatus }];
  },
  outputs: (_spec, observed: ObservedCertificate) => ({
    /** Whole days until it ends. */
    daysLeft: observed.daysLeft,
  }),
});

const daysDefault = 825;
const commonNameMax = 64;
const keyStatus = 'root:root 0600';

/** Both new files are whole before the first takes its place. Quiet, since what goes wrong would stand behind a line of dots. */
const makeCertificate = sh`set -e
umask 077
certificate() {
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$2.new"
openssl req -x509 -new -key "$2.new" -sha256 -days "$3" -subj "$4" -addext "$5" -out "$1.new"
chmod 0644 -- "$1.new"
mv -f -- "$2.new" "$2"
mv -f -- "$1.new" "$1"
}`;

function changeOf({ spec, fields }: Difference<CertificateSpec, ObservedCertificate>) {
  const {
    names,
    certificateFile,
    keyFile,
    days = daysDefault,
    renewDays = renewDaysDefault,
  } = spec;
  const owned = sh`chown root:root -- ${keyFile}; chmod 0600 -- ${keyFile}`;
  if (fields.every(({ field }) => field === 'key')) return owned;
  // Who looks at names looks at the alternatives; a long one is no common name (RFC 5280, ub-common-name).
  const subject = `/CN=${names.find(({ length }) => length <= commonNameMax) ?? 'self-signed'}`;
  const alternatives = `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`;
  // One that is due at once would be made in every run.
  const good = Math.max(days, renewDays + 1);
  return lines([
    sh`certificate ${certificateFile} ${keyFile} ${good} ${subject} ${alternatives}`,
    owned,
  ]);
}
