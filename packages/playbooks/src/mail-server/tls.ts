import { type Declaration, type Declarations, sh } from '@hostwright/core';
import { Command } from '@hostwright/modules';
import type { MailServer } from './settings.ts';

/** Days that a self-signed certificate is good for, and days before its end at which a new one is made. */
const validDays = 825;
const renewDays = 30;

/** What comes before the certificate, and the services that take it up. */
export interface CertificateNeighbours {
  readonly openssl: Declaration;
  readonly services: readonly Declaration[];
}

/** The certificate of the server. One from elsewhere is not touched; without one, a self-signed one is kept valid. */
export function certificate(
  { hostname, tls }: MailServer,
  { openssl, services }: CertificateNeighbours,
): Declarations {
  if (!tls.isSelfSigned) return [];
  const { certificateFile, keyFile } = tls;
  const seconds = renewDays * 24 * 60 * 60;
  const [newKey, newCertificate] = [`${keyFile}.new`, `${certificateFile}.new`];
  return Command(
    {
      name: `certificate of ${hostname}`,
      unless:
        sh`test -s ${keyFile} && openssl x509 -in ${certificateFile} -noout -checkend ${seconds}`
          .script,
      script: sh`set -e
umask 077
openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days ${validDays} -subj ${`/CN=${hostname}`} \\
  -addext ${`subjectAltName=DNS:${hostname}`} -keyout ${newKey} -out ${newCertificate}
chmod 0644 -- ${newCertificate}
mv -f -- ${newKey} ${keyFile}
mv -f -- ${newCertificate} ${certificateFile}`.script,
    },
    { needs: [openssl], notify: services },
  );
}
