import { createPrivateKey, X509Certificate } from 'node:crypto';
import { reveal, Secret } from '@hostwright/core';

/** A certificate and its key as texts in PEM. */
export interface CertificatePair {
  /** The certificate first, then those that lead to the authority. */
  readonly certificate: string;
  readonly key: Secret;
}

/** Why a server could not work with a certificate and key. Empty: they are fine for the name at that time. */
export function certificateProblems(
  { certificate, key }: CertificatePair,
  name: string,
  now: Date,
): readonly string[] {
  if (!(key instanceof Secret)) return ['The key is not marked with secret().'];
  const parsed = attempt(() => new X509Certificate(certificate));
  const privateKey = attempt(() => createPrivateKey(reveal(key)));
  if (parsed === undefined) return ['The certificate is no PEM text of a certificate.'];
  if (privateKey === undefined) return ['The key is no PEM text of a key without a passphrase.'];
  return [
    ...(parsed.checkPrivateKey(privateKey) ? [] : ['The key belongs to another certificate.']),
    ...(parsed.checkHost(name) === undefined ? [`The certificate is not for ${name}.`] : []),
    ...(now < new Date(parsed.validFrom)
      ? [`The certificate is not valid before ${parsed.validFrom}.`]
      : []),
    ...(now >= new Date(parsed.validTo) ? [`The certificate ended ${parsed.validTo}.`] : []),
  ];
}

/** What openssl throws may quote the text, so it is dropped. */
function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
