import { type Declaration, reveal, secret, sh } from '@hostwright/core';
import {
  AcmeCertificate,
  Command,
  Directory,
  File,
  Package,
  SelfSignedCertificate,
  UfwRule,
} from '@hostwright/modules';
import type { MailServer } from './settings.ts';
import type { AcmeSettings } from './tls-settings.ts';

/** What comes before the certificate, and the services that take it up. */
export interface CertificateNeighbours {
  readonly openssl: Declaration;
  /** Records of the names, which an authority follows to the host. */
  readonly addresses: readonly Declaration[];
  readonly services: readonly Declaration[];
}

/** The certificate of the server, made, written or got. One that is on the host already is not touched. */
export function certificate(
  { tls }: Pick<MailServer, 'tls'>,
  { openssl, services, addresses }: CertificateNeighbours,
): readonly Declaration[] {
  const { names, source, certificateFile, keyFile } = tls;
  const options = { needs: [openssl], notify: services };
  if (source === 'host') return [];
  if (source === 'self') {
    return [SelfSignedCertificate({ names: [...names], certificateFile, keyFile }, options)];
  }
  if ('acme' in source) return acmeCertificate(names, source.acme, { addresses, notify: services });
  const owned = { owner: 'root', group: 'root' };
  const key = File({ path: keyFile, content: source.key, ...owned, mode: '0600' }, options);
  return [
    key,
    // Services take up both at once: each is refreshed once, after the last of them.
    File(
      { path: certificateFile, content: source.certificate, ...owned, mode: '0644' },
      { ...options, needs: [openssl, key] },
    ),
  ];
}

/**
 * A look at a certificate that is on the host already, before any configuration names it: without one Dovecot does not
 * start, and Postfix offers no TLS.
 */
export function certificateIsThere(
  { tls: { source, certificateFile, keyFile } }: Pick<MailServer, 'tls'>,
  openssl: Declaration,
): readonly Declaration[] {
  if (source !== 'host') return [];
  const problem = `${certificateFile} and ${keyFile} are not a certificate and its key.`;
  const look = sh`chain=$(openssl x509 -in ${certificateFile} -noout -pubkey) &&
key=$(openssl pkey -in ${keyFile} -passin pass: -pubout) &&
[ "$chain" = "$key" ] || { echo ${problem} >&2; exit 1; }`.script;
  return [
    Command(
      {
        name: 'certificate and key are there',
        unless: look,
        script: look,
        config: [...new Set([certificateFile, keyFile])],
      },
      { needs: [openssl] },
    ),
  ];
}

const acmePort = 80;
const hookFolder = '/etc/letsencrypt/renewal-hooks/deploy';
const credentialsFile = '/etc/letsencrypt/hostwright-rfc2136.ini';

interface AcmeNeighbours {
  readonly addresses: readonly Declaration[];
  readonly notify: readonly Declaration[];
}

/** certbot, what it must be able to do, and what it does after it renewed by itself. */
function acmeCertificate(
  names: readonly string[],
  { agreesToTerms, email, server, rfc2136 }: AcmeSettings,
  { addresses, notify }: AcmeNeighbours,
): readonly Declaration[] {
  const software = rfc2136 === undefined ? ['certbot'] : ['certbot', 'python3-certbot-dns-rfc2136'];
  const packages = software.map((name) => Package({ name }));
  // certbot makes it when it runs for the first time, which may be later.
  const folder = Directory({ path: hookFolder, mode: '0755', parents: true }, { needs: packages });
  const way = rfc2136 === undefined ? openPort() : credentials(rfc2136, [folder]);
  const hook = File(
    {
      path: `${hookFolder}/hostwright-mail`,
      content: renewalHook,
      owner: 'root',
      group: 'root',
      mode: '0755',
    },
    { needs: [folder] },
  );
  const order = AcmeCertificate(
    {
      names: [...names],
      agreesToTerms,
      ...(email === undefined ? {} : { email }),
      ...(server === undefined ? {} : { server }),
      ...(rfc2136 === undefined
        ? {}
        : { challenge: { rfc2136: credentialsFile, waitSeconds: rfc2136.waitSeconds ?? 60 } }),
    },
    { needs: [...packages, way, ...addresses], notify },
  );
  return [...packages, folder, way, hook, order];
}

function openPort(): Declaration {
  return UfwRule({ allow: acmePort, proto: 'tcp' });
}

function credentials(
  { server, port = 53, key }: NonNullable<AcmeSettings['rfc2136']>,
  needs: readonly Declaration[],
): Declaration {
  const { name, algorithm = 'hmac-sha256' } = key;
  const rows = {
    server,
    port,
    name,
    algorithm: algorithm.toUpperCase(),
    secret: reveal(key.secret),
  };
  const lines = Object.entries(rows).map(([word, value]) => `dns_rfc2136_${word} = ${value}\n`);
  const content = secret(lines.join(''));
  return File(
    { path: credentialsFile, content, owner: 'root', group: 'root', mode: '0600' },
    { needs },
  );
}

/** All read the new files without closing a session. A service that is stopped, or not there, is none of its business. */
const renewalHook = `#!/bin/sh
# Written by Hostwright: what certbot does after it renewed a certificate.
postfix reload
doveadm reload
systemctl is-active --quiet nginx && systemctl reload nginx
exit 0
`;
