import {
  type Difference,
  defineResource,
  lines,
  present,
  type Reading,
  sh,
} from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { certificateDiff, namesProperty, renewDaysProperty } from './certificate-fields.ts';
import {
  type CertificatePlace,
  type ObservedCertificate,
  parseCertificates,
  probeCertificates,
} from './read-certificates.ts';

const pathPattern = '^(/[A-Za-z0-9._@+-]+)+$';

const schema = Type.Object(
  {
    names: namesProperty(),
    agreesToTerms: Type.Literal(true, {
      description: 'You have read the terms of the certificate authority and agree to them.',
    }),
    server: Type.Optional(
      Type.String({
        pattern: '^https://[^\\s]+$',
        maxLength: 1024,
        description: "Address of the authority's directory. Default: Let's Encrypt.",
      }),
    ),
    email: Type.Optional(
      Type.String({
        pattern: '^[^\\s@]+@[^\\s@]+$',
        maxLength: 254,
        description: 'Address that the authority may write to. Default: none.',
      }),
    ),
    challenge: Type.Optional(
      Type.Union(
        [
          Type.Literal('standalone'),
          Type.Object(
            {
              webroot: Type.String({
                pattern: pathPattern,
                maxLength: 1024,
                description: 'Directory that a web server on the host serves on port 80.',
              }),
            },
            { additionalProperties: false },
          ),
          Type.Object(
            {
              rfc2136: Type.String({
                pattern: pathPattern,
                maxLength: 1024,
                description:
                  'File with server, key name and secret for updates of DNS, in the form of certbot-dns-rfc2136, for root alone.',
              }),
              waitSeconds: Type.Optional(
                Type.Integer({
                  minimum: 1,
                  maximum: 3600,
                  description: 'Seconds for all name servers to take up the record. Default: 60.',
                }),
              ),
            },
            { additionalProperties: false },
          ),
        ],
        {
          description:
            'How the authority sees that the names are yours. `standalone` (default): certbot itself answers on port 80, which must be free and open. `{ webroot }`: a web server does. `{ rfc2136 }`: a record in DNS, which wildcards need.',
        },
      ),
    ),
    renewDays: renewDaysProperty(),
  },
  { additionalProperties: false },
);

type CertificateSpec = Static<typeof schema>;
type CertificateKeys = Pick<CertificateSpec, 'names'> & Partial<CertificateSpec>;

/**
 * A certificate of an authority that speaks ACME, such as Let's Encrypt, got by certbot on the host. The key is made there
 * and stays there. The timer of Debian's package renews it without us; what the host has to do then stands in
 * `/etc/letsencrypt/renewal-hooks/deploy`. An apply renews it too, when it has fewer than `renewDays` left, and gets a new one
 * where `challenge` names another way than the timer would go.
 *
 * Identity: the first of `names`. The files are in `/etc/letsencrypt/live/NAME`.
 * Units: days, seconds.
 * Cost: two openssl per certificate to probe; half a minute or more for a new one.
 * Limits: authorities count: Let's Encrypt gives five a week for the same names. Try with its staging server first.
 * Errors: APPLY_FAILED with what certbot said.
 * Source: certbot(1) 2.1 and 4.0, RFC 8555. Captured on Debian 12 and 13; seen to work with Pebble 2.4.
 * @example
 * const certbot = Package({ name: 'certbot' });
 * AcmeCertificate({ names: ['mail.example.com'], agreesToTerms: true }, { needs: [certbot] });
 */
export const AcmeCertificate = defineResource({
  kind: 'AcmeCertificate',
  schema,
  keys: ['names', 'server'],
  identity: nameOf,
  claims: (spec) => [`certificate:${nameOf(spec)}`],
  provides: (spec) => Object.values(placeOf(spec)).map((path) => `path:${path}`),
  edges: ({ challenge }) => ({
    after: [
      'package:certbot',
      'package:openssl',
      ...(isByDns(challenge)
        ? ['package:python3-certbot-dns-rfc2136', `path:${challenge.rfc2136}`]
        : ['ufw:80/tcp', 'ufw:80']),
      ...(typeof challenge === 'object' && 'webroot' in challenge
        ? [`path:${challenge.webroot}`]
        : []),
    ],
  }),
  check: ({ names, challenge }) =>
    names.some((name) => name.startsWith('*.')) && !isByDns(challenge)
      ? ['A name with a wildcard needs the challenge rfc2136: authorities see it in DNS only.']
      : [],
  driver: {
    via: 'shell',
    commands: ['certbot', 'openssl', 'stat', 'date'],
    probe: (specs) => lines([probeServers(specs), probeCertificates(specs.map(placeOf))]),
    parse: (output, specs) => {
      const rows = output.stdout.split('\n');
      const servers = rows.slice(0, specs.length);
      const rest = { ...output, stdout: rows.slice(specs.length).join('\n') };
      return parseCertificates(rest, specs.map(placeOf)).map((reading, index) =>
        withServer(reading, servers[index]),
      );
    },
    apply: (differences) => lines([sh`set -e`, ...differences.map(order)]),
    isLong: () => true,
  },
  diff: (spec, reading) => {
    const fields = certificateDiff(spec, reading);
    if (reading.is === 'absent') return fields;
    const { server = serverDefault, challenge } = spec;
    const { server: from, authenticator } = reading.observed;
    const wanted = challenge === undefined ? authenticator : authenticatorOf(challenge);
    return [
      ...fields,
      ...(from === server ? [] : [{ field: 'server', from, to: server }]),
      ...(authenticator === '' || authenticator === wanted
        ? []
        : [{ field: 'challenge', from: authenticator, to: wanted }]),
    ];
  },
  outputs: (spec, observed: AcmeObserved) => ({
    /** Absolute path of the certificate with those that lead to the authority. */
    certificateFile: placeOf(spec).certificateFile,
    /** Absolute path of the key. */
    keyFile: placeOf(spec).keyFile,
    /** Whole days until it ends. */
    daysLeft: observed.daysLeft,
  }),
});

function isByDns(challenge: CertificateSpec['challenge']): challenge is DnsChallenge {
  return typeof challenge === 'object' && 'rfc2136' in challenge;
}

type DnsChallenge = Extract<CertificateSpec['challenge'], { readonly rfc2136: string }>;

interface AcmeObserved extends ObservedCertificate {
  /** Address of the directory that it came from. */
  readonly server: string;
  /** Plugin of certbot by which it is renewed; empty where certbot does not renew it. */
  readonly authenticator: string;
}

const serverDefault = 'https://acme-v02.api.letsencrypt.org/directory';
const waitSecondsDefault = 60;

/** certbot names what it keeps after the first name, without the `*.` of a wildcard. */
function nameOf({ names }: CertificateKeys): string {
  return (names[0] ?? '').replace(/^\*\./, '');
}

function placeOf(spec: CertificateKeys): CertificatePlace {
  const directory = `/etc/letsencrypt/live/${nameOf(spec)}`;
  return { certificateFile: `${directory}/fullchain.pem`, keyFile: `${directory}/privkey.pem` };
}

/** One line each: the server that certbot renews it from and the plugin by which, empty where it does not. */
function probeServers(specs: readonly CertificateKeys[]) {
  const files = specs.map((spec) => `/etc/letsencrypt/renewal/${nameOf(spec)}.conf`);
  return lines(
    files.map(
      (file) =>
        sh`if [ -r ${file} ]; then sed -n -e 's/^server = //p' -e 's/^authenticator = /authenticator=/p' ${file} | tr '\\n' ' '; fi; echo`,
    ),
  );
}

const authenticatorMark = 'authenticator=';

function withServer(reading: Reading<ObservedCertificate>, line = ''): Reading<AcmeObserved> {
  if (reading.is !== 'present') return reading;
  const words = line.trim().split(' ');
  const plugin = words.find((word) => word.startsWith(authenticatorMark)) ?? '';
  const server = words.find((word) => !word.startsWith(authenticatorMark)) ?? '';
  const authenticator = plugin.slice(authenticatorMark.length);
  return present({ ...reading.observed, server, authenticator });
}

/** It is asked for only when it differs, so certbot need not think about whether it is due. */
function order({ spec }: Difference<CertificateSpec, AcmeObserved>) {
  const { names, email, server } = spec;
  const words = [
    ...['certbot', 'certonly', '--non-interactive', '--agree-tos', '--key-type', 'ecdsa'],
    ...['--force-renewal', '--renew-with-new-domains', '--cert-name', nameOf(spec)],
    ...(server === undefined ? [] : ['--server', server]),
    ...(email === undefined
      ? ['--register-unsafely-without-email']
      : ['--email', email, '--no-eff-email']),
    ...challengeWords(spec.challenge ?? 'standalone'),
    ...names.flatMap((name) => ['--domain', name]),
  ];
  // Why an authority refused is said on standard output.
  return sh`${words} >&2`;
}

/** The plugin of certbot behind a challenge, as its configuration of renewals has it. */
function authenticatorOf(challenge: NonNullable<CertificateSpec['challenge']>): string {
  if (challenge === 'standalone') return 'standalone';
  return 'webroot' in challenge ? 'webroot' : 'dns-rfc2136';
}

function challengeWords(challenge: NonNullable<CertificateSpec['challenge']>): readonly string[] {
  if (challenge === 'standalone') return ['--standalone'];
  if ('webroot' in challenge) return ['--webroot', '--webroot-path', challenge.webroot];
  const { rfc2136, waitSeconds = waitSecondsDefault } = challenge;
  return [
    '--dns-rfc2136',
    ...['--dns-rfc2136-credentials', rfc2136],
    ...['--dns-rfc2136-propagation-seconds', String(waitSeconds)],
  ];
}
