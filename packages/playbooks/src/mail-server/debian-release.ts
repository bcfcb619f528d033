import { type Facts, HostwrightError } from '@hostwright/core';

/** The releases that the mail server knows the configuration languages of. */
export type DebianRelease = 'debian-12' | 'debian-13';

/** Errors: MAIL_SERVER_RELEASE on anything but Debian 12 and 13. */
export function debianRelease({ os }: Pick<Facts, 'os'>): DebianRelease {
  const release = `${os.id}-${os.version}`;
  if (release === 'debian-12' || release === 'debian-13') return release;
  throw new HostwrightError('MAIL_SERVER_RELEASE', {
    problem: `The mail server is for Debian 12 and 13; the host runs ${os.id} ${os.version}.`,
  });
}
